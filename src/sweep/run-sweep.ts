/** One run of a sweep on an engine: what is kept is left alone, what is missing or failed is computed, and every record is filed. */
import { join } from "node:path";
import type { Cell, CellRecord } from "./cell.ts";
import type { Engine } from "./engine.ts";
import type { Ledger } from "./ledger.ts";
import type { SweepPlan } from "./plan.ts";
import { RecordWriter } from "./record-file.ts";
import { readMarks, RunningMarks } from "./running-marks.ts";

export interface RunSweepOptions {
  out: string;
  plan: SweepPlan;
  /** What is there already; brought up to date. */
  ledger: Ledger;
  engine: Engine;
  signal: AbortSignal;
  attempts: number;
  cellSeconds: number;
  /** Only cells for which it is true; default all. */
  chosen?: (index: number) => boolean;
  /** Asked before every cell: whether there is time to begin another. */
  mayBegin?: () => boolean;
  onRecord?: (record: CellRecord) => void;
  /** For an engine whose cells are computed in this process: the file in `out` that says which. */
  marks?: string;
  /** Hears of cells that were being computed when an earlier process died; they come last. */
  onSuspects?: (indices: readonly number[]) => void;
}

/** Errors: what the engine throws; FileError when records cannot be written: the engine then stops. */
export async function runSweep({ out, plan, ledger, engine, signal, attempts, cellSeconds, chosen = () => true, mayBegin = () => true, onRecord, marks: marksName, onSuspects }: RunSweepOptions): Promise<void> {
  const path = marksName === undefined ? undefined : join(out, marksName);
  const isLeft = (index: number): boolean => index < plan.count && chosen(index) && !ledger.isDone(index);
  const suspects = path === undefined ? [] : readMarks(path).filter(isLeft);
  if (suspects.length > 0) onSuspects?.(suspects);
  const marks = path === undefined ? undefined : new RunningMarks(path, suspects);
  const writer = new RecordWriter(out);
  try {
    await engine.run({ [Symbol.iterator]: remaining }, {
      signal, identity: plan.identity, attempts, cellSeconds,
      onRecord(record) {
        ledger.note(record, writer.write(record));
        marks?.end(record.index);
        onRecord?.(record);
      },
    });
  } finally {
    writer.close();
    marks?.close();
  }

  function* remaining(): Generator<Cell> {
    const last = new Set(suspects);
    for (let index = 0; index < plan.count; index++) if (isLeft(index) && !last.has(index)) yield* begun(index);
    // one that took its process along, if there is such a one, finds all others done
    for (const index of suspects) yield* begun(index);
  }

  function* begun(index: number): Generator<Cell> {
    if (!mayBegin()) return;
    marks?.begin(index);
    yield plan.cellAt(index);
  }
}
