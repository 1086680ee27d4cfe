/**
 * The kernels as a compiled function calls them: how each uses its operands, which of its sizes may be cut into pieces, and
 * what it costs.
 *
 * A kernel that treats the rows of its operands one by one may be run over a few rows at a time, so that what passes from
 * one kernel to the next is still in the cache; no bit depends on where it is cut. A product a^T b and a
 * sum of rows may be cut along the rows too: they continue the same sums.
 */
import type { ForwardContext } from "../autodiff/index.ts";
import type { FloatArray } from "../ndarray/index.ts";
import type { Region } from "./phantom.ts";

/** What a call does with an operand: `rows` and `writes` follow the rows, `whole` is read again for each of them, `sums` adds them up. */
export type Role = "rows" | "whole" | "writes" | "sums";

export interface KernelUse {
  /** One an operand, in the order of the call's operands: the order of Kernels' arguments. */
  readonly roles: readonly Role[];
  /** Which of the sizes counts the rows. */
  readonly rows: number;
  /** Floating-point operations, about. */
  flops(sizes: readonly number[]): number;
}

const product = (sizes: readonly number[]) => 2 * sizes[0] * sizes[1] * sizes[2];
const each = (cost: number) => (sizes: readonly number[]) => cost * sizes.reduce((n, size) => n * size, 1);
/** One for every element of every window. */
const additions = ([images, height, width, channels, sizeR, sizeC, strideR, strideC, padR, padC]: readonly number[]) =>
  images * (Math.floor((height + 2 * padR - sizeR) / strideR) + 1) * (Math.floor((width + 2 * padC - sizeC) / strideC) + 1) * sizeR * sizeC * channels;
const unary: KernelUse = { roles: ["rows", "writes"], rows: 0, flops: each(1) };
const binary: KernelUse = { roles: ["rows", "rows", "writes"], rows: 0, flops: each(1) };

export const kernelUses = {
  matmulNN: { roles: ["rows", "whole", "writes"], rows: 0, flops: product },
  matmulNT: { roles: ["rows", "whole", "writes"], rows: 0, flops: product },
  matmulTN: { roles: ["rows", "rows", "sums"], rows: 2, flops: product },
  smoothedRelu: { ...unary, flops: each(5) },
  smoothedReluSlope: { ...unary, flops: each(3) },
  smoothedReluSum: { roles: ["rows", "writes"], rows: 0, flops: each(6) },
  smoothedReluSumVjp: { roles: ["rows", "rows", "writes"], rows: 0, flops: each(4) },
  rowNorm: { roles: ["rows", "writes"], rows: 0, flops: each(2) },
  normalizeRows: { roles: ["rows", "writes"], rows: 0, flops: each(4) },
  projectRows: { roles: ["rows", "writes"], rows: 0, flops: each(4) },
  logSoftmax: { roles: ["rows", "writes"], rows: 0, flops: each(20) },
  softmaxCrossEntropy: { roles: ["rows", "rows", "writes"], rows: 0, flops: each(20) },
  softmaxCrossEntropyVjp: { roles: ["rows", "rows", "rows", "writes"], rows: 0, flops: each(20) },
  axpy: { ...binary, flops: each(2) },
  add: binary,
  subtract: binary,
  multiply: binary,
  divide: binary,
  scale: unary,
  shift: unary,
  exp: { ...unary, flops: each(15) },
  log: { ...unary, flops: each(20) },
  sqrt: unary,
  relu: unary,
  isPositive: unary,
  sign: unary,
  maximum: binary,
  minimum: binary,
  isEqual: binary,
  clip: unary,
  addRow: { roles: ["rows", "whole", "writes"], rows: 0, flops: each(1) },
  scaleRows: { roles: ["rows", "rows", "writes"], rows: 0, flops: each(1) },
  patches: { roles: ["rows", "writes"], rows: 0, flops: () => 0 },
  addPatches: { roles: ["rows", "writes"], rows: 0, flops: additions },
  sumAxis: { roles: ["rows", "writes"], rows: 0, flops: each(1) },
  maxAxis: { roles: ["rows", "writes"], rows: 0, flops: each(1) },
  // made by rewrites alone
  normalizeRowsAdd: { roles: ["rows", "rows", "writes"], rows: 0, flops: each(5) },
  smoothedReluSumSlope: { roles: ["rows", "writes", "writes"], rows: 0, flops: each(8) },
  gatherRows: { roles: ["rows", "writes"], rows: 0, flops: () => 0 },
  sumRows: { roles: ["rows", "sums"], rows: 0, flops: each(1) },
  maskedSlopes: { roles: ["rows", "rows", "writes"], rows: 0, flops: each(1) },
} as const satisfies Record<string, KernelUse>;

export type KernelName = keyof typeof kernelUses;

/** One step of a compiled function. Every buffer is written by one call only, so calls may be reordered along their operands. */
export type Call = KernelCall | CopyCall | PrimitiveCall;

export interface KernelCall {
  readonly kind: "kernel";
  readonly kernel: KernelName;
  readonly operands: readonly Region[];
  readonly sizes: readonly number[];
  /** The kernel's real parameters: a factor, q and rho, a radius. */
  readonly numbers: readonly number[];
  /** The ops it carries out. */
  readonly ops: readonly string[];
}

/** Elements in row-major order out of a strided view. */
export interface CopyCall {
  readonly kind: "copy";
  readonly from: Region;
  readonly to: Region;
  readonly shape: readonly number[];
  /** In elements, and the first element counted from the region's start. */
  readonly stride: readonly number[];
  readonly first: number;
  readonly ops: readonly string[];
}

/** A primitive carried out whole, by its own forward loop. */
export interface PrimitiveCall {
  readonly kind: "primitive";
  readonly reads: readonly Region[];
  readonly to: Region;
  /** Runs the loop on the arrays that stand for `reads`, and copies its result into the one that stands for `to`. */
  run(arrays: readonly FloatArray[], out: FloatArray, context: ForwardContext): void;
  readonly ops: readonly string[];
}

/** What a call reads. */
export function readsOf(call: Call): readonly Region[] {
  if (call.kind === "copy") return [call.from];
  if (call.kind === "primitive") return call.reads;
  const { roles } = kernelUses[call.kernel];
  return call.operands.filter((_, at) => roles[at] === "rows" || roles[at] === "whole");
}

/** What a call writes. */
export function writesOf(call: Call): readonly Region[] {
  if (call.kind !== "kernel") return [call.to];
  const { roles } = kernelUses[call.kernel];
  return call.operands.filter((_, at) => roles[at] === "writes" || roles[at] === "sums");
}

export function flopsOf(call: Call): number {
  return call.kind === "kernel" ? kernelUses[call.kernel].flops(call.sizes) : 0;
}
