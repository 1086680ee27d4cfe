import { describe, expect, it } from "vitest";
import { binomialAtMost, clopperPearson, passesNeeded } from "../../src/statistics/index.ts";

/** P(X <= most) by adding the probabilities of all 2^n sequences of trials. */
function counted(most: number, trials: number, rate: number): number {
  let total = 0;
  for (let sequence = 0; sequence < 2 ** trials; sequence++) {
    const failures = sequence.toString(2).replaceAll("0", "").length;
    if (failures <= most) total += rate ** failures * (1 - rate) ** (trials - failures);
  }
  return total;
}

describe("binomialAtMost", () => {
  it("is the sum over all sequences of trials", () => {
    for (const trials of [1, 4, 9]) {
      for (const rate of [0.05, 0.5, 0.93]) for (let most = -1; most <= trials; most++) expect(binomialAtMost(most, trials, rate)).toBeCloseTo(most < 0 ? 0 : counted(most, trials, rate), 13);
    }
  });
  it("is alpha at the upper Clopper-Pearson bound, whose definition that is", () => {
    // to the accuracy of the beta quantile, about 1e-8
    for (const [failures, trials] of [[0, 59], [3, 100], [400, 1000]]) expect(binomialAtMost(failures, trials, clopperPearson(failures, trials).upper)).toBeCloseTo(0.05, 7);
  });
  it("does not underflow where single probabilities do", () => {
    // mean 50,000, standard deviation 158: half of all, and a little
    expect(binomialAtMost(50_000, 100_000, 0.5)).toBeCloseTo(0.5 + 0.5 / Math.sqrt(2 * Math.PI * 25_000), 6);
    expect(binomialAtMost(0, 100_000, 0.5)).toBe(0);
  });
  it("is certain at the ends of the rate", () => {
    expect([binomialAtMost(2, 5, 0), binomialAtMost(2, 5, 1), binomialAtMost(5, 5, 1), binomialAtMost(0, 0, 0.5)]).toEqual([1, 0, 1, 1]);
  });
  it("says what it expected", () => {
    expect(() => binomialAtMost(1, 2.5, 0.1)).toThrow(/2.5 is no number of trials[\s\S]*an integer >= 0/);
    expect(() => binomialAtMost(1, 2, 1.1)).toThrow(/1.1 is no rate/);
  });
});

describe("passesNeeded", () => {
  it("is 59 for 5 % at 95 %, and the fewest whose Clopper-Pearson bound is at least the share", () => {
    expect(passesNeeded(0.05, 0.05)).toBe(59);
    for (const [rate, alpha] of [[0.05, 0.05 / 13], [0.2, 0.05], [0.5, 0.01]]) {
      const trials = passesNeeded(rate, alpha);
      expect(clopperPearson(trials, trials, alpha).lower).toBeGreaterThanOrEqual(1 - rate);
      expect(clopperPearson(trials - 1, trials - 1, alpha).lower).toBeLessThan(1 - rate);
    }
  });
  it("refuses a rate that no number of passes shows", () => {
    expect(() => passesNeeded(0, 0.05)).toThrow(/takes no number of trials/);
  });
});
