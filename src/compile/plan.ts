/** From a graph to a plan: rewrites, groups, blocks and memory, all decided before anything runs. */
import { ResourceError } from "../errors/index.ts";
import type { NdArray } from "../ndarray/index.ts";
import { isContiguous } from "../ndarray/index.ts";
import { type Call, flopsOf, type KernelCall } from "./calls.ts";
import { type Graph, isWhole } from "./graph.ts";
import { isPacked } from "./instructions.ts";
import { elementBytes, type MemoryPlan, planMemory, type Room } from "./memory-plan.ts";
import { regionOf } from "./phantom.ts";
import type { Recorder } from "./recorder.ts";
import { rewritten } from "./rewrite.ts";
import { commonDivisor, type Group, rowsOf, scheduled } from "./schedule.ts";
import { bytesText, mostBytes } from "./workspace.ts";

export interface Plan {
  readonly graph: Graph;
  readonly groups: readonly Group[];
  /** Slices in a block, for each group. */
  readonly blocks: readonly number[];
  readonly memory: MemoryPlan;
  /** The rooms of calls: packed operands, scratch. */
  readonly rooms: ReadonlyMap<Call, Room>;
  /** Packed operands that several calls of a group read are packed by the first of them. */
  readonly packs: ReadonlySet<Call>;
  readonly flops: number;
  /** Calls as traced, before the rewrites. */
  readonly traced: number;
  readonly threads: number;
}

/** What a plan may use. */
export interface Limits {
  /** Bytes of the workspace. */
  readonly limit: number;
  readonly threads: number;
  /** Bytes that a block's intermediates may take, instead of what is usual. Tests take less, for several blocks. */
  readonly blockBytes?: number;
}

export interface Sizer {
  packedBytes(n: number, k: number, elementBytes: number): number;
  matmulScratchBytes(n: number, k: number, elementBytes: number): number;
}

/** What a block's intermediates may take: about half of a second-level cache ... */
const usualBlockBytes = 512 * 1024;
/** ... unless its largest product would have fewer rows than this: it reads its packed operand anew for every block. */
const usualBlockRows = 256;

/** Errors: ResourceError when the workspace would exceed `limit` bytes. */
export function planOf(recorder: Recorder, outputs: readonly NdArray[], sizer: Sizer, { limit, threads, blockBytes }: Limits): Plan {
  const traced = { calls: recorder.calls, outputs };
  const graph = rewritten(traced, (like) => recorder.whole(recorder.buffer(like.dtype, like.length, { kind: "computed" })));
  const groups = scheduled(graph.calls);
  const { rooms, packs } = roomsOf(groups, sizer);
  const computed = outputs.filter(({ data }) => regionOf(data)!.buffer.origin.kind === "computed");
  const request = {
    groups, threads, rooms: [...new Set(rooms.values())], outputs: new Set(computed.map(({ data }) => regionOf(data)!.buffer)),
    // a primitive's own loop may throw: then no target must have been written
    strided: new Set(computed.filter((x) => graph.calls.some(({ kind }) => kind === "primitive") || !isContiguous(x) || x.offset !== 0 || !isWhole(regionOf(x.data)!) || regionOf(x.data)!.length !== x.size).map(({ data }) => regionOf(data)!.buffer)),
  };
  const one = planMemory({ ...request, blocks: groups.map(() => 1) });
  const blocks = groups.map(({ slices, calls }, group) => {
    const fitting = Math.floor((blockBytes ?? usualBlockBytes) / perSlice(one, group, slices));
    const least = blockBytes === undefined ? Math.ceil(usualBlockRows / productRows(calls, slices)) : 1;
    const most = Math.ceil(slices / threads);
    const block = evenBlock(slices, Math.min(most, Math.max(fitting, least)));
    const full = Math.ceil(block / fullTile(calls, slices)) * fullTile(calls, slices);
    return blockBytes === undefined && full <= most ? full : block;
  });
  const memory = planMemory({ ...request, blocks });
  refuseAbove(limit, memory.bytes, groups, one.holdings);
  return { graph, groups, blocks, memory, rooms, packs, flops: graph.calls.reduce((sum, call) => sum + flopsOf(call), 0), traced: traced.calls.length, threads };
}

