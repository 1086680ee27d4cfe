/** Shapes and arrays as they are drawn and as they shrink. Shares hold to five standard deviations of their count (1 in 10^6 runs, and the seeds are fixed). */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argumentsOf, type ArrayOptions, arrays, broadcastableShapes, directions, elementsFrom, shapes, type ShapeOptions } from "../../src/testing/index.ts";
import { arrayText, laidOut, layouts } from "../../src/testing/views.ts";
import { apply } from "../../src/autodiff/index.ts";
import { array, broadcastShapes, dtypeOf, isContiguous, type NdArray, sizeOf, zeros } from "../../src/ndarray/index.ts";
import { add } from "../../src/ops/index.ts";
import { slicePrimitive } from "../../src/ops/slice.ts";
import { smoothedReluPrimitive } from "../../src/ops/smoothed-relu.ts";
import { wherePrimitive } from "../../src/ops/where.ts";
import { expectSame, numbers } from "../support/arrays.ts";
import { messageOf } from "../support/message-of.ts";

const draws = <T>(arbitrary: fc.Arbitrary<T>, numRuns = 4000, seed = 7): T[] => fc.sample(arbitrary, { numRuns, seed });
/** The share of draws for which `holds`, beside the share it should be. */
function expectShare<T>(list: readonly T[], share: number, holds: (x: T) => boolean): void {
  const found = list.filter(holds).length / list.length;
  expect(Math.abs(found - share), `found ${found}, not ${share}`).toBeLessThanOrEqual(5 * Math.sqrt((share * (1 - share)) / list.length));
}

describe("shapes", () => {
  it("have every rank equally often, and axes of 0, 1 and more as 1 : 3 : 12", () => {
    const all = draws(shapes());
    for (const rank of [0, 1, 2, 3]) expectShare(all, 1 / 4, (shape) => shape.length === rank);
    const axes = all.flat();
    expectShare(axes, 1 / 16, (length) => length === 0);
    expectShare(axes, 3 / 16, (length) => length === 1);
    for (const length of [2, 3, 4, 5]) expectShare(axes, 12 / 16 / 4, (own) => own === length);
  });
  it("hold their shares inside fc.assert too, where fast-check favours small values", () => {
    const seen: number[] = [];
    fc.assert(fc.property(shapes(), (shape) => { seen.push(shape.length); }), { numRuns: 4000, seed: 3 });
    expectShare(seen, 1 / 4, (rank) => rank === 3);
  });
  it.each<ShapeOptions>([{ minRank: 2, maxRank: 2, minLength: 1, maxLength: 3 }, { minRank: 4 }, { minLength: 2, maxLength: 2 }, { minLength: 7 }, { maxLength: 0, minRank: 1 }, { maxLength: 1 }])("stay within %o", (options) => {
    const { minRank = 0, maxRank = Math.max(3, minRank), minLength = 0, maxLength = Math.max(5, minLength) } = options;
    const all = draws(shapes(options), 300);
    expect([Math.min(...all.map((shape) => shape.length)), Math.max(...all.map((shape) => shape.length))]).toEqual([minRank, maxRank]);
    expect([Math.min(...all.flat()), Math.max(...all.flat())]).toEqual([minLength, maxLength]);
  });
  it("shrink to the fewest and shortest axes that still fail", () => {
    const { counterexample } = fc.check(fc.property(shapes({ maxRank: 4 }), (shape) => shape.length < 2 || shape[1] < 3), { seed: 5 });
    expect(counterexample).toEqual([[0, 3]]);
  });
  it("refuse a range that is empty", () => {
    expect(messageOf(() => shapes({ minRank: 3, maxRank: 2 }))).toBe("ParameterError: shapes: the rank would lie between 3 and 2.\n  Expected integers with 0 <= least <= most.");
    expect(messageOf(() => shapes({ minLength: -1 }))).toContain("the length would lie between -1 and 5");
    expect(messageOf(() => broadcastableShapes(0))).toContain("count = 0 is out of range");
  });
});

