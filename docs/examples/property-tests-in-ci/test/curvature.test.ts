import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyClaim } from "lemmagrad/claims";
import { parameterPoints } from "lemmagrad/testing";
import { arrivals, hypotheses, strongFirst } from "../src/curvature.ts";

const region = { box: { strong: { low: 0.5, high: 8 }, weak: { low: 0.1, high: 4 }, eta: { low: 0.01, high: 1, scale: "log" } }, hypotheses } as const;

describe("the strong direction is learned first", () => {
  it("inside the hypotheses", () => {
    fc.assert(fc.property(parameterPoints(region), (point) => {
      expect(arrivals(point)).toBeOrdered(["strong", "weak"]);
    }));
  });

  it("and not where the step is too large, twice what the hypothesis allows: it is needed", () => {
    fc.assert(fc.property(parameterPoints({ ...region, outside: "step small", clearance: Math.log(2) }), (point) => {
      expect(arrivals(point)).not.toBeOrdered(["strong", "weak"]);
    }), { numRuns: 30 });
  });

  it("after a time that falls like 1 / curvature", () => {
    // T = log 10 / -log(1 - eta lambda), a whole number of steps. With eta lambda between 0.001 and 0.008 the exponent is off
    // -1 by less than 0.008 / 2, and rounding to a step (T is 287 or more) moves each log T by less than 1 / 287
    expect((lambda: number) => arrivals({ strong: lambda, weak: lambda, eta: 0.001 }).strong).toGrowLike(-1, [1, 2, 4, 8], { tolerance: 0.01 });
  });

  it("and the claim's verdict is the recorded one", async () => {
    expect((await verifyClaim(strongFirst)).verdict).toBe(strongFirst.recorded);
  });
});
