/**
 * Reduced dynamics with all classes together: a prediction from the initial weights and the features, without samples.
 *
 * Two kinds of patch a class stand for the whole training set: alpha u_y + n, counted sR times, and beta v_y + n, counted sN
 * times, the mean over n ~ N(0, sigma_n^2 I) taken over the uncorrelated nodes of a lattice in all d coordinates. What the one-class dynamics
 * leave out is kept: other classes' logits, their part in the attack and in the gradient. What is left out is chance: that a
 * training set holds finitely many noises, and that samples of one class differ in their logits.
 *
 * Source: derived in docs/theory, section 7.
 */
import { ParameterError, ShapeError } from "../../errors/index.ts";
import type { AscentLoss } from "../../training/index.ts";
import { checkNoisePoints, latticeSize, normalLattice, uncorrelated } from "./noise-lattice.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import { nonRobustPatchCount, type Setting } from "./setting.ts";
import { smoothedReluAt, smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";

/** Row-major: W [k,m,d], features [k,d] each. */
export interface CoupledState {
  weights: ArrayLike<number>;
  robust: ArrayLike<number>;
  nonRobust: ArrayLike<number>;
}

export interface CoupledOptions {
  /** "adversarial" is gradientAscent with the setting's e and eps. */
  mode: "standard" | "adversarial";
  steps: number;
  /** What the ascent climbs; default "margin". */
  loss?: AscentLoss;
  /** Nodes of the noise average, an odd number >= 1; 1 leaves noise out. Default coupledNoisePoints(setting). */
  noisePoints?: number;
}

/** The default number of nodes: 61 (more where d asks for it), and 1 without noise. */
export function coupledNoisePoints({ sigmaN, d }: Pick<Setting, "sigmaN" | "d">): number {
  return sigmaN === 0 ? 1 : latticeSize(d);
}

/**
 * Iterates the coupled dynamics.
 *
 * Shapes: as reducedDynamics; `p`, `robustPart` and `nonRobustPart` are of patches without attack, p at the mean logits.
 * Errors: ShapeError when an array has another length; ParameterError on steps or noisePoints.
 * Cost:   O(steps noisePoints k^2 m d); at the reference point, adversarial: 0.1 ms a step without noise, 2.5 ms with 61 nodes.
 */
export function coupledDynamics(setting: Setting, initial: CoupledState, options: CoupledOptions): ReducedRun {
  const { k, m, d } = setting;
  const { mode, steps, loss = "margin" } = options;
  for (const [name, length] of [["weights", k * m * d], ["robust", k * d], ["nonRobust", k * d]] as const) {
    if (initial[name].length !== length) throw new ShapeError({ where: "coupledDynamics", problem: `${name} has ${initial[name].length} entries.`, expected: `${length} of them, row-major.` });
  }
  if (!Number.isInteger(steps) || steps < 0) throw new ParameterError({ where: "coupledDynamics", problem: `steps = ${steps}.`, expected: "an integer >= 0." });
  const points = options.noisePoints ?? coupledNoisePoints(setting);
  checkNoisePoints(points, "coupledDynamics");
  const weights = Float64Array.from(initial.weights);
  const clean = cleanPatches(setting, initial, setting.sigmaN === 0 ? 1 : points);
  const attacked = mode === "standard" ? clean : { ...clean, x: clean.x.slice(), z: clean.z.slice() };
  const perNeuron = () => new Float64Array((steps + 1) * k * m);
  const perClass = () => new Float64Array((steps + 1) * k);
  const run: ReducedRun = { U: perNeuron(), V: perNeuron(), nu: perNeuron(), p: perClass(), robustPart: perClass(), nonRobustPart: perClass() };
  const logits = new Float64Array(k * k);
  for (let t = 0; t <= steps; t++) {
    preactivateClean(setting, clean, weights);
    addLogits(setting, clean, logits);
    recordWeights(run, t, setting, weights, initial);
    recordClasses(run, t, setting, clean, logits);
    if (t === steps) break;
    if (mode === "adversarial") {
      attack(setting, loss, clean, attacked, weights, logits);
      products(attacked.x, weights, attacked.z, d);
      addLogits(setting, attacked, logits);
    }
    descend(setting, attacked, weights, logits);
  }
  return run;
}

/** R patches that stand for all: patch g is of class y[g] and stands for share[g] patches of each of its samples. */
interface Patches {
  y: Int32Array;
  share: Float64Array;
  robust: Uint8Array;
  /** [R,d] the patches, and [R,km] the pre-activations last computed from them. */
  x: Float64Array;
  z: Float64Array;
}

/** Clean patches are sums: patch g = c L + l is centre c (of C) plus noise l (of L), so their pre-activations take C + L products, not C L. */
interface CleanPatches extends Patches {
  centres: Float64Array;
  noise: Float64Array;
  centreProducts: Float64Array;
  noiseProducts: Float64Array;
}

function cleanPatches(setting: Setting, initial: CoupledState, points: number): CleanPatches {
  const { k, m, d, alpha, beta, sR, sigmaN } = setting;
  const noise = uncorrelated(normalLattice(points, d, "coupledDynamics")).map((node) => node.map((g) => sigmaN * g));
  const kinds = [
    { robust: 1, feature: initial.robust, amplitude: alpha, count: sR },
    { robust: 0, feature: initial.nonRobust, amplitude: beta, count: nonRobustPatchCount(setting) },
  ].filter(({ count }) => count > 0);
  const centres = Array.from({ length: k }, (_, y) => kinds.map(({ robust, feature, amplitude, count }) => (
    { y, robust, share: count / points, x: Float64Array.from({ length: d }, (_x, l) => amplitude * feature[y * d + l]) }))).flat();
  const rows = centres.flatMap((centre) => noise.map((node) => ({ ...centre, x: centre.x.map((c, l) => c + node[l]) })));
  return {
    y: Int32Array.from(rows, ({ y }) => y),
    share: Float64Array.from(rows, ({ share }) => share),
    robust: Uint8Array.from(rows, ({ robust }) => robust),
    x: joined(rows.map(({ x }) => x)), z: new Float64Array(rows.length * k * m),
    centres: joined(centres.map(({ x }) => x)), centreProducts: new Float64Array(centres.length * k * m),
    noise: joined(noise), noiseProducts: new Float64Array(points * k * m),
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}

function preactivateClean({ d }: Setting, { centres, noise, centreProducts, noiseProducts, z }: CleanPatches, weights: Float64Array): void {
  const neurons = weights.length / d;
  products(centres, weights, centreProducts, d);
  products(noise, weights, noiseProducts, d);
  for (let c = 0, at = 0; c < centreProducts.length; c += neurons) {
    for (let l = 0; l < noiseProducts.length; l += neurons) {
      for (let neuron = 0; neuron < neurons; neuron++, at++) z[at] = centreProducts[c + neuron] + noiseProducts[l + neuron];
    }
  }
}

/** out [rows,columns] <- inner products of two lists of d-vectors; two columns at a time, since additions one after the other wait. */
function products(x: Float64Array, weights: Float64Array, out: Float64Array, d: number): void {
  const columns = weights.length / d;
  for (let row = 0, from = 0; from < x.length; row += columns, from += d) {
    for (let j = 0; j < columns; j += 2) {
      const other = Math.min(j + 1, columns - 1);
      let sum = 0;
      let otherSum = 0;
      for (let l = 0, a = j * d, b = other * d; l < d; l++) {
        sum += x[from + l] * weights[a + l];
        otherSum += x[from + l] * weights[b + l];
      }
      out[row + j] = sum;
      out[row + other] = otherSum;
    }
  }
}

/** logits [k,k] <- F_i of each class's sample, all patches counted. */
function addLogits(setting: Setting, { y, share, z }: Patches, logits: Float64Array): void {
  const { k, m } = setting;
  logits.fill(0);
  for (let g = 0, at = 0; g < y.length; g++) {
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let r = 0; r < m; r++, at++) sum += smoothedReluAt(z[at], setting);
      logits[y[g] * k + i] += share[g] * sum;
    }
  }
}