describe("broadcastable shapes", () => {
  it("broadcast, and also do so by stretching and by lacking axes", () => {
    const all = draws(broadcastableShapes(3));
    for (const [a, b, c] of all) broadcastShapes("test", broadcastShapes("test", a, b), c);
    const some = (holds: (tuple: number[][]) => boolean) => all.filter(holds).length / all.length;
    // a rank differs when two of the three lacks differ: well above a tenth of the draws, and so does a stretched axis
    expect(some((tuple) => new Set(tuple.map((shape) => shape.length)).size > 1)).toBeGreaterThan(0.1);
    expect(some(([a, b]) => a.length === b.length && a.some((length, axis) => length !== b[axis]))).toBeGreaterThan(0.1);
    expect(some((tuple) => new Set(tuple.map(String)).size === 1)).toBeGreaterThan(0.1);
  });
  it("lack leading axes in half of the operands, where there are any, and stretch a quarter of the axes", () => {
    const options = { minRank: 3, maxRank: 3, minLength: 2 };
    const all = draws(broadcastableShapes(1, options)).map(([shape]) => shape);
    // of the seven equally likely numbers of missing axes -3..3, three are positive
    expectShare(all, 3 / 7, (shape) => shape.length < 3);
    expectShare(all.flat(), 1 / 4, (length) => length === 1);
  });
  it("shrink to equal shapes", () => {
    const { counterexample } = fc.check(fc.property(broadcastableShapes(2), ([a]) => sizeOf(a) < 4), { seed: 2 });
    expect(counterexample![0][0]).toEqual(counterexample![0][1]);
    expect(sizeOf(counterexample![0][0])).toBeLessThan(8);
  });
});

describe("elements", () => {
  const options = { low: -1, high: 1, kinks: [0.1], extremes: [5] };
  it("come from kinks, neighbours and extremes as often as documented", () => {
    const all = draws(elementsFrom(options));
    expectShare(all, 2 / 16, (x) => x === 0.1);
    expectShare(all, 3 / 16, (x) => x !== 0.1 && Math.abs(x - 0.1) < 1e-7);
    expectShare(all, 3 / 32, (x) => x < 0.1 && x > 0.1 - 1e-7);
    expectShare(all, 2 / 16, (x) => x === 5);
    expectShare(all, 9 / 16, (x) => x <= 1 && (x * 32) % 1 === 0);
    expect(new Set(all.filter((x) => (x * 32) % 1 === 0)).size).toBe(66);
  });
  it("reach the bend of a smoothed ReLU, which fc.double hardly does", () => {
    const inside = (x: number) => x > 1e-6 && x < 0.1;
    const share = (list: readonly number[]) => list.filter(inside).length / list.length;
    const doubles = draws(fc.noBias(fc.double({ min: 0, max: 1, noNaN: true })));
    expect(doubles.filter((x) => x < 1e-6).length / doubles.length).toBeGreaterThan(0.9);
    expect(share(draws(elementsFrom({ low: 0, high: 1 })))).toBeGreaterThan(0.05);
    expect(share(draws(elementsFrom({ low: 0, high: 1, kinks: [0, 0.1] })))).toBeGreaterThan(0.1);
  });
  it("are never NaN, -0 or infinite unless asked for", () => {
    const plain = draws(elementsFrom({ low: -1, high: 1, kinks: [0, -0] }));
    expect(plain.filter((x) => !Number.isFinite(x) || Object.is(x, -0))).toEqual([]);
    const all = draws(elementsFrom({ nan: true, negativeZero: true, extremes: [Infinity] }));
    expectShare(all, 1 / 16, Number.isNaN);
    expectShare(all, 1 / 16, (x) => Object.is(x, -0));
    expectShare(all, 2 / 16, (x) => x === Infinity);
  });
  it("are numbers of their dtype, and the kink is where a kernel sees it", () => {
    const all = draws(elementsFrom({ ...options, dtype: "float32" }));
    expect(all.filter((x) => Math.fround(x) !== x)).toEqual([]);
    expectShare(all, 2 / 16, (x) => x === Math.fround(0.1));
  });
  it("refuse an interval without inside, and a kink that is never reached", () => {
    expect(messageOf(() => elementsFrom({ low: 1, high: 1 }))).toContain("[1, 1] is no interval to draw from");
    expect(messageOf(() => arrays({ low: -1, high: -0.5, kinks: [0] }))).toBe("ParameterError: arrays: the kink 0 lies outside [-1, -0.5].\n  Expected kinks that can be reached.\n  Mend: widen the interval to both sides of it, or leave it out.");
  });
  it("shrink to round numbers", () => {
    const found = (holds: (x: number) => boolean, own = options as ArrayOptions) => fc.check(fc.property(elementsFrom(own), holds), { seed: 11, numRuns: 1000 }).counterexample![0];
    expect(found((x) => x < 1.3, { low: -3, high: 3 })).toBe(2);
    expect(found((x) => x > -0.3)).toBe(-1);
    expect(found((x) => x === 0)).toBe(1);
    expect(found((x) => x !== 0.1)).toBe(0.1);
  });
});

