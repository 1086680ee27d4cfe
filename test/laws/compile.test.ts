/**
 * The law of compiling: every registered primitive, for every case it declares and in both dtypes, gives compiled the bits it
 * gives plainly (any NaN is like any other), forwards, back and along a direction, for other arguments than those it was
 * traced with, however they lie in memory.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { apply, isTraced, jvp, leavesOf, type Value, vjp } from "../../src/autodiff/index.ts";
import { compile } from "../../src/compile/index.ts";
import { copy, type Dtype, type NdArray, sizeOf } from "../../src/ndarray/index.ts";
import { flip, mul, slice, sum, transpose } from "../../src/ops/index.ts";
import { hvp } from "../../src/transformations/index.ts";
import { anyArguments, eighths, smoothArguments, type Use, uses } from "../arbitraries/primitive-arguments.ts";
import { expectSame, reversedView, samples, slicedView, transposedView } from "../support/arrays.ts";

const whole = new Set<string>();
const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns: samples(numRuns), interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false });

type Function = (...args: Value[]) => unknown;

/** Fails unless the compiled function gives the plain one's bits at each of the argument lists, and was compiled at all. */
function expectSameCalls(f: Function, calls: readonly (readonly NdArray[])[]): void {
  const compiled = compile(f);
  for (const args of calls) {
    const before = args.map(copy);
    const expected = leavesOf(f(...args));
    const actual = leavesOf(compiled(...args));
    expect(actual.length).toBe(expected.length);
    actual.forEach((x, at) => {
      expect(isTraced(x)).toBe(false);
      expectSame(x, expected[at], `result ${at}`);
    });
    args.forEach((x, at) => expectSame(x, before[at], `argument ${at} afterwards`));
  }
  const plan = compiled.plan(...calls[0]);
  expect(plan.plainBecause).toBe("");
  for (const { steps } of plan.groups) for (const { kernel, ops } of steps) if (kernel === "whole") ops.forEach((op) => whole.add(op));
}

const layouts = [transposedView, reversedView, slicedView];
/** Three draws: one to trace with, two more that lie otherwise in memory. */
const threeOf = (draw: fc.Arbitrary<NdArray[]>) => fc.tuple(draw, draw, draw).map(([first, second, third]) => [first, second.map((x, at) => layouts[at % 3](x)), third.map((x, at) => layouts[(at + 1) % 3](x))]);

describe.each(uses.flatMap((at) => (["float64", "float32"] as const).map((dtype) => [`${at.label} ${dtype}`, at, dtype] as const)))("%s", (_label, at: Use, dtype: Dtype) => {
  const { primitive, use } = at;
  const one = (...args: Value[]) => apply(primitive, args, use.params);
  const shape = primitive.shape(use.shapes, use.params);
  const outDtype = primitive.dtype?.(use.params) ?? dtype;
  const admissible = primitive.clearance === undefined ? anyArguments(at, dtype) : smoothArguments(at, dtype);

  it("the value", () => fc.assert(fc.property(threeOf(admissible), (calls) => expectSameCalls(one, calls)), runs(4)));
  it("the value of an intermediate, and views of it as results", () => fc.assert(fc.property(threeOf(admissible), (calls) => expectSameCalls((...args) => {
    const out = one(...args.map((x) => mul(x, 1)));
    return { out, turned: transpose(out), twice: mul(out, 2), back: shape.length > 0 ? flip(out, { axes: 0 }) : out, every: shape.length > 0 ? slice(out, { step: 2 }) : out, argument: args[0], turnedArgument: transpose(args[0]) };
  }, calls)), runs(2)));
  it("the cotangents, and the derivative along a direction", () => fc.assert(fc.property(threeOf(admissible), eighths(shape, outDtype), (calls, ct) => {
    expectSameCalls((...args) => vjp(one, ...args).pull(ct), calls);
    expectSameCalls((...args) => jvp(one as never, args, args.map((x) => mul(x, 0.5))), calls);
  }), runs(2)));
});

describe("second derivatives", () => {
  const twice = uses.filter(({ primitive, use }) => use.arrange === undefined && primitive.dtype === undefined && use.shapes.every((own) => sizeOf(own) <= 30)).filter((_, at) => at % 7 === 0);
  it.each(twice.map((at) => [at.label, at] as const))("%s: a Hessian times a direction", (_label, at) => {
    const weighted = (ct: NdArray) => (...args: Value[]) => sum(mul(apply(at.primitive, args, at.use.params), ct));
    fc.assert(fc.property(threeOf(smoothArguments(at)), eighths(at.primitive.shape(at.use.shapes, at.use.params), "float64"), (calls, ct) => {
      expectSameCalls((x, ...rest) => hvp((y: Value) => weighted(ct)(y, ...rest), [x], [mul(x, 0.5)]).product, calls);
    }), runs(2));
  });
});

afterAll(() => console.log(`compiled: ${uses.length} cases in two dtypes; carried out whole: ${[...whole].sort().join(", ")}`));