/**
 * Every patch moved, by itself, by project_eps(e grad(-F_y + ln sum_{j != y} e^{F_j})); the shares of the sum are the class's. The
 * cross-entropy's gradient is 1 - p_y times that.
 */
function attack(setting: Setting, loss: AscentLoss, clean: Patches, attacked: Patches, weights: Float64Array, logits: Float64Array): void {
  const { k, m, d, e, eps } = setting;
  const signs = Array.from({ length: k }, (_, y) => softmax(logits.subarray(y * k, (y + 1) * k), y));
  signs.forEach((own, y) => { own[y] = -1; });
  const steps = signs.map((_, y) => (loss === "margin" ? e : e * (1 - softmax(logits.subarray(y * k, (y + 1) * k))[y])));
  const gradient = new Float64Array(d);
  const neurons = new Combination(k * m);
  for (let g = 0, at = 0; g < clean.y.length; g++) {
    const sign = signs[clean.y[g]];
    for (let neuron = 0; neuron < k * m; neuron++, at++) {
      if (clean.z[at] > 0) neurons.add(neuron, sign[Math.floor(neuron / m)] * smoothedReluSlopeAt(clean.z[at], setting));
    }
    gradient.fill(0);
    neurons.addTo(gradient, 0, weights, d);
    let square = 0;
    for (let l = 0; l < d; l++) square += gradient[l] * gradient[l];
    const stretch = square > 0 ? Math.min(steps[clean.y[g]], eps / Math.sqrt(square)) : 0;
    for (let l = 0; l < d; l++) attacked.x[g * d + l] = clean.x[g * d + l] + stretch * gradient[l];
  }
}

