import { describe, expect, it } from "vitest";
import { duration, lowerPercent, shortNumber } from "../../src/report/numbers.ts";
import { quantile, summarise } from "../../src/report/series.ts";

describe("numbers in the report", () => {
  it.each([[0.0645385, "0.0645"], [-0.4712, "−0.471"], [32.24, "32.2"], [1e-6, "1 · 10⁻⁶"], [99999.9, "1 · 10⁵"], [0, "0"], [Infinity, "∞"]])(
    "writes %d as %s", (value, text) => expect(shortNumber(value)).toBe(text));

  it("never rounds a lower bound up", () => {
    expect(lowerPercent(0.7499)).toBe("74\u00a0%");
    expect(lowerPercent(0.29)).toBe("29\u00a0%");
    expect(lowerPercent(1)).toBe("100\u00a0%");
  });

  it.each([[0.4, "0.4 s"], [59.7, "1 min 0 s"], [754.2, "12 min 34 s"], [7199, "1 h 59 min"]])(
    "writes %d seconds as %s", (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe("quantiles over members", () => {
  it("are R's type 7", () => {
    // R: quantile(c(1, 2, 4, 8), c(0.1, 0.5, 0.9)) gives 1.3, 3.0, 6.8.
    [1.3, 3, 6.8].forEach((value, i) => expect(quantile([1, 2, 4, 8], [0.1, 0.5, 0.9][i])).toBeCloseTo(value, 12));
  });

  it("leave NaN members out and let infinities take part in the order", () => {
    const { median } = summarise([[1, NaN, 5], [3, NaN, Infinity], [NaN, NaN, Infinity]], 3);
    expect(median).toEqual([2, NaN, Infinity]);
  });
});
