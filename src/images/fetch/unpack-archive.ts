/**
 * Named files out of a .tar.gz, and nothing else.
 *
 * An entry is taken when its name is one of those asked for, it is a regular file and has the length expected; it is
 * written under the name we give it. So no entry chooses where it goes, and links, absolute names and `..` are passed over
 * like any other name nobody asked for. The files get their names together, when all of them are whole.
 *
 * Source: POSIX.1-1988 "ustar" as in the manual of pax; extended headers are passed over.
 */
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { FileError, LemmagradError } from "../../errors/index.ts";
import { damaged } from "../readers/limits.ts";
import { md5Of } from "./download.ts";
import type { ArchiveEntry } from "./sources.ts";

const block = 512;

/**
 * Writes `entries` of the archive into `folder`, and their MD5 sums into the file `sums`.
 *
 * Errors: FileError when the archive is damaged, cut short, lacks one of them, has one twice or of another length, or
 *         unpacks to more than twice what they hold; or when nothing can be written. Nothing is left behind then.
 */
export async function unpackArchive(archive: string, entries: readonly ArchiveEntry[], folder: string, sums: string): Promise<void> {
  const temporary = (name: string) => join(folder, `${name}.unpacking`);
  const names = [...entries.map(({ name }) => name), sums];
  try {
    for (const name of names) await rm(temporary(name), { force: true });
    const most = 2 * entries.reduce((sum, { bytes }) => sum + bytes + block, 2 ** 20);
    await pipeline(createReadStream(archive), createGunzip(), (chunks: AsyncIterable<Uint8Array>) => takeEntries(new Bytes(chunks, archive, most), archive, entries, temporary));
    const lines = await Promise.all(entries.map(async ({ name }) => `${await md5Of(temporary(name))}  ${name}\n`));
    await writeFile(temporary(sums), lines.join(""), { flag: "wx" });
    // the sums first: an interruption between two files leaves none that is not listed
    for (const name of [sums, ...names.slice(0, -1)]) await rename(temporary(name), join(folder, name));
  } catch (cause) {
    for (const name of names) await rm(temporary(name), { force: true });
    if (cause instanceof LemmagradError) throw cause;
    const { code = "", message } = cause as NodeJS.ErrnoException;
    if (code.startsWith("Z_")) throw damaged(archive, `its gzip stream cannot be unpacked (${message})`, cause);
    throw new FileError({ where: folder, problem: `the archive cannot be unpacked there (${code === "" ? message : code}).`, expected: "a folder that may be written to, and room for the files.", mend: "free some space, or name another folder." }, { cause });
  }
}

async function takeEntries(bytes: Bytes, where: string, entries: readonly ArchiveEntry[], temporary: (name: string) => string): Promise<void> {
  const missing = new Map(entries.map((entry) => [entry.entry, entry]));
  for (;;) {
    const header = await bytes.take(block);
    if (header.every((byte) => byte === 0)) break; // the archive's end
    const { name, size, isFile } = readHeader(header, where);
    const wanted = entries.find(({ entry }) => entry === name);
    if (wanted === undefined) {
      await bytes.pass(size);
    } else {
      if (!missing.delete(name)) throw damaged(where, `the archive has ${name} twice`);
      if (!isFile || size !== wanted.bytes) throw damaged(where, `${name} is ${isFile ? `${size} bytes long, not ${wanted.bytes}` : "no regular file"}`);
      const out = await open(temporary(wanted.name), "wx");
      try {
        await bytes.pass(size, out);
        await out.sync();
      } finally {
        await out.close();
      }
    }
    await bytes.pass((block - (size % block)) % block);
  }
  if (missing.size > 0) throw damaged(where, `the archive lacks ${[...missing.keys()].join(", ")}`);
  await bytes.end(); // gzip's checksum comes last
}

function readHeader(header: Uint8Array, where: string): { name: string; size: number; isFile: boolean } {
  const text = (start: number, length: number) => {
    const field = header.subarray(start, start + length);
    const end = field.indexOf(0);
    return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
  };
  const octal = (start: number, length: number) => {
    const digits = text(start, length).trim();
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : NaN;
  };
  let sum = 0;
  // its own field counts as spaces
  for (let at = 0; at < block; at++) sum += at >= 148 && at < 156 ? 0x20 : header[at];
  const size = octal(124, 12);
  if (octal(148, 8) !== sum || Number.isNaN(size)) throw damaged(where, "the header of an entry is not one");
  const prefix = text(257, 5) === "ustar" ? text(345, 155) : "";
  const type = header[156];
  return { name: (prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`).replace(/^\.\//, ""), size, isFile: type === 0 || type === 0x30 };
}

/** A stream of chunks as a row of bytes. */
class Bytes {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private readonly where: string;
  private readonly most: number;
  private chunk = new Uint8Array();
  private seen = 0;
  constructor(chunks: AsyncIterable<Uint8Array>, where: string, most: number) {
    this.chunks = chunks[Symbol.asyncIterator]();
    this.where = where;
    this.most = most;
  }

  /** At most `count` of the next bytes; none at the end. */
  private async next(count: number): Promise<Uint8Array> {
    while (this.chunk.length === 0) {
      const { value, done } = await this.chunks.next() as IteratorResult<Uint8Array, undefined>;
      if (done || value === undefined) return new Uint8Array();
      this.seen += value.length;
      if (this.seen > this.most) throw damaged(this.where, `the archive unpacks to more than ${this.most} bytes`);
      this.chunk = new Uint8Array(value);
    }
    const piece = this.chunk.subarray(0, count);
    this.chunk = this.chunk.subarray(piece.length);
    return piece;
  }

  async take(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const piece = await this.next(count - at);
      if (piece.length === 0) throw damaged(this.where, "the archive is cut short");
      taken.set(piece, at);
      at += piece.length;
    }
    return taken;
  }

  /** The next `count` bytes, written to a file if one is given. */
  async pass(count: number, out?: FileHandle): Promise<void> {
    for (let left = count; left > 0;) {
      const piece = await this.next(left);
      if (piece.length === 0) throw damaged(this.where, "the archive is cut short");
      if (out !== undefined) await out.writeFile(piece);
      left -= piece.length;
    }
  }

  /** Reads on to the end. */
  async end(): Promise<void> {
    while ((await this.next(2 ** 20)).length > 0);
  }
}
