/** Calls as instructions: a raw kernel and its arguments, each a number that moves evenly with the block of slices. */
import { type KernelCall, kernelUses, type KernelName, type Role } from "./calls.ts";
import { addressOf, elementBytes, type MemoryPlan, type Room, roomAddress } from "./memory-plan.ts";
import type { Region } from "./phantom.ts";

/** base + start * (first slice of the block) + count * (slices in the block) + thread * (number of the thread). */
export interface Affine {
  readonly base: number;
  readonly start: number;
  readonly count: number;
  readonly thread: number;
}

export interface Instruction {
  /** Name of the raw export. */
  readonly fn: string;
  readonly args: readonly Affine[];
  /** Of a call that adds up the rows: how threads share its result. */
  readonly sums?: Sharing;
}

/** Each thread takes some of the result's columns (or rows): which arguments say how many there are, and where they begin. */
export interface Sharing {
  /** The argument that counts them. */
  readonly size: number;
  /** Pointers that move with the first one, and by how many bytes for each. */
  readonly moves: readonly { readonly argument: number; readonly bytes: number }[];
  /** The argument that is scratch, if any: every thread has its own. */
  readonly scratch?: number;
}

const constant = (base: number): Affine => ({ base, start: 0, count: 0, thread: 0 });

/** Where a kernel call lies, and how its group is cut. */
export interface Site {
  readonly plan: MemoryPlan;
  /** Address of the plan's first byte. */
  readonly base: number;
  readonly slices: number;
  /** Packed operand or scratch of this call, if it has any. */
  readonly room: Room | undefined;
}

function pointer(region: Region, role: Role, { plan, base, slices }: Site): Affine {
  const blockwise = plan.holdings.get(region.buffer)!.group !== undefined;
  const moves = slices > 1 && !blockwise && (role === "rows" || role === "writes");
  return {
    base: base + addressOf(plan, region), start: moves ? (region.length / slices) * elementBytes[region.buffer.dtype] : 0, count: 0, thread: blockwise ? plan.blockBytes : 0,
  };
}

function place({ plan, base, room }: Site): Affine {
  return { base: base + roomAddress(plan, room!), start: 0, count: 0, thread: room!.perThread ? plan.blockBytes : 0 };
}

function suffixOf({ operands }: KernelCall): "F64" | "F32" {
  return operands[operands.length - 1].buffer.dtype === "float32" ? "F32" : "F64";
}

export function isPacked(kernel: KernelName): boolean {
  return kernel === "matmulNN" || kernel === "matmulNT";
}

/** What runs once before a group's first block: the packing of an operand that every block reads. */
export function preparation(call: KernelCall, site: Site): Instruction | undefined {
  if (!isPacked(call.kernel)) return undefined;
  const [, n, k] = call.sizes;
  const stride = call.kernel === "matmulNT" ? k : n;
  return {
    fn: `${call.kernel === "matmulNT" ? "packNT" : "packNN"}${suffixOf(call)}`,
    args: [pointer(call.operands[1], "whole", site), constant(stride), constant(n), constant(k), place(site)],
  };
}

/** The call itself, for a block of slices. */
export function instruction(call: KernelCall, site: Site): Instruction {
  const { roles, rows } = kernelUses[call.kernel];
  const suffix = suffixOf(call);
  const pointers = call.operands.map((region, at) => pointer(region, roles[at], site));
  const sizes = call.sizes.map((size, at): Affine => (at === rows && site.slices > 1 ? { base: 0, start: 0, count: size / site.slices, thread: 0 } : constant(size)));
  const numbers = call.numbers.map(constant);
  const continues: Affine = { base: 0, start: site.slices > 1 ? 1 : 0, count: 0, thread: 0 };
  if (isPacked(call.kernel)) {
    const [m, n, k] = sizes;
    return { fn: `matmulPacked${suffix}`, args: [pointers[0], k, place(site), pointers[2], n, m, n, k, constant(0)] };
  }
  if (call.kernel === "matmulTN") {
    const [m, n, k] = sizes;
    const bytes = elementBytes[call.operands[0].buffer.dtype];
    return {
      fn: `matmulTN${suffix}`, args: [pointers[0], m, pointers[1], n, pointers[2], n, m, n, k, continues, place(site)],
      sums: call.sizes[1] >= call.sizes[0]
        ? { size: 7, moves: [{ argument: 2, bytes }, { argument: 4, bytes }], scratch: 10 }
        : { size: 6, moves: [{ argument: 0, bytes }, { argument: 4, bytes: bytes * call.sizes[1] }], scratch: 10 },
    };
  }
  if (call.kernel === "sumRows") {
    const [own, width] = sizes;
    const bytes = elementBytes[call.operands[0].buffer.dtype];
    return {
      fn: `sumRows${suffix}`, args: [pointers[0], width, pointers[1], own, width, continues],
      sums: { size: 4, moves: [{ argument: 0, bytes }, { argument: 2, bytes }] },
    };
  }
  const leads = call.kernel === "axpy" || call.kernel === "scale" || call.kernel === "shift";
  return { fn: `${call.kernel}${suffix}`, args: leads ? [...numbers, ...pointers, ...sizes] : [...pointers, ...sizes, ...numbers] };
}

export type Step = (start: number, count: number) => void;

/** An instruction as a function that allocates nothing. */
export function bound(fn: (...args: number[]) => void, args: readonly Affine[]): Step {
  const bases = args.map(({ base }) => base);
  const starts = args.map(({ start }) => start);
  const counts = args.map(({ count }) => count);
  // an unmoved number is handed on as it is: a sum would lose the sign of -0
  const at = (i: number, s: number, c: number): number => (starts[i] === 0 && counts[i] === 0 ? bases[i] : bases[i] + starts[i] * s + counts[i] * c);
  switch (args.length) {
    case 3: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c));
    case 4: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c), at(3, s, c));
    case 5: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c), at(3, s, c), at(4, s, c));
    case 6: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c), at(3, s, c), at(4, s, c), at(5, s, c));
    case 7: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c), at(3, s, c), at(4, s, c), at(5, s, c), at(6, s, c));
    case 8: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c), at(3, s, c), at(4, s, c), at(5, s, c), at(6, s, c), at(7, s, c));
    case 9: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c), at(3, s, c), at(4, s, c), at(5, s, c), at(6, s, c), at(7, s, c), at(8, s, c));
    case 11: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c), at(3, s, c), at(4, s, c), at(5, s, c), at(6, s, c), at(7, s, c), at(8, s, c), at(9, s, c), at(10, s, c));
    default: return (s, c) => fn(at(0, s, c), at(1, s, c), at(2, s, c), at(3, s, c), at(4, s, c), at(5, s, c), at(6, s, c), at(7, s, c), at(8, s, c), at(9, s, c), at(10, s, c), at(11, s, c));
  }
}
