/**
 * Reduced dynamics with all classes together: a prediction from the initial weights and the features, without samples.
 *
 * Two kinds of patch a class stand for the whole training set: alpha u_y + n, counted sR times, and beta v_y + n, counted sN
 * times, the mean over n ~ N(0, sigma_n^2 I) taken over the uncorrelated nodes of a lattice in all d coordinates. What the one-class dynamics
 * leave out is kept: other classes' logits, their part in the attack and in the gradient. What is left out is chance: that a
 * training set holds finitely many noises, and that samples of one class differ in their logits. Random amplitudes (three nodes a kind)
 * and momentum are covered; mini-batches are as all samples at once, which they are in the mean.
 *
 * Source: derived in docs/theory, section 7.
 */
import { ParameterError, ShapeError } from "../../errors/index.ts";
import { currentKernels, expF64, type FloatArray, type Kernels } from "../../kernels/index.ts";
import type { AscentLoss } from "../../training/index.ts";
import { FeatureComponents } from "./feature-components.ts";
import { checkNoisePoints, latticeSize, normalLattice, uncorrelated } from "./noise-lattice.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import { nonRobustPatchCount, type Setting } from "./setting.ts";
import { smoothedReluAt } from "./smoothed-relu-scalar.ts";
import { amplitudeNodes } from "./variations.ts";

/** Row-major: W [k,m,d], features [k,d] each. */
export interface CoupledState {
  weights: ArrayLike<number>;
  robust: ArrayLike<number>;
  nonRobust: ArrayLike<number>;
}

/**
 * What the one-class dynamics leave out, and this one can leave out too, to see what it is worth (noise: noisePoints 1):
 * F_j = 0 for j != y in every softmax; neurons of j != y in the ascent on patches of y; samples of j != y in the descent of
 * class y's neurons; all of a weight but its components along its own u and v, which then stays as it was.
 */
export const coupledTerms = ["other logits", "other ascent", "other descent", "moving residuals"] as const;
export type CoupledTerm = (typeof coupledTerms)[number];

export interface CoupledOptions {
  /** "adversarial" is gradientAscent with the setting's e and eps. */
  mode: "standard" | "adversarial";
  steps: number;
  /** What the ascent climbs; default "margin". */
  loss?: AscentLoss;
  /** Nodes of the noise average, an odd number >= 1; 1 leaves noise out. Default coupledNoisePoints(setting). */
  noisePoints?: number;
  /** Terms left out; default none. */
  without?: readonly CoupledTerm[];
}

/**
 * Besides, row-major over [steps + 1, k]: F_y and the largest other logit of a sample of class y that is attacked as in training (in standard
 * training: clean), and of one with -eps v_y on every patch, noise left out.
 */
export interface CoupledRun extends ReducedRun {
  attackedTrue: Float64Array;
  attackedRival: Float64Array;
  suppressedTrue: Float64Array;
  suppressedRival: Float64Array;
}

/** The default number of nodes: 61 (more where d asks for it), and 1 without noise. */
export function coupledNoisePoints({ sigmaN, d }: Pick<Setting, "sigmaN" | "d">): number {
  return sigmaN === 0 ? 1 : latticeSize(d);
}

/**
 * Iterates the coupled dynamics.
 *
 * Shapes: as reducedDynamics; `p`, `robustPart` and `nonRobustPart` are of patches without attack, p at the mean logits.
 * Errors: ShapeError when an array has another length; ParameterError on steps, noisePoints or a term that is not known.
 * Cost:   two (standard) or four (adversarial) products of 2 (2 k noisePoints) k m d operations a step.
 */
export function coupledDynamics(setting: Setting, initial: CoupledState, options: CoupledOptions): CoupledRun {
  const { k, m, d } = setting;
  const { steps, without = [] } = options;
  for (const [name, length] of [["weights", k * m * d], ["robust", k * d], ["nonRobust", k * d]] as const) {
    if (initial[name].length !== length) throw new ShapeError({ where: "coupledDynamics", problem: `${name} has ${initial[name].length} entries.`, expected: `${length} of them, row-major.` });
  }
  if (!Number.isInteger(steps) || steps < 0) throw new ParameterError({ where: "coupledDynamics", problem: `steps = ${steps}.`, expected: "an integer >= 0." });
  const unknown = without.find((term) => !coupledTerms.includes(term));
  if (unknown !== undefined) throw new ParameterError({ where: "coupledDynamics", problem: `there is no term "${unknown}".`, expected: `some of ${coupledTerms.join(", ")}.` });
  const points = setting.sigmaN === 0 ? 1 : options.noisePoints ?? coupledNoisePoints(setting);
  checkNoisePoints(points, "coupledDynamics");
  const kernels = currentKernels();
  return kernels.scope(() => iterate(kernels, setting, initial, points, options));
}

