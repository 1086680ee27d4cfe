/** The probability of an event, over seeds: a prediction of any theory's claim. */
import { ParameterError } from "../errors/index.ts";
import { clopperPearson } from "../statistics/index.ts";
import { digits, type PooledPrediction } from "./predictions.ts";

/**
 * The probability, over seeds, that an event happens lies from `atLeast` (default 0) to `atMost` (default 1). The observable says of a
 * seed whether it happened.
 *
 * Holds when the exact one-sided 95 % bounds put it there (of both ends, two one-sided tests); fails when one of them puts it beyond
 * an end; otherwise undecided. Each answer is wrong with probability at most 5 % (10 % "fails" in the middle of a narrow range).
 * Errors:  ParameterError unless 0 <= atLeast < atMost <= 1 and one of them says something.
 * Source:  Clopper & Pearson (1934), see clopperPearson; Schuirmann (1987), see equivalence.
 * Example: probability({ atMost: 0.05 }, "the robust feature is learned first in at most 5 % of all initialisations")
 */
export function probability({ atLeast = 0, atMost = 1 }: { atLeast?: number; atMost?: number }, words: string): PooledPrediction<boolean> {
  if (!(atLeast >= 0 && atLeast < atMost && atMost <= 1) || (atLeast === 0 && atMost === 1)) {
    throw new ParameterError({ where: "probability", problem: `from ${atLeast} to ${atMost} is no prediction.`, expected: "0 <= atLeast < atMost <= 1, with one of them inside (0, 1).", mend: "equal to a number is never shown: give a margin on both sides." });
  }
  return {
    words,
    judgeAll(seeds) {
      const happened = seeds.filter(Boolean).length;
      const { lower, upper } = clopperPearson(happened, seeds.length);
      const within = seeds.length > 0 && lower >= atLeast && upper <= atMost;
      return {
        outcome: within ? "holds" : seeds.length > 0 && (upper < atLeast || lower > atMost) ? "fails" : "undecided",
        observed: `happened in ${happened} of ${seeds.length} seeds: probability ${digits(lower)} to ${digits(upper)}, each end at 95 %; predicted ${digits(atLeast)} to ${digits(atMost)}`,
      };
    },
    describe: (happened) => (happened ? "happened" : "did not happen"),
  };
}
