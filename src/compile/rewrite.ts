/**
 * The rewrites: a few kernel calls become one that gives the same bits in fewer passes. Each says why its bits are the same.
 */
import type { Call, CopyCall, KernelCall, KernelName } from "./calls.ts";
import { type Graph, isWhole, Uses, withoutDead } from "./graph.ts";
import type { Buffer, Region } from "./phantom.ts";

/** Replaces calls: what stands for `at`, and which calls it makes needless; undefined where the rule does not apply. */
type Rule = (call: KernelCall, uses: Uses, fresh: (like: Buffer) => Region) => { readonly replace: ReadonlyMap<Call, Call> } | undefined;

function kernelCall(call: Call | undefined, kernel: KernelName): KernelCall | undefined {
  return call?.kind === "kernel" && call.kernel === kernel ? call : undefined;
}

function fused(kernel: KernelName, parts: readonly Call[], operands: readonly Region[], sizes: readonly number[], numbers: readonly number[]): KernelCall {
  return { kind: "kernel", kernel, operands, sizes, numbers, ops: parts.flatMap(({ ops }) => ops) };
}

/** The product of an addition's operand that only it reads, and the other operand. */
function addend(call: KernelCall, uses: Uses, kernel: KernelName, positions: readonly number[]): { part: KernelCall; other: Region } | undefined {
  for (const at of positions) {
    const part = kernelCall(uses.onlyFor(call.operands[at]), kernel);
    if (part !== undefined) return { part, other: call.operands[1 - at] };
  }
  return undefined;
}

export const rules: Readonly<Record<string, Rule>> = {
  /** (x / norm) 1 c is (x / norm) c, and a zero row stays as it is under a positive, finite factor. */
  normalizeThenScale(call, uses) {
    if (call.kernel !== "scale" || !(call.numbers[0] > 0 && call.numbers[0] < Infinity)) return undefined;
    const rows = kernelCall(uses.onlyFor(call.operands[0]), "normalizeRows");
    if (rows === undefined || rows.numbers[0] !== 1) return undefined;
    return { replace: new Map([[call, fused("normalizeRows", [rows, call], [rows.operands[0], call.operands[1]], rows.sizes, call.numbers)]]) };
  },

  /** normalizeRowsAdd rounds the product before it adds, as the two calls do; a sum does not depend on the order of two. */
  normalizeThenAdd(call, uses) {
    if (call.kernel !== "add") return undefined;
    const found = addend(call, uses, "normalizeRows", [0, 1]);
    if (found === undefined) return undefined;
    const { part, other } = found;
    return { replace: new Map([[call, fused("normalizeRowsAdd", [part, call], [other, part.operands[0], call.operands[2]], part.sizes, part.numbers)]]) };
  },

  /** axpy rounds a x before it adds y. */
  scaleThenAdd(call, uses) {
    if (call.kernel !== "add") return undefined;
    const found = addend(call, uses, "scale", [0, 1]);
    if (found === undefined) return undefined;
    const { part, other } = found;
    return { replace: new Map([[call, fused("axpy", [part, call], [part.operands[0], other, call.operands[2]], call.sizes, part.numbers)]]) };
  },

  /** y - a x is y + (-a) x: changing a sign rounds nothing. */
  scaleThenSubtract(call, uses) {
    if (call.kernel !== "subtract") return undefined;
    const found = addend(call, uses, "scale", [1]);
    if (found === undefined) return undefined;
    const { part, other } = found;
    return { replace: new Map([[call, fused("axpy", [part, call], [part.operands[0], other, call.operands[2]], call.sizes, [-part.numbers[0]])]]) };
  },

  /** Both add the rows in ascending order; a sum of rows can go on from block to block. */
  sumOfRows(call) {
    if (call.kernel !== "sumAxis") return undefined;
    const [outer, length, inner] = call.sizes;
    if (outer !== 1 || length < 2 || inner < 2) return undefined;
    return { replace: new Map([[call, fused("sumRows", [call], call.operands, [length, inner], [])]]) };
  },

  /** The slope goes with the value, which has z / rho at hand, and the way back needs z no more. */
  slopeWithValue(call, uses, fresh) {
    if (call.kernel !== "smoothedReluSumVjp") return undefined;
    const [z, ct, out] = call.operands;
    const readers = uses.readersOf(z.buffer);
    const value = kernelCall(readers[0], "smoothedReluSum"); // readers come in the order of calls
    if (value === undefined || readers.length !== 2 || !isWhole(z) || !isWhole(value.operands[0]) || value.numbers.some((number, at) => number !== call.numbers[at])) return undefined;
    const slopes = fresh(z.buffer);
    return { replace: new Map<Call, Call>([
      [value, fused("smoothedReluSumSlope", [value], [z, value.operands[1], slopes], value.sizes, value.numbers)],
      [call, fused("maskedSlopes", [call], [slopes, ct, out], call.sizes, [])],
    ]) };
  },
};

