/** Files of records that were cut, changed or written by several processes. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CellRecord } from "../../src/sweep/index.ts";
import { lineOf, type Place, readRecords, recordOf, RecordReader, recordsName, RecordWriter } from "../../src/sweep/record-file.ts";
import { temporaryFolder } from "../support/command-line.ts";

const folder = temporaryFolder();
let outs = 0;
const freshOut = (): string => join(folder, `out-${outs++}`);

const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0), fc.string({ unit: "grapheme" }), fc.boolean(), fc.constant(null));
const record = fc.record({
  key: fc.string(), index: fc.nat(), version: fc.string(), status: fc.constantFrom("done" as const, "failed" as const),
  rows: fc.array(fc.dictionary(fc.string(), value, { noNullPrototype: true, maxKeys: 4 }), { maxLength: 3 }),
  made: fc.record({ seconds: fc.nat(), attempts: fc.nat(), worker: fc.constantFrom("local-1", "local-2") }),
}).filter((one) => one.rows.every((row) => !Object.hasOwn(row, "__proto__")));

const read = (out: string, file = "local-1.jsonl"): { records: CellRecord[]; places: Place[]; damage: ReturnType<typeof readRecords> } => {
  const records: CellRecord[] = [];
  const places: Place[] = [];
  const damage = readRecords(out, file, (one, place) => {
    records.push(one);
    places.push(place);
  });
  return { records, places, damage };
};

const fileOf = (out: string, bytes: Uint8Array): void => {
  mkdirSync(join(out, recordsName), { recursive: true });
  writeFileSync(join(out, recordsName, "local-1.jsonl"), bytes);
};

describe("a line", () => {
  it("gives its record back, and none when any of its characters is another", () => {
    fc.assert(fc.property(record, fc.nat(), fc.integer({ min: 32, max: 126 }), (one, at, code) => {
      const line = lineOf(one).slice(0, -1);
      expect(recordOf(line)).toEqual(one);
      expect(line).not.toContain("\n");
      const place = at % line.length;
      const changed = line.slice(0, place) + String.fromCharCode(code) + line.slice(place + 1);
      if (changed !== line) expect(recordOf(changed)).toBeUndefined();
      expect(recordOf(line.slice(0, place))).toBeUndefined();
    }));
  });
});

describe("a file", () => {
  it("cut at any byte gives every record before the cut, says that one is torn, and takes further ones after it", () => {
    fc.assert(fc.property(fc.array(record, { minLength: 1, maxLength: 4 }), fc.nat(), (records, at) => {
      const lines = records.map((one) => Buffer.from(lineOf(one)));
      const whole = Buffer.concat(lines);
      const cut = at % (whole.length + 1);
      const out = freshOut();
      fileOf(out, whole.subarray(0, cut));
      let end = 0;
      // a line whose end alone is missing says all it has to say
      const kept = lines.filter((line) => (end += line.length) - 1 <= cut).length;
      const { records: found, damage } = read(out);
      expect(found).toEqual(records.slice(0, kept));
      const ends = lines.slice(0, kept).reduce((sum, line) => sum + line.length, 0);
      expect(damage).toEqual(cut <= ends ? undefined : { file: "local-1.jsonl", lines: 1, torn: true });
      const writer = new RecordWriter(out);
      const late: CellRecord = { ...records[0], made: { ...records[0].made, worker: "local-1" }, key: "late" };
      const place = writer.write(late);
      writer.close();
      const after = read(out);
      expect(after.records).toEqual([...records.slice(0, kept), late]);
      expect(after.places.at(-1)).toEqual(place);
      const reader = new RecordReader(out);
      expect(after.places.map((one) => reader.read(one))).toEqual(after.records);
      reader.close();
    }), { numRuns: 60 });
  });

  it("longer than what is read at a time is read whole, across its pieces", () => {
    const out = freshOut();
    const records = Array.from({ length: 300 }, (_, index): CellRecord => ({ key: "k", index, version: "1", status: "done", rows: [{ text: "é".repeat(index * 7) }], made: { seconds: 0, attempts: 1, worker: "local-1" } }));
    const writer = new RecordWriter(out);
    const places = records.map((one) => writer.write(one));
    writer.close();
    expect(readFileSync(join(out, recordsName, "local-1.jsonl")).length).toBeGreaterThan(5 * (1 << 16));
    expect(read(out)).toEqual({ records, places, damage: undefined });
  });

  it("on a full disk is a FileError that says so", () => {
    const out = freshOut();
    mkdirSync(join(out, recordsName), { recursive: true });
    symlinkSync("/dev/full", join(out, recordsName, "local-1.jsonl"));
    const writer = new RecordWriter(out);
    expect(() => writer.write({ key: "", index: 0, version: "", status: "done", rows: [], made: { seconds: 0, attempts: 1, worker: "local-1" } })).toThrow(/it cannot be written: the disk is full\.[^]*cells that are done stay: free some space and go on with --resume/);
    writer.close();
  });

  it("that changes between being noted and being read is refused", () => {
    const out = freshOut();
    const writer = new RecordWriter(out);
    const place = writer.write({ key: "a", index: 0, version: "", status: "done", rows: [{ x: 1 }], made: { seconds: 0, attempts: 1, worker: "local-1" } });
    writer.close();
    const path = join(out, recordsName, "local-1.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").replace("\"x\":1", "\"x\":2"));
    expect(() => new RecordReader(out).read(place)).toThrow(/the record at byte 0 has changed/);
  });
});
