/**
 * One file from the first address that gives it whole.
 *
 * Bytes go into `NAME.part` beside the file, each at its own place, so that an interrupted download goes on where it
 * stopped, from whichever address, and two at once do no harm. Only when the length and the MD5 are right is the file
 * flushed to the disk and gets its name.
 */
import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FileError, LemmagradError } from "../../errors/index.ts";
import { arrivals } from "./arrivals.ts";
import { Refusal, requestPiece } from "./request.ts";
import type { RemoteFile } from "./sources.ts";

/** Bytes a second; a server below this is as good as silent. */
const slowest = 1024;

export interface DownloadOptions {
  /** Tries in a row, at one address, that bring less than a hundredth of the file; default 4. */
  attempts?: number;
  /** Pause after the n-th such try, in milliseconds; default 1 s, 2 s, 4 s, ... */
  pause?(failures: number): number;
  /** Silence, or a time of less than 1 KiB a second, after which a server is given up, in milliseconds; default 30 s. */
  idle?: number;
  onProgress?(got: number): void;
}

/**
 * Downloads a file to `path`, unless it is there already.
 *
 * Errors: FileError when another file is there, when no address gave it (the message says what each one did), or when
 *         nothing can be written.
 */
export async function download(file: RemoteFile, path: string, options: DownloadOptions = {}): Promise<"downloaded" | "already there"> {
  const { attempts = 4, pause = (failures) => 1000 * 2 ** (failures - 1), idle = 30_000, onProgress } = options;
  try {
    await mkdir(dirname(path), { recursive: true });
    const part = partOf(path);
    const said: string[] = [];
    for (const folder of file.from) {
      const address = new URL(file.name, folder.endsWith("/") ? folder : `${folder}/`).href;
      for (let failures = 0; ;) {
        if (await isThere(file, path)) {
          await rm(part, { force: true }); // begun after another download of the same file had renamed its own
          return "already there";
        }
        const before = await lengthOf(part);
        const refusal = await attempt(file, address, path, { idle, onProgress });
        if (refusal === undefined) return "downloaded";
        const got = await lengthOf(part) - before;
        failures = got >= file.bytes / 100 && got > 0 ? 1 : failures + 1;
        if (!refusal.again || failures >= attempts) {
          said.push(`${address}: ${refusal.message}`);
          break;
        }
        await sleep(Math.max(pause(failures), 1000 * refusal.waitSeconds));
      }
    }
    throw new FileError({
      where: file.name, problem: `no address gave the file:\n${said.map((words) => `    ${words}`).join("\n")}`,
      expected: `${file.bytes} bytes with MD5 ${file.md5}.`,
      mend: `run the command again later (it goes on where it stopped), pass --mirror, or download the file by other means and put it at ${path}.`,
    });
  } catch (cause) {
    if (cause instanceof LemmagradError || !(cause instanceof Error && "code" in cause)) throw cause;
    throw new FileError({ where: path, problem: `the file cannot be written (${String(cause.code)}).`, expected: "a folder that may be written to, and room for the file.", mend: "free some space, or name another folder." }, { cause });
  }
}

/** Errors: FileError when a file of that name is another one: it is not ours to replace. */
async function isThere(file: RemoteFile, path: string): Promise<boolean> {
  const length = await lengthOf(path);
  if (length === 0 && await stat(path).catch(() => undefined) === undefined) return false;
  const sum = length === file.bytes ? await md5Of(path) : undefined;
  if (sum === file.md5) return true;
  throw new FileError({
    where: path, problem: `a file is there that is not the official one: it has ${sum === undefined ? `${length} bytes, not ${file.bytes}` : `MD5 ${sum}, not ${file.md5}`}.`,
    expected: "the official file, or none.", mend: "remove or rename it, or name another folder.",
  });
}

