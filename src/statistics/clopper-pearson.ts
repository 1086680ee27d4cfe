/** Exact confidence bounds for a share, from R's beta quantile. */
import { qbeta } from "lib-r-math.js";
import { ParameterError } from "../errors/index.ts";

/**
 * One-sided Clopper-Pearson bounds: with `successes` of `trials`, the true share is at least `lower` with confidence 1 - alpha, and
 * at most `upper` with confidence 1 - alpha.
 *
 * Errors:  ParameterError unless 0 <= successes <= trials are integers.
 * Source:  Clopper & Pearson (1934), Biometrika 26(4); quantiles of Beta(s, n-s+1) and Beta(s+1, n-s).
 * Example: clopperPearson(10, 10).lower  // => 0.7411344491069477
 */
export function clopperPearson(successes: number, trials: number, alpha = 0.05): { lower: number; upper: number } {
  if (!Number.isInteger(successes) || !Number.isInteger(trials) || successes < 0 || successes > trials) {
    throw new ParameterError({ where: "clopperPearson", problem: `${successes} of ${trials} is no count.`, expected: "integers with 0 <= successes <= trials." });
  }
  return {
    lower: successes === 0 ? 0 : qbeta(alpha, successes, trials - successes + 1),
    upper: successes === trials ? 1 : qbeta(1 - alpha, successes + 1, trials - successes),
  };
}
