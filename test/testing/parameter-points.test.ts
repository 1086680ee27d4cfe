import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HypothesisResult } from "../../src/claims/index.ts";
import { ParameterError, RegimeError } from "../../src/errors/index.ts";
import { parameterPoints } from "../../src/testing/index.ts";
import { makeSetting, referencePoint, settingHypotheses } from "../../src/theories/robust-features/index.ts";
import { messageOf } from "../support/message-of.ts";

const hypothesis = (name: string, margin: number): HypothesisResult => ({ name, maths: "", holds: margin > 0, margin, detail: "" });
/** x > 2 and x + y < 8, on [0, 10]^2. */
const corner = ({ x, y }: { x: number; y: number }) => [hypothesis("x large", x - 2), hypothesis("sum small", 8 - x - y)];
const box = { x: { low: 0, high: 10 }, y: { low: 0, high: 10 } };
const verdict = (results: readonly HypothesisResult[]) => Object.fromEntries(results.map(({ name, holds }) => [name, holds]));
const draws = <T>(points: fc.Arbitrary<T>, numRuns = 500): T[] => fc.sample(points, { numRuns, seed: 9 });

describe("parameter points", () => {
  it("satisfy every hypothesis by default, and the named ones when named", () => {
    for (const point of draws(parameterPoints({ box, hypotheses: corner }))) expect(verdict(corner(point))).toEqual({ "x large": true, "sum small": true });
    const named = draws(parameterPoints({ box, hypotheses: corner, inside: ["x large"] })).map((point) => verdict(corner(point)));
    expect(named.every((own) => own["x large"])).toBe(true);
    expect(new Set(named.map((own) => own["sum small"]))).toEqual(new Set([true, false]));
  });
  it("violate exactly the one named outside", () => {
    for (const name of ["x large", "sum small"]) {
      for (const point of draws(parameterPoints({ box, hypotheses: corner, outside: name }))) expect(verdict(corner(point))).toEqual({ "x large": name !== "x large", "sum small": name !== "sum small" });
    }
    const alone = draws(parameterPoints({ box, hypotheses: corner, inside: [], outside: "x large" })).map((point) => verdict(corner(point)));
    expect(alone.every((own) => !own["x large"])).toBe(true);
    expect(new Set(alone.map((own) => own["sum small"]))).toEqual(new Set([true, false]));
  });
  it("keep their clearance from the boundary, on either side", () => {
    for (const point of draws(parameterPoints({ box, hypotheses: corner, clearance: 1 }))) for (const { margin } of corner(point)) expect(margin).toBeGreaterThanOrEqual(1);
    for (const point of draws(parameterPoints({ box, hypotheses: corner, outside: "x large", clearance: 1 }))) expect(point.x).toBeLessThanOrEqual(1);
  });
  it("count what was rejected and why", () => {
    const points = parameterPoints({ box, hypotheses: corner });
    draws(points, 1000);
    const { drawn, accepted, impossible, wrongSide } = points.counts;
    expect([accepted, impossible]).toEqual([1000, 0]);
    // the region is the triangle x > 2, x + y < 8: 18 of 100; five standard deviations of a share of 5500 draws are 0.026
    expect(Math.abs(accepted / drawn - 0.18)).toBeLessThan(0.026);
    expect(Math.abs(wrongSide["x large"] / drawn - 0.2)).toBeLessThan(0.026);
    expect(Math.abs(wrongSide["sum small"] / drawn - 0.68)).toBeLessThan(0.032);
  });
  it("spread evenly, or by their logarithm, over integers or choices, and stay in the box", () => {
    const all = draws(parameterPoints({
      box: { a: { low: 0.01, high: 1, scale: "log" }, b: { low: -2, high: 2 }, n: { low: 1, high: 4, integer: true }, m: { low: 1, high: 1024, integer: true, scale: "log" }, q: { choices: [2, 3] }, basis: "rotated" },
      hypotheses: () => [],
    }), 4000);
    const share = (holds: (point: (typeof all)[number]) => boolean) => all.filter(holds).length / all.length;
    // five standard deviations of a share near 1/2 of 4000 draws are 0.04
    expect(Math.abs(share(({ a }) => a < 0.1) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(share(({ b }) => b < 0) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(share(({ n }) => n === 4) - 0.25)).toBeLessThan(0.04);
    expect(Math.abs(share(({ m }) => m < 32) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(share(({ q }) => q === 2) - 0.5)).toBeLessThan(0.04);
    expect(all.every(({ a, b, n, m, basis }) => a >= 0.01 && a <= 1 && Math.abs(b) <= 2 && [n, m].every(Number.isInteger) && basis === "rotated")).toBe(true);
  });
  it("are the same for the same seed", () => {
    expect(draws(parameterPoints({ box, hypotheses: corner }))).toEqual(draws(parameterPoints({ box, hypotheses: corner })));
  });
  it("shrink towards the reference point, and never out of the region", () => {
    const seen: { x: number; y: number }[] = [];
    const points = parameterPoints({ box: { x: { low: 0, high: 10, toward: 5 }, y: { low: 0, high: 10 } }, hypotheses: corner });
    const { counterexample } = fc.check(fc.property(points, (point) => {
      seen.push(point);
      return point.y < 1;
    }), { seed: 4 });
    expect(counterexample).toEqual([{ x: 5, y: 1 }]);
    expect(seen.every((point) => corner(point).every(({ holds }) => holds))).toBe(true);
  });
  it("replay from seed and path", () => {
    const points = () => fc.property(parameterPoints({ box, hypotheses: corner }), ({ x }) => x < 4);
    const first = fc.check(points(), { seed: 12 });
    const again = fc.check(points(), { seed: 12, path: first.counterexamplePath!, endOnFailure: true });
    expect(again.counterexample).toEqual(first.counterexample);
  });
});

describe("a region without points", () => {
  it("is a typed error that names what stands in the way, and ends", () => {
    const message = messageOf(() => draws(parameterPoints({ box: { x: { low: 0, high: 1 }, y: 3 }, hypotheses: corner, attempts: 50 })));
    expect(message).toBe('RegimeError: parameterPoints: none of 50 draws in a row was inside the hypotheses.\n    x large: failed in 100 %\n  Expected a box of which a noticeable share is such points.\n  Mend: move or narrow the ranges of the parameters in "x large", or name fewer hypotheses in `inside`.');
    expect(() => fc.assert(fc.property(parameterPoints({ box: { x: 5, y: 1 }, hypotheses: corner, outside: "x large" }), () => true))).toThrow(RegimeError);
    expect(messageOf(() => draws(parameterPoints({ box: { x: 5, y: 1 }, hypotheses: corner, outside: "x large" })))).toContain('none of 2000 draws in a row was outside "x large" and inside the others.\n    x large: still held in 100 %');
  });
  it("may be one where no point exists", () => {
    const points = parameterPoints({ box: { k: { low: 20, high: 30, integer: true } }, point: makeSetting, hypotheses: settingHypotheses, attempts: 10 });
    expect(messageOf(() => draws(points))).toContain("no such point: 100 %");
    expect(points.counts.impossible).toBe(10);
  });
  it("does not hide a fault of the caller", () => {
    expect(messageOf(() => draws(parameterPoints({ box, hypotheses: corner, inside: ["x larger"] })))).toBe('ParameterError: parameterPoints: there is no hypothesis "x larger".\n  Expected one of "x large", "sum small".');
    expect(() => draws(parameterPoints({ box, point: () => { throw new TypeError("a bug"); }, hypotheses: () => [] }))).toThrow("a bug");
    for (const range of [{ low: 2, high: 1 }, { low: 0, high: 1, scale: "log" as const }, { low: 0.5, high: 2, integer: true }, { low: 0, high: 1, toward: 2 }, { choices: [] }]) {
      expect(() => parameterPoints({ box: { a: range }, hypotheses: () => [] }), JSON.stringify(range)).toThrow(ParameterError);
    }
  });
});

describe("the hypotheses of robust-features", () => {
  const own = {
    box: {
      alpha: { low: 0.8, high: 3, scale: "log", toward: referencePoint.alpha }, beta: { low: 0.2, high: 1, scale: "log", toward: referencePoint.beta }, eps: { low: 0.1, high: 1.5, toward: referencePoint.eps },
      q: { choices: [3, 2, 4] }, P: { low: 100, high: 600, integer: true, toward: referencePoint.P }, sigmaN: { low: 0.001, high: 0.02, scale: "log", toward: referencePoint.sigmaN }, sigma0: { low: 0.005, high: 0.05, scale: "log", toward: referencePoint.sigma0 },
      eta: { low: 0.001, high: 0.1, scale: "log", toward: referencePoint.eta }, e: { low: 1, high: 1000, scale: "log", toward: referencePoint.e },
    },
    point: makeSetting,
    hypotheses: settingHypotheses,
  } as const;
  it("are all met inside", () => {
    for (const setting of draws(parameterPoints(own), 100)) expect(settingHypotheses(setting).filter(({ holds }) => !holds)).toEqual([]);
  });
  it.each(settingHypotheses(referencePoint).map(({ name }) => name))("are all met but \"%s\" outside it", (name) => {
    for (const setting of draws(parameterPoints({ ...own, outside: name, attempts: 20_000 }), 20)) expect(settingHypotheses(setting).filter(({ holds }) => !holds).map((result) => result.name)).toEqual([name]);
  });
  it("shrink to the reference point", () => {
    const { counterexample } = fc.check(fc.property(parameterPoints(own), () => false), { seed: 1 });
    expect(counterexample).toEqual([referencePoint]);
  });
});
