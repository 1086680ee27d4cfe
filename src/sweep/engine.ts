/** An engine: something that computes the cells of a sweep, in this process, on a cluster, or by workers elsewhere. */
import type { Cell, CellRecord, Identity } from "./cell.ts";

export interface Engine {
  /**
   * Computes the cells, taking them from the iterable only as they are needed, and hands every record to `onRecord` exactly once, in any
   * order. Resolves when none is left or the signal aborts; cells that are being computed then are given up.
   *
   * A cell whose thread ends without an answer (process.exit, out of memory, too long) is begun again up to `attempts` times in all and is
   * then a failed record; so is a cell that throws, at once, since the same seed throws again.
   * Errors: what `onRecord` throws, at once: the records cannot be kept. A FileError or ParameterError when the engine cannot begin.
   */
  run(cells: Iterable<Cell>, options: EngineOptions): Promise<void>;
}

export interface EngineOptions {
  onRecord(record: CellRecord): void;
  signal: AbortSignal;
  /** What all cells were keyed with; whoever computes with another one refuses. */
  identity: Identity;
  /** Beginnings of a cell whose thread ends. */
  attempts: number;
  /** Seconds that a cell may take; Infinity without a limit. */
  cellSeconds: number;
}
