/**
 * P3: when a feature is learned, that is, when its patches first add l to F_y.
 *
 * Until then p is close to 1/k, so the clock C of growth.ts runs at (eta/k)(1 - 1/k) and T = [C(z_l) - C(z_0)] over that.
 *
 * Units: steps.   Source: derived in docs/theory, P3.
 */
import type { Setting } from "../setting.ts";
import { integerPower, smoothedReluAt, smoothedReluInverse } from "../smoothed-relu-scalar.ts";
import { featureSide, type Feature } from "./growth.ts";

/** The level l of docs/theory, section 6. */
export const learnedLevel = 0.3;

/** The size at which count * s(amplitude * size) = level, on whichever piece of s it lies (one neuron counted). */
export function sizeAtLevel(setting: Setting, feature: Feature, level: number = learnedLevel): number {
  const { count, amplitude } = featureSide(setting, feature);
  return smoothedReluInverse(level / count, setting) / amplitude;
}

/** z_l of docs/theory, P3: `sizeAtLevel`, but at most rho/a, where the tensor-power growth ends. */
export function sizeOnBendAtLevel(setting: Setting, feature: Feature, level: number = learnedLevel): number {
  return Math.min(setting.rho / featureSide(setting, feature).amplitude, sizeAtLevel(setting, feature, level));
}

export interface LearningTime {
  /** (k/(1-1/k)) rho^(q-1) / (eta E (q-2)) (z_0^(2-q) - z_l^(2-q)): growth on the bend, gradient flow; the formula of P3. */
  bend: number;
  /** What p's rise above 1/k adds on the bend, to first order in F: k (z_l^2 - z_0^2) / (2 q eta (k-1)). */
  rise: number;
  /** Steps after the bend until the level; 0 when the level is met on it. Exact in p for one neuron. */
  beyond: number;
  /** What the finite step adds on the bend, (q-1)/2 ln(z_l/z_0); O(1) steps, so T grows by a relative O(eta) up to a logarithm. */
  discrete: number;
  /** The sum of the four. */
  total: number;
}

/**
 * P3: steps until `feature` adds `level` to F_y, from the largest initial correlation of its class.
 *
 * For q = 2 the bend's time is the limit k/(1-1/k) rho/(eta E) ln(z_l/z_0). Sizes <= 0 never grow: Infinity.
 * Dropped: p's rise beyond first order (relative order l^2/k), the other neurons' part of F_y (makes T smaller), noise.
 */
export function learningTime(setting: Setting, feature: Feature, initialSize: number, level: number = learnedLevel): LearningTime {
  const { count, amplitude, energy } = featureSide(setting, feature);
  const { k, q, rho, eta } = setting;
  if (!(initialSize > 0) || energy === 0) return { bend: Infinity, rise: 0, beyond: 0, discrete: 0, total: Infinity };
  const target = sizeOnBendAtLevel(setting, feature, level);
  const pace = k / (1 - 1 / k) / eta;
  let bend = 0;
  let rise = 0;
  let discrete = 0;
  if (initialSize < target) {
    bend = q === 2
      ? pace * (rho / energy) * Math.log(target / initialSize)
      : pace * integerPower(rho, q - 1) / (energy * (q - 2)) * (integerPower(initialSize, 2 - q) - integerPower(target, 2 - q));
    rise = (k * (target * target - initialSize * initialSize)) / (2 * q * eta * (k - 1));
    discrete = ((q - 1) / 2) * Math.log(target / initialSize);
  }
  const from = count * smoothedReluAt(amplitude * Math.max(initialSize, rho / amplitude), setting);
  // dF/dt = (eta/k)(1-p)(s a)^2 with 1/(1-p) = 1 + e^F/(k-1), integrated from F at the end of the bend to the level.
  const beyond = from < level
    ? (k / (eta * count * amplitude * count * amplitude)) * (level - from + (Math.exp(level) - Math.exp(from)) / (k - 1))
    : 0;
  return { bend, rise, beyond, discrete, total: bend + rise + beyond + discrete };
}

/**
 * What finite steps add to T in second order: (q-1)(1/4 - q/6)/(q-2) [delta(z_l) - delta(z_0)], delta(z) = (eta/k)(1 - 1/k) E z^(q-2) / rho^(q-1) the
 * relative growth in a step; negative, and no more than half a step (q = 3) while delta <= 1. Units: steps. For q >= 3 (else 0).
 *
 * Source: derived in docs/theory, P3.
 */
export function secondOrderSteps(setting: Setting, feature: Feature, initialSize: number, level: number = learnedLevel): number {
  const { k, eta, q, rho } = setting;
  const target = sizeOnBendAtLevel(setting, feature, level);
  if (q === 2 || !(initialSize > 0 && initialSize < target)) return 0;
  const delta = (z: number) => ((eta / k) * (1 - 1 / k) * featureSide(setting, feature).energy * integerPower(z, q - 2)) / integerPower(rho, q - 1);
  return ((q - 1) * (1 / 4 - q / 6) * (delta(target) - delta(initialSize))) / (q - 2);
}
