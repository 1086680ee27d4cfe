/** A claim about a sum, with cells as short or long, and as well or badly behaved, as a test wants them. */
import { bounds, defineClaim } from "lemmagrad/claims";

const held = [];

/** Ends the thread or the process, throws, fills memory or hangs where `fate` says so. */
function meet(fate) {
  if (fate === "exit") process.exit(7);
  if (fate === "die") process.kill(process.pid, "SIGKILL");
  if (fate === "throw") throw new TypeError("nothing to add");
  if (fate === "memory") for (;;) held.push(new Array(1e6).fill(0));
  if (fate === "hang") for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}

const sum = ({ x, y, ms, fate }) => ({
  kind: "test/sweep-sum", spec: { x, y, ms, fate }, operations: 1e6 * Math.max(1, ms),
  run(seed) {
    if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    meet(fate);
    return { sum: x + y, parts: [x, y, seed], never: Infinity };
  },
});

export default defineClaim({
  id: "s01-short", title: "Small sums stay small", source: { words: "made up for tests", formula: "none" }, statement: "x + y is at most 1.", maths: "x + y \\le 1",
  experiments: { sum: sum({ x: 0, y: 0, ms: 0, fate: "well" }) },
  hypotheses: ({ sum: run }, seed) => [{ name: "seed not 3", maths: "s \\ne 3", holds: seed !== 3, margin: seed === 3 ? -1 : run.sum, detail: `seed ${seed}` }],
  observable: ({ sum: run }) => run,
  prediction: bounds({ sum: { atMost: 1 } }, "at most 1"),
  controls: [{ change: "3 is added", experiments: { sum: sum({ x: 3, y: 0, ms: 0, fate: "well" }) } }],
  recorded: "supported", plan: { quick: { seeds: 2, controlSeeds: 1 }, full: { seeds: 2, controlSeeds: 1 } },
  region: {
    box: { x: { low: 0, high: 1, toward: 0.5 }, y: { low: 0, high: 1 }, ms: 0, fate: "well" },
    hypotheses: ({ x, y }) => [{ name: "sum small", maths: "x + y \\le 1", holds: x + y <= 1, margin: 1 - (x + y), detail: `${x} + ${y}` }],
    experiments: (point) => ({ sum: sum(point) }),
  },
});
