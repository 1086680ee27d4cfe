/** A toy theory for tests of the runner: a run is the seed plus a shift; nothing is trained. */
import { bounds, type ClaimDefinition, type Experiment } from "../../src/claims/index.ts";

export interface ToyRun { value: number }
export interface ToyObservation { value: number }

export const calls: string[] = [];

export function toyRun(shift: number, operations = 1): Experiment<ToyRun> {
  return {
    kind: "toy", spec: { shift }, operations,
    run(seed) {
      calls.push(`${shift}:${seed}`);
      return { value: seed + shift };
    },
  };
}

/** Holds when seed + shift is at least 0; the control shifts far below. */
export function toyClaim(overrides: Partial<ClaimDefinition<{ run: ToyRun }, ToyObservation>> = {}): ClaimDefinition<{ run: ToyRun }, ToyObservation> {
  return {
    id: "toy-claim", title: "toy", source: { words: "ours", formula: "none" }, statement: "The value is not negative.", maths: "x \\ge 0",
    experiments: { run: toyRun(0) },
    hypotheses: () => [{ name: "always", maths: "1 = 1", holds: true, margin: 1, detail: "holds" }],
    observable: ({ run }) => ({ value: run.value }),
    prediction: bounds({ value: { atLeast: 0 } }, "value at least 0"),
    controls: [{ change: "shifted far below", experiments: { run: toyRun(-1000) } }],
    recorded: "supported",
    plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 10 } },
    ...overrides,
  };
}
