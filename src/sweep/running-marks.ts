/**
 * Which cells a process is computing, on disk, so that the one after it knows what its death may have to do with.
 *
 * A cell that ends its thread is tried again and reported; one that takes the whole process with it (abort, a crash in native code, memory that
 * V8 or the kernel refuses for good) leaves only its mark. It may be innocent: every process that is killed leaves some. So nothing is
 * concluded from a mark but an order: cells that were running when a process died come last, and stop no other one.
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { writeFault } from "./files.ts";

const width = 16;

export class RunningMarks {
  private readonly path: string;
  private readonly descriptor: number;
  private readonly slots = new Map<number, number>();
  private readonly free: number[] = [];
  private used = 0;

  /** `before`: cells that stay marked as long as this process lives. Errors: FileError when it cannot be written. */
  constructor(path: string, before: readonly number[] = []) {
    this.path = path;
    try {
      this.descriptor = openSync(path, "w");
    } catch (cause) {
      throw writeFault(path, cause);
    }
    before.forEach((index) => this.begin(index));
  }

  begin(index: number): void {
    if (this.slots.has(index)) return;
    const slot = this.free.pop() ?? this.used++;
    this.slots.set(index, slot);
    this.write(slot, String(index));
  }

  end(index: number): void {
    const slot = this.slots.get(index);
    if (slot === undefined) return;
    this.slots.delete(index);
    this.free.push(slot);
    this.write(slot, "");
  }

  /** Removes the file: the process ends as it should. */
  close(): void {
    closeSync(this.descriptor);
    rmSync(this.path, { force: true });
  }

  private write(slot: number, text: string): void {
    try {
      writeSync(this.descriptor, `${text.padEnd(width - 1)}\n`, slot * width);
    } catch (cause) {
      throw writeFault(this.path, cause, "cells that are done stay: free some space and go on with --resume.");
    }
  }
}

/** The cells marked in a file that a process left; none if there is no file. */
export function readMarks(path: string): number[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return [...new Set(text.split("\n").map((line) => line.trim()).filter((line) => /^\d+$/.test(line)).map(Number))].sort((a, b) => a - b);
}
