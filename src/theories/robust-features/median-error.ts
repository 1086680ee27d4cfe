/** P0's prediction under attack: the median error over classes and seeds stays within a tolerance at every moment. */
import { qt } from "lib-r-math.js";
import { digits, median, type PooledJudgement, type PooledPrediction } from "../../claims/index.ts";

/** What a seed shows: for each quantity its relative errors, a row a moment, in it one a class. */
export type ErrorPaths<Name extends string> = Record<Name, readonly (readonly number[])[]>;

export interface ShareBeyond {
  share: number;
  /** 90 % interval. */
  low: number;
  high: number;
}

/**
 * The median is within the tolerance when fewer than half of the classes are further off. Classes of one seed are not independent, seeds
 * are: the mean of the seeds' shares, with Student's 90 % interval (all of [0, 1] for a single seed). What is not a number is far off.
 */
export function shareBeyond(tolerance: number, seeds: readonly (readonly number[])[]): ShareBeyond {
  const shares = seeds.map((errors) => errors.filter((error) => !(error <= tolerance)).length / errors.length);
  const n = shares.length;
  const mean = shares.reduce((sum, x) => sum + x, 0) / n;
  const deviation = Math.sqrt(shares.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (n - 1));
  const half = n < 2 ? Infinity : (qt(0.95, n - 1) * deviation) / Math.sqrt(n);
  return { share: mean, low: Math.max(0, mean - half), high: Math.min(1, mean + half) };
}

/**
 * Holds when for every quantity, at every moment, the interval of the share of classes that are off by more than the quantity's tolerance
 * lies below one half; fails when one lies above; undecided otherwise. Each moment is a test at 5 %, and that all must pass needs no
 * correction for their number (intersection-union).
 */
export function medianErrorWithin<Name extends string>(tolerances: Record<Name, number>, words: string): PooledPrediction<ErrorPaths<Name>> {
  const names = Object.keys(tolerances) as Name[];
  const percent = (x: number) => `${digits(100 * x)} %`;
  return {
    words,
    judgeAll(seeds): PooledJudgement {
      const judged = names.map((name) => {
        const moments = (seeds[0]?.[name] ?? []).map((_, at) => seeds.map((seed) => seed[name][at]));
        const shares = moments.map((moment) => shareBeyond(tolerances[name], moment));
        const worst = shares.reduce((a, b) => (b.high > a.high ? b : a), { share: 0, low: 0, high: 0 });
        return {
          inside: moments.length > 0 && shares.every(({ high }) => high < 0.5), outside: shares.some(({ low }) => low > 0.5),
          line: `${name} ${percent(Math.max(...moments.map((moment) => median(moment.flat()))))} (at most ${percent(worst.share)} of classes off by more than ${percent(tolerances[name])}${seeds.length < 2 ? "" : `, up to ${percent(worst.high)} at 95 %`})`,
        };
      });
      return {
        outcome: judged.some(({ outside }) => outside) ? "fails" : judged.every(({ inside }) => inside) ? "holds" : "undecided",
        observed: `largest median error: ${judged.map(({ line }) => line).join("; ")}`,
      };
    },
    describe: (seed) => `median class at worst: ${names.map((name) => `${name} ${percent(Math.max(...seed[name].map((errors) => median(errors))))}`).join(", ")}`,
  };
}
