/** The three tables hold the same; each is read back by somebody else than its writer. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { columnsOf, type Row, writeTables } from "../../src/sweep/index.ts";
import { temporaryFolder } from "../support/command-line.ts";

const folder = temporaryFolder();
let outs = 0;

function written(rows: readonly Row[]): { out: string; table: ReturnType<typeof writeTables> } {
  const out = join(folder, `table-${outs++}`);
  mkdirSync(out);
  return { out, table: writeTables(out, () => rows) };
}

const readJsonl = (out: string): Row[] => readFileSync(join(out, "table.jsonl"), "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Row);

async function readParquet(out: string): Promise<Row[]> {
  const bytes = readFileSync(join(out, "table.parquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  return (await parquetReadObjects({ file })) as Row[];
}

/** RFC 4180, read by hand: quoted fields, doubled quotes; an empty field is undefined. */
function readCsv(out: string): (string | undefined)[][] {
  const text = readFileSync(join(out, "table.csv"), "utf8");
  const rows: (string | undefined)[][] = [[]];
  for (let i = 0; i < text.length;) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(text.slice(i));
    const plain = /^[^,\n]*/.exec(text.slice(i))![0];
    rows.at(-1)!.push(quoted === null ? (plain === "" ? undefined : plain) : quoted[1].replaceAll("\"\"", "\""));
    i += (quoted === null ? plain : quoted[0]).length;
    if (text[i] === "\n" && i + 1 < text.length) rows.push([]);
    i++;
  }
  return rows;
}

// one type a column, as sweeps have; some rows lack some columns
const rowOf = fc.record({
  cell: fc.nat({ max: 1000 }), k: fc.integer({ min: 2, max: 9 }), "U.max": fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })), holds: fc.option(fc.boolean()),
  observed: fc.option(fc.string({ unit: fc.constantFrom(..."ab,\"\r\n é→0 ") })), version: fc.constant("1"), error: fc.constant(null),
}, { requiredKeys: ["cell", "version", "error"] });

describe("a table", () => {
  it("is the same in all three formats, with every value that a row has", async () => {
    await fc.assert(fc.asyncProperty(fc.array(rowOf, { minLength: 1, maxLength: 30 }), async (rows) => {
      const { out, table } = written(rows);
      const names = table.columns.map(({ name }) => name);
      expect(names.slice(-2)).toEqual(["error", "version"]);
      const whole = rows.map((row) => Object.fromEntries(names.map((name) => [name, (row as Row)[name] ?? null])));
      // JSON writes -0 as 0
      const jsonl = readJsonl(out);
      expect(jsonl).toEqual(JSON.parse(JSON.stringify(whole)));
      expect(await readParquet(out)).toEqual(whole);
      const [head, ...body] = readCsv(out);
      expect(head).toEqual(names);
      expect(body).toEqual(jsonl.map((row) => names.map((name) => (row[name] === null ? undefined : String(row[name])))));
    }), { numRuns: 60 });
  });

  it("gives counts a type of integers, measurements one of real numbers though they are whole, and texts of several kinds one of text", async () => {
    const { out, table } = written([{ cell: 0, k: 5, "U.n": 5, trainLoss: 1, threat: null, word: 1, version: "1" }, { cell: 1, k: 5, "U.n": 5, trainLoss: 2, threat: null, word: "b", version: "1" }]);
    expect(Object.fromEntries(table.columns.map(({ name, type }) => [name, type]))).toEqual({ cell: "integer", k: "integer", "U.n": "integer", trainLoss: "number", threat: "text", word: "text", version: "text" });
    const bytes = readFileSync(join(out, "table.parquet"));
    const { schema, num_rows } = parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
    expect(schema.slice(1).map(({ name, type, repetition_type }) => [name, type, repetition_type])).toEqual([
      ["cell", "INT32", "OPTIONAL"], ["k", "INT32", "OPTIONAL"], ["U.n", "INT32", "OPTIONAL"], ["trainLoss", "DOUBLE", "OPTIONAL"], ["threat", "BYTE_ARRAY", "OPTIONAL"], ["word", "BYTE_ARRAY", "OPTIONAL"], ["version", "BYTE_ARRAY", "OPTIONAL"],
    ]);
    expect(num_rows).toBe(2n);
    expect(columnsOf([{ k: 2 ** 31 }])).toEqual([{ name: "k", type: "number" }]);
  });

  it("of more rows than a row group holds is whole", async () => {
    const { out } = written(Array.from({ length: 9000 }, (_, cell) => ({ cell, x: cell / 7, version: "1" })));
    const rows = await readParquet(out);
    expect(rows).toHaveLength(9000);
    expect(rows.every(({ cell, x }, i) => cell === i && x === i / 7)).toBe(true);
  });

  it("that cannot be written leaves the one before as it was, and nothing half", () => {
    const { out } = written([{ cell: 0, version: "1" }]);
    const before = readdirSync(out).map((name) => readFileSync(join(out, name)));
    const rows = function* (): Generator<Row> {
      yield { cell: 1, version: "1" };
      throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    };
    let calls = 0;
    expect(() => writeTables(out, () => (calls++ === 0 ? [{ cell: 1, version: "1" }] : rows()))).toThrow(/the disk is full/);
    expect(readdirSync(out)).toEqual(["table.csv", "table.jsonl", "table.parquet"]);
    expect(readdirSync(out).map((name) => readFileSync(join(out, name)))).toEqual(before);
    // a folder in the way of one of them
    const blocked = join(folder, "blocked");
    mkdirSync(join(blocked, "table.csv"), { recursive: true });
    writeFileSync(join(blocked, "table.csv/in-the-way"), "");
    expect(() => writeTables(blocked, () => [{ cell: 1, version: "1" }])).toThrow(/it cannot be written/);
  });
});

/** A Python with pandas and pyarrow, which few machines have: LEMMAGRAD_PANDAS=/path/to/python. */
const python = process.env.LEMMAGRAD_PANDAS;
const sameInPandas = `
import sys, pandas as pd
t = pd.read_parquet("table.parquet")
c = pd.read_csv("table.csv", float_precision="round_trip", keep_default_na=False, na_values={n: [""] for n in t.columns})
j = pd.read_json("table.jsonl", lines=True, precise_float=True, convert_dates=False)
assert list(t.columns) == list(c.columns) == list(j.columns)
for n in t.columns:
    for other in (c, j):
        assert len(t) == len(other)
        for a, b in zip(t[n], other[n]):
            assert a == b or (pd.isna(a) and pd.isna(b)) or str(a) == str(b), (n, a, b)
print(len(t), [str(t[n].dtype) for n in ("cell", "x")])
`;

(python === undefined ? describe.skip : describe)("pandas (LEMMAGRAD_PANDAS names its Python)", () => {
  it("reads the same from all three", () => {
    const { out } = written(Array.from({ length: 200 }, (_, cell) => ({ cell, x: cell % 3 === 0 ? null : Math.sqrt(cell), holds: cell % 2 === 0, observed: cell % 5 === 0 ? null : `a, "b" é ${cell}`, version: "1" })));
    expect(execFileSync(python!, ["-c", sameInPandas], { cwd: out, encoding: "utf8" })).toBe("200 ['int32', 'float64']\n");
  });
});
