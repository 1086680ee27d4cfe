/** Several results folders as one table: every cell once, and no two versions without a word. */
import { closeSync, existsSync, mkdirSync, openSync, readSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { FileError, ParameterError } from "../errors/index.ts";
import type { Row } from "./cell.ts";
import { writeFault } from "./files.ts";
import { manifestName, readManifest } from "./manifest.ts";
import { tableNames, writeTables, type WrittenTable } from "./table.ts";

export interface MergeOptions {
  folders: readonly string[];
  out: string;
  /** Whether rows of several versions may stand in one table, each saying its own. */
  mixVersions?: boolean;
}

export interface Merged extends WrittenTable {
  versions: string[];
  /** Cells that several folders have, and that are in the table once. */
  shared: number;
  /** Cells of each folder's sweep without a row, where there are any. */
  missing: { folder: string; cells: number }[];
}

/**
 * Writes the joined table into a folder. Its first column, `sweep`, says which folder a row is from. A cell that several folders have, by its
 * key, is taken from the first that has it done.
 *
 * Errors: FileError on a folder without a table, or with a damaged one; ParameterError on several versions, unless they are asked for, and on
 *         an `out` that holds a sweep of its own.
 */
export function mergeTables({ folders, out, mixVersions = false }: MergeOptions): Merged {
  if (folders.some((folder) => resolve(folder) === resolve(out)) || existsSync(join(out, manifestName))) {
    throw new ParameterError({ where: `--out ${out}`, problem: "it holds the results of a sweep.", expected: "another folder for the joined table." });
  }
  const names = namesOf(folders);
  const seen = folders.map((folder) => lookAt(folder));
  const versions = [...new Set(seen.flatMap((one) => [...one.versions]))].sort();
  if (versions.length > 1 && !mixVersions) {
    throw new ParameterError({
      where: "sweep merge", problem: `the folders hold results of ${versions.length} versions: ${folders.map((folder, i) => `${folder} of ${[...seen[i].versions].join(" and ")}`).join(", ")}.`,
      expected: "one version: two may compute other bits.", mend: "compute them again with one, or add --mix-versions; the column version then tells them apart.",
    });
  }
  const owner = new Map<string, number>();
  let shared = 0;
  for (const status of ["done", "failed"]) {
    seen.forEach(({ keys }, i) => {
      for (const [key, own] of keys) {
        if (own !== status) continue;
        if (owner.has(key)) shared++;
        else owner.set(key, i);
      }
    });
  }
  try {
    mkdirSync(out, { recursive: true });
  } catch (cause) {
    throw writeFault(out, cause);
  }
  const written = writeTables(out, function* () {
    for (const [i, folder] of folders.entries()) {
      for (const row of tableRowsOf(folder)) if (owner.get(String(row.key)) === i) yield { sweep: names[i], ...row };
    }
  });
  const missing = folders.map((folder, i) => ({ folder, cells: (readManifest(folder)?.cells ?? seen[i].keys.size) - seen[i].keys.size })).filter(({ cells }) => cells > 0);
  return { ...written, versions, shared, missing };
}

/** The last part of each folder's path, or the whole of it where two have the same. */
function namesOf(folders: readonly string[]): string[] {
  const short = folders.map((folder) => basename(resolve(folder)));
  return new Set(short).size === short.length ? short : [...folders];
}

function lookAt(folder: string): { versions: Set<string>; keys: Map<string, string> } {
  const versions = new Set<string>();
  const keys = new Map<string, string>();
  for (const { version, key, status } of tableRowsOf(folder)) {
    versions.add(String(version));
    keys.set(String(key), String(status));
  }
  return { versions, keys };
}

/** The rows of a folder's table, a piece at a time; a joined table's own column `sweep` gives way. */
function* tableRowsOf(folder: string): Generator<Row> {
  const path = join(folder, tableNames.jsonl);
  let number = 0;
  for (const line of linesOf(path)) {
    number++;
    let row: (Row & { sweep?: unknown }) | null = null;
    try {
      row = JSON.parse(line) as Row;
    } catch { /* said below */ }
    if (typeof row !== "object" || row === null || typeof row.key !== "string" || typeof row.version !== "string" || typeof row.status !== "string") {
      throw new FileError({ where: `${path}, line ${number}`, problem: "it is damaged, or no row of a sweep.", expected: "a table written by `lemmagrad sweep`.", mend: "write it again with --collect." });
    }
    const { sweep: _sweep, ...own } = row;
    yield own as Row;
  }
}

function* linesOf(path: string): Generator<string> {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new FileError({ where: path, problem: code === "ENOENT" ? "there is no table." : `it cannot be read: ${message}.`, expected: "a results folder whose table is written.", mend: "`lemmagrad sweep FILE --out FOLDER --collect` writes it from the records." }, { cause });
  }
  try {
    const piece = Buffer.alloc(1 << 16);
    let rest = Buffer.alloc(0);
    for (let count = readSync(descriptor, piece, 0, piece.length, null); count > 0; count = readSync(descriptor, piece, 0, piece.length, null)) {
      let bytes = Buffer.concat([rest, piece.subarray(0, count)]);
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
        yield bytes.subarray(0, end).toString();
        bytes = bytes.subarray(end + 1);
      }
      rest = Buffer.from(bytes);
    }
    if (rest.length > 0) yield rest.toString();
  } finally {
    closeSync(descriptor);
  }
}
