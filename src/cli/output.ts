/** Places to write to, tried before anything is computed, and files that appear whole or not at all. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { FileError } from "../errors/index.ts";

const reasons: Record<string, string> = {
  EEXIST: "it, or a folder above it, is a file", ENOTDIR: "it, or a folder above it, is a file", EISDIR: "a folder is in the way",
  EACCES: "permission is denied", EPERM: "permission is denied", EROFS: "the disk is read-only", ENOSPC: "the disk is full",
};

/**
 * Makes the folder if need be and writes a file into it, to see that it can be done.
 *
 * Errors: FileError, naming the flag, when it cannot; also when one of `files` is a folder.
 */
export function checkFolder(folder: string, flag: string, files: readonly string[]): void {
  const probe = join(folder, `.lemmagrad-${process.pid}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    closeSync(openSync(probe, "w"));
    rmSync(probe);
    for (const file of files) {
      if (statSync(join(folder, file), { throwIfNoEntry: false })?.isDirectory()) throw Object.assign(new Error(file), { code: "EISDIR" });
    }
  } catch (cause) {
    throw unwritable(`${flag} ${folder}`, cause);
  }
}

/** The same for one file. */
export function checkFile(path: string, flag: string): void {
  checkFolder(dirname(resolve(path)), flag, [basename(path)]);
}

/** Writes a text under another name in the same folder, then renames it. */
export function writeWhole(path: string, text: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw unwritable(path, cause);
  }
}

function unwritable(where: string, cause: unknown): FileError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  return new FileError({
    where, problem: `nothing can be written there: ${reasons[code] ?? message}.`, expected: "a place that can be written to.",
    mend: "name another place, or move what is in the way.",
  }, { cause });
}
