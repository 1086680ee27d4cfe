import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/index.ts";
import { clopperPearson } from "../../src/statistics/index.ts";
import { fitPower } from "../../src/testing/index.ts";

const ladder = [32, 64, 128, 256, 512, 1024];

describe("the fit of a power", () => {
  it("is exact for exact powers, with an interval of rounding only that holds the exponent", () => {
    for (const exponent of [-2, -0.5, 0, 0.1, 1 / 3, 0.5, 1, 1.7, 3]) {
      const fit = fitPower(ladder, ladder.map((n) => 0.3 * n ** exponent));
      expect(fit.low <= exponent && exponent <= fit.high, `${exponent} in [${fit.low}, ${fit.high}]`).toBe(true);
      expect(fit.high - fit.low).toBeLessThan(1e-12);
      expect(fit.factor).toBeCloseTo(0.3, 10);
    }
  });
  it("has the slope and Student's interval of the textbook, worked by hand on five points", () => {
    // x = 0..4 times log 2, y = log value: x - mean is -2..2 times log 2, whose squares add up to 10 (log 2)^2
    const y = [2, 3, 7, 9, 21].map(Math.log);
    const slope = (-2 * y[0] - y[1] + y[3] + 2 * y[4]) / 10 / Math.LN2;
    const fit = fitPower([1, 2, 4, 8, 16], [2, 3, 7, 9, 21]);
    expect(fit.exponent).toBeCloseTo(slope, 12);
    const mean = y.reduce((a, b) => a + b, 0) / 5;
    const error = Math.sqrt(y.reduce((total, value, i) => total + (value - mean - slope * (i - 2) * Math.LN2) ** 2, 0) / 3 / (10 * Math.LN2 ** 2));
    // 3.182446: the 0.975 quantile of Student's t with 3 degrees of freedom, from printed tables
    expect((fit.high - fit.low) / 2 / error).toBeCloseTo(3.182446, 5);
  });
  it.each([[0.95, 1], [0.8, 1], [0.95, 3]])("has an interval of confidence %d that holds the true exponent that often, with %d measurements a size", (confidence, repeats) => {
    const trials = 2000;
    const random = stream(1, `coverage ${confidence} ${repeats}`);
    let held = 0;
    for (let trial = 0; trial < trials; trial++) {
      const fit = fitPower(ladder, ladder.map((n) => Array.from({ length: repeats }, () => 2 * n ** 0.5 * Math.exp(0.3 * random.normal()))), confidence);
      if (fit.low <= 0.5 && 0.5 <= fit.high) held++;
    }
    // the noise is what the interval assumes, so its confidence is exact; one-sided bounds at 1 in 10^6 each
    const { lower, upper } = clopperPearson(held, trials, 1e-6);
    expect(lower, `${held} of ${trials}`).toBeLessThan(confidence);
    expect(upper, `${held} of ${trials}`).toBeGreaterThan(confidence);
  });
  it("has residuals that add up to nothing and are of no growth", () => {
    const random = stream(2, "residuals");
    const { residuals } = fitPower(ladder, ladder.map((n) => n * Math.exp(random.normal())));
    const total = (weight: (size: number) => number) => residuals.reduce((sum, { size, residual }) => sum + weight(size) * residual, 0);
    // sums of six numbers near 1, times logarithms below 7: rounding of a few hundred units
    expect(Math.abs(total(() => 1))).toBeLessThan(1e-13);
    expect(Math.abs(total(Math.log))).toBeLessThan(1e-12);
  });
  it("refuses sizes and values that have no logarithm, and a confidence that is none", () => {
    for (const values of [[1, 2, 0], [1, 2, -1], [1, 2, NaN], [1, 2, Infinity]]) expect(() => fitPower([1, 2, 3], values)).toThrow("finite numbers > 0");
    expect(() => fitPower([0, 1, 2], [1, 2, 3])).toThrow("size 0 has the value 1");
    expect(() => fitPower([1, 2, 3], [1, 2, 3], 1)).toThrow("confidence = 1");
    expect(() => fitPower([1, 1, 2, 2], [1, 2, 3, 4])).toThrow("a ladder of 2 sizes");
  });
});
