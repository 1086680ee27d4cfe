import { describe, expect, it } from "vitest";
import { equivalence, studentInterval } from "../../src/statistics/index.ts";

describe("studentInterval", () => {
  it("is mean +- t s/sqrt(n), t from a printed table", () => {
    const { mean, error, low, high, n } = studentInterval([-0.4, -0.5, -0.6]);
    expect([mean, error, n]).toEqual([expect.closeTo(-0.5, 12), expect.closeTo(0.1 / Math.sqrt(3), 12), 3]);
    // t(0.95; 2) = 2.919986
    expect(high - low).toBeCloseTo((2 * 2.919986 * 0.1) / Math.sqrt(3), 6);
    // t(0.975; 9) = 2.262157; the values 1..10 have s^2 = 55/6
    expect(studentInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95).high).toBeCloseTo(5.5 + 2.262157 * Math.sqrt(55 / 60), 5);
  });
  it("says nothing from one value, or from one that is no number", () => {
    expect(studentInterval([3])).toEqual({ mean: 3, error: NaN, low: NaN, high: NaN, n: 1 });
    expect(studentInterval([1, NaN, 2]).low).toBeNaN();
  });
});

describe("equivalence", () => {
  const around = (mean: number) => [mean - 0.1, mean, mean + 0.1];
  it("is shown by an interval of level 1 - 2 alpha within the margin, refuted by one beyond it, and undecided between", () => {
    // half-width 2.919986 * 0.1/sqrt(3) = 0.1686
    expect(equivalence(around(0), 0, 0.17).outcome).toBe("equivalent");
    expect(equivalence(around(0), 0, 0.165).outcome).toBe("undecided");
    expect(equivalence(around(0.05), 0, 0.17).outcome).toBe("undecided");
    expect(equivalence(around(-0.05), 0, 0.17).outcome).toBe("undecided");
    expect(equivalence(around(0.4), 0, 0.23).outcome).toBe("different");
    expect(equivalence(around(0.4), 0, 0.235).outcome).toBe("undecided");
    expect(equivalence(around(-0.4), 0, 0.23).outcome).toBe("different");
  });
  it("has a p-value at most alpha exactly when it is shown, at any alpha", () => {
    for (const mean of [-0.3, -0.1, 0, 0.12]) {
      for (const margin of [0.1, 0.2, 0.4]) {
        for (const alpha of [0.01, 0.05, 0.2]) {
          const { outcome, pValue } = equivalence(around(mean), 0, margin, alpha);
          expect(outcome === "equivalent", JSON.stringify({ mean, margin, alpha, pValue })).toBe(pValue <= alpha);
        }
      }
    }
  });
  it("has the p-value of the nearer end: t = (0.2 - 0.1)/(0.1/sqrt 3) = 1.7320508 with 2 degrees of freedom", () => {
    // P(T > t) = (1 - t/sqrt(2 + t^2))/2 for 2 degrees of freedom
    const tail = (t: number) => (1 - t / Math.sqrt(2 + t * t)) / 2;
    expect(equivalence(around(0.1), 0, 0.2).pValue).toBeCloseTo(tail(Math.sqrt(3)), 8);
    expect(equivalence(around(-0.3), 0, 0.2).pValue).toBeCloseTo(1 - tail(Math.sqrt(3)), 8);
  });
  it("of equal values is decided by where they are", () => {
    expect(equivalence([1, 1], 1, 0.1)).toMatchObject({ outcome: "equivalent", pValue: 0 });
    expect(equivalence([2, 2], 1, 0.1)).toMatchObject({ outcome: "different", pValue: 1 });
    expect(equivalence([1], 1, 0.1)).toMatchObject({ outcome: "undecided", pValue: NaN });
  });
  it("refuses a margin of nothing", () => {
    expect(() => equivalence([1, 2], 1, 0)).toThrow(/a margin of 0 at alpha = 0.05 has no test[\s\S]*equal to a point is never shown/);
  });
});