describe("arrays", () => {
  it("are the same for the same seed, and others for another", () => {
    const text = (seed: number) => draws(arrays({ views: true }), 50, seed).map(arrayText).join("\n");
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });
  it("have the shape and dtype asked for", () => {
    for (const x of draws(arrays({ shape: [2, 3], dtype: "float32" }), 20)) expect([[...x.shape], dtypeOf(x)]).toEqual([[2, 3], "float32"]);
    for (const x of draws(arrays({ shape: fc.constantFrom([0, 2], [4]) }), 20)) expect(["0,2", "4"]).toContain(String(x.shape));
  });
  it("are views in half of the draws when asked, with the same elements", () => {
    const all = draws(arrays({ shape: [2, 3], views: true }));
    expectShare(all, 1 / 2, isContiguous);
    expectShare(all, 1 / 6, (x) => x.stride[1] < 0);
    expectShare(all, 1 / 6, (x) => x.stride[0] === 1);
    expectShare(all, 1 / 6, (x) => x.offset === 3);
    expect(all.filter((x) => numbers(x).some(Number.isNaN))).toEqual([]);
  });
  it("lie otherwise in memory with the same elements, for every layout and any shape", () => {
    fc.assert(fc.property(arrays({ dtype: "float32" }), (x) => layouts.forEach((layout) => expectSame(laidOut(x, layout), x, layout))));
  });
  it("have no two equal elements when distinct, and are refused when there cannot be so many", () => {
    for (const x of draws(arrays({ shape: [5, 40], distinct: true }), 20)) expect(new Set(numbers(x)).size).toBe(200);
    expect(messageOf(() => draws(arrays({ shape: [3000], distinct: true, dtype: "float32", low: 1, high: 1.0001 }), 1))).toContain("numbers of this dtype for 3000 distinct elements");
    expect(messageOf(() => arrays({ distinct: true, nan: true }))).toContain("contradict");
  });
  it("shrink to few, round, contiguous elements, and print as code", () => {
    const { counterexample } = fc.check(fc.property(arrays({ views: true }), (x) => numbers(x).every((value) => value < 1.3)), { seed: 21 });
    expect(isContiguous(counterexample![0])).toBe(true);
    expect(numbers(counterexample![0]).filter((value) => value !== 0)).toEqual([2]);
    expect(fc.stringify(counterexample)).toMatch(/^\[array\([[\]0-9, ]+\)\]$/);
  });
  it("print views, float32 and empty arrays so that they can be made again", () => {
    expect(arrayText(array([[1, 2], [3, 4]]))).toBe("array([[1, 2], [3, 4]])");
    expect(arrayText(laidOut(array([1, -0]), "reversed"))).toBe("array([1, -0]) as a view with strides [-1]");
    expect(arrayText(array([0.5], undefined, "float32"))).toBe('array([0.5], undefined, "float32")');
    expect(arrayText(zeros([0, 3]))).toBe("zeros([0, 3])");
  });
  it("catch an op that forgets strides, with views and not without", () => {
    const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
    const naiveSum = (x: NdArray) => total([...x.data]);
    const fails = (views: boolean) => fc.check(fc.property(arrays({ views, shape: shapes({ minRank: 1 }) }), (x) => naiveSum(x) === total(numbers(x))), { seed: 1 }).failed;
    expect([fails(false), fails(true)]).toEqual([false, true]);
  });
});

describe("directions", () => {
  it("have the tree, shapes and dtypes of their point, and no zeros", () => {
    const at = { w: array([[1, 2]]), rest: [array([1, 2, 3], undefined, "float32"), 4] as const };
    for (const { w, rest } of draws(directions(at), 200)) {
      expect([[...w.shape], [...rest[0].shape], dtypeOf(rest[0]), typeof rest[1]]).toEqual([[1, 2], [3], "float32", "number"]);
      for (const value of [...numbers(w), ...numbers(rest[0]), rest[1]]) {
        expect(value * 8 % 1 + 0).toBe(0);
        expect(value !== 0 && Math.abs(value) <= 2).toBe(true);
      }
    }
  });
  it("shrink to ones", () => {
    const { counterexample } = fc.check(fc.property(directions(array([5, 6])), () => false), { seed: 3 });
    expect(numbers(counterexample![0])).toEqual([1, 1]);
  });
});

describe("arguments of a primitive", () => {
  it("have the shapes of its cases and lie in its domain, at its kinks too", () => {
    const all = draws(argumentsOf(smoothedReluPrimitive), 2000);
    const values = all.flatMap(({ args }) => numbers(args[0]));
    expect(values.every((x) => x >= -1.5 && x <= 3)).toBe(true);
    expect(all.some(({ args, params }) => numbers(args[0]).includes(params.rho))).toBe(true);
    expect(new Set(all.map(({ params }) => JSON.stringify(params))).size).toBe(new Set(smoothedReluPrimitive.cases.map(({ params }) => JSON.stringify(params))).size);
    for (const { args } of draws(argumentsOf(wherePrimitive), 50)) expect(numbers(args[0]).every((x) => x === 0 || x === 1)).toBe(true);
    for (const { args, params } of draws(argumentsOf(slicePrimitive, { views: true }), 50)) expect(() => add(apply(slicePrimitive, args, params), 1)).not.toThrow();
  });
});
