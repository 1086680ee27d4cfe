/**
 * Groups of calls that run over a few rows at a time, from the first call to the last, before the next rows are taken.
 *
 * All calls of a group cut their rows into the same number of equal slices: a slice of what one writes is the slice that the
 * next reads, so that intermediates need the room of one block of slices and stay in the cache. Calls are moved along
 * their operands where that joins groups; a buffer is written once, so no other order binds them.
 */
import { type Call, type KernelCall, kernelUses, readsOf, type Role, writesOf } from "./calls.ts";
import { isWhole } from "./graph.ts";
import type { Buffer, Region } from "./phantom.ts";

export interface Group {
  /** Slices that the rows of every call are cut into; 1 for calls that run whole. */
  readonly slices: number;
  readonly calls: readonly Call[];
}

export function rolesOf(call: Call): readonly Role[] {
  return call.kind === "kernel" ? kernelUses[call.kernel].roles : [];
}

export function rowsOf(call: KernelCall): number {
  return call.sizes[kernelUses[call.kernel].rows];
}

export function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

class Draft {
  slices = 0;
  readonly calls: Call[] = [];
  /** Buffers cut into slices, read or written. */
  private readonly cut = new Set<Buffer>();
  private readonly written = new Set<Buffer>();
  private readonly sums = new Set<Buffer>();

  /** Takes a call in if it can run slice by slice with those that are here. */
  joined(call: Call): boolean {
    if (call.kind !== "kernel" || rowsOf(call) < 2) return false;
    const operands = call.operands.map((region, at) => ({ region, role: rolesOf(call)[at] }));
    if (!operands.every(({ region, role }) => this.fits(region, role))) return false;
    const slices = commonDivisor(rowsOf(call), this.slices);
    if (this.calls.length > 0 && (slices < 2 || !operands.some(({ region, role }) => (role === "rows" || role === "writes") && this.cut.has(region.buffer)))) return false;
    this.slices = slices;
    this.calls.push(call);
    for (const { region: { buffer }, role } of operands) {
      if (role === "rows" || role === "writes") this.cut.add(buffer);
      if (role === "writes" || role === "sums") this.written.add(buffer);
      if (role === "sums") this.sums.add(buffer);
    }
    return true;
  }

  private fits(region: Region, role: Role): boolean {
    const { buffer } = region;
    if (role === "whole") return !this.written.has(buffer);
    if (role === "rows") return !this.sums.has(buffer) && (isWhole(region) || !this.written.has(buffer));
    return isWhole(region) && !this.cut.has(buffer);
  }
}

/** The calls as groups, in an order that their operands allow. */
export function scheduled(calls: readonly Call[]): Group[] {
  const groups: Group[] = [];
  let pending = [...calls];
  while (pending.length > 0) {
    const draft = new Draft();
    const first: Group[] = [];
    const later: Call[] = [];
    const waiting = new Set<Buffer>();
    for (const call of pending) {
      const reads = readsOf(call);
      const waits = reads.some(({ buffer }) => waiting.has(buffer));
      if (!waits && draft.joined(call)) continue;
      const follows = waits || reads.some(({ buffer }) => draft.calls.some((other) => writesOf(other).some((region) => region.buffer === buffer)));
      if (!follows) first.push({ slices: 1, calls: [call] });
      else {
        later.push(call);
        for (const { buffer } of writesOf(call)) waiting.add(buffer);
      }
    }
    groups.push(...first);
    if (draft.calls.length > 0) groups.push({ slices: draft.calls.length > 1 ? draft.slices : 1, calls: draft.calls });
    pending = later;
  }
  return groups;
}
