/**
 * The hypotheses under which the predictions of docs/theory are made, each a named predicate with its margin.
 *
 * A margin is the natural logarithm of the ratio of the condition's two sides (clamped to [-50, 50]) unless its detail says
 * "difference"; it is > 0 inside and < 0 outside. Setting-level predicates see the setting alone, seed-level ones also the
 * initial correlations of one seed.
 *
 * Source: docs/theory, section 8, hypotheses.
 */
import type { HypothesisResult } from "../../claims/results.ts";
import { ShapeError } from "../../errors/index.ts";
import { energies, type Setting } from "./setting.ts";
import { largestRelativeGrowth, largest, lotteryProbability, medianLargest, noFreezeMargin, saturationSize } from "./closed-forms.ts";
import { integerPower } from "./smoothed-relu-scalar.ts";
import { isVaried, variationNames } from "./variations.ts";

/** Initial weights of one seed; k classes, m neurons, row-major [k,m]; units of a weight. */
export interface InitialSizes {
  /** <w_{i,r}, u_i> and <w_{i,r}, v_i>. */
  u: ArrayLike<number>;
  v: ArrayLike<number>;
  /** Norm of w_{i,r} minus all its feature components. */
  nu: ArrayLike<number>;
}

/** sigma_n sqrt(d) may be at most this share of beta: the noise then changes E s'(beta v) by at most (q-1)(q-2)/2 per cent for v >= sigma_0. */
export const noiseShare = 0.1;
/** A/B may be at most this in claims about standard training. */
export const largestEnergyRatio = 1 / 3;

/** The features, [count, dim] row-major, are orthonormal to 1e-10. */
export function orthonormal(features: ArrayLike<number>, count: number, dim: number): HypothesisResult {
  if (features.length !== count * dim) {
    throw new ShapeError({ where: "orthonormal", problem: `features has ${features.length} entries.`, expected: `count * dim = ${count * dim}.` });
  }
  let defect = 0;
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let product = a === b ? -1 : 0;
      for (let c = 0; c < dim; c++) product += features[a * dim + c] * features[b * dim + c];
      defect = Math.max(defect, Math.abs(product));
    }
  }
  return below("features orthonormal", String.raw`\max_{a,b} |\langle f_a, f_b\rangle - \delta_{ab}| \le 10^{-10}`, defect, 1e-10, `largest defect ${show(defect)}`);
}

/** beta < eps < alpha. */
export function radiusBetweenAmplitudes({ alpha, beta, eps }: Setting): HypothesisResult {
  const margin = Math.min(logRatio(eps, beta), logRatio(alpha, eps));
  return { name: "radius between amplitudes", maths: String.raw`\beta < \epsilon < \alpha`, holds: beta < eps && eps < alpha, margin, detail: `beta = ${show(beta)}, eps = ${show(eps)}, alpha = ${show(alpha)}` };
}

/** A/B <= 1/3. */
export function energiesApart(setting: Setting): HypothesisResult {
  const { A, B } = energies(setting);
  return below("robust energy small", String.raw`A/B = s_R\alpha^q / (s_N\beta^q) \le 1/3`, A, B * largestEnergyRatio, `A = ${show(A)}, B = ${show(B)}, A/B = ${show(A / B)}`);
}

/** q >= 3: growth faster than exponential, so that the lottery has one winner. Margin: difference q - 2. */
export function powerAtLeastThree({ q }: Setting): HypothesisResult {
  return { name: "power at least 3", maths: String.raw`q \ge 3`, holds: q >= 3, margin: q - 2, detail: `q = ${q} (margin: difference q - 2)` };
}

/** sigma_n sqrt(d) <= beta / 10. */
export function noiseSmall({ sigmaN, d, beta }: Setting): HypothesisResult {
  const size = sigmaN * Math.sqrt(d);
  return below("noise small", String.raw`\sigma_n\sqrt{d} \le \beta/10`, size, noiseShare * beta, `sigma_n sqrt(d) = ${show(size)}, beta/10 = ${show(noiseShare * beta)}`);
}

/** Not lazy, before the draw: the median largest of m initial correlations keeps both features on the bend. */
export function initialisationSmall({ sigma0, m, alpha, beta, rho }: Setting): HypothesisResult {
  const typical = sigma0 * Math.max(0, medianLargest(m));
  return below("initialisation small", String.raw`\max(\alpha,\beta)\,\sigma_0\,\Phi^{-1}(2^{-1/m}) \le \rho`, Math.max(alpha, beta) * typical, rho, `median largest correlation ${show(typical)}, times ${show(Math.max(alpha, beta))}, rho = ${show(rho)}`);
}

/** The largest relative growth of a correlation in one step stays below 1, so that the steps follow the flow. */
export function stepSmall(setting: Setting): HypothesisResult {
  const robust = largestRelativeGrowth(setting, "robust");
  const nonRobust = largestRelativeGrowth(setting, "nonRobust");
  return below("step size small", String.raw`\max_z \frac{\eta}{k}(1-p(z))\, s\,a\,\frac{s'(az)}{z} < 1`, Math.max(robust, nonRobust), 1, `largest growth per step: robust ${show(robust)}, non-robust ${show(nonRobust)}`, true);
}