/** The transpose of a^T b is b^T a: the same products, added in the same order. */
function transposedProduct(call: Call, uses: Uses): { readonly replace: ReadonlyMap<Call, Call> } | undefined {
  if (call.kind !== "copy") return undefined;
  const product = kernelCall(uses.onlyFor(call.from), "matmulTN");
  if (product === undefined) return undefined;
  const [m, n, k] = product.sizes;
  const turned = call.first === 0 && call.shape.length === 2 && call.shape[0] === n && call.shape[1] === m && call.stride[0] === 1 && call.stride[1] === n;
  if (!turned) return undefined;
  const [a, b] = product.operands;
  return { replace: new Map([[call, fused("matmulTN", [product, call], [b, a, call.to], [n, m, k], [])]]) };
}

/**
 * A copy whose rows each come out of their own stretch of the source can be cut along the rows: channels moved behind the
 * pixels, columns taken out of a matrix, a column spread over a row.
 */
function copyByRows(call: Call): { readonly replace: ReadonlyMap<Call, Call> } | undefined {
  if (call.kind !== "copy" || call.from.buffer.dtype === "int32" || !isWhole(call.from)) return undefined;
  const [outer, ...own] = mergedAxes(call);
  if (outer === undefined || own.length > 2) return undefined;
  const { length: rows, stride: rowX } = outer;
  if (rows < 2 || rowX * rows !== call.from.length) return undefined;
  const reach = own.map(({ length, stride }) => (length - 1) * stride);
  const [low, high] = [Math.min, Math.max].map((pick) => reach.reduce((sum, step) => sum + pick(0, step), call.first));
  if (low < 0 || high >= rowX) return undefined;
  const [m, n] = [...[{ length: 1, stride: 0 }, { length: 1, stride: 0 }].slice(own.length), ...own];
  return { replace: new Map([[call, { ...fused("gatherRows", [call], [call.from, call.to], [rows, m.length, n.length], []), numbers: [rowX, call.first, m.stride, n.stride] }]]) };
}

/** The axes of a copy, without those of length 1, and neighbours that run on as one joined. */
function mergedAxes({ shape, stride }: CopyCall): { length: number; stride: number }[] {
  const axes: { length: number; stride: number }[] = [];
  shape.forEach((length, axis) => {
    if (length === 1) return;
    const last = axes[axes.length - 1];
    if (last !== undefined && last.stride === length * stride[axis]) axes[axes.length - 1] = { length: last.length * length, stride: stride[axis] };
    else axes.push({ length, stride: stride[axis] });
  });
  return axes;
}

/** Applies the rules until none applies. Cost: calls times rewrites, once a plan. */
export function rewritten(graph: Graph, newBuffer: (like: Buffer) => Region): Graph {
  let calls = withoutDead(graph);
  for (;;) {
    const uses = new Uses({ calls, outputs: graph.outputs });
    const change = firstChange(calls, uses, newBuffer);
    if (change === undefined) return { calls, outputs: graph.outputs };
    calls = withoutDead({ calls: calls.map((call) => change.replace.get(call) ?? call), outputs: graph.outputs });
  }
}

function firstChange(calls: readonly Call[], uses: Uses, newBuffer: (like: Buffer) => Region): { readonly replace: ReadonlyMap<Call, Call> } | undefined {
  for (const call of calls) {
    const turned = transposedProduct(call, uses);
    if (turned !== undefined) return turned;
    const byRows = copyByRows(call);
    if (byRows !== undefined) return byRows;
    if (call.kind !== "kernel") continue;
    for (const rule of Object.values(rules)) {
      const change = rule(call, uses, newBuffer);
      if (change !== undefined) return change;
    }
  }
  return undefined;
}
