import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Region } from "../../src/claims/index.ts";
import { ParameterError, RegimeError } from "../../src/errors/index.ts";
import { pointsInside } from "../../src/testing/index.ts";

interface Runs { run: number }
let asked = 0;
/** x + y < 8 on [0, 10]^2; there is no experiment where x is above 5. */
const region: Region<Runs> = {
  box: { x: { low: 0, high: 10 }, y: { low: 0, high: 10, toward: 1 }, mode: "plain" },
  hypotheses({ x, y }) {
    asked++;
    const margin = 8 - (x as number) - (y as number);
    return [{ name: "sum small", maths: "", holds: margin > 0, margin, detail: "" }];
  },
  experiments({ x }) {
    if ((x as number) > 5) throw new ParameterError({ where: "toy", problem: "x is too large." });
    return { run: { kind: "toy", spec: {}, operations: 1, run: (seed) => seed } };
  },
};

describe("points inside a claim's region", () => {
  it("satisfy its hypotheses and have experiments, and the draws are counted", () => {
    const points = pointsInside(region);
    const drawn = fc.sample(points, { numRuns: 300, seed: 1 });
    for (const { x, y, mode } of drawn) {
      expect((x as number) + (y as number)).toBeLessThan(8);
      expect(x).toBeLessThanOrEqual(5);
      expect(mode).toBe("plain");
    }
    const { drawn: all, accepted, impossible, wrongSide } = points.counts;
    expect(accepted).toBe(300);
    expect(all).toBe(accepted + impossible + wrongSide["sum small"]);
    expect(Math.max(...drawn.map(({ x }) => x as number))).toBeGreaterThan(4.5);
  });
  it("ask for the hypotheses of a point once", () => {
    asked = 0;
    const points = pointsInside(region);
    fc.sample(points, { numRuns: 20, seed: 2 });
    expect(asked).toBe(points.counts.drawn - points.counts.impossible);
  });
  it("shrink inside the region, towards its own values", () => {
    const { counterexample } = fc.check(fc.property(pointsInside(region), ({ x }) => (x as number) < 3), { seed: 3 });
    expect(counterexample).toEqual([{ x: 3, y: 1, mode: "plain" }]);
  });
  it("may be outside one hypothesis instead", () => {
    for (const { x, y } of fc.sample(pointsInside(region, { outside: "sum small", clearance: 1 }), { numRuns: 50, seed: 4 })) expect((x as number) + (y as number)).toBeGreaterThanOrEqual(9);
  });
  it("of an empty region are a RegimeError that names what stands in the way", () => {
    const points = pointsInside({ ...region, box: { x: 4, y: { low: 5, high: 10 }, mode: "plain" } }, { attempts: 30 });
    expect(() => fc.sample(points, { numRuns: 1, seed: 5 })).toThrow(RegimeError);
    expect(() => fc.sample(points, { numRuns: 1, seed: 5 })).toThrow("sum small: failed in 100 %");
  });
});
