import { describe, expect, it } from "vitest";
import { clopperPearson } from "../../src/statistics/index.ts";

/** P(X >= s) for X ~ Binomial(n, p), summed directly. */
function atLeast(s: number, n: number, p: number): number {
  let total = 0;
  for (let x = s; x <= n; x++) {
    let term = 1;
    for (let i = 0; i < x; i++) term *= ((n - i) / (i + 1)) * p;
    total += term * (1 - p) ** (n - x);
  }
  return total;
}

describe("clopperPearson", () => {
  it("lower solves P(X >= s) = alpha, and upper P(X <= s) = alpha, the definition", () => {
    for (const [s, n] of [[1, 10], [7, 10], [9, 10], [30, 59]]) {
      const { lower, upper } = clopperPearson(s, n, 0.05);
      expect(atLeast(s, n, lower)).toBeCloseTo(0.05, 10);
      expect(1 - atLeast(s + 1, n, upper)).toBeCloseTo(0.05, 10);
    }
  });
  it("59 of 59 put the failure rate below 5 % at 95 %, the reason for 59 seeds; 58 of 58 do not", () => {
    expect(clopperPearson(59, 59).lower).toBeGreaterThan(0.95);
    expect(clopperPearson(58, 58).lower).toBeLessThan(0.95);
  });
  it("is 0 with no success and 1 with no failure", () => {
    expect(clopperPearson(0, 5).lower).toBe(0);
    expect(clopperPearson(5, 5).upper).toBe(1);
  });
  it("covers the true share in at least the nominal part of all outcomes, for every share of a grid", () => {
    const n = 20;
    for (let p = 0.05; p < 1; p += 0.05) {
      let covered = 0;
      for (let s = 0; s <= n; s++) {
        const probability = atLeast(s, n, p) - atLeast(s + 1, n, p);
        if (clopperPearson(s, n).lower <= p) covered += probability;
      }
      expect(covered).toBeGreaterThanOrEqual(0.95 - 1e-12);
    }
  });
  it("says what it expected of a count", () => {
    expect(() => clopperPearson(6, 5)).toThrow(/clopperPearson: 6 of 5 is no count[\s\S]*0 <= successes <= trials/);
  });
});