/** P7's V, with the residual `nu` (default: none, which makes V largest), lies on the bend. */
export function saturationOnBend(setting: Setting, nu: number = 0): HypothesisResult {
  const size = saturationSize(setting, nu);
  const end = setting.rho / setting.beta;
  return below("saturation on the bend", String.raw`V < \rho/\beta \text{ with } e\beta^{q-2}V^{q-2}(V^2+\nu^2) = \rho^{q-1}`, size, end, `V = ${show(size)} at nu = ${show(nu)}, rho/beta = ${show(end)}`, true);
}

/** Every class has a neuron with a positive robust, and one with a positive non-robust, correlation. Margin: difference, in sigma_0. */
export function lotteryWon(setting: Setting, initial: InitialSizes): HypothesisResult {
  const worst = Math.min(...classes(setting, initial).map(({ u, v }) => Math.min(largest(u), largest(v))));
  const one = lotteryProbability(setting.m);
  return {
    name: "lottery won", maths: String.raw`\min_i \min(\max_r U_{i,r}(0), \max_r V_{i,r}(0)) > 0`, holds: worst > 0, margin: worst / setting.sigma0,
    detail: `least largest correlation ${show(worst)} (margin: difference in sigma_0); probability (1 - 2^-m)^2 = ${one.toFixed(6)} a class, ${integerPower(one, setting.k).toFixed(6)} for all ${setting.k}`,
  };
}

/** Not lazy, for this seed: beta v <= rho and alpha u <= rho in every class. */
export function initialSizesOnBend(setting: Setting, initial: InitialSizes): HypothesisResult {
  const { alpha, beta, rho } = setting;
  const size = Math.max(alpha * largest(initial.u), beta * largest(initial.v));
  return below("initial correlations on the bend", String.raw`\max_{i,r} \max(\alpha U_{i,r}(0), \beta V_{i,r}(0)) \le \rho`, size, rho, `largest pre-activation ${show(size)}, rho = ${show(rho)}`);
}

/**
 * P8 for this seed: in every class the neuron with the largest u escapes. Its residual is taken at its initial size and its
 * own non-robust component, and components on other classes' features, are left out, as in docs/theory.
 */
export function noFreeze(setting: Setting, initial: InitialSizes): HypothesisResult {
  const margins = classes(setting, initial).map(({ u, nu }) => {
    const r = u.indexOf(largest(u));
    return noFreezeMargin(setting, u[r], nu[r]).margin;
  });
  const worst = Math.min(...margins);
  return below("no freeze", String.raw`\alpha u > \min(e\,s'(\alpha u)(u^2+\nu^2),\ \epsilon\sqrt{u^2+\nu^2}) \text{ for } u_0 \le u \le \rho/\alpha`, 1, worst, `least ratio per class ${margins.map(show).join(", ")}`, true);
}

/** Constant amplitudes, no momentum, all samples at every step. Margin: difference, how many of these do not hold. */
export function asInTheory(setting: Setting): HypothesisResult {
  const varied = variationNames.filter((name) => (setting[name] ?? 0) !== 0);
  return { name: "as in the theory", maths: String.raw`\alpha,\beta\ \text{constant},\ \mu=0,\ \text{full batch}`, holds: varied.length === 0, margin: 0.5 - varied.length, detail: `varied: ${varied.join(", ") || "nothing"} (margin: difference)` };
}

/** All predicates that need the setting alone; that it is as in the theory is said only where it is not. */
export function settingHypotheses(setting: Setting): HypothesisResult[] {
  return [...(isVaried(setting) ? [asInTheory] : []), radiusBetweenAmplitudes, energiesApart, powerAtLeastThree, noiseSmall, initialisationSmall, stepSmall, (s: Setting) => saturationOnBend(s)].map((hypothesis) => hypothesis(setting));
}

/** All predicates that need one seed's initial correlations. */
export function seedHypotheses(setting: Setting, initial: InitialSizes): HypothesisResult[] {
  return [lotteryWon, initialSizesOnBend, noFreeze].map((hypothesis) => hypothesis(setting, initial));
}

/** "left <= right", or "left < right" when strict. */
function below(name: string, maths: string, left: number, right: number, detail: string, strict = false): HypothesisResult {
  return { name, maths, holds: strict ? left < right : left <= right, margin: logRatio(right, left), detail };
}

function logRatio(larger: number, smaller: number): number {
  if (larger === smaller) return 0;
  return Math.min(50, Math.max(-50, Math.log(larger / smaller)));
}

function show(x: number): string {
  return Number.isInteger(x) || !Number.isFinite(x) ? String(x) : x.toPrecision(4);
}

function classes({ k, m }: Setting, initial: InitialSizes): { u: number[]; v: number[]; nu: number[] }[] {
  for (const name of ["u", "v", "nu"] as const) {
    if (initial[name].length !== k * m) throw new ShapeError({ where: "hypotheses", problem: `${name} has ${initial[name].length} entries.`, expected: `k m = ${k * m} of them, row-major.` });
  }
  const row = (values: ArrayLike<number>, i: number) => Array.from({ length: m }, (_, r) => values[i * m + r]);
  return Array.from({ length: k }, (_, i) => ({ u: row(initial.u, i), v: row(initial.v, i), nu: row(initial.nu, i) }));
}
