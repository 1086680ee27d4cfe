/** Training runs, and searches for the threshold, as experiments of claims. */
import type { Experiment } from "../../claims/index.ts";
import { learnedLevel, typicalTimes } from "./closed-forms.ts";
import { sampleData, sampleWeights } from "./data.ts";
import { noiseGram, productsOf } from "./decomposition.ts";
import type { RunRecord, RunSpec } from "./run-record.ts";
import { makeSetting, type Setting, signalLengthAt, signalToNoise } from "./setting.ts";
import { simulate } from "./simulate.ts";

/** Parts of a RunSpec that differ from the defaults; `setting` holds overrides of the reference point. */
export type TrainingRunOptions = Partial<Omit<RunSpec, "setting" | "steps">> & Pick<RunSpec, "steps"> & { setting?: Partial<Setting> };

/** A training run as an experiment: kind "benign-overfitting/training". */
export function trainingRun(options: TrainingRunOptions): Experiment<RunRecord> {
  const spec: RunSpec = { logEvery: 5, testSamples: 0, ...options, setting: makeSetting(options.setting) };
  return { kind: "benign-overfitting/training", spec, operations: operationsOf(spec), bytes: bytesOf(spec), run: (seed) => simulate(spec, seed) };
}

/** Floating-point operations of the matrix products of a run, the bulk of its cost. */
export function operationsOf({ setting: { n, m, d }, steps, logEvery, testSamples }: RunSpec): number {
  return 8 * n * m * d * (2 * steps + steps / logEvery) + 8 * testSamples * m * d;
}

/** Bytes of the arrays of a run: inputs, products and their gradient. */
function bytesOf({ setting: { n, m, d }, testSamples }: RunSpec): number {
  return 16 * Math.max(n, testSamples) * (2 * d + 6 * m);
}

/** Where in SNR the winner changes, for one draw. */
export interface ThresholdRecord {
  spec: ThresholdSpec;
  seed: number;
  /** The SNR between a run that learned the noise first and one that learned the signal first. */
  threshold: number;
  /** What the prediction is told: products of the initial weights with mu of length 1 and with the noise, the Gram matrix, signs, labels. */
  initialSignal: Float64Array;
  initialNoise: Float64Array;
  gram: Float64Array;
  signs: Float64Array;
  labels: Int32Array;
  /** Each run: its n SNR^q, and whether the signal was first; in the order in which they were made. */
  tried: { value: number; signalFirst: boolean }[];
}

export interface ThresholdSpec extends Pick<RunSpec, "distinctNoise"> {
  setting: Omit<Setting, "mu">;
  /** n SNR^q from and to which is searched. */
  from: number;
  to: number;
  /** Bisections; each halves the logarithm of the interval. */
  halvings: number;
}

/** A search by bisection, each step a training run that ends when one of the two parts is learned. Kind "benign-overfitting/threshold". */
export function thresholdRun({ setting: overrides = {}, from = 0.25, to = 64, halvings = 7, distinctNoise }: { setting?: Partial<Omit<Setting, "mu">>; from?: number; to?: number; halvings?: number; distinctNoise?: number }): Experiment<ThresholdRecord> {
  const { mu: _signal, ...setting } = makeSetting(overrides);
  const spec: ThresholdSpec = { setting, from, to, halvings, ...(distinctNoise === undefined ? {} : { distinctNoise }) };
  const runAt = (value: number): RunSpec => {
    const own = { ...setting, mu: signalLengthAt(value, setting) };
    const { signal, noise } = typicalTimes(own);
    // three times as long as the median draw needs; a run ends when something is learned
    return { setting: own, steps: Math.ceil(3 * Math.min(signal, noise)), logEvery: 2, untilLearned: true, testSamples: 0, ...(distinctNoise === undefined ? {} : { distinctNoise }) };
  };
  const run = (seed: number): ThresholdRecord => {
    const tried: ThresholdRecord["tried"] = [];
    const unit = { ...setting, mu: 1 };
    const data = sampleData(unit, seed, spec);
    const { signal, noise } = productsOf(unit, data, sampleWeights(unit, seed));
    let [low, high] = [from, to];
    for (let i = 0; i < halvings; i++) {
      const value = Math.sqrt(low * high);
      const { signalPart, noisePart } = simulate(runAt(value), seed);
      const [s, x] = [signalPart[signalPart.length - 1], noisePart[noisePart.length - 1]];
      const signalFirst = s > x;
      tried.push({ value, signalFirst: signalFirst && s >= learnedLevel });
      if (signalFirst) high = value;
      else low = value;
    }
    return { spec, seed, tried, initialSignal: signal, initialNoise: noise, gram: noiseGram(unit, data), signs: data.signs, labels: data.labels, threshold: signalToNoise({ ...setting, mu: signalLengthAt(Math.sqrt(low * high), setting) }) };
  };
  return { kind: "benign-overfitting/threshold", spec, operations: halvings * operationsOf(runAt(2)) / 3, run };
}
