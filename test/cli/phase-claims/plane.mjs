/** Not a claim: what the claims beside it share. It has no default export, so it is passed over. */
import { bounds, defineClaim } from "lemmagrad/claims";

const sum = (x, y, milliseconds) => ({
  kind: "test/sum", spec: { x, y }, operations: 1e6 * Math.max(1, milliseconds),
  run(seed) {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return { sum: x + y, seed };
  },
});

const below = (least, name) => ({ x, y }) => [{ name, maths: `x + y \\le ${least}`, holds: x + y <= least, margin: least - (x + y), detail: `${x} + ${y}` }];

/** Holds where x + y <= 1, on the unit square; `promised` is what the hypothesis says instead of 1. */
export const planeClaim = (id, promised, milliseconds = 0) => defineClaim({
  id, title: "Small sums stay small", source: { words: "made up for tests", formula: "none" }, statement: "x + y is at most 1.", maths: "x + y \\le 1",
  experiments: { sum: sum(0, 0, 0) },
  hypotheses: () => [],
  observable: ({ sum: run }) => ({ sum: run.sum }),
  prediction: bounds({ sum: { atMost: 1 } }, "at most 1"),
  controls: [{ change: "3 is added", experiments: { sum: sum(3, 0, 0) } }],
  recorded: "supported", plan: { quick: { seeds: 2, controlSeeds: 1 }, full: { seeds: 2, controlSeeds: 1 } },
  region: {
    box: { x: { low: 0, high: 1, toward: 0.5 }, y: { low: 0, high: 1 }, shape: "square" },
    hypotheses: below(promised, "sum small"),
    experiments: ({ x, y }) => ({ sum: sum(x, y, milliseconds) }),
    coordinates: { "x+y": { label: "their sum", means: "y is set", needs: ["x", "y"], at: (point, value) => ({ ...point, y: value - point.x }) } },
    presets: {
      sums: { x: { name: "x", low: 0, high: 1, count: 3, scale: "linear" }, y: { name: "x+y", low: 0.5, high: 1.5, count: 2, scale: "linear" }, set: { elsewhere: 1 } },
      elsewhere: { x: { name: "x", low: 0, high: 1, count: 3, scale: "linear" }, y: { name: "e", low: 0, high: 1, count: 2, scale: "linear" }, set: {} },
    },
  },
});