/** Slices in a block, at most `most`, so that all blocks are about as large. */
function evenBlock(slices: number, most: number): number {
  return Math.ceil(slices / Math.ceil(slices / Math.max(1, most)));
}

/** Slices whose rows fill the products' tiles of four rows, without some that are computed for nothing. */
function fullTile(calls: readonly Call[], slices: number): number {
  return calls.reduce((most, call) => (call.kind === "kernel" && isPacked(call.kernel) ? Math.max(most, 4 / commonDivisor(4, rowsOf(call) / slices)) : most), 1);
}

/** Rows that one slice has in the group's largest product; Infinity without products. */
function productRows(calls: readonly Call[], slices: number): number {
  let rows = Infinity;
  let most = 0;
  for (const call of calls) {
    if (call.kind !== "kernel" || !(isPacked(call.kernel) || call.kernel === "matmulTN") || flopsOf(call) <= most) continue;
    most = flopsOf(call);
    rows = rowsOf(call) / slices;
  }
  return rows;
}

/** Bytes of one slice, of what exists block by block, and what the block reads of buffers that are held whole. */
function perSlice({ holdings }: MemoryPlan, group: number, slices: number): number {
  let bytes = 1;
  for (const holding of holdings.values()) if (holding.group === group) bytes += (holding.buffer.length / slices) * elementBytes[holding.buffer.dtype];
  return bytes;
}

function roomsOf(groups: readonly Group[], sizer: Sizer): { rooms: Map<Call, Room>; packs: Set<Call> } {
  const rooms = new Map<Call, Room>();
  const packs = new Set<Call>();
  groups.forEach(({ calls }, group) => {
    const packed: { call: KernelCall; room: Room }[] = [];
    for (const call of calls) {
      if (call.kind !== "kernel") continue;
      const element = elementBytes[call.operands[0].buffer.dtype];
      const [, n, k] = call.sizes;
      if (call.kernel === "matmulTN") rooms.set(call, { group, bytes: sizer.matmulScratchBytes(n, k, element), perThread: true, address: -1 });
      if (!isPacked(call.kernel)) continue;
      const same = packed.find(({ call: other }) => other.kernel === call.kernel && other.operands[1].buffer === call.operands[1].buffer && other.operands[1].offset === call.operands[1].offset && other.sizes[1] === n && other.sizes[2] === k);
      const room = same?.room ?? { group, bytes: sizer.packedBytes(n, k, element), perThread: false, address: -1 };
      if (same === undefined) {
        packed.push({ call, room });
        packs.add(call);
      }
      rooms.set(call, room);
    }
  });
  return { rooms, packs };
}

function refuseAbove(limit: number, bytes: number, groups: readonly Group[], holdings: MemoryPlan["holdings"]): void {
  if (bytes <= Math.min(limit, mostBytes - 2 ** 20)) return;
  const largest = [...holdings.values()].filter(({ group }) => group === undefined).sort((a, b) => b.bytes - a.bytes)[0];
  const what = largest === undefined ? "" : ` The largest array held whole has ${largest.buffer.length} elements of ${largest.buffer.dtype}, ${bytesText(largest.bytes)}.`;
  const bound = limit < mostBytes ? `at most ${bytesText(limit)}, the memoryLimit` : `less than ${bytesText(mostBytes)}, what WebAssembly can address`;
  throw new ResourceError({
    where: "compile", problem: `a call would need ${bytesText(bytes)} of working memory in ${groups.length} groups.${what}`, expected: `${bound}.`,
    mend: "pass fewer samples at a time, use float32, or raise memoryLimit if it is lower than the machine allows.",
  });
}
