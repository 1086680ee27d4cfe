/** What a training run is asked for, and what it records: plain data. */
import type { Variation } from "./data.ts";
import type { Setting } from "./setting.ts";

export interface RunSpec extends Variation {
  setting: Setting;
  /** Steps of gradient descent. */
  steps: number;
  /** Probes are recorded every so many steps, and at the first and the last one. */
  logEvery: number;
  /** Ends the run at the first logged step at which either part has reached the learned level. */
  untilLearned?: boolean;
  /** Recover gamma and rho from the weights at every logged step; else at none. */
  decompose?: boolean;
  /** Samples of the test error, evaluated at the end; 0 for none. */
  testSamples: number;
}

export interface RunRecord {
  spec: RunSpec;
  seed: number;
  /** Steps at which probes were recorded. */
  steps: number[];
  /** Mean over the training samples of y_i times the signal patch's, and the noise patch's, part of f; and the mean loss. A number a logged step. */
  signalPart: Float64Array;
  noisePart: Float64Array;
  loss: Float64Array;
  /** With `decompose`, a row a logged step: [2, m], [2, m, n]; and what the weights have outside the span. */
  gamma: Float64Array[];
  rho: Float64Array[];
  outside: number[];
  /** Share of test samples with y f <= 0 at the end; NaN when there are none. */
  testError: number;
  /** What the predictions are told: inner products of the initial weights, the Gram matrix of the noise, signs and labels. */
  initialSignal: Float64Array;
  initialNoise: Float64Array;
  gram: Float64Array;
  signs: Float64Array;
  labels: Int32Array;
}
