/** Which record of a cell counts. */
import { describe, expect, it } from "vitest";
import { Ledger } from "../../src/sweep/index.ts";

const place = (offset: number) => ({ file: "local-1.jsonl", offset, length: 10 });

describe("a ledger", () => {
  it("keeps the first record that is done, and a failed one only until then", () => {
    const ledger = new Ledger(3);
    ledger.note({ index: 1, status: "failed" }, place(0));
    expect([ledger.done, ledger.failed, ledger.missing]).toEqual([0, 1, 2]);
    ledger.note({ index: 1, status: "failed" }, place(11));
    expect(ledger.placeOf(1)).toEqual(place(11));
    ledger.note({ index: 1, status: "done" }, { ...place(22), file: "part-0-of-2-1.jsonl" });
    ledger.note({ index: 1, status: "failed" }, place(33));
    ledger.note({ index: 1, status: "done" }, place(44));
    expect(ledger.placeOf(1)).toEqual({ ...place(22), file: "part-0-of-2-1.jsonl" });
    expect([ledger.done, ledger.failed, ledger.missing]).toEqual([1, 0, 2]);
    expect([ledger.placeOf(0), ledger.isDone(0), ledger.isDone(1)]).toEqual([undefined, false, true]);
  });
});
