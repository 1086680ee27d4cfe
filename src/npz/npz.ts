/** Named arrays in one file, as numpy.savez writes and numpy.load reads them: a zip whose entry "W.npy" is the array W. */
import { randomUUID } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { zipSync } from "fflate";
import { FileError, ParameterError } from "../errors/index.ts";
import { formatNpy, parseNpy, type NpyArray, type WritableArray } from "./npy.ts";
import { readZip } from "./zip.ts";

const suffix = ".npy";
/** Beyond these a zip needs zip64 records, which fflate does not write. */
const largestFile = 2 ** 32 - 1;
const mostEntries = 2 ** 16 - 1;

/**
 * Every array of an .npz file, by name.
 *
 * Errors: FileError when the file is missing, not an .npz, cut short or damaged, or holds something else than arrays of
 * numbers; the message names the file and the array.
 * Cost: the file and its arrays are held in memory.
 * Example: readNpz("run.npz").U.shape  // => [301, 5, 10]
 */
export function readNpz(path: string): Record<string, NpyArray> {
  return parseNpz(readBytes(path), path);
}

/** As readNpz, from the bytes of a file; `where` names them in messages. */
export function parseNpz(bytes: Uint8Array, where = "npz"): Record<string, NpyArray> {
  const arrays: [string, NpyArray][] = [];
  for (const [entry, content] of readZip(bytes, where)) {
    if (!entry.endsWith(suffix)) {
      throw new FileError({ where, problem: `entry "${entry}" is not an array.`, expected: "every entry's name to end in .npy.", mend: "write the file with numpy.savez or lemmagrad." });
    }
    const name = entry.slice(0, -suffix.length);
    arrays.push([name, parseNpy(content, `${where}, array "${name}"`)]);
  }
  return Object.fromEntries(arrays);
}

/**
 * Writes arrays to an .npz file that NumPy reads, deflated.
 *
 * The file appears whole or not at all: it is written under another name in the same folder, flushed to the disk, and
 * then renamed. The same arrays give the same bytes.
 * Errors: ParameterError when an array cannot be written; FileError when the file cannot.
 * Example: writeNpz("state.npz", { W: { shape: [2, 3], data: new Float64Array(6) } })
 */
export function writeNpz(path: string, arrays: Record<string, WritableArray>): void {
  const bytes = formatNpz(arrays, path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, "wx");
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new FileError({ where: path, problem: `the file cannot be written (${reason(cause)}).`, expected: "a path in an existing folder that may be written.", mend: "make the folder, free some space, or choose another path." }, { cause });
  }
}

/** The bytes of an .npz file; `where` names it in messages. */
export function formatNpz(arrays: Record<string, WritableArray>, where = "npz"): Uint8Array {
  const entries = Object.entries(arrays).map(([name, array]) => [`${name}${suffix}`, formatNpy(array, `${where}, array "${name}"`)] as const);
  const total = entries.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  if (total > largestFile || entries.length > mostEntries) {
    throw new ParameterError({ where, problem: `${entries.length} arrays of ${total} bytes are too large for one file.`, expected: `at most ${mostEntries} arrays and ${largestFile} bytes.`, mend: "write several files." });
  }
  // The earliest moment a zip can name, in local time as zip has it, so that the same data give the same bytes.
  return zipSync(Object.fromEntries(entries), { level: 6, mtime: new Date(1980, 0, 1) });
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new FileError({ where: path, problem: missing ? "there is no such file." : `the file cannot be read (${reason(cause)}).`, expected: "a readable .npz file.", mend: "check the path and its permissions." }, { cause });
  }
}

function reason(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
}
