/** The race's prediction: frequencies equal to the probabilities predicted for them. */
import { clopperPearson, digits, type PooledJudgement, type PooledPrediction } from "../../claims/index.ts";
import type { CalibrationBin } from "./figures.ts";

/** One trial: the probability predicted for an event, and whether it happened. */
export interface Trial {
  probability: number;
  happened: boolean;
}

/**
 * Trials in order of their probability, cut into `count` bins of equal size, each with the exact interval of its frequency at level 1 - alpha.
 * Within a bin probabilities differ, so successes vary no more than a binomial of their mean (Hoeffding 1956): the interval stays valid.
 */
export function calibrationBins(trials: readonly Trial[], count: number, alpha = 0.05): CalibrationBin[] {
  const sorted = [...trials].sort((a, b) => a.probability - b.probability);
  return Array.from({ length: count }, (_, at) => sorted.slice(Math.round((at * sorted.length) / count), Math.round(((at + 1) * sorted.length) / count)))
    .filter((own) => own.length > 0)
    .map((own) => {
      const successes = own.filter(({ happened }) => happened).length;
      const { lower, upper } = clopperPearson(successes, own.length, alpha / 2);
      return { predicted: own.reduce((sum, { probability }) => sum + probability, 0) / own.length, observed: successes / own.length, low: lower, high: upper, trials: own.length };
    });
}

/**
 * Holds when in each of `count` bins the exact interval contains the mean predicted probability; together at 95 % (Bonferroni: each bin at
 * 1 - 0.05/count). Undecided while the widest interval exceeds `width`, when missing it would say nothing.
 */
export function calibrated(count: number, width: number, words: string): PooledPrediction<readonly Trial[]> {
  return {
    words,
    judgeAll(observations): PooledJudgement {
      const bins = calibrationBins(observations.flat(), count, 0.05 / count);
      const off = bins.filter(({ predicted, low, high }) => predicted < low || predicted > high);
      const widest = Math.max(...bins.map(({ low, high }) => high - low));
      const trials = bins.reduce((sum, bin) => sum + bin.trials, 0);
      return {
        outcome: off.length > 0 ? "fails" : bins.length < count || widest > width ? "undecided" : "holds",
        observed: `${trials} trials, ${bins.length - off.length} of ${bins.length} bins as predicted: ${bins.map((bin) => `${digits(bin.observed)} for ${digits(bin.predicted)}${off.includes(bin) ? " (outside)" : ""}`).join(", ")}`,
      };
    },
    describe: (trials) => `${trials.filter(({ happened }) => happened).length} of ${trials.length}, ${digits(trials.reduce((sum, { probability }) => sum + probability, 0))} expected`,
  };
}
