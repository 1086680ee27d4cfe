/** Training runs as experiments of claims: at the reference point unless a claim says otherwise. */
import type { Experiment } from "../../claims/index.ts";
import type { RunRecord, RunSpec } from "./run-record.ts";
import { makeSetting } from "./setting.ts";
import { simulate } from "./simulate.ts";

/** Parts of a RunSpec that differ from the defaults; `setting` holds overrides of the reference point. */
export type TrainingRunOptions = Partial<Omit<RunSpec, "setting" | "mode" | "steps">> & Pick<RunSpec, "mode" | "steps"> & { setting?: Parameters<typeof makeSetting>[0] };

/** A training run as an experiment: kind "robust-features/training". */
export function trainingRun(options: TrainingRunOptions): Experiment<RunRecord> {
  const spec: RunSpec = { threat: { name: "gradientAscent", loss: "margin" }, logEvery: 1, evaluate: [], ...options, setting: makeSetting(options.setting) };
  return { kind: "robust-features/training", spec, operations: operationsOf(spec), run: (seed) => simulate(spec, seed).record };
}

/** Floating-point operations of the matrix products of a run, the bulk of its cost. */
export function operationsOf({ setting: { N, P, k, m, d, eps }, mode, threat, steps, evaluate }: RunSpec): number {
  const product = 2 * N * P * k * m * d;
  const ascents = mode === "standard" || eps === 0 ? 0 : "steps" in threat ? threat.steps : 1;
  const evaluated = evaluate.reduce((sum, { threat: { name, ...rest }, radii }) => {
    const passes = "steps" in rest ? 2 * rest.steps : name === "suppress" ? 0 : name === "nonRobustSubspace" || name === "inject" ? k - 1 : 2;
    return sum + radii.length * (passes + 1);
  }, 0);
  return product * (steps * (2 + 2 * ascents) + evaluated);
}
