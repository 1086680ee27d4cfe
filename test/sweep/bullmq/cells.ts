/** Small cells for tests of the queue, and what stands in for computing them. */
import type { Cell, CellRecord, Identity } from "../../../src/sweep/index.ts";
import { referencePoint } from "../../../src/theories/robust-features/index.ts";

export const identity: Identity = { version: "0.0.0+test", claims: "" };
export const limits = { identity, attempts: 3, cellSeconds: Infinity };

export const cellAt = (index: number): Cell => ({
  key: `key-${String(index).padStart(6, "0")}`, index,
  task: { kind: "run", seed: index, rows: "end", at: {}, spec: { setting: referencePoint, mode: "standard", threat: { name: "gradientAscent", loss: "margin" }, steps: 1, logEvery: 1, evaluate: [] } },
});

/** Cells 0 to n - 1, made anew at every walk. */
export function cellsUpTo(n: number, from = 0): Iterable<Cell> {
  return { *[Symbol.iterator]() { for (let i = from; i < n; i += 1) yield cellAt(i); } };
}

/** A record whose row follows from the cell alone. */
export const recordOf = ({ key, index }: Cell, worker = "test"): CellRecord => ({
  key, index, version: identity.version, status: "done", rows: [{ seed: index, value: index * index }], made: { seconds: 0, attempts: 1, worker },
});

export const never = new AbortController().signal;
export const sleep = (milliseconds: number) => new Promise<void>((resolve) => { setTimeout(resolve, milliseconds); });

/** Waits until `holds`, at most a minute: a process may take long to begin on a busy machine. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries += 1) {
    if (tries > 3000) throw new Error(`not within a minute: ${holds.toString()}`);
    await sleep(20);
  }
}
