/** Training runs, and predictions of them, as experiments of claims: at the reference point unless a claim says otherwise. */
import type { Experiment } from "../../claims/index.ts";
import { elements } from "../../ndarray/index.ts";
import { coupledDynamics, coupledNoisePoints } from "./coupled-dynamics.ts";
import { sampleState } from "./data.ts";
import { coupledPrediction } from "./record-views.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import type { PredictedNoise, RunRecord, RunSpec } from "./run-record.ts";
import { makeSetting, type Setting } from "./setting.ts";
import { simulate } from "./simulate.ts";

/** Parts of a RunSpec that differ from the defaults; `setting` holds overrides of the reference point. */
export type TrainingRunOptions = Partial<Omit<RunSpec, "setting" | "mode" | "steps">> & Pick<RunSpec, "mode" | "steps"> & { setting?: Parameters<typeof makeSetting>[0] };

/**
 * A training run as an experiment: kind "robust-features/training". With `foresee` its record brings the coupled prediction that hypotheses
 * will ask for, computed where the run is, on a worker thread, and not one after the other when claims are judged.
 */
export function trainingRun(options: TrainingRunOptions, foresee?: PredictedNoise): Experiment<RunRecord> {
  const spec: RunSpec = { threat: { name: "gradientAscent", loss: "margin" }, logEvery: 1, evaluate: [], ...options, setting: makeSetting(options.setting) };
  const run = (seed: number) => simulate(spec, seed).record;
  const experiment = { kind: "robust-features/training", spec, operations: operationsOf(spec), bytes: arrayBytesOf(spec), run };
  if (foresee === undefined) return experiment;
  const noisePoints = foresee === "none" ? 1 : coupledNoisePoints(spec.setting);
  return {
    ...experiment, spec: { ...spec, foresee }, operations: experiment.operations + predictionOperations(spec, noisePoints),
    run(seed) {
      const record = run(seed);
      return { ...record, foreseen: { noise: foresee, run: coupledPrediction(record, foresee) } };
    },
  };
}

/** Floating-point operations of the products of a coupled prediction. */
function predictionOperations({ setting: { k, m, d }, mode, steps }: Pick<RunSpec, "setting" | "mode" | "steps">, noisePoints: number): number {
  return steps * 2 * (2 * k * noisePoints) * k * m * d * (mode === "standard" ? 2 : 4);
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

/** Bytes of the arrays of a run, the bulk of its memory: inputs, their perturbation and gradient; products and their gradient. */
export function arrayBytesOf({ setting: { N, P, d, k, m } }: Pick<RunSpec, "setting">): number {
  return 8 * N * P * (4 * d + 3 * k * m);
}

/** What a coupled prediction depends on besides the seed. */
export interface CoupledPredictionSpec {
  setting: Setting;
  mode: "standard" | "adversarial";
  steps: number;
  /** Nodes of the noise average, odd; 1 leaves noise out. */
  noisePoints: number;
}

/** `setting` holds overrides of the reference point; `noisePoints` defaults to coupledNoisePoints of the setting. */
export type CoupledPredictionOptions = Pick<CoupledPredictionSpec, "mode" | "steps"> & { noisePoints?: number; setting?: Parameters<typeof makeSetting>[0] };

/**
 * The coupled dynamics as an experiment: kind "robust-features/coupled-prediction". Of the training run with the same setting and
 * seed it is told the initial weights and the features, nothing else.
 */
export function coupledPredictionRun({ mode, steps, ...options }: CoupledPredictionOptions): Experiment<ReducedRun> {
  const setting = makeSetting(options.setting);
  const noisePoints = options.noisePoints ?? coupledNoisePoints(setting);
  const spec: CoupledPredictionSpec = { setting, mode, steps, noisePoints };
  return {
    kind: "robust-features/coupled-prediction", spec, operations: predictionOperations(spec, noisePoints),
    run(seed) {
      const { W, robust, nonRobust } = sampleState(setting, seed);
      return coupledDynamics(setting, { weights: elements(W), robust: elements(robust), nonRobust: elements(nonRobust) }, { mode, steps, noisePoints });
    },
  };
}
