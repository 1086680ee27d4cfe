/**
 * Which cells are done, which failed, and where their records lie: 15 bytes a cell, so that a coordinator does not grow with what the
 * cells gave.
 */
import type { CellRecord } from "./cell.ts";
import type { SweepPlan } from "./plan.ts";
import { type Damage, type Place, readRecords, recordFiles } from "./record-file.ts";

const [missing, failed, done] = [0, 1, 2] as const;

export class Ledger {
  readonly cells: number;
  private readonly states: Uint8Array;
  private readonly files: string[] = [];
  private readonly fileOf: Uint16Array;
  private readonly offsets: Float64Array;
  private readonly lengths: Uint32Array;
  private readonly counts: [number, number, number];

  constructor(cells: number) {
    this.cells = cells;
    this.states = new Uint8Array(cells);
    this.fileOf = new Uint16Array(cells);
    this.offsets = new Float64Array(cells);
    this.lengths = new Uint32Array(cells);
    this.counts = [cells, 0, 0];
  }

  get done(): number { return this.counts[done]; }
  get failed(): number { return this.counts[failed]; }
  get missing(): number { return this.counts[missing]; }

  isDone(index: number): boolean { return this.states[index] === done; }
  isFailed(index: number): boolean { return this.states[index] === failed; }

  /** Notes a record. A cell that is done stays with its first record: any other says the same. */
  note({ index, status }: Pick<CellRecord, "index" | "status">, { file, offset, length }: Place): void {
    const before = this.states[index];
    if (before === done) return;
    const after = status === "done" ? done : failed;
    this.counts[before]--;
    this.counts[after]++;
    this.states[index] = after;
    let number = this.files.indexOf(file);
    if (number < 0) number = this.files.push(file) - 1;
    this.fileOf[index] = number;
    this.offsets[index] = offset;
    this.lengths[index] = length;
  }

  /** Where the record of a cell lies; undefined while there is none. */
  placeOf(index: number): Place | undefined {
    return this.states[index] === missing ? undefined : { file: this.files[this.fileOf[index]], offset: this.offsets[index], length: this.lengths[index] };
  }
}

export interface Kept {
  ledger: Ledger;
  damage: Damage[];
  /** Whole records that belong to no cell of the plan. */
  foreign: number;
}

/** What a results folder holds of a plan's cells. */
export function readLedger(out: string, plan: SweepPlan): Kept {
  const ledger = new Ledger(plan.count);
  const damage: Damage[] = [];
  let foreign = 0;
  for (const file of recordFiles(out)) {
    const damaged = readRecords(out, file, (record, place) => {
      const { index, key } = record;
      if (Number.isInteger(index) && index >= 0 && index < plan.count && plan.cellAt(index).key === key) ledger.note(record, place);
      else foreign++;
    });
    if (damaged !== undefined) damage.push(damaged);
  }
  return { ledger, damage, foreign };
}
