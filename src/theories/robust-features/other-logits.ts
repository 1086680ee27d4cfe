/**
 * What the closed forms of P3 leave out: the other classes' logits on a class's samples.
 *
 * Source: docs/theory, P3, "Other classes' logits".
 */
import { currentKernels, expF64 } from "../../kernels/index.ts";
import { FeatureComponents } from "./feature-components.ts";
import { learnedLevel } from "./closed-forms.ts";
import type { RunRecord } from "./run-record.ts";
import { nonRobustPatchCount, type Setting } from "./setting.ts";
import { smoothedReluAt } from "./smoothed-relu-scalar.ts";

/** Row-major: weights [k,m,d], features [k,d] each. */
export interface WeightsAndFeatures {
  weights: Float64Array;
  robust: ArrayLike<number>;
  nonRobust: ArrayLike<number>;
}

/** [k,k] F_j on a sample of class y without noise: row y, column j. */
export function logitsWithoutNoise(setting: Setting, { weights, robust, nonRobust }: WeightsAndFeatures): Float64Array {
  const { k, m, sR, alpha, beta } = setting;
  const kernels = currentKernels();
  return kernels.scope(() => {
    const components = new FeatureComponents(kernels, setting, { robust, nonRobust });
    components.split(weights);
    const { along } = components;
    const logits = new Float64Array(k * k);
    for (let neuron = 0; neuron < k * m; neuron++) {
      for (let y = 0; y < k; y++) {
        const [u, v] = [along[2 * k * neuron + y], along[2 * k * neuron + k + y]];
        logits[y * k + Math.floor(neuron / m)] += sR * smoothedReluAt(alpha * u, setting) + nonRobustPatchCount(setting) * smoothedReluAt(beta * v, setting);
      }
    }
    return logits;
  });
}

/**
 * By what share of itself, at most, other classes' logits shorten the learning time of each class; [k].
 *
 *   pi (1 - (k-1) / sum_{j != y} e^{F_j(0)}),   pi = e^l / (k - 1 + e^l), l the level of "learned".
 *
 * They only fall while a class learns, so that they shorten most at the start; pi is largest at the end.
 */
export function shortenedByOthers({ spec: { setting }, initialWeights: weights, robust, nonRobust }: Pick<RunRecord, "spec" | "initialWeights" | "robust" | "nonRobust">): number[] {
  const { k } = setting;
  const logits = logitsWithoutNoise(setting, { weights, robust, nonRobust });
  const level = expF64(learnedLevel);
  return Array.from({ length: k }, (_, y) => {
    const row = logits.subarray(y * k, (y + 1) * k);
    const others = row.reduce((sum, logit, j) => (j === y ? sum : sum + expF64(logit)), 0);
    return (level / (k - 1 + level)) * (1 - (k - 1) / others);
  });
}
