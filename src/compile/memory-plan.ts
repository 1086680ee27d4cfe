/**
 * Where every buffer lies in the workspace: dead ones give their room to others, and what lives inside one group has room
 * for one block of slices only.
 */
import { type Call, type KernelCall, kernelUses, type KernelName, readsOf, writesOf } from "./calls.ts";
import { isWhole } from "./graph.ts";
import type { Buffer, Region } from "./phantom.ts";
import { type Group, rolesOf } from "./schedule.ts";

/** How a buffer is held. */
export interface Holding {
  readonly buffer: Buffer;
  /** The group in which it exists block by block; undefined when it is held whole. */
  readonly group: number | undefined;
  /** First and last time it is needed: calls count on over all groups. */
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  /** In the area of what is held whole, or in that of a thread's blocks. */
  address: number;
}

/** Room of a group's own: a packed operand, which all threads read, or what a product needs beside it, one a thread. */
export interface Room {
  readonly group: number;
  readonly bytes: number;
  readonly perThread: boolean;
  address: number;
}

export interface MemoryPlan {
  readonly holdings: ReadonlyMap<Buffer, Holding>;
  /** The area of what is held whole comes first, then one area of blocks a thread. */
  readonly wholeBytes: number;
  readonly blockBytes: number;
  /** Bytes of the workspace. */
  readonly bytes: number;
}

export const elementBytes = { float64: 8, float32: 4, int32: 4 } as const;
const padded = (bytes: number) => Math.ceil(bytes / 64) * 64;

/** Kernels that may write where they read: each row, or element, is read before it is written. The operand written over is the given one. */
const overwrites: Partial<Record<KernelName, readonly number[]>> = {
  add: [0, 1], subtract: [0, 1], multiply: [0, 1], divide: [0, 1], axpy: [0, 1], scale: [0], shift: [0], exp: [0], log: [0], sqrt: [0], relu: [0], isPositive: [0], sign: [0], maximum: [0, 1], minimum: [0, 1], isEqual: [0, 1], clip: [0], addRow: [0], scaleRows: [0], smoothedRelu: [0], smoothedReluSlope: [0],
  normalizeRows: [0], projectRows: [0], normalizeRowsAdd: [1], maskedSlopes: [0], smoothedReluSumVjp: [0], smoothedReluSumSlope: [0],
};

/** Whether a buffer need only exist block by block: it is cut into slices, whole, by calls of one group and no other. */
function blockwise(buffer: Buffer, touching: readonly { readonly call: Call; readonly group: number }[], groups: readonly Group[], outputs: ReadonlySet<Buffer>, strided: ReadonlySet<Buffer>): boolean {
  const [{ group }] = touching;
  if (groups[group].slices < 2 || strided.has(buffer)) return false;
  const cut = touching.every((touch) => touch.group === group && touch.call.kind === "kernel"
    && touch.call.operands.every((region, at) => region.buffer !== buffer || (isWhole(region) && ["rows", "writes"].includes(rolesOf(touch.call)[at]))));
  // an output is copied out block by block, an input in: integers come whole, they are few
  return cut && buffer.dtype !== "int32" && !(outputs.has(buffer) && buffer.origin.kind !== "computed");
}

export interface MemoryRequest {
  readonly groups: readonly Group[];
  /** Buffers of results, and of results that are no contiguous whole. */
  readonly outputs: ReadonlySet<Buffer>;
  readonly strided: ReadonlySet<Buffer>;
  /** Slices in a block, for each group. */
  readonly blocks: readonly number[];
  readonly rooms: readonly Room[];
  readonly threads: number;
}

