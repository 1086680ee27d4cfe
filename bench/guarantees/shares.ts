/** Clopper-Pearson: how often its one-sided 95 % bounds hold the true share. */
import { stream } from "../../src/random/index.ts";
import { binomialAtMost, clopperPearson } from "../../src/statistics/index.ts";
import { atLeast, rateOf } from "./rate.ts";

export function sharesTable(trials: number, seed: number): string[][] {
  const rows = [10, 20, 59].flatMap((n) => {
    const bounds = Array.from({ length: n + 1 }, (_, successes) => clopperPearson(successes, n));
    return [0.5, 0.8, 0.95, 0.99].map((share) => {
      const { uniform } = stream(seed, `shares ${n} ${share}`);
      let [lower, upper] = [0, 0];
      for (let trial = 0; trial < trials; trial++) {
        let successes = 0;
        for (let i = 0; i < n; i++) if (uniform() < share) successes++;
        if (bounds[successes].lower <= share) lower++;
        if (bounds[successes].upper >= share) upper++;
      }
      const exactly = (covers: (bound: { lower: number; upper: number }) => boolean) =>
        bounds.reduce((sum, bound, s) => sum + (covers(bound) ? binomialAtMost(s, n, share) - binomialAtMost(s - 1, n, share) : 0), 0);
      return [
        String(n), `${100 * share} %`,
        atLeast(rateOf(lower, trials), 0.95, trials), (100 * exactly((bound) => bound.lower <= share)).toFixed(1),
        atLeast(rateOf(upper, trials), 0.95, trials), (100 * exactly((bound) => bound.upper >= share)).toFixed(1),
      ];
    });
  });
  return [["seeds", "true share", "lower bound holds, %", "exactly", "upper bound holds, %", "exactly"], ...rows];
}
