/** Wald's sequential probability ratio test of a failure rate, with a last trial at which it gives up. */
import { ParameterError } from "../errors/index.ts";
import { logF64 } from "../kernels/index.ts";

export interface SequentialDesign {
  /** A failure rate that is good enough; 0 <= p0 < p1. Between p0 and p1 either answer is right: the indifference region. */
  p0: number;
  /** A failure rate that is too high; p1 < 1. */
  p1: number;
  /** Probability, at most, of answering "above" when the rate is p0 or less. */
  alpha: number;
  /** Probability, at most, of answering "below" when the rate is p1 or more. */
  beta: number;
  /** Trials after which it stays undecided. */
  most: number;
}

/** below: the rate is below p1; above: it is above p0. `used` trials decided, and hold `failures`. */
export interface SequentialOutcome {
  decision: "below" | "above" | "undecided";
  used: number;
  failures: number;
}

/** After n trials: "below" with at most belowAt[n] failures (-1: never), "above" with aboveAt[n] or more. Index 0 stands for no trial. */
export interface Boundaries {
  belowAt: Int32Array;
  aboveAt: Int32Array;
}

/**
 * The counts at which the likelihood ratio of p1 to p0,
 *   ln L_n = f ln(p1/p0) - (n - f) ln((1 - p0)/(1 - p1)),   f failures in n trials,
 * reaches ln(beta) from above, or ln(1/alpha) from below.
 *
 * These ends are a little wider than Wald's ln(beta/(1 - alpha)) and ln((1 - beta)/alpha), which bound only the sum of both errors: L_n is
 * a martingale under p0 and 1/L_n one under p1, so each error is at most its own alpha or beta (Ville's inequality), whatever `most` is:
 * giving up only takes away from both. What the errors are exactly, sequential-exact.ts computes. p0 = 0 is the plan "all must pass":
 * one failure answers "above", and "below" takes the n of (1 - p1)^n <= beta.
 *
 * Errors: ParameterError unless 0 <= p0 < p1 < 1, alpha and beta lie in (0, 1/2), and most >= 1 is an integer.
 * Source: Wald (1947), Sequential Analysis, 3.2 and 5.2; Ville (1939), Etude critique de la notion de collectif.
 */
export function boundariesOf(design: SequentialDesign): Boundaries {
  checkDesign(design);
  const { p0, p1, alpha, beta, most } = design;
  const pass = logF64((1 - p0) / (1 - p1));
  const failure = p0 === 0 ? Infinity : logF64(p1 / p0);
  const belowAt = new Int32Array(most + 1).fill(-1);
  const aboveAt = new Int32Array(most + 1).fill(1);
  for (let n = 1; n <= most; n++) {
    const passed = n * pass + logF64(beta);
    belowAt[n] = passed < 0 ? -1 : Math.floor(passed / (pass + failure));
    if (p0 > 0) aboveAt[n] = Math.ceil((n * pass - logF64(alpha)) / (pass + failure));
  }
  return { belowAt, aboveAt };
}

function checkDesign({ p0, p1, alpha, beta, most }: SequentialDesign): void {
  const where = "sequential test";
  if (!(p0 >= 0 && p0 < p1 && p1 < 1)) throw new ParameterError({ where, problem: `p0 = ${p0} and p1 = ${p1} leave no indifference region.`, expected: "0 <= p0 < p1 < 1.", mend: "p0 is a failure rate to be content with, p1 one to be noticed." });
  if (!(alpha > 0 && alpha < 0.5 && beta > 0 && beta < 0.5)) throw new ParameterError({ where, problem: `alpha = ${alpha} and beta = ${beta} are no error rates.`, expected: "both in (0, 0.5)." });
  if (!Number.isInteger(most) || most < 1) throw new ParameterError({ where, problem: `most = ${most} is no number of trials.`, expected: "an integer >= 1." });
}

/**
 * The decision on trials in their order: that of the first n at which a boundary is reached, so more trials than needed, run by several
 * workers at once, change nothing. Undecided after the last one given, or after `most`.
 */
export function decideInOrder(design: SequentialDesign, failed: readonly boolean[]): SequentialOutcome {
  const { belowAt, aboveAt } = boundariesOf(design);
  const trials = Math.min(failed.length, design.most);
  let failures = 0;
  for (let n = 1; n <= trials; n++) {
    if (failed[n - 1]) failures++;
    if (failures <= belowAt[n]) return { decision: "below", used: n, failures };
    if (failures >= aboveAt[n]) return { decision: "above", used: n, failures };
  }
  return { decision: "undecided", used: trials, failures };
}

/** The fewest trials after which "below" can be answered: all pass. Infinity when `most` comes first. */
export function fewestToBelow(design: SequentialDesign): number {
  const first = boundariesOf(design).belowAt.findIndex((failures) => failures >= 0);
  return first < 0 ? Infinity : first;
}
