/** One training run: full-batch gradient descent on the logistic loss, through the training that serves any network. */
import { bottom } from "../../autodiff/index.ts";
import type { NdArray } from "../../ndarray/index.ts";
import { stream } from "../../random/index.ts";
import { accuracy, descentStep, type TrainingProblem } from "../../training/index.ts";
import { learnedLevel } from "./closed-forms.ts";
import { logistic, mean, partsOf } from "./coefficient-dynamics.ts";
import { type Data, sampleData, sampleTest, sampleWeights, withFreshNoise } from "./data.ts";
import { decomposition, noiseGram, productsOf } from "./decomposition.ts";
import { signalNoiseNetwork } from "./network.ts";
import type { RunRecord, RunSpec } from "./run-record.ts";
import type { Setting } from "./setting.ts";

/**
 * Trains the network as the spec says and returns what the probes saw.
 *
 * Cost: steps times one forward and one backward pass of 8 n m d operations each.
 */
export function simulate(spec: RunSpec, seed: number): RunRecord {
  const { setting, steps: total, logEvery, untilLearned = false, decompose = false, freshNoise = false, testSamples } = spec;
  const data = sampleData(setting, seed, spec);
  const initial = sampleWeights(setting, seed);
  const redraw = stream(seed, "fresh noise patches");
  const problem: TrainingProblem = { network: signalNoiseNetwork(setting), inputs: data.X, labels: data.labels, eta: setting.eta };
  const log = logOf(setting, data, decompose ? decomposition(setting, data, initial) : undefined);
  let W = initial;
  for (let t = 0; t < total; t++) {
    if (t % logEvery === 0) log.add(t, W);
    if (untilLearned && log.learned()) break;
    if (freshNoise) problem.inputs = withFreshNoise(setting, data, redraw, spec.noiseAlongSignal ?? false).X;
    W = descentStep(problem, W).weights;
    if (t === total - 1) log.add(total, W);
  }
  const { signal, noise } = productsOf(setting, data, initial);
  return {
    spec, seed, ...log.record(), testError: testSamples === 0 ? NaN : testErrorOf(setting, W, sampleTest(setting, seed, testSamples)),
    initialSignal: signal, initialNoise: noise, gram: noiseGram(setting, data), signs: data.signs, labels: data.labels,
  };
}

/** Share of samples with y f <= 0. */
export function testErrorOf(setting: Setting, weights: NdArray, { X, labels }: Data): number {
  return 1 - accuracy(bottom(signalNoiseNetwork(setting)(weights, X)), labels);
}

/** Collects probes at logged steps. */
function logOf(setting: Setting, data: Data, recover: ReturnType<typeof decomposition> | undefined) {
  const steps: number[] = [];
  const columns = { signalPart: [] as number[], noisePart: [] as number[], loss: [] as number[] };
  const [gamma, rho, outside]: [Float64Array[], Float64Array[], number[]] = [[], [], []];
  return {
    add(t: number, W: NdArray): void {
      const parts = partsOf(setting, productsOf(setting, data, W), data.signs, data.labels);
      steps.push(t);
      columns.signalPart.push(mean(parts.signal));
      columns.noisePart.push(mean(parts.noise));
      columns.loss.push(mean(parts.signal.map((part, i) => logistic(part + parts.noise[i]))));
      if (recover === undefined) return;
      const found = recover(W);
      gamma.push(found.gamma);
      rho.push(found.rho);
      outside.push(found.outside);
    },
    learned: () => Math.max(columns.signalPart.at(-1) ?? 0, columns.noisePart.at(-1) ?? 0) >= learnedLevel,
    record: () => ({
      steps, signalPart: Float64Array.from(columns.signalPart), noisePart: Float64Array.from(columns.noisePart), loss: Float64Array.from(columns.loss), gamma, rho, outside,
    }),
  };
}
