/** Whether a mean is a value up to a margin: two one-sided tests. */
import { pt } from "lib-r-math.js";
import { ParameterError } from "../errors/index.ts";
import { type MeanInterval, studentInterval } from "./student.ts";

/** equivalent: within the margin; different: beyond it; undecided: the values cannot tell. */
export type EquivalenceOutcome = "equivalent" | "different" | "undecided";

export interface Equivalence extends MeanInterval {
  outcome: EquivalenceOutcome;
  /** That of "not within the margin": the larger of the two one-sided ones. */
  pValue: number;
}

/**
 * Two one-sided Student tests at level alpha. "equivalent" when both |mean - aim| >= margin hypotheses, from below and from above, are
 * rejected, which is when the interval of level 1 - 2 alpha lies within aim +- margin: wrong with probability at most alpha, without a
 * correction for there being two (a mean cannot be beyond both ends). "different" when that interval lies beyond the margin
 * altogether: wrong, too, with probability at most alpha.
 *
 * Errors: ParameterError unless margin > 0 and 0 < alpha < 1/2.
 * Source: Schuirmann (1987), A comparison of the two one-sided tests procedure..., J. Pharmacokin. Biopharm. 15(6), 657-680.
 */
export function equivalence(values: readonly number[], aim: number, margin: number, alpha = 0.05): Equivalence {
  if (!(margin > 0) || !(alpha > 0 && alpha < 0.5)) {
    throw new ParameterError({ where: "equivalence", problem: `a margin of ${margin} at alpha = ${alpha} has no test.`, expected: "margin > 0 and alpha in (0, 0.5).", mend: "fix the margin before looking: equal to a point is never shown." });
  }
  const interval = studentInterval(values, 1 - 2 * alpha);
  const { mean, error, n } = interval;
  const nearer = margin - Math.abs(mean - aim);
  return {
    ...interval,
    outcome: intervalAgainst(interval, aim, margin),
    pValue: n < 2 || Number.isNaN(nearer) ? NaN : error === 0 ? (nearer >= 0 ? 0 : 1) : pt(-nearer / error, n - 1),
  };
}

/** What an interval says of aim +- margin: within it, beyond it altogether, or neither. */
export function intervalAgainst({ low, high }: Pick<MeanInterval, "low" | "high">, aim: number, margin: number): EquivalenceOutcome {
  if (low >= aim - margin && high <= aim + margin) return "equivalent";
  return low > aim + margin || high < aim - margin ? "different" : "undecided";
}
