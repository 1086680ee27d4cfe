/** Gradient descent on the mean cross-entropy, on clean or on attacked inputs, for any differentiable network. */
import { near, scratch, type Value, valueAndGrad } from "../autodiff/index.ts";
import { currentKernels } from "../kernels/index.ts";
import { elements, type NdArray, zeros } from "../ndarray/index.ts";
import type { Stream } from "../random/index.ts";
import { meanCrossEntropy } from "./losses.ts";
import type { ThreatModel } from "./threat-model.ts";

/** Logits [n, classes] from weights (one array) and inputs. */
export type Network = (weights: Value, inputs: Value) => Value;

export interface TrainingProblem {
  network: Network;
  inputs: NdArray;
  labels: Int32Array;
  /** Step size of the descent. */
  eta: number;
  /** Adversarial training: every step descends on inputs attacked at this radius. */
  attack?: { threat: ThreatModel; radius: number; random?: Stream };
}

/**
 * One full-batch step: W - eta grad L(W; X + Delta(W, X)), with no gradient through Delta; Delta = 0 without an attack.
 *
 * Shapes:  returns new weights of the old shape, and the loss and logits of the inputs that were descended on.
 * Cost:    one forward and one backward pass in W, plus what the attack takes.
 * Source:  docs/theory, section 5.
 */
export function descentStep(problem: TrainingProblem, weights: NdArray): { weights: NdArray; loss: NdArray; logits: NdArray } {
  const { network, labels, eta, attack } = problem;
  return scratch(() => {
    const inputs = near(attack === undefined ? problem.inputs
      : attack.threat.perturb({ logits: (x) => network(weights, x), inputs: problem.inputs, labels, random: attack.random }, attack.radius));
    const { value, gradient, aux } = valueAndGrad((w: Value) => {
      const logits = network(w, inputs);
      return [meanCrossEntropy(logits, labels), logits];
    }, { aux: true })(weights);
    const next = zeros(weights.shape, weights.dtype === "float32" ? "float32" : "float64");
    currentKernels().axpy(-eta, elements(gradient), elements(weights), next.data);
    return { weights: next, loss: value as NdArray, logits: aux as NdArray };
  });
}
