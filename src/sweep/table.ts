/**
 * The table of a sweep: one row a seed or logged step, in the order of the cells, the same bytes whichever engine computed them.
 *
 * Rows come twice from where the records lie, once for the columns and once to be written, and are never held all at once.
 */
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { integerNames } from "./axes.ts";
import type { CellRecord, Row, Value } from "./cell.ts";
import { temporaryFor, writeFault } from "./files.ts";
import { parquetSink } from "./parquet.ts";

export type ColumnType = "integer" | "number" | "truth" | "text";

export interface Column {
  name: string;
  type: ColumnType;
}

export const tableNames = { jsonl: "table.jsonl", parquet: "table.parquet", csv: "table.csv" } as const;

/** Takes the rows of a file one by one, each with a value for every column. */
export interface Sink {
  row(values: readonly Value[]): void;
  end(): void;
  /** Closes it without an end. */
  abandon(): void;
}

/** The rows of a record as the table has them. */
export function tableRows({ index, key, status, rows, error, version }: CellRecord): Row[] {
  return rows.map((row) => ({ cell: index, status, ...row, error: error === undefined ? null : `${error.name}: ${error.message}`, version, key: key.slice(0, 16) }));
}

/** The columns of rows, in the order in which they first appear, those of every table last. */
export function columnsOf(rows: Iterable<Row>): Column[] {
  const seen = new Map<string, { numbers: boolean; truths: boolean; texts: boolean; whole: boolean }>();
  for (const row of rows) {
    for (const name of Object.keys(row)) {
      const value = row[name];
      let column = seen.get(name);
      if (column === undefined) seen.set(name, (column = { numbers: false, truths: false, texts: false, whole: true }));
      if (typeof value === "number") {
        column.numbers = true;
        column.whole &&= Number.isInteger(value) && Math.abs(value) < 2 ** 31;
      } else if (typeof value === "boolean") column.truths = true;
      else if (typeof value === "string") column.texts = true;
    }
  }
  const last = ["error", "version", "key"].filter((name) => seen.has(name));
  return [...seen].filter(([name]) => !last.includes(name)).concat(last.map((name) => [name, seen.get(name)!])).map(([name, { numbers, truths, texts, whole }]) => ({ name, type: typeOf(name, numbers, truths, texts, whole) }));
}

/** Counts by name; what is measured stays a real number though all its values happen to be whole. A column without any value is text if it tells of errors, else a number. */
function typeOf(name: string, numbers: boolean, truths: boolean, texts: boolean, whole: boolean): ColumnType {
  if (texts || (numbers && truths)) return "text";
  if (truths) return "truth";
  if (!numbers) return textNames.has(name) ? "text" : "number";
  return whole && (integerNames.has(name) || countNames.has(name) || name.endsWith(".n")) ? "integer" : "number";
}

const textNames: ReadonlySet<string> = new Set(["error", "threat", "loss", "observed", "binding", "verdict"]);
const countNames: ReadonlySet<string> = new Set(["cell", "seed", "step", "nonRobustFirst"]);

export interface WrittenTable {
  rows: number;
  columns: Column[];
}

/**
 * Writes table.jsonl, table.parquet and table.csv into a folder. `rows` is called twice and must give the same rows in the same order.
 *
 * Errors: FileError when one cannot be written; then the tables that were there before still are.
 */
export function writeTables(out: string, rows: () => Iterable<Row>): WrittenTable {
  const columns = columnsOf(rows());
  const names = Object.values(tableNames);
  const paths = names.map((name) => join(out, name));
  const sinks: Sink[] = [];
  let count = 0;
  let at = paths[0];
  try {
    for (const [make, path] of [[jsonlSink, paths[0]], [parquetSink, paths[1]], [csvSink, paths[2]]] as const) {
      at = path;
      sinks.push(make(temporaryFor(path), columns));
    }
    for (const row of rows()) {
      const values = columns.map(({ name, type }) => valueIn(row[name] ?? null, type));
      sinks.forEach((sink, i) => {
        at = paths[i];
        sink.row(values);
      });
      count++;
    }
    sinks.forEach((sink, i) => {
      at = paths[i];
      sink.end();
    });
    for (const path of paths) renameSync(temporaryFor(path), path);
  } catch (cause) {
    for (const sink of sinks) sink.abandon();
    for (const path of paths) rmSync(temporaryFor(path), { force: true });
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw writeFault(at, cause, "free some space or name another place; the records are kept, and --resume writes the table from them.");
  }
  return { rows: count, columns };
}

/** In a column of texts everything is one. */
const valueIn = (value: Value, type: ColumnType): Value => (type === "text" && value !== null ? String(value) : value);

/** Collects text and writes it a piece at a time. */
function textFile(path: string): { write(text: string): void; end(): void; abandon(): void } {
  const descriptor = openSync(path, "w");
  let pieces: string[] = [];
  let size = 0;
  let open = true;
  const flush = (): void => {
    const bytes = Buffer.from(pieces.join(""));
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done, bytes.length - done);
    pieces = [];
    size = 0;
  };
  const abandon = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  return {
    write(text) {
      pieces.push(text);
      size += text.length;
      if (size > 1 << 16) flush();
    },
    end() {
      flush();
      abandon();
    },
    abandon,
  };
}

/** One JSON object a line, with every column. */
function jsonlSink(path: string, columns: readonly Column[]): Sink {
  const file = textFile(path);
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  return { ...file, row: (values) => file.write(`{${values.map((value, i) => keys[i] + JSON.stringify(value)).join(",")}}\n`) };
}

/** RFC 4180, with a line feed; no value is an empty field, an empty text is quoted. */
function csvSink(path: string, columns: readonly Column[]): Sink {
  const file = textFile(path);
  const field = (value: Value): string => {
    if (value === null) return "";
    const text = String(value);
    return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
  };
  file.write(`${columns.map(({ name }) => field(name)).join(",")}\n`);
  return { ...file, row: (values) => file.write(`${values.map(field).join(",")}\n`) };
}