/** Patches of a class that stand for all of their kind: `share` patches of each of its samples each. */
interface Kind {
  y: number;
  robust: boolean;
  share: number;
}

function iterate(kernels: Kernels, setting: Setting, initial: CoupledState, points: number, { mode, steps, loss = "margin", without = [] }: CoupledOptions): CoupledRun {
  const { k, m, d, q, rho, eta, e, eps, momentum = 0 } = setting;
  const keeps = (term: CoupledTerm) => !without.includes(term);
  const array = (length: number) => kernels.allocate("float64", length);
  const { kinds, patches: clean } = patchesOf(setting, initial, points, array);
  const neurons = k * m;
  const rows = kinds.length * points;
  const weights = array(neurons * d);
  weights.set(initial.weights);
  const [attacked, move] = [array(rows * d), array(rows * d)];
  // pre-activations, and the factors with which weights (of a patch's gradient) or patches (of a weight's) are added up
  const [z, factors] = [array(rows * neurons), array(rows * neurons)];
  const [sums, cotangents] = [array(kinds.length * k), array(kinds.length * k)];
  const logits = new Float64Array(k * k);
  // minus eta times the gradient, and the last change of the weights, which momentum repeats
  const [step, last] = [array(neurons * d), array(neurons * d)];
  last.fill(0);
  const components = new FeatureComponents(kernels, setting, initial);

  /** z, sums and logits of the patches at the present weights; row y of `logits` belongs to a sample of class y. */
  const forward = (patches: FloatArray) => {
    kernels.matmulNT(patches, weights, z, rows, neurons, d);
    kernels.smoothedReluSum(z, sums, kinds.length, points, k, m, q, rho);
    logits.fill(0);
    kinds.forEach(({ y, share }, c) => {
      for (let i = 0; i < k; i++) if (i === y || keeps("other logits")) logits[y * k + i] += share * sums[c * k + i];
    });
  };
  /** factors <- ct(kind, i) s'(z), i the neuron's class. */
  const backward = (ct: (kind: Kind, i: number) => number) => {
    kinds.forEach((kind, c) => { for (let i = 0; i < k; i++) cotangents[c * k + i] = ct(kind, i); });
    kernels.smoothedReluSumVjp(z, cotangents, factors, kinds.length, points, k, m, q, rho);
  };

  const perNeuron = () => new Float64Array((steps + 1) * k * m);
  const perClass = () => new Float64Array((steps + 1) * k);
  const run: CoupledRun = { U: perNeuron(), V: perNeuron(), nu: perNeuron(), p: perClass(), robustPart: perClass(), nonRobustPart: perClass(), attackedTrue: perClass(), attackedRival: perClass(), suppressedTrue: perClass(), suppressedRival: perClass() };
  for (let t = 0; t <= steps; t++) {
    forward(clean);
    record(run, t, components, weights, setting);
    kinds.forEach(({ y, robust, share }, c) => { (robust ? run.robustPart : run.nonRobustPart)[t * k + y] += share * sums[c * k + y]; });
    for (let y = 0; y < k; y++) run.p[t * k + y] = softmax(logits, y, k)[y];
    if (mode === "adversarial") {
      // every patch moved by project_eps(e grad(-F_y + ln sum_{j != y} e^{F_j})), its own gradient, with the class's softmax; of the cross-entropy that gradient is 1 - p_y times as long
      const others = Array.from({ length: k }, (_, y) => softmax(logits, y, k, y));
      const strength = others.map((_, y) => (loss === "margin" ? 1 : 1 - softmax(logits, y, k)[y]));
      backward(({ y }, i) => strength[y] * (i === y ? -1 : keeps("other ascent") ? others[y][i] : 0));
      kernels.matmulNN(factors, weights, move, rows, d, neurons);
      kernels.projectRows(move, attacked, rows, d, e, eps);
      kernels.add(clean, attacked, attacked);
      forward(attacked);
    }
    for (let y = 0; y < k; y++) {
      run.attackedTrue[t * k + y] = logits[y * k + y];
      run.attackedRival[t * k + y] = Math.max(...Array.from({ length: k }, (_, j) => (j === y ? -Infinity : logits[y * k + j])));
    }
    if (t === steps) break;
    const p = Array.from({ length: k }, (_, y) => softmax(logits, y, k));
    backward(({ y, share }, i) => (i === y ? (eta / k) * share * (1 - p[y][y]) : keeps("other descent") ? -(eta / k) * share * p[y][i] : 0));
    kernels.matmulTN(factors, mode === "adversarial" ? attacked : clean, step, neurons, d, rows);
    if (!keeps("moving residuals")) components.keepOwn(step);
    if (momentum > 0) kernels.axpy(momentum, last, step, last);
    kernels.add(weights, momentum > 0 ? last : step, weights);
  }
  return run;
}

