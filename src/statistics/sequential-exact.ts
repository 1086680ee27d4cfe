/** What a truncated sequential test does, exactly: by dynamic programming over the counts that have not decided yet. */
import { boundariesOf, type SequentialDesign, type SequentialOutcome } from "./sequential-test.ts";

export interface OperatingCharacteristic {
  /** Probabilities of the three answers; they sum to 1. */
  below: number;
  above: number;
  undecided: number;
  /** Mean number of trials. */
  expectedTrials: number;
}

/** Probabilities of every way to end: "below" or "above" after n trials, undecided with f failures. */
interface Ends {
  below: Float64Array;
  above: Float64Array;
  undecided: Float64Array;
}

/**
 * Of each count f of failures among n trials the probability that it is reached undecided: c_n(f) = c_(n-1)(f) (1 - p) + c_(n-1)(f-1) p,
 * and what is at or beyond a boundary is taken out.
 *
 * Cost:   O(most times the width between the boundaries).
 * Source: Armitage, McPherson & Rowe (1969), Repeated significance tests on accumulating data, J. R. Statist. Soc. A 132(2), 235-244.
 */
function endsOf(design: SequentialDesign, rate: number): Ends {
  const { most } = design;
  const { belowAt, aboveAt } = boundariesOf(design);
  const [below, above] = [new Float64Array(most + 1), new Float64Array(most + 1)];
  let going = new Float64Array(most + 2);
  going[0] = 1;
  for (let n = 1; n <= most; n++) {
    const next = new Float64Array(most + 2);
    for (let f = Math.max(0, belowAt[n - 1] + 1); f <= Math.min(n, aboveAt[n]); f++) {
      const probability = going[f] * (1 - rate) + (f === 0 ? 0 : going[f - 1] * rate);
      if (f <= belowAt[n]) below[n] += probability;
      else if (f >= aboveAt[n]) above[n] += probability;
      else next[f] = probability;
    }
    going = next;
  }
  return { below, above, undecided: going };
}

/** The test's probabilities at a true failure rate: at p0 `above` is its first error, at p1 `below` its second. */
export function operatingCharacteristic(design: SequentialDesign, rate: number): OperatingCharacteristic {
  const { below, above, undecided } = endsOf(design, rate);
  const left = total(undecided);
  const expectedTrials = below.reduce((sum, probability, n) => sum + n * (probability + above[n]), 0) + design.most * left;
  return { below: total(below), above: total(above), undecided: left, expectedTrials };
}

/**
 * Probability, at a failure rate, of an end that speaks at least as well for a low rate as the one seen: "below" the sooner the better, then
 * undecided by failures, then "above" the later the better (the stagewise order). It falls as the rate rises, so at p it is the p-value of
 * "the rate is p or more", valid although the number of trials was not fixed.
 *
 * Source: Jennison & Turnbull (2000), Group Sequential Methods with Applications to Clinical Trials, 8.4.
 */
export function asGoodAs(design: SequentialDesign, rate: number, { decision, used, failures }: SequentialOutcome): number {
  // fewer trials than planned (some seeds may be set aside) are those of a test that gives up sooner
  const { below, above, undecided } = endsOf(decision === "undecided" ? { ...design, most: Math.max(1, used) } : design, rate);
  if (used === 0) return 1;
  if (decision === "below") return total(below.subarray(0, used + 1));
  if (decision === "above") return 1 - total(above.subarray(0, used));
  return total(below) + total(undecided.subarray(0, failures + 1));
}

/** Upper bound for the failure rate at level 1 - alpha after a sequential test: where asGoodAs falls to alpha. */
export function sequentialUpperBound(design: SequentialDesign, outcome: SequentialOutcome, alpha = 0.05): number {
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 53; halving++) {
    const middle = (low + high) / 2;
    if (asGoodAs(design, middle, outcome) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

const total = (probabilities: Float64Array): number => probabilities.reduce((sum, probability) => sum + probability, 0);
