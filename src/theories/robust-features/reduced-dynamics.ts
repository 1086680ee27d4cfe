/**
 * Reduced dynamics: U, V and p of every class predicted from the initial correlations, without samples and without the network.
 *
 * One class at a time; the other classes' logits on its samples, and their part in the attack, are left out (F_j = 0).
 * Only inner products enter, so a weight is written w_r = u_r u_hat + v_r v_hat + xi_r with <xi_r, xi_s> the residual Gram matrix.
 *
 * "section7": the scheme of docs/theory as it stands: residuals fixed and mutually orthogonal, no noise.
 * "averaged": the gradient's expectation over the patches' noise. The attack moves a patch by D = -kappa sum_r s'_r w_r, so
 * the weights also exchange residuals, xi_r += -c s'(z_r) kappa sum_t s'_t xi_t; u, v and xi are therefore carried as
 * coordinates in the (m+2)-dimensional span of u_hat, v_hat and the residuals (Cholesky factor of their Gram matrix), where
 * the noise is again N(0, sigma_n^2 I). Its mean is taken over a rank-1 lattice (noise-lattice.ts): no random numbers.
 *
 * Random amplitudes (three nodes a kind of patch) and momentum are covered; mini-batches are as all samples at once.
 *
 * Source: derived in docs/theory, section 7, which also gives the measured errors of both.
 */
