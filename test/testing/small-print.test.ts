/** Promises of lemmagrad/testing that a fault could break without another test noticing. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { makeSetting, settingHypotheses } from "lemmagrad/robust-features";
import { arrays, elementsFrom, fitPower, parameterPoints } from "lemmagrad/testing";
import "lemmagrad/testing/matchers";
import { elements } from "../../src/ndarray/index.ts";

it("in float32 every element is a float32 number, the extremes and the kinks' neighbours too", () => {
  const drawn = fc.sample(elementsFrom({ low: 0, high: 0.1, extremes: [0.1, 0.07], kinks: [0.03], dtype: "float32" }), { numRuns: 500, seed: 3 });
  expect(drawn.filter((x) => Math.fround(x) !== x)).toEqual([]);
  expect(drawn).toContain(Math.fround(0.1));
});

it("the gaps of a view hold NaN, so that an op which reads them is found out", () => {
  const gapped = fc.sample(arrays({ shape: [3, 4], views: true }), { numRuns: 200, seed: 5 }).filter((x) => x.data.length > 12);
  expect(gapped.length).toBeGreaterThan(10);
  for (const x of gapped) {
    expect([...x.data].filter((value) => !Number.isNaN(value))).toHaveLength(12);
    expect([...elements(x)].every(Number.isFinite)).toBe(true);
  }
});

it("parameter points stay inside the hypotheses while they shrink", () => {
  const inside = parameterPoints({ box: { alpha: { low: 1, high: 4, toward: 2 }, eps: { low: 0.1, high: 1.5, toward: 1.4 } }, point: makeSetting, hypotheses: settingHypotheses });
  let tried = 0;
  const { failed } = fc.check(fc.property(inside, (setting) => {
    tried++;
    expect(settingHypotheses(setting).filter(({ holds }) => !holds)).toEqual([]);
    return false;
  }), { seed: 7 });
  expect(failed).toBe(true);
  expect(tried).toBeGreaterThan(2);
});

it("a tolerance for the exponent reaches to both sides, and no further", () => {
  const ladder = [64, 256, 1024, 4096];
  for (const [predicted, holds] of [[1.04, true], [0.96, true], [1.06, false], [0.94, false]] as const) {
    const growth = expect((n: number) => 2 * n);
    (holds ? growth : growth.not).toGrowLike(predicted, ladder, { tolerance: 0.05 });
  }
});

it("the interval of exact data holds the exponent, whatever rounding does to the logarithms", () => {
  // on evenly spaced sizes the residuals are often zero, and the slope is off by an ulp all the same
  fc.assert(fc.property(fc.integer({ min: -24, max: 24 }), fc.integer({ min: 1, max: 1000 }), fc.constantFrom([3, 7, 19, 50, 131], [1, 2, 4], [2, 6, 18], [1, 10, 100]), (eighths, factor, sizes) => {
    const exponent = eighths / 8;
    const { low, high } = fitPower(sizes, sizes.map((n) => factor * n ** exponent));
    expect(low).toBeLessThanOrEqual(exponent);
    expect(high).toBeGreaterThanOrEqual(exponent);
    expect(high - low).toBeLessThan(1e-10);
  }), { numRuns: 2000 });
});

it("what never comes is later than what comes, by any margin and factor", () => {
  expect({ first: [1], never: [Infinity] }).toBeOrdered(["first", "never"], { margin: 1e9, factor: 1e9 });
  expect({ first: [Infinity], never: [Infinity] }).not.toBeOrdered(["first", "never"]);
});
