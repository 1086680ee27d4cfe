/** The mean of independent values, with Student's interval. */
import { qt } from "lib-r-math.js";

export interface MeanInterval {
  mean: number;
  /** Standard error of the mean. */
  error: number;
  low: number;
  high: number;
  /** How many values. */
  n: number;
}

/**
 * Mean and two-sided interval of the given level, mean +- t((1 + level)/2; n - 1) s/sqrt(n), s^2 with n - 1. NaN for fewer than two
 * values, or when one is NaN.
 *
 * Exact for normal values; for others see docs/statistics, where its coverage is measured.
 * Source: Student (1908), The probable error of a mean, Biometrika 6(1).
 */
export function studentInterval(values: readonly number[], level = 0.9): MeanInterval {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (n - 1));
  const half = n < 2 ? NaN : (qt((1 + level) / 2, n - 1) * deviation) / Math.sqrt(n);
  return { mean, error: n < 2 ? NaN : deviation / Math.sqrt(n), low: mean - half, high: mean + half, n };
}
