/** Thirteen claims at once: how often some "failure rate below 5 %" is stated that is not true, by each claim alone, by Holm, and by seeds that pass all. */
import { stream, type Stream } from "../../src/random/index.ts";
import { binomialAtMost, holmAdjusted, passesNeeded } from "../../src/statistics/index.ts";
import { atMost, rateOf } from "./rate.ts";

const claims = 13;
const rate = 0.05;

/** Which claims fail in one seed. The true rates of the first `bad` are exactly 5 %, where the statement is just false; those of the others 0. */
const worlds: Record<string, { bad: number; fails: (draws: Stream, bad: number) => boolean[] }> = {
  "all at 5 %, independent": { bad: claims, fails: ({ uniform }, bad) => Array.from({ length: claims }, (_, at) => at < bad && uniform() < rate) },
  "all at 5 %, failing together": {
    bad: claims, fails({ uniform }, bad) {
      const failed = uniform() < rate;
      return Array.from({ length: claims }, (_, at) => at < bad && failed);
    },
  },
  "one at 5 %, the others never fail": { bad: 1, fails: ({ uniform }, bad) => Array.from({ length: claims }, (_, at) => at < bad && uniform() < rate) },
};

export function familyTable(trials: number, seed: number): string[][] {
  const rows = [59, passesNeeded(rate, 0.05 / claims)].flatMap((seeds) => Object.entries(worlds).map(([name, { bad, fails }]) => {
    const draws = stream(seed, `family ${seeds} ${name}`);
    const wrong = { alone: 0, holm: 0, joint: 0 };
    let stated = 0;
    for (let trial = 0; trial < trials; trial++) {
      const failures = new Array<number>(claims).fill(0);
      let any = 0;
      for (let s = 0; s < seeds; s++) {
        const failed = fails(draws, bad);
        failed.forEach((own, at) => { if (own) failures[at]++; });
        if (failed.includes(true)) any++;
      }
      const pValues = failures.map((count) => binomialAtMost(count, seeds, rate));
      const adjusted = holmAdjusted(pValues);
      if (pValues.slice(0, bad).some((p) => p <= 0.05)) wrong.alone++;
      if (adjusted.slice(0, bad).some((p) => p <= 0.05)) wrong.holm++;
      // one test of "some claim fails in 5 % of seeds or more": rejected, it states all of them
      if (binomialAtMost(any, seeds, rate) <= 0.05) wrong.joint++;
      stated += adjusted.filter((p) => p <= 0.05).length;
    }
    const limited = (hits: number) => atMost(rateOf(hits, trials), 0.05, trials);
    return [String(seeds), name, limited(wrong.alone), limited(wrong.holm), limited(wrong.joint), (stated / trials).toFixed(1)];
  }));
  return [["seeds", "true failure rates", "a false statement: each alone, %", "Holm", "seeds that pass all", `statements by Holm, of ${claims}`], ...rows];
}