/** W <- W - eta grad of the mean cross-entropy on the patches, of which z and logits are known. */
function descend(setting: Setting, { y, share, x, z }: Patches, weights: Float64Array, logits: Float64Array): void {
  const { k, m, d, eta } = setting;
  const probabilities = Array.from({ length: k }, (_, own) => softmax(logits.subarray(own * k, (own + 1) * k)));
  const patches = new Combination(y.length);
  for (let neuron = 0; neuron < k * m; neuron++) {
    const i = Math.floor(neuron / m);
    const pulls = probabilities.map((own, label) => (eta / k) * ((i === label ? 1 : 0) - own[i]));
    for (let g = 0, at = neuron; g < y.length; g++, at += k * m) {
      if (z[at] > 0) patches.add(g, pulls[y[g]] * share[g] * smoothedReluSlopeAt(z[at], setting));
    }
    patches.addTo(weights, neuron * d, x, d);
  }
}

/** A linear combination of rows, collected first and added four rows at a time: the target is read and written a quarter as often. */
class Combination {
  private readonly rows: Int32Array;
  private readonly factors: Float64Array;
  private count = 0;

  constructor(largest: number) {
    this.rows = new Int32Array(largest + 3);
    this.factors = new Float64Array(largest + 3);
  }

  add(row: number, factor: number): void {
    this.rows[this.count] = row;
    this.factors[this.count] = factor;
    this.count += 1;
  }

  /** target[to..to + d) += the combination of rows of `source` [*,d], and forgets it. */
  addTo(target: Float64Array, to: number, source: Float64Array, d: number): void {
    const { rows, factors, count } = this;
    rows.fill(0, count, count + 3);
    factors.fill(0, count, count + 3);
    for (let c = 0; c < count; c += 4) {
      const [r0, r1, r2, r3] = [rows[c] * d, rows[c + 1] * d, rows[c + 2] * d, rows[c + 3] * d];
      const [f0, f1, f2, f3] = [factors[c], factors[c + 1], factors[c + 2], factors[c + 3]];
      for (let l = 0; l < d; l++) target[to + l] += f0 * source[r0 + l] + f1 * source[r1 + l] + f2 * source[r2 + l] + f3 * source[r3 + l];
    }
    this.count = 0;
  }
}

/** The softmax of logits [k], over all of them or over all but one. */
function softmax(logits: Float64Array, without = -1): Float64Array {
  const top = logits.reduce((best, logit, j) => (j === without ? best : Math.max(best, logit)), -Infinity);
  const weights = logits.map((logit, j) => (j === without ? 0 : Math.exp(logit - top)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

function recordWeights(run: ReducedRun, t: number, { k, m, d }: Setting, weights: Float64Array, { robust, nonRobust }: CoupledState): void {
  const residual = new Float64Array(d);
  for (let neuron = 0; neuron < k * m; neuron++) {
    const own = Math.floor(neuron / m);
    const at = t * k * m + neuron;
    for (let l = 0; l < d; l++) residual[l] = weights[neuron * d + l];
    for (const [features, column] of [[robust, run.U], [nonRobust, run.V]] as const) {
      for (let i = 0; i < k; i++) {
        let along = 0;
        for (let l = 0; l < d; l++) along += weights[neuron * d + l] * features[i * d + l];
        for (let l = 0; l < d; l++) residual[l] -= along * features[i * d + l];
        if (i === own) column[at] = along;
      }
    }
    run.nu[at] = Math.sqrt(residual.reduce((sum, x) => sum + x * x, 0));
  }
}

function recordClasses(run: ReducedRun, t: number, setting: Setting, { y, share, robust, z }: Patches, logits: Float64Array): void {
  const { k, m } = setting;
  for (let g = 0; g < y.length; g++) {
    const part = robust[g] === 1 ? run.robustPart : run.nonRobustPart;
    for (let r = 0; r < m; r++) part[t * k + y[g]] += share[g] * smoothedReluAt(z[(g * k + y[g]) * m + r], setting);
  }
  for (let i = 0; i < k; i++) run.p[t * k + i] = softmax(logits.subarray(i * k, (i + 1) * k))[i];
}
