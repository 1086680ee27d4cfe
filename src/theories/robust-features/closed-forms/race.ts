/**
 * P3's race: in each class the feature with the smaller learning time is learned first, and how probable that is before
 * anything is drawn.
 *
 * Source: derived in docs/theory, P3.
 */
import { integerPower } from "../smoothed-relu-scalar.ts";
import { energies, type Setting } from "../setting.ts";
import { classLearningTime } from "./class-learning-time.ts";
import type { Feature } from "./growth.ts";
import { learnedLevel, learningTime } from "./learning-time.ts";
import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";

export interface Race {
  /** Predicted steps until the robust, and the non-robust, feature is learned; Infinity if never. */
  robust: number;
  nonRobust: number;
  first: Feature | "neither";
  /** T_v / T_u: below 1 the non-robust feature is first; NaN when neither ever is. */
  ratio: number;
}

/** The race of one class from its initial correlations u[m], v[m], every neuron counted. */
export function race(setting: Setting, u: ArrayLike<number>, v: ArrayLike<number>, level: number = learnedLevel): Race {
  const robust = classLearningTime(setting, "robust", u, level);
  const nonRobust = classLearningTime(setting, "nonRobust", v, level);
  const first = robust === Infinity && nonRobust === Infinity ? "neither" : nonRobust <= robust ? "nonRobust" : "robust";
  return { robust, nonRobust, first, ratio: nonRobust / robust };
}

/** max_r; -Infinity when there are none. */
export function largest(values: ArrayLike<number>): number {
  let best = -Infinity;
  for (let i = 0; i < values.length; i++) best = Math.max(best, values[i]);
  return best;
}

/** Median of the largest of m independent N(0, 1): Phi^-1(2^(-1/m)). Dimensionless. */
export function medianLargest(m: number): number {
  return normalQuantile(Math.pow(2, -1 / m));
}

/** Probability that both features of a class have a neuron to start from: (1 - 2^-m)^2. For all classes: its k-th power. */
export function lotteryProbability(m: number): number {
  const one = 1 - integerPower(2, -m);
  return one * one;
}

/**
 * Probability, over the initialisation of one class, that each feature is learned first.
 *
 * max_r v_r and max_r u_r are independent maxima of m draws of N(0, sigma0^2), with distribution function Phi^m (not of
 * half-normals: a neuron with a negative correlation never moves). So
 * P(robust first) = integral over v of [1 - Phi(u*(v)/sigma0)^m] d(Phi^m), where T_u(u*(v)) = T_v(v).
 * Only the leading neurons are counted here (`learningTime`), unlike in `race`: where several neurons share the work the frequency
 * differs by a few per cent.
 * Simpson's rule in v/sigma0 on (0, 8]; u* by bisection. Error below 1e-6 where u* is smooth.
 */
export function raceProbability(setting: Setting, level: number = learnedLevel): Record<Feature | "neither", number> {
  const { m, sigma0 } = setting;
  const none = integerPower(0.5, m);
  const { A, B } = energies(setting);
  // a feature without energy is never learned
  if (A === 0 || B === 0) return { robust: A === 0 ? 0 : 1 - none, nonRobust: B === 0 ? 0 : 1 - none, neither: A === 0 && B === 0 ? 1 : none };
  const maximumBelow = (x: number) => integerPower(normalCdf(x), m);
  const robustFirst = (x: number) => {
    const time = learningTime(setting, "nonRobust", x * sigma0, level).total;
    let low = 0;
    let high = 8;
    for (let i = 0; i < 50; i++) {
      const middle = (low + high) / 2;
      if (learningTime(setting, "robust", middle * sigma0, level).total < time) high = middle;
      else low = middle;
    }
    return 1 - maximumBelow(high);
  };
  const intervals = 400;
  const width = 8 / intervals;
  let integral = 0;
  for (let i = 0; i <= intervals; i++) {
    const x = Math.max(i * width, 1e-9);
    const weight = i === 0 || i === intervals ? 1 : i % 2 === 1 ? 4 : 2;
    integral += weight * m * integerPower(normalCdf(x), m - 1) * normalDensity(x) * robustFirst(x);
  }
  const robust = (width / 3) * integral + none * (1 - none);
  return { robust, nonRobust: 1 - robust - none * none, neither: none * none };
}
