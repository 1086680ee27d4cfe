/** Files that appear whole or not at all, and why one could not be written. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { FileError } from "../errors/index.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full", EDQUOT: "the disk quota is used up", EFBIG: "the file would be larger than is allowed", EACCES: "permission is denied", EPERM: "permission is denied",
  EROFS: "the disk is read-only", ENOTDIR: "it, or a folder above it, is a file", EEXIST: "it, or a folder above it, is a file", EISDIR: "a folder is in the way", EMFILE: "too many files are open",
};

export function writeFault(path: string, cause: unknown, mend = "name another place, or move what is in the way."): FileError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  return new FileError({ where: path, problem: `it cannot be written: ${reasons[code] ?? message}.`, expected: "a place that can be written to.", mend }, { cause });
}

/** Where a file is written before it gets its name. */
export const temporaryFor = (path: string): string => join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);

/** Errors: FileError when the text cannot be written; then the file is as it was. */
export function writeWhole(path: string, text: string): void {
  const temporary = temporaryFor(path);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw writeFault(path, cause);
  }
}