/** Row c L + l of the patches is kind c with the l-th of L noises. */
function patchesOf(setting: Setting, { robust, nonRobust }: CoupledState, points: number, array: (length: number) => FloatArray): { kinds: Kind[]; patches: FloatArray } {
  const { k, d, alpha, beta, sR, sigmaN, alphaSpread, betaSpread } = setting;
  const noise = uncorrelated(normalLattice(points, d, "coupledDynamics"));
  const carried = [
    { robust: true, feature: robust, nodes: amplitudeNodes(alpha, alphaSpread), count: sR },
    { robust: false, feature: nonRobust, nodes: amplitudeNodes(beta, betaSpread), count: nonRobustPatchCount(setting) },
  ].filter(({ count }) => count > 0).flatMap(({ nodes, count, ...own }) => nodes.map(({ amplitude, weight }) => ({ ...own, amplitude, count: weight * count })));
  const kinds = Array.from({ length: k }, (_, y) => carried.map((own) => ({ ...own, y, share: own.count / points }))).flat();
  const patches = array(kinds.length * points * d);
  kinds.forEach(({ feature, amplitude, y }, c) => noise.forEach((node, l) => {
    for (let j = 0; j < d; j++) patches[(c * points + l) * d + j] = amplitude * feature[y * d + j] + sigmaN * node[j];
  }));
  return { kinds, patches };
}

/** Entry t of U, V and nu, and of the logits of suppressed samples. */
function record(run: CoupledRun, t: number, components: FeatureComponents, weights: FloatArray, setting: Setting): void {
  const { k, m } = setting;
  components.split(weights);
  const { U, V } = components.own();
  run.U.set(U, t * k * m);
  run.V.set(V, t * k * m);
  run.nu.set(components.lengths, t * k * m);
  for (let y = 0; y < k; y++) {
    let rival = -Infinity;
    for (let j = 0; j < k; j++) {
      const logit = suppressed(components, j, y, setting);
      if (j === y) run.suppressedTrue[t * k + y] = logit;
      else rival = Math.max(rival, logit);
    }
    run.suppressedRival[t * k + y] = rival;
  }
}

/** F_j of a sample of class y on alpha u_y - eps v_y and (beta - eps) v_y: a weight of class j that points against v_y answers there. */
function suppressed({ along }: FeatureComponents, j: number, y: number, setting: Setting): number {
  const { k, m, sR, alpha, beta, eps } = setting;
  let logit = 0;
  for (let neuron = j * m; neuron < (j + 1) * m; neuron++) {
    const [alongU, alongV] = [along[2 * k * neuron + y], along[2 * k * neuron + k + y]];
    logit += sR * smoothedReluAt(alpha * alongU - eps * alongV, setting) + nonRobustPatchCount(setting) * smoothedReluAt((beta - eps) * alongV, setting);
  }
  return logit;
}

/** The softmax of row y of logits [k,k], over all of them or over all but one. */
function softmax(logits: Float64Array, y: number, k: number, without = -1): Float64Array {
  const row = logits.subarray(y * k, (y + 1) * k);
  const top = row.reduce((best, logit, j) => (j === without ? best : Math.max(best, logit)), -Infinity);
  const weights = row.map((logit, j) => (j === without ? 0 : expF64(logit - top)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
