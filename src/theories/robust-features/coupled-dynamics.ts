/**
 * Reduced dynamics with all classes together: a prediction from the initial weights, without samples and without noise.
 *
 * One sample a class and two patches stand for the whole training set: alpha u_y, counted sR times, and beta v_y, counted
 * sN times. What the one-class dynamics leave out is kept: other classes' logits, their part in the attack and in the
 * gradient. What is left out is the patch noise alone.
 *
 * Source: derived in docs/theory, section 7.
 */
import { ShapeError } from "../../errors/index.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import { nonRobustPatchCount, type Setting } from "./setting.ts";
import { smoothedReluAt, smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";

/** Row-major: W [k,m,d], features [k,d] each. */
export interface CoupledState {
  weights: ArrayLike<number>;
  robust: ArrayLike<number>;
  nonRobust: ArrayLike<number>;
}

/** A patch that stands for `count` patches of every sample of class y. */
interface PatchOfClass {
  y: number;
  x: Float64Array;
  count: number;
  robust: boolean;
}

/**
 * Iterates the noiseless, coupled dynamics; "adversarial" is gradientAscent on the margin with the setting's e and eps.
 *
 * Shapes: as reducedDynamics; `p`, `robustPart` and `nonRobustPart` are of clean patches.
 * Errors: ShapeError when an array has another length.
 * Cost:   O(steps k^2 m d), some 0.1 ms a step at the reference point.
 */
export function coupledDynamics(setting: Setting, initial: CoupledState, { mode, steps }: { mode: "standard" | "adversarial"; steps: number }): ReducedRun {
  const { k, m, d } = setting;
  for (const [name, length] of [["weights", k * m * d], ["robust", k * d], ["nonRobust", k * d]] as const) {
    if (initial[name].length !== length) throw new ShapeError({ where: "coupledDynamics", problem: `${name} has ${initial[name].length} entries.`, expected: `${length} of them, row-major.` });
  }
  const feature = (of: "robust" | "nonRobust", i: number) => Float64Array.from({ length: d }, (_, l) => initial[of][i * d + l]);
  const u = Array.from({ length: k }, (_, i) => feature("robust", i));
  const v = Array.from({ length: k }, (_, i) => feature("nonRobust", i));
  const patches: PatchOfClass[] = u.flatMap((_, y) => [
    { y, robust: true, count: setting.sR, x: u[y].map((z) => setting.alpha * z) },
    { y, robust: false, count: nonRobustPatchCount(setting), x: v[y].map((z) => setting.beta * z) },
  ]).filter(({ count }) => count > 0);
  const weights = Array.from({ length: k * m }, (_, neuron) => Float64Array.from({ length: d }, (_w, l) => initial.weights[neuron * d + l]));
  const perNeuron = () => new Float64Array((steps + 1) * k * m);
  const perClass = () => new Float64Array((steps + 1) * k);
  const run: ReducedRun = { U: perNeuron(), V: perNeuron(), nu: perNeuron(), p: perClass(), robustPart: perClass(), nonRobustPart: perClass() };
  for (let t = 0; t <= steps; t++) {
    const logits = record(run, t, setting, weights, patches, u, v);
    if (t === steps) break;
    const seen = mode === "standard" ? patches : attacked(setting, patches, weights, logits);
    descend(setting, seen, weights);
  }
  return run;
}

/** Logits [k][k] of each class's sample, all patches counted. */
function logitsOf(setting: Setting, patches: readonly PatchOfClass[], weights: readonly Float64Array[]): Float64Array[] {
  const { k, m } = setting;
  const logits = Array.from({ length: k }, () => new Float64Array(k));
  for (const { y, x, count } of patches) {
    weights.forEach((w, neuron) => { logits[y][Math.floor(neuron / m)] += count * smoothedReluAt(dot(w, x), setting); });
  }
  return logits;
}

function softmax(logits: Float64Array, without = -1): Float64Array {
  const top = logits.reduce((best, logit, j) => (j === without ? best : Math.max(best, logit)), -Infinity);
  const weights = logits.map((logit, j) => (j === without ? 0 : Math.exp(logit - top)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/** Every patch moved by project_eps(e grad(-F_y + ln sum_{j != y} e^{F_j})). */
function attacked(setting: Setting, patches: readonly PatchOfClass[], weights: readonly Float64Array[], logits: readonly Float64Array[]): PatchOfClass[] {
  const { m, e, eps } = setting;
  return patches.map((patch) => {
    const share = softmax(logits[patch.y], patch.y);
    const gradient = new Float64Array(patch.x.length);
    weights.forEach((w, neuron) => {
      const i = Math.floor(neuron / m);
      addScaled(gradient, (i === patch.y ? -1 : share[i]) * smoothedReluSlopeAt(dot(w, patch.x), setting), w);
    });
    const norm = Math.sqrt(dot(gradient, gradient));
    const x = patch.x.slice();
    if (norm > 0) addScaled(x, Math.min(e, eps / norm), gradient);
    return { ...patch, x };
  });
}

/** W <- W - eta grad of the mean cross-entropy; changes `weights` in place. */
function descend(setting: Setting, patches: readonly PatchOfClass[], weights: Float64Array[]): void {
  const { k, m, eta } = setting;
  const probabilities = logitsOf(setting, patches, weights).map((logits) => softmax(logits));
  const gains = weights.map((w) => new Float64Array(w.length));
  for (const { y, x, count } of patches) {
    weights.forEach((w, neuron) => {
      const slope = smoothedReluSlopeAt(dot(w, x), setting);
      if (slope === 0) return;
      const i = Math.floor(neuron / m);
      addScaled(gains[neuron], (eta / k) * ((i === y ? 1 : 0) - probabilities[y][i]) * count * slope, x);
    });
  }
  weights.forEach((w, neuron) => addScaled(w, 1, gains[neuron]));
}

function record(run: ReducedRun, t: number, setting: Setting, weights: readonly Float64Array[], patches: readonly PatchOfClass[], u: Float64Array[], v: Float64Array[]): Float64Array[] {
  const { k, m } = setting;
  weights.forEach((w, neuron) => {
    const i = Math.floor(neuron / m);
    const at = t * k * m + neuron;
    run.U[at] = dot(w, u[i]);
    run.V[at] = dot(w, v[i]);
    const residual = w.slice();
    for (const feature of [...u, ...v]) addScaled(residual, -dot(w, feature), feature);
    run.nu[at] = Math.sqrt(dot(residual, residual));
  });
  for (const { y, x, count, robust } of patches) {
    for (let r = 0; r < m; r++) run[robust ? "robustPart" : "nonRobustPart"][t * k + y] += count * smoothedReluAt(dot(weights[y * m + r], x), setting);
  }
  const logits = logitsOf(setting, patches, weights);
  logits.forEach((own, y) => { run.p[t * k + y] = softmax(own)[y]; });
  return logits;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let l = 0; l < a.length; l++) sum += a[l] * b[l];
  return sum;
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let l = 0; l < target.length; l++) target[l] += factor * source[l];
}
