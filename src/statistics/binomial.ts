/** Exact tails of the binomial distribution, and how many passes without a failure a rate takes. */
import { ParameterError } from "../errors/index.ts";

/**
 * P(X <= most) for X ~ Binomial(trials, rate).
 *
 * Terms are added relative to the largest, each from its neighbour by C(n, x+1)/C(n, x) rate/(1 - rate), and divided by the sum of
 * all: only + - * /, so the same bits everywhere, and nothing underflows that matters.
 * Errors: ParameterError unless trials >= 0 is an integer and 0 <= rate <= 1.
 * Cost:   O(trials).
 * Example: binomialAtMost(0, 59, 0.05)  // => 0.0485..., that is 0.95^59
 */
export function binomialAtMost(most: number, trials: number, rate: number): number {
  if (!Number.isInteger(trials) || trials < 0) throw new ParameterError({ where: "binomialAtMost", problem: `${trials} is no number of trials.`, expected: "an integer >= 0." });
  if (!(rate >= 0 && rate <= 1)) throw new ParameterError({ where: "binomialAtMost", problem: `${rate} is no rate.`, expected: "a number from 0 to 1." });
  if (most < 0) return 0;
  if (most >= trials || rate === 0) return 1;
  if (rate === 1) return 0;
  const odds = rate / (1 - rate);
  const mode = Math.min(trials, Math.floor((trials + 1) * rate));
  const terms = new Float64Array(trials + 1);
  terms[mode] = 1;
  for (let x = mode; x < trials; x++) terms[x + 1] = (terms[x] * odds * (trials - x)) / (x + 1);
  for (let x = mode; x > 0; x--) terms[x - 1] = (terms[x] * x) / (odds * (trials - x + 1));
  let [below, above] = [0, 0];
  for (let x = 0; x <= trials; x++) {
    if (x <= most) below += terms[x];
    else above += terms[x];
  }
  return below / (below + above);
}

/**
 * The fewest trials that, all passed, put the failure rate below `rate` at level 1 - alpha: the smallest n with (1 - rate)^n <= alpha.
 *
 * Errors: ParameterError unless both lie in (0, 1).
 * Example: passesNeeded(0.05, 0.05)  // => 59
 */
export function passesNeeded(rate: number, alpha: number): number {
  if (!(rate > 0 && rate < 1 && alpha > 0 && alpha < 1)) {
    throw new ParameterError({ where: "passesNeeded", problem: `a rate of ${rate} at alpha = ${alpha} takes no number of trials.`, expected: "both in (0, 1)." });
  }
  let trials = 0;
  for (let left = 1; left > alpha; left *= 1 - rate) trials++;
  return trials;
}
