/** Not a claim: what the claims beside it share. It has no default export, so it is passed over. */
import { bounds, defineClaim } from "lemmagrad/claims";

/** An experiment that computes nothing but waits, and gives a number that follows from the seed. */
export const lottery = (milliseconds, offset = 0) => ({
  kind: "test/lottery", spec: { milliseconds, offset }, operations: 1e6 * milliseconds,
  run(seed) {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return { drawn: Float64Array.of(((seed * 48271) % 2147483647) / 2147483647 + offset) };
  },
});

export const luckyClaim = (id, milliseconds, recorded) => defineClaim({
  id, title: "Small seeds draw small numbers", source: { words: "made up for tests", formula: "none" },
  statement: "The first numbers of a linear congruential generator are small for small seeds.", maths: "x_1 < 1/10",
  experiments: { draw: lottery(milliseconds) },
  hypotheses: (_runs, seed) => [{ name: "seed positive", maths: "s > 0", holds: seed > 0, margin: seed, detail: `seed ${seed}` }],
  observable: ({ draw }) => ({ drawn: draw.drawn[0] }),
  prediction: bounds({ drawn: { atMost: 0.1 } }, "at most 0.1"),
  controls: [{ change: "1 is added", experiments: { draw: lottery(milliseconds, 1) } }],
  recorded, plan: { quick: { seeds: 3, controlSeeds: 2 }, full: { seeds: 6, controlSeeds: 3 } },
});
