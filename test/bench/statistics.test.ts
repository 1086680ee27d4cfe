import { describe, expect, it } from "vitest";
import { ratios, slopeOf, spreadOf, takesPart } from "../../bench/statistics.ts";

describe("what is said of timings", () => {
  it("median and quartiles lie between neighbours linearly, in whatever order the rounds came", () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ low: 2, median: 3, high: 4 });
    expect(spreadOf([4, 1])).toEqual({ low: 1.75, median: 2.5, high: 3.25 });
  });
  it("rounds that were left out count for nothing", () => {
    expect(spreadOf([NaN, 2, NaN, 1, 3])).toEqual(spreadOf([1, 2, 3]));
    expect(spreadOf([NaN]).median).toBeNaN();
  });
  it("ratios pair equal rounds, so that a machine that slows down in one does not bend them", () => {
    const base = [1, 10, 2];
    expect(ratios([2, 20, 4], base)).toEqual([2, 2, 2]);
    // the ratio of the medians would be 20 / 2
    expect(spreadOf(ratios([20, 20, 20], base)).median).toBe(10);
    expect(ratios([2, NaN, 4], base)).toEqual([2, 2]);
    expect(ratios([2, 20, 4, 8], base)).toEqual([2, 2, 2]);
  });
  it("slopes are exponents: exact for a power law, whatever its factor", () => {
    expect(slopeOf([1, 2, 4, 8], [3, 12, 48, 192])).toBeCloseTo(2, 12);
    expect(slopeOf([10, 20, 40], [7, 7, 7])).toBeCloseTo(0, 12);
  });
  it("a slow case takes part in as many rounds as it is allowed, the first among them", () => {
    for (const rounds of [3, 7, 15, 25]) {
      for (let wanted = 1; wanted <= rounds; wanted++) {
        const taken = Array.from({ length: rounds }, (_, round) => takesPart(round, rounds, wanted));
        expect(taken.filter(Boolean), `${wanted} of ${rounds}`).toHaveLength(wanted);
        expect(taken[0]).toBe(true);
      }
    }
  });
});
