/**
 * Files of records, one a worker: JSON Lines, each line with a checksum of its own.
 *
 * A line is appended when its cell is done, with one write, so a process that is killed loses at most the cells it was computing. What a
 * torn or damaged line said is computed again; what stands before and after it counts.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readdirSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { FileError } from "../errors/index.ts";
import type { CellRecord } from "./cell.ts";
import { writeFault } from "./files.ts";

export const recordsName = "records";

/** Where a record lies. */
export interface Place {
  /** Name of the file, without its folder. */
  file: string;
  /** In bytes, without the line's end. */
  offset: number;
  length: number;
}

export function lineOf(record: CellRecord): string {
  const text = JSON.stringify(record);
  return `${text.slice(0, -1)},"check":"${checkOf(text)}"}\n`;
}

const tail = /,"check":"([0-9a-f]{16})"\}$/;

/** The record of a line without its end; undefined when it is damaged. */
export function recordOf(line: string): CellRecord | undefined {
  const match = tail.exec(line);
  if (match === null) return undefined;
  const text = `${line.slice(0, match.index)}}`;
  return checkOf(text) === match[1] ? (JSON.parse(text) as CellRecord) : undefined;
}

const checkOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Appends records to the files of a folder. */
export class RecordWriter {
  private readonly folder: string;
  private readonly files = new Map<string, { descriptor: number; end: number }>();

  constructor(out: string) {
    this.folder = join(out, recordsName);
  }

  /** Errors: FileError when it cannot be written; what was there stays whole. */
  write(record: CellRecord): Place {
    const name = `${record.made.worker}.jsonl`;
    const path = join(this.folder, name);
    try {
      const file = this.open(name, path);
      const line = Buffer.from(lineOf(record));
      const offset = file.end;
      try {
        for (let done = 0; done < line.length;) done += writeSync(file.descriptor, line, done, line.length - done);
      } catch (error) {
        // no half of a line is left behind where that can be helped
        try { ftruncateSync(file.descriptor, offset); } catch { /* the line is then taken for a torn one */ }
        throw error;
      }
      file.end += line.length;
      return { file: name, offset, length: line.length - 1 };
    } catch (cause) {
      throw writeFault(path, cause, "cells that are done stay: free some space and go on with --resume.");
    }
  }

  close(): void {
    for (const { descriptor } of this.files.values()) closeSync(descriptor);
    this.files.clear();
  }

  private open(name: string, path: string): { descriptor: number; end: number } {
    const known = this.files.get(name);
    if (known !== undefined) return known;
    mkdirSync(this.folder, { recursive: true });
    const descriptor = openSync(path, "a+");
    let { size: end } = fstatSync(descriptor);
    // a line torn by an earlier process gets its end, so that the next one stands alone
    if (end > 0 && !endsWithNewline(descriptor, end)) end += writeSync(descriptor, "\n");
    const file = { descriptor, end };
    this.files.set(name, file);
    return file;
  }
}

function endsWithNewline(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] === 10;
}

/** Names of a results folder's files of records, sorted. */
export function recordFiles(out: string): string[] {
  try {
    return readdirSync(join(out, recordsName)).filter((name) => name.endsWith(".jsonl")).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** Damaged lines of a file: how many, and whether one is its last, which a killed process leaves. */
export interface Damage {
  file: string;
  lines: number;
  torn: boolean;
}

/** Every whole record of a file with its place, reading a piece at a time; returns what was damaged. */
export function readRecords(out: string, file: string, onRecord: (record: CellRecord, place: Place) => void): Damage | undefined {
  const path = join(out, recordsName, file);
  const descriptor = openToRead(path);
  let damaged = 0;
  let torn = false;
  const line = (bytes: Buffer, offset: number): void => {
    if (bytes.length === 0) return;
    const record = recordOf(bytes.toString());
    if (record === undefined) damaged++;
    else onRecord(record, { file, offset, length: bytes.length });
  };
  try {
    const piece = Buffer.alloc(1 << 16);
    let rest = Buffer.alloc(0);
    let start = 0;
    for (;;) {
      const count = readSync(descriptor, piece, 0, piece.length, null);
      if (count === 0) break;
      let bytes = Buffer.concat([rest, piece.subarray(0, count)]);
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
        line(bytes.subarray(0, end), start);
        start += end + 1;
        bytes = bytes.subarray(end + 1);
      }
      rest = bytes;
    }
    if (rest.length > 0) {
      const before = damaged;
      line(rest, start);
      torn = damaged > before;
    }
  } finally {
    closeSync(descriptor);
  }
  return damaged === 0 ? undefined : { file, lines: damaged, torn };
}

/** Reads single records again by their places. */
export class RecordReader {
  private readonly folder: string;
  private readonly descriptors = new Map<string, number>();
  /** One buffer for all records: a buffer each would be garbage that nobody collects in time. */
  private bytes = Buffer.alloc(1 << 14);

  constructor(out: string) {
    this.folder = join(out, recordsName);
  }

  /** Errors: FileError when the record is no longer what was written. */
  read({ file, offset, length }: Place): CellRecord {
    const path = join(this.folder, file);
    let descriptor = this.descriptors.get(file);
    if (descriptor === undefined) this.descriptors.set(file, (descriptor = openToRead(path)));
    if (this.bytes.length < length) this.bytes = Buffer.alloc(2 * length);
    const count = readSync(descriptor, this.bytes, 0, length, offset);
    const record = count === length ? recordOf(this.bytes.toString("utf8", 0, length)) : undefined;
    if (record === undefined) throw new FileError({ where: path, problem: `the record at byte ${offset} has changed while it was in use.`, expected: "nobody else to write to the folder.", mend: "run again with --resume: what is damaged is computed again." });
    return record;
  }

  close(): void {
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
  }
}

function openToRead(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw new FileError({ where: path, problem: `it cannot be read: ${(cause as Error).message}.`, expected: "a file of records." }, { cause });
  }
}
