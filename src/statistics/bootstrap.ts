/** An interval for a mean from the values themselves: they are drawn again, with replacement. */
import { pnorm, qnorm } from "lib-r-math.js";
import { ParameterError } from "../errors/index.ts";
import { stream, type Stream } from "../random/index.ts";
import { type MeanInterval, studentInterval } from "./student.ts";

/** percentile: quantiles of the means drawn; bca: those quantiles moved for bias and skewness; t: quantiles of (mean* - mean)/error*. */
export type BootstrapMethod = "percentile" | "bca" | "t";

export interface BootstrapOptions {
  method?: BootstrapMethod;
  /** Two-sided, default 0.9. */
  level?: number;
  /** Such that (resamples + 1) (1 - level)/2 is whole; default 999. */
  resamples?: number;
  /** Where the draws come from; default one fixed stream, so that the same values have the same interval. */
  draws?: Stream;
}

/**
 * Mean and bootstrap interval. Values that are all equal have the interval of one point; NaN for fewer than two values, or when one is
 * not finite.
 *
 * With few values the first two are too narrow (their variance is that of n, not n - 1, and their tails are normal ones); the third is
 * not, and is the default. docs/statistics has the coverage of each.
 * Errors: ParameterError unless level is in (0, 1) and (resamples + 1)(1 - level)/2 >= 1.
 * Cost:   O(resamples (n + log resamples)).
 * Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap: 12.5 (t), 13.3 (percentile), 14.3 (BCa).
 */
export function bootstrapInterval(values: readonly number[], { method = "t", level = 0.9, resamples = 999, draws = stream(1, "bootstrap over seeds") }: BootstrapOptions = {}): MeanInterval {
  if (!(level > 0 && level < 1) || !Number.isInteger(resamples) || ((resamples + 1) * (1 - level)) / 2 < 1 - 1e-9) {
    throw new ParameterError({ where: "bootstrapInterval", problem: `${resamples} resamples have no interval of level ${level}.`, expected: "a level in (0, 1), and (resamples + 1)(1 - level)/2 >= 1.", mend: "draw 999 times or more." });
  }
  const { mean, error, n } = studentInterval(values, level);
  if (n < 2 || values.some((x) => !Number.isFinite(x))) return { mean, error: NaN, low: NaN, high: NaN, n };
  if (error === 0) return { mean, error, low: mean, high: mean, n };
  // draws of every value once have this mean up to rounding
  const rounding = n * 2 ** -52 * values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const means = new Float64Array(resamples);
  const pivots = new Float64Array(resamples);
  const drawn = new Float64Array(n);
  for (let b = 0; b < resamples; b++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += drawn[i] = values[draws.integer(0, n - 1)];
    means[b] = Math.abs(sum / n - mean) <= rounding ? mean : sum / n;
    if (method === "t") pivots[b] = pivot(drawn, means[b], mean);
  }
  const tail = (1 - level) / 2;
  if (method === "t") {
    pivots.sort();
    return { mean, error, low: mean - orderAt(pivots, 1 - tail) * error, high: mean - orderAt(pivots, tail) * error, n };
  }
  means.sort();
  const moved = method === "bca" ? accelerated(values, means, mean) : (share: number) => share;
  return { mean, error, low: orderAt(means, moved(tail)), high: orderAt(means, moved(1 - tail)), n };
}

/** (mean* - mean)/error* of values drawn; infinite when they are all the same one, and 0 if that is the mean. */
function pivot(drawn: Float64Array, own: number, mean: number): number {
  let square = 0;
  for (const x of drawn) square += (x - own) * (x - own);
  const difference = own - mean;
  return difference === 0 ? 0 : difference / Math.sqrt(square / (drawn.length * (drawn.length - 1)));
}

/** The (B + 1) share-th smallest of B sorted values, within the list. */
function orderAt(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length, Math.max(1, Math.round((sorted.length + 1) * share))) - 1];
}

/** BCa: the share to take instead of a share, with z0 from the means below the mean, and the acceleration from the jackknife. */
function accelerated(values: readonly number[], means: Float64Array, mean: number): (share: number) => number {
  const below = means.reduce((count, x) => count + (x < mean ? 1 : x === mean ? 0.5 : 0), 0) / means.length;
  const bias = qnorm(below);
  const square = values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  const acceleration = values.reduce((sum, x) => sum + (x - mean) * (x - mean) * (x - mean), 0) / (6 * square * Math.sqrt(square));
  return (share) => {
    const z = bias + qnorm(share);
    return pnorm(bias + z / (1 - acceleration * z));
  };
}
