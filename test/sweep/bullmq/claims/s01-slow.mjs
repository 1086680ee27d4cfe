/** A claim whose runs take LEMMAGRAD_TEST_PAUSE milliseconds without using the processor, and which can end what computes it: what is computed never depends on either. */
import { bounds, defineClaim } from "lemmagrad/claims";

const pause = Number(process.env.LEMMAGRAD_TEST_PAUSE ?? 0);

const walk = (x, y) => ({
  kind: "test/walk", spec: { x, y }, operations: 1e6,
  run(seed) {
    if (pause > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    // ends its thread, or, where a sweep is computed by workers, their whole process
    if (y === 8) process.exit(3);
    if (y === 9 && process.env.LEMMAGRAD_TEST_KILL === "1") process.kill(process.pid, "SIGKILL");
    let value = seed;
    for (let step = 0; step < 1000; step += 1) value = Math.sin(value * x + y);
    return { sum: x + y, value };
  },
});

export default defineClaim({
  id: "s01-slow", title: "Small sums stay small", source: { words: "made up for tests", formula: "none" }, statement: "x + y is at most 1.", maths: "x + y \\le 1",
  experiments: { walk: walk(0, 0) },
  hypotheses: () => [],
  observable: ({ walk: run }) => ({ sum: run.sum, value: run.value }),
  prediction: bounds({ sum: { atMost: 1 } }, "at most 1"),
  controls: [{ change: "3 is added", experiments: { walk: walk(3, 0) } }],
  recorded: "supported", plan: { quick: { seeds: 2, controlSeeds: 1 }, full: { seeds: 2, controlSeeds: 1 } },
  region: {
    box: { x: { low: 0, high: 1, toward: 0.5 }, y: { low: 0, high: 10 } },
    hypotheses: () => [],
    experiments: ({ x, y }) => ({ walk: walk(x, y) }),
  },
});
