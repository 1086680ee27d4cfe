/** Gradient descent on the mean cross-entropy, on clean or on attacked inputs, for any differentiable network. */
import { isTraced, near, scratch, type Value, valueAndGrad } from "../autodiff/index.ts";
import { compile } from "../compile/index.ts";
import type { NdArray } from "../ndarray/index.ts";
import { mul, sub } from "../ops/index.ts";
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

/** New weights of the old shape, and the mean loss and the logits of the inputs that were descended on. */
export interface DescentStep {
  weights: NdArray;
  loss: NdArray;
  logits: NdArray;
}

/**
 * One full-batch step: W - eta grad L(W; X + Delta(W, X)), with no gradient through Delta; Delta = 0 without an attack.
 *
 * Steps of one problem are compiled: traced at the first, replayed at the next ones. A random attack is traced each time.
 * Shapes:  returns new weights of the old shape, and the loss and logits of the inputs that were descended on.
 * Cost:    one forward and one backward pass in W, plus what the attack takes.
 * Source:  docs/theory, section 5.
 */
export function descentStep(problem: TrainingProblem, weights: NdArray): DescentStep {
  const { network, inputs, labels, eta, attack } = problem;
  const { threat, radius = 0, random } = attack ?? {};
  const step = threat?.randomised ? plainStep : compiledStep(problem);
  return step(weights, inputs, labels, eta, network, threat, radius, random);
}

type Step = (weights: NdArray, inputs: NdArray, labels: Int32Array, eta: number, network: Network, threat: ThreatModel | undefined, radius: number, random: Stream | undefined) => DescentStep;

/** One compiled step a problem, for as long as the problem lives. */
const compiled = new WeakMap<TrainingProblem, Step>();
function compiledStep(problem: TrainingProblem): Step {
  let step = compiled.get(problem);
  if (step === undefined) compiled.set(problem, (step = compile(plainStep)));
  return step;
}

/** All that a step depends on is an argument, so that a change of any of it is noticed. */
function plainStep(weights: NdArray, inputs: NdArray, labels: Int32Array, eta: number, network: Network, threat: ThreatModel | undefined, radius: number, random: Stream | undefined): DescentStep {
  return scratch(() => {
    const attacked = threat === undefined ? inputs : threat.perturb({ logits: (x) => network(weights, x), inputs, labels, random }, radius);
    const at = isTraced(attacked) ? attacked : near(attacked);
    const { value, gradient, aux } = valueAndGrad((w: Value) => {
      const logits = network(w, at);
      return [meanCrossEntropy(logits, labels), logits];
    }, { aux: true })(weights);
    return { weights: sub(weights, mul(gradient, eta)) as NdArray, loss: value, logits: aux as NdArray };
  });
}