import { ParameterError, ShapeError } from "../../errors/index.ts";
import { checkNoisePoints, latticeSize, normalLattice } from "./noise-lattice.ts";
import { nonRobustPatchCount, type Setting } from "./setting.ts";
import { smoothedReluAt, smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";
import { amplitudeNodes } from "./variations.ts";

/** Initial weights as the dynamics sees them: k classes, m neurons, row-major; units of a weight, and its square. */
export interface InitialState {
  /** [k,m] <w_{i,r}, u_i> and <w_{i,r}, v_i>. */
  u: ArrayLike<number>;
  v: ArrayLike<number>;
  /** [k,m,m] inner products of the residuals; the diagonal is nu^2. */
  residualGram: ArrayLike<number>;
}

export interface ReducedOptions {
  /** "adversarial" is gradientAscent on the margin, with the setting's e and eps. */
  mode: "standard" | "adversarial";
  steps: number;
  /** Default "averaged". */
  scheme?: "section7" | "averaged";
  /** Nodes of the noise average, an odd number >= 1; 1 leaves noise out. Default 61 (more where m asks for it). */
  noisePoints?: number;
}

/** Arrays are row-major over [steps + 1, k] or [steps + 1, k, m]; entry t belongs to the weights after t steps. */
export interface ReducedRun {
  U: Float64Array;
  V: Float64Array;
  /** Norm of the residual. */
  nu: Float64Array;
  /** Probability of the true class on clean patches, and what robust and non-robust patches add to F_y. */
  p: Float64Array;
  robustPart: Float64Array;
  nonRobustPart: Float64Array;
}

/**
 * Iterates the reduced dynamics.
 *
 * Errors: ShapeError when u, v or residualGram do not have k m, k m or k m^2 entries; ParameterError on steps or noisePoints.
 * Cost:   section7 O(steps k m^2); averaged O(steps k L m (m+2)) with L = 2 noisePoints.
 */
export function reducedDynamics(setting: Setting, initial: InitialState, options: ReducedOptions): ReducedRun {
  const { k, m } = setting;
  const { steps } = options;
  const follow = follower(setting, initial, options);
  const perNeuron = () => new Float64Array((steps + 1) * k * m);
  const perClass = () => new Float64Array((steps + 1) * k);
  const run: ReducedRun = { U: perNeuron(), V: perNeuron(), nu: perNeuron(), p: perClass(), robustPart: perClass(), nonRobustPart: perClass() };
  for (let i = 0; i < k; i++) {
    follow(i, (t, weights, { robust, nonRobust }) => {
      const at = t * k + i;
      weights.forEach((w, r) => {
        run.U[at * m + r] = w[0];
        run.V[at * m + r] = w[1];
        run.nu[at * m + r] = lengthFrom(w, 2);
      });
      run.robustPart[at] = robust;
      run.nonRobustPart[at] = nonRobust;
      run.p[at] = trueProbability(robust + nonRobust, k);
      return true;
    });
  }
  return run;
}

/** The first step at which each class's robust part reaches the level, Infinity where it does not: reducedDynamics, each class no further than that. */
export function reducedRobustTimes(setting: Setting, initial: InitialState, options: ReducedOptions, level: number): number[] {
  const follow = follower(setting, initial, options);
  return Array.from({ length: setting.k }, (_, i) => {
    let time = Infinity;
    follow(i, (t, _weights, { robust }) => {
      if (robust >= level) time = t;
      return time === Infinity;
    });
    return time;
  });
}

/** What a class is at step t; false ends it. */
type Visit = (t: number, weights: readonly Float64Array[], parts: { robust: number; nonRobust: number }) => boolean;

/** Checks the arguments, and returns what follows class i from step to step. */
function follower(setting: Setting, initial: InitialState, options: ReducedOptions): (i: number, visit: Visit) => void {
  const { k, m } = setting;
  const { mode, steps, scheme = "averaged" } = options;
  expectLength("u", initial.u, k * m);
  expectLength("v", initial.v, k * m);
  expectLength("residualGram", initial.residualGram, k * m * m);
  if (!Number.isInteger(steps) || steps < 0) throw new ParameterError({ where: "reducedDynamics", problem: `steps = ${steps}.`, expected: "an integer >= 0." });
  const points = scheme === "section7" || setting.sigmaN === 0 ? 1 : options.noisePoints ?? latticeSize(m + 2);
  checkNoisePoints(points, "reducedDynamics");
  // section7's orthogonal residuals need no span of their own: xi_r is sqrt(Gram[r,r]) times its own basis vector.
  const patches = patchKinds(setting, m + 2, points);
  return (i, visit) => {
    const gram = Array.from({ length: m * m }, (_, j) => initial.residualGram[i * m * m + j]);
    const factor = scheme === "section7" ? rootOfDiagonal(gram, m) : choleskyFactor(gram, m);
    const weights = Array.from({ length: m }, (_, r) => Float64Array.of(initial.u[i * m + r], initial.v[i * m + r], ...factor.subarray(r * m, (r + 1) * m)));
    const vectors = () => weights.map((w) => new Float64Array(w.length));
    const room: Room = { last: vectors(), gains: vectors(), moved: new Float64Array(m + 2), direction: new Float64Array(m + 2) };
    for (let t = 0; visit(t, weights, logitParts(patches, weights, setting)) && t < steps; t++) {
      descend(setting, patches, weights, room, mode, scheme === "section7");
    }
  };
}

/** Patches standing for one class: coordinates in the span, how many patches of a sample each stands for, and its kind. */
interface Patch {
  x: Float64Array;
  share: number;
  robust: boolean;
}

function patchKinds(setting: Setting, dimension: number, points: number): Patch[] {
  const noise = normalLattice(points, dimension, "reducedDynamics");
  const kinds = [
    { robust: true, axis: 0, nodes: amplitudeNodes(setting.alpha, setting.alphaSpread), count: setting.sR },
    { robust: false, axis: 1, nodes: amplitudeNodes(setting.beta, setting.betaSpread), count: nonRobustPatchCount(setting) },
  ].flatMap(({ nodes, count, ...own }) => nodes.map(({ amplitude, weight }) => ({ ...own, amplitude, count: weight * count })));
  return kinds.flatMap(({ robust, axis, amplitude, count }) => noise.map((z) => {
    const x = z.map((g) => setting.sigmaN * g);
    x[axis] += amplitude;
    return { x, share: count / points, robust };
  })).filter(({ share }) => share > 0);
}

/** Room for one step of a class: weight-like vectors of neurons, and vectors of the span. */
interface Room {
  /** The last change of each weight, which momentum repeats. */
  last: readonly Float64Array[];
  gains: readonly Float64Array[];
  moved: Float64Array;
  direction: Float64Array;
}

/** One step of gradient descent on the class's mean loss; changes `weights` and `room` in place. */
function descend(setting: Setting, patches: readonly Patch[], weights: readonly Float64Array[], { last, gains, moved, direction }: Room, mode: "standard" | "adversarial", residualsFixed: boolean): void {
  for (const gain of gains) gain.fill(0);
  const parts = { robust: 0, nonRobust: 0 };
  for (const { x: clean, share, robust } of patches) {
    const x = mode === "standard" ? clean : attacked(setting, clean, weights, moved, direction);
    for (let r = 0; r < weights.length; r++) {
      const z = dot(weights[r], x);
      if (z <= 0) continue;
      parts[robust ? "robust" : "nonRobust"] += share * smoothedReluAt(z, setting);
      addScaled(gains[r], share * smoothedReluSlopeAt(z, setting), x);
    }
  }
  const c = (setting.eta / setting.k) * (1 - trueProbability(parts.robust + parts.nonRobust, setting.k));
  const { momentum = 0 } = setting;
  weights.forEach((w, r) => {
    const gain = gains[r];
    if (residualsFixed) gain.fill(0, 2);
    const change = last[r];
    for (let l = 0; l < change.length; l++) change[l] = c * gain[l] + momentum * change[l];
    addScaled(w, 1, change);
  });
}

/** The patch after one step of ascent on the margin, x - kappa sum_r s'(<w_r,x>) w_r with kappa = min(e, eps / |sum|); in `moved`. */
function attacked(setting: Setting, x: Float64Array, weights: readonly Float64Array[], moved: Float64Array, direction: Float64Array): Float64Array {
  direction.fill(0);
  for (const w of weights) {
    const slope = smoothedReluSlopeAt(dot(w, x), setting);
    if (slope > 0) addScaled(direction, slope, w);
  }
  const norm = Math.sqrt(dot(direction, direction));
  moved.set(x);
  if (norm > 0) addScaled(moved, -Math.min(setting.e, setting.eps / norm), direction);
  return moved;
}

function logitParts(patches: readonly Patch[], weights: readonly Float64Array[], setting: Setting): { robust: number; nonRobust: number } {
  const parts = { robust: 0, nonRobust: 0 };
  for (const { x, share, robust } of patches) {
    for (const w of weights) parts[robust ? "robust" : "nonRobust"] += share * smoothedReluAt(dot(w, x), setting);
  }
  return parts;
}

/** e^F / (e^F + k - 1), without overflow. */
function trueProbability(F: number, k: number): number {
  return 1 / (1 + (k - 1) * Math.exp(-F));
}

/** Lower-triangular [m,m] factor of a positive semidefinite Gram matrix; a pivot lost to rounding becomes a zero column. */
function choleskyFactor(gram: readonly number[], m: number): Float64Array {
  const L = new Float64Array(m * m);
  for (let j = 0; j < m; j++) {
    for (let r = j; r < m; r++) {
      let rest = gram[r * m + j];
      for (let n = 0; n < j; n++) rest -= L[r * m + n] * L[j * m + n];
      if (r === j) L[j * m + j] = rest > 1e-12 * gram[j * m + j] ? Math.sqrt(rest) : 0;
      else L[r * m + j] = L[j * m + j] > 0 ? rest / L[j * m + j] : 0;
    }
  }
  return L;
}

function rootOfDiagonal(gram: readonly number[], m: number): Float64Array {
  const L = new Float64Array(m * m);
  for (let r = 0; r < m; r++) L[r * m + r] = Math.sqrt(gram[r * m + r]);
  return L;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Length of what is left without the first entries. */
function lengthFrom(values: Float64Array, first: number): number {
  let sum = 0;
  for (let i = first; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum);
}

function addScaled(target: Float64Array, factor: number, source: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * source[i];
}

function expectLength(name: string, values: ArrayLike<number>, length: number): void {
  if (values.length === length) return;
  throw new ShapeError({ where: "reducedDynamics", problem: `${name} has ${values.length} entries.`, expected: `${length} of them, row-major.` });
}
