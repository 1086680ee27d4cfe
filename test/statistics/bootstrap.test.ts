import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/index.ts";
import { type BootstrapMethod, bootstrapInterval } from "../../src/statistics/index.ts";

const values = [0.2, 0.5, 0.9, 2.3];
const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
const errorOf = (list: readonly number[]) => Math.sqrt(list.reduce((sum, x) => sum + (x - mean(list)) ** 2, 0) / (list.length * (list.length - 1)));

/** All 256 ways to draw four of four values. */
const allDraws = Array.from({ length: 256 }, (_, code) => [0, 1, 2, 3].map((place) => values[(code >> (2 * place)) & 3]));
/** Shares of the exact bootstrap distribution below, and up to, a number. */
const share = (list: readonly number[], x: number) => [list.filter((own) => own < x - 1e-12).length / 256, list.filter((own) => own <= x + 1e-12).length / 256];

describe("bootstrapInterval", () => {
  // a share of 0.05 estimated from 19,999 draws has standard error 0.0015
  const slack = 4 * 0.0015;
  const interval = (method: BootstrapMethod, draws = stream(1000, "test")) => bootstrapInterval(values, { method, resamples: 19_999, draws });
  const within = (list: readonly number[], x: number, aim: number) => {
    const [below, upTo] = share(list, x);
    expect(below - slack).toBeLessThan(aim);
    expect(upTo + slack).toBeGreaterThan(aim);
  };

  it("percentile: 5 % and 95 % quantiles of the means of all 256 ways to draw", () => {
    const { low, high } = interval("percentile");
    within(allDraws.map(mean), low, 0.05);
    within(allDraws.map(mean), high, 0.95);
  });
  it("t: mean minus its error times the opposite quantile of (mean* - mean)/error*", () => {
    const pivots = allDraws.map((drawn) => (errorOf(drawn) === 0 ? Math.sign(mean(drawn) - mean(values)) * Infinity : (mean(drawn) - mean(values)) / errorOf(drawn)));
    const { low, high } = interval("t");
    within(pivots, (mean(values) - low) / errorOf(values), 0.95);
    within(pivots, (mean(values) - high) / errorOf(values), 0.05);
    // skewed to the right, so it reaches farther there, which the percentiles do not know
    expect(high - mean(values)).toBeGreaterThan(mean(values) - low);
  });
  it("bca: the percentiles moved to the right for values skewed to the right, and by the shares of the formula", () => {
    const [plain, moved] = [interval("percentile"), interval("bca")];
    expect(moved.low).toBeGreaterThanOrEqual(plain.low);
    expect(moved.high).toBeGreaterThanOrEqual(plain.high);
    // z0 from the exact share of means below the mean (ties half), a = sum d^3/(6 (sum d^2)^1.5); Phi from its series, and inverted by halving
    const phi = (x: number) => {
      let [sum, term] = [x, x];
      for (let n = 1; n < 80; n++) sum += (term *= (-x * x * (2 * n - 1)) / (2 * n * (2 * n + 1)));
      return 0.5 + sum / Math.sqrt(2 * Math.PI);
    };
    const inverse = (aim: number) => {
      let [low, high] = [-4, 4];
      for (let i = 0; i < 50; i++) [low, high] = phi((low + high) / 2) < aim ? [(low + high) / 2, high] : [low, (low + high) / 2];
      return low;
    };
    const d = values.map((x) => x - mean(values));
    const a = d.reduce((sum, x) => sum + x ** 3, 0) / (6 * d.reduce((sum, x) => sum + x * x, 0) ** 1.5);
    const [below, upTo] = share(allDraws.map(mean), mean(values));
    const z0 = inverse((below + upTo) / 2);
    const z = (tail: number) => z0 + (z0 + inverse(tail)) / (1 - a * (z0 + inverse(tail)));
    within(allDraws.map(mean), moved.low, phi(z(0.05)));
    within(allDraws.map(mean), moved.high, phi(z(0.95)));
  });
  it("gives the same values the same interval, and other draws nearly so", () => {
    expect(bootstrapInterval(values)).toEqual(bootstrapInterval(values));
    const many = Array.from({ length: 12 }, (_, i) => i * i);
    const [one, other] = [bootstrapInterval(many), bootstrapInterval(many, { draws: stream(1001, "test") })];
    expect(other.high).not.toBe(one.high);
    expect(Math.abs(other.high - one.high)).toBeLessThan(0.1 * (one.high - one.low));
  });
  it("of equal values is a point, of one nothing, and may be unbounded when draws are all one value too often", () => {
    expect(bootstrapInterval([2, 2, 2])).toEqual({ mean: 2, error: 0, low: 2, high: 2, n: 3 });
    expect(bootstrapInterval([2]).low).toBeNaN();
    expect(bootstrapInterval([1, Infinity]).low).toBeNaN();
    expect(bootstrapInterval([1, 2])).toMatchObject({ low: -Infinity, high: Infinity });
  });
  it("refuses too few draws for its level", () => {
    expect(() => bootstrapInterval(values, { resamples: 10 })).toThrow(/10 resamples have no interval of level 0.9[\s\S]*draw 999 times or more/);
  });
});
