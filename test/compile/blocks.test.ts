/** Groups cut into blocks: how many slices there are, what several calls share, and what goes in and out with each block. */
import { describe, expect, it, vi } from "vitest";
import { add, compile, copy, type Dtype, exp, matmul, mul, type NdArray, normalize, reshape, smoothedReluSum, sum, transpose, type Value } from "../../src/index.ts";
import { leavesOf } from "../../src/autodiff/index.ts";
import type { Limits } from "../../src/compile/plan.ts";
import { expectSame } from "../support/arrays.ts";
import { drawn } from "./program.ts";

const size = vi.hoisted(() => ({ blockBytes: 0 }));
vi.mock("../../src/compile/plan.ts", async (original) => {
  const actual = await original<typeof import("../../src/compile/plan.ts")>();
  return { ...actual, planOf: (recorder: never, outputs: never, sizer: never, limits: Limits) => actual.planOf(recorder, outputs, sizer, { ...limits, blockBytes: size.blockBytes }) };
});

/** Slices and slices a block of each group, once three draws have given the plain bits. */
function cutsOf(f: (...args: Value[]) => unknown, shapes: readonly (readonly number[])[], dtype: Dtype, blockBytes: number): string[] {
  size.blockBytes = blockBytes;
  const compiled = compile(f as (...args: Value[]) => Value[]);
  for (const seed of [1, 2, 3]) {
    const args = shapes.map((shape, at) => drawn(shape, dtype, seed + 7 * at));
    const expected = leavesOf(f(...args)).map((x) => copy(x as NdArray));
    leavesOf(compiled(...args)).forEach((x, at) => expectSame(x, expected[at], `draw ${seed}, result ${at}`));
  }
  return compiled.plan(...shapes.map((shape) => drawn(shape, dtype, 1))).groups.map(({ slices, block, steps }) => `${slices}/${block}: ${steps.map(({ kernel }) => kernel).join(" ")}`);
}

describe.each([["float64", 8], ["float32", 4]] as const)("%s", (dtype, bytes) => {
  it("a chain of rows runs in blocks of what fits, the last one smaller", () => {
    // three arrays of 5 elements a row exist block by block: the argument, what lies between, the result; one of them for one byte more
    const f = (x: Value) => exp(mul(normalize(x), -3));
    expect(cutsOf(f, [[11, 5]], dtype, 4 * 3 * 5 * 2 * bytes)).toEqual([expect.stringMatching(/^11\/\d+: normalizeRows scale exp$/)]);
    expect(cutsOf(f, [[11, 5]], dtype, 1)).toEqual(["11/1: normalizeRows scale exp"]);
    expect(cutsOf(f, [[11, 5]], dtype, 1e9)).toEqual(["11/11: normalizeRows scale exp"]);
  });
  it("calls of unlike numbers of rows run in the slices that they have in common", () => {
    const f = (x: Value) => normalize(smoothedReluSum(reshape(exp(x), [6, 4, 3, 1]), { q: 3, rho: 0.5 }));
    expect(cutsOf(f, [[24, 3]], dtype, 2 * 24 * bytes)).toEqual([expect.stringMatching(/^6\/\d: exp smoothedReluSum normalizeRows$/)]);
  });
  it("two products by different operands of one size keep them apart; by the same operand they share it", () => {
    const f = (x: Value, v: Value, w: Value) => [matmul(matmul(x, v), w), matmul(x, v)];
    expect(cutsOf(f, [[9, 4], [4, 4], [4, 4]], dtype, 100)).toEqual([expect.stringMatching(/^9\/\d: matmulNN matmulNN matmulNN$/)]);
    expect(cutsOf((x, v) => matmul(matmul(x, transpose(v)), transpose(v)), [[9, 4], [4, 4]], dtype, 100)).toEqual([expect.stringMatching(/^9\/\d: matmulNT matmulNT$/)]);
    expect(cutsOf((x, v, w) => matmul(matmul(x, transpose(v)), w), [[9, 4], [4, 4], [4, 4]], dtype, 100)).toEqual([expect.stringMatching(/^9\/\d: matmulNT matmulNN$/)]);
  });
  it("a sum over the rows goes on from block to block, beside what is brought out", () => {
    const f = (x: Value, y: Value) => {
      const hidden = exp(mul(x, 0.1));
      return [matmul(transpose(hidden), y), hidden, sum(hidden, { axes: 1 })];
    };
    expect(cutsOf(f, [[13, 4], [13, 3]], dtype, 200)[0]).toMatch(/^13\/\d: /);
  });
  it("what a later group reads again is held whole, and found slice by slice", () => {
    const f = (x: Value, y: Value) => {
      const hidden = exp(mul(x, 0.1));
      const gram = matmul(transpose(hidden), y);
      return add(matmul(hidden, gram), mul(y, 2));
    };
    expect(cutsOf(f, [[13, 4], [13, 4]], dtype, 200).length).toBeGreaterThan(1);
  });
  it("an operand that is read both slice by slice and as a whole", () => {
    cutsOf((x) => exp(matmul(mul(x, 0.2), transpose(x))), [[10, 4]], dtype, 100);
    cutsOf((x) => {
      const hidden = mul(x, 0.2);
      return exp(matmul(hidden, transpose(hidden)));
    }, [[10, 4]], dtype, 100);
  });
  it("rows of no element, one row, and no row", () => {
    for (const shape of [[6, 0], [1, 5], [0, 5], [1, 1]]) cutsOf((x) => [exp(mul(normalize(x), 3)), normalize(x)], [shape], dtype, 100);
  });
});