/** Decides every address. The rooms' addresses are filled in. Cost: buffers squared, once a plan. */
export function planMemory({ groups, outputs, strided, blocks, rooms, threads }: MemoryRequest): MemoryPlan {
  const starts: number[] = [];
  let time = 0;
  for (const { calls } of groups) {
    starts.push(time);
    time += calls.length;
  }
  const end = (group: number) => starts[group] + groups[group].calls.length - 1;
  const touching = new Map<Buffer, { call: Call; group: number; at: number }[]>();
  groups.forEach(({ calls }, group) => calls.forEach((call, position) => {
    for (const { buffer } of [...readsOf(call), ...writesOf(call)]) touching.set(buffer, [...(touching.get(buffer) ?? []), { call, group, at: starts[group] + position }]);
  }));
  for (const buffer of outputs) if (!touching.has(buffer)) touching.set(buffer, []); // an argument, or a constant, handed back

  const holdings = new Map<Buffer, Holding>();
  for (const [buffer, uses] of touching) {
    const bytes = buffer.length * elementBytes[buffer.dtype];
    if (uses.length === 0) continue;
    const first = uses[0];
    const last = uses[uses.length - 1];
    if (blockwise(buffer, uses, groups, outputs, strided)) {
      const { slices } = groups[first.group];
      holdings.set(buffer, {
        buffer, group: first.group, bytes: padded((bytes / slices) * blocks[first.group]), address: -1,
        from: buffer.origin.kind === "computed" ? first.at : starts[first.group], to: outputs.has(buffer) ? end(first.group) : last.at,
      });
    } else {
      // a group runs over its calls many times: what it touches lives through all of it
      holdings.set(buffer, { buffer, group: undefined, bytes: padded(bytes), address: -1, from: starts[first.group], to: outputs.has(buffer) ? time : end(last.group) });
    }
  }
  const own = (perThread: boolean) => rooms.filter((room) => room.perThread === perThread).map((room) => ({ from: starts[room.group], to: end(room.group), bytes: padded(room.bytes), place: (address: number) => { room.address = address; } }));
  const shared = sharedRoom(groups, [...holdings.values()], outputs);
  const wholeBytes = placeAll([...shared.filter((placing) => !placing.blockwise), ...own(false)]);
  const blockBytes = placeAll([...shared.filter((placing) => placing.blockwise), ...own(true)]);
  return { holdings, wholeBytes, blockBytes, bytes: wholeBytes + threads * blockBytes };
}

interface Placing {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  place(address: number): void;
}

interface Shared extends Placing {
  readonly blockwise: boolean;
}

/** One placing for each holding, or for a chain of holdings of which each is written over the one before. */
function sharedRoom(groups: readonly Group[], holdings: readonly Holding[], outputs: ReadonlySet<Buffer>): Shared[] {
  const chains = new Map<Buffer, Holding[]>(holdings.map((holding) => [holding.buffer, [holding]]));
  let time = 0;
  for (const { slices, calls } of groups) {
    for (const call of calls) {
      if (call.kind === "kernel") shareOperand(call, chains, outputs, time, slices);
      time++;
    }
  }
  return [...new Set(chains.values())].map((chain) => ({
    blockwise: chain[0].group !== undefined, from: Math.min(...chain.map(({ from }) => from)), to: Math.max(...chain.map(({ to }) => to)), bytes: Math.max(...chain.map(({ bytes }) => bytes)),
    place: (address) => { for (const holding of chain) holding.address = address; },
  }));
}

function shareOperand(call: KernelCall, chains: Map<Buffer, Holding[]>, outputs: ReadonlySet<Buffer>, time: number, slices: number): void {
  const roles = kernelUses[call.kernel].roles as readonly string[];
  const out = call.operands[roles.lastIndexOf("writes")];
  if (out === undefined || !isWhole(out)) return;
  const mine = chains.get(out.buffer)!;
  for (const at of overwrites[call.kernel] ?? []) {
    const operand = call.operands[at];
    const theirs = chains.get(operand.buffer)!;
    const last = theirs[theirs.length - 1];
    const sole = call.operands.filter(({ buffer }) => buffer === operand.buffer).length === 1;
    // a result is brought out after the last call; what is held whole is read again by the next block
    if (outputs.has(operand.buffer) || (slices > 1 && last.group === undefined)) continue;
    if (theirs === mine || !sole || !isWhole(operand) || last.buffer !== operand.buffer || last.to !== time || last.group !== mine[0].group || last.bytes !== mine[0].bytes) continue;
    theirs.push(...mine);
    for (const holding of mine) chains.set(holding.buffer, theirs);
    return;
  }
}

/** First fit, the largest first: two placings may share bytes unless they share a moment. Returns the bytes in all. */
function placeAll(placings: readonly Placing[]): number {
  const placed: { from: number; to: number; low: number; high: number }[] = [];
  for (const { from, to, bytes, place } of [...placings].sort((a, b) => b.bytes - a.bytes)) {
    const rivals = placed.filter((other) => other.from <= to && from <= other.to).sort((a, b) => a.low - b.low);
    let low = 0;
    for (const rival of rivals) if (rival.low < low + bytes && low < rival.high) low = rival.high;
    placed.push({ from, to, low, high: low + bytes });
    place(low);
  }
  return placed.reduce((most, { high }) => Math.max(most, high), 0);
}

/** The region's address in bytes; of a block's first slice, in the first thread's area, where the buffer exists block by block. */
export function addressOf({ holdings, wholeBytes }: MemoryPlan, { buffer, offset }: Region): number {
  const { group, address } = holdings.get(buffer)!;
  return (group === undefined ? 0 : wholeBytes) + address + offset * elementBytes[buffer.dtype];
}

/** The same of a room. */
export function roomAddress({ wholeBytes }: MemoryPlan, { perThread, address }: Room): number {
  return (perThread ? wholeBytes : 0) + address;
}