/** One try: what is missing of the part file, which gets its name when it is whole and right. Undefined when the file is there. */
async function attempt(file: RemoteFile, address: string, path: string, { idle, onProgress }: Pick<DownloadOptions, "onProgress"> & { idle: number }): Promise<Refusal | undefined> {
  const part = partOf(path);
  const kept = await lengthOf(part);
  if (kept > file.bytes) await rm(part, { force: true });
  const offset = kept > file.bytes ? 0 : kept;
  try {
    const fresh = offset < file.bytes ? await transfer(file, address, part, offset, { idle, onProgress }) : false;
    const written = await sumOf(part);
    if (written === undefined ? await isThere(file, path) : written.sum === file.md5 && await named(part, path, written.inode, file)) return undefined;
    if (written === undefined || written.sum === file.md5) throw new Refusal("another download of the same file threw away what had come", { again: true });
    // bytes kept from before may be the wrong ones; a file wrong from the first byte to the last will be so again
    throw new Refusal(`what it sent has MD5 ${written.sum}`, { again: !fresh, forget: true });
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    if (refusal.forget) await rm(part, { force: true });
    return refusal;
  }
}

/** Writes the rest of the file; whether all of it came in this one answer. */
async function transfer(file: RemoteFile, address: string, part: string, offset: number, { idle, onProgress }: Pick<DownloadOptions, "onProgress"> & { idle: number }): Promise<boolean> {
  const { start, body } = await requestPiece(address, { offset, bytes: file.bytes, idle });
  const chunks = arrivals(body, () => `after ${at} of ${file.bytes} bytes`);
  let at = start;
  const pace = { since: performance.now(), from: at };
  try {
    const out = await open(part, constants.O_RDWR | (start === 0 ? constants.O_CREAT : 0)).catch(gone);
    if (out === undefined) throw new Refusal("another download of the same file took what had come", { again: true });
    try {
      for await (const chunk of chunks) {
        if (at + chunk.length > file.bytes) throw new Refusal(`it sends more than ${file.bytes} bytes`, { again: false });
        for (let written = 0; written < chunk.length;) written += (await out.write(chunk, written, chunk.length - written, at + written)).bytesWritten;
        at += chunk.length;
        onProgress?.(at);
        if (performance.now() - pace.since < idle) continue;
        if (at - pace.from < slowest * idle / 1000) throw new Refusal(`it sends less than ${slowest} bytes a second`, { again: true });
        Object.assign(pace, { since: performance.now(), from: at });
      }
    } finally {
      await out.close();
    }
  } finally {
    body.destroy();
  }
  if (at < file.bytes) throw new Refusal(`it stopped after ${at} of ${file.bytes} bytes`, { again: true });
  return start === 0;
}

/** MD5 of what is at the part file's name, and which file that is; undefined when there is none. */
async function sumOf(part: string): Promise<{ sum: string; inode: bigint } | undefined> {
  const file = await open(part, "r+").catch(gone);
  if (file === undefined) return undefined;
  try {
    const { ino: inode } = await file.stat({ bigint: true });
    const hash = createHash("md5");
    for await (const chunk of file.createReadStream({ start: 0, highWaterMark: 2 ** 20, autoClose: false })) hash.update(chunk as Uint8Array);
    await file.sync();
    return { sum: hash.digest("hex"), inode };
  } finally {
    await file.close();
  }
}

/**
 * Gives a part file, looked through, its name; whether the file is there. Another download of the same file may have done so since, and
 * a third begun a part file of its own: so the name is given by a link, which replaces nothing, and to the very file that was looked through.
 */
async function named(part: string, path: string, inode: bigint, file: RemoteFile): Promise<boolean> {
  try {
    await link(part, path);
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (["EEXIST", "ENOENT"].includes(code)) {
      if (!await isThere(file, path)) return false;
      await rm(part, { force: true });
      return true;
    }
    // a disk without links
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EINVAL", "EISDIR"].includes(code)) throw cause;
    await rename(part, path);
    return true;
  }
  if ((await stat(path, { bigint: true })).ino !== inode) {
    await rm(path);
    return false;
  }
  await rm(part, { force: true });
  return true;
}

const partOf = (path: string) => `${path}.part`;

/** For a part file that another download of the same file has renamed or thrown away. */
function gone(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== "ENOENT") throw cause;
}

async function lengthOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

export async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}
