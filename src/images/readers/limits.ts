/**
 * What every reader holds to: a file is a regular file of a bounded size, sizes are believed only after they were held
 * against the bytes there are, and a fault of the file is a FileError that names it.
 */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { FileError, ResourceError } from "../../errors/index.ts";

export interface ReadOptions {
  /** The most bytes that one file may have, or unpack to; default 2^29, more than twice what the largest official file holds. */
  maxBytes?: number;
}

/** Images with their labels. There are as many as labels. */
export interface LabelledImages {
  /** In the order image, channel, row, column; 0 is black, 255 full brightness. */
  pixels: Uint8Array;
  /** Of one image: channels (red, green, blue, or grey alone), rows, columns. */
  shape: [channels: number, rows: number, columns: number];
  /** Class of each image, from 0. */
  labels: Int32Array;
}

export const defaultMaxBytes = 2 ** 29;

/**
 * The bytes of a file.
 *
 * Errors: FileError when it is missing, no regular file, or cannot be read; ResourceError when it is larger than maxBytes.
 */
export function readBytes(path: string, { maxBytes = defaultMaxBytes }: ReadOptions = {}): Uint8Array {
  try {
    const file = openSync(path, "r");
    try {
      const found = fstatSync(file);
      if (!found.isFile()) throw new FileError({ where: path, problem: "it is no file.", expected: "a regular file." });
      checkSize(found.size, maxBytes, path);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof FileError || cause instanceof ResourceError) throw cause;
    const { code = "", message } = cause as NodeJS.ErrnoException;
    throw new FileError({ where: path, problem: code === "ENOENT" ? "there is no such file." : `the file cannot be read (${code === "" ? message : code}).`, expected: "a readable file.", mend: "check the path and its permissions." }, { cause });
  }
}

/** Errors: ResourceError beyond the caller's limit. */
export function checkSize(bytes: number, maxBytes: number, where: string): void {
  if (bytes > maxBytes) {
    throw new ResourceError({ where, problem: `it holds ${bytes} bytes, and the limit is ${maxBytes}.`, expected: `at most ${maxBytes} bytes in one file, packed or unpacked.`, mend: "if the file is meant to be that large, pass { maxBytes }." });
  }
}

/** A file that is not what its format says. */
export function damaged(where: string, how: string, cause?: unknown): FileError {
  return new FileError({ where, problem: `the file is damaged: ${how}.`, expected: "a whole, unchanged file.", mend: "copy or download it again: npx lemmagrad images fetch." }, { cause });
}
