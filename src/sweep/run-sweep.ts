/** One run of a sweep on an engine: what is kept is left alone, what is missing or failed is computed, and every record is filed. */
import type { Cell, CellRecord } from "./cell.ts";
import type { Engine } from "./engine.ts";
import type { Ledger } from "./ledger.ts";
import type { SweepPlan } from "./plan.ts";
import { RecordWriter } from "./record-file.ts";

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
}

/** Errors: what the engine throws; FileError when records cannot be written: the engine then stops. */
export async function runSweep({ out, plan, ledger, engine, signal, attempts, cellSeconds, chosen = () => true, mayBegin = () => true, onRecord }: RunSweepOptions): Promise<void> {
  const writer = new RecordWriter(out);
  try {
    await engine.run({ [Symbol.iterator]: remaining }, {
      signal, identity: plan.identity, attempts, cellSeconds,
      onRecord(record) {
        ledger.note(record, writer.write(record));
        onRecord?.(record);
      },
    });
  } finally {
    writer.close();
  }

  function* remaining(): Generator<Cell> {
    for (let index = 0; index < plan.count; index++) {
      if (!chosen(index) || ledger.isDone(index)) continue;
      if (!mayBegin()) return;
      yield plan.cellAt(index);
    }
  }
}
