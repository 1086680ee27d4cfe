/**
 * P3's race: in each class the feature with the smaller learning time is learned first, and how probable that is before
 * anything is drawn.
 *
 * Source: derived in docs/theory, P3.
 */
import { ParameterError } from "../../../errors/index.ts";
import { type Stream, stream } from "../../../random/index.ts";
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
 * (P3.3): probability, over the initialisation of one class, that each feature's leading neuron is first.
 *
 * max_r v_r and max_r u_r are independent maxima of m draws of N(0, sigma0^2), with distribution function Phi^m (not of
 * half-normals: a neuron with a negative correlation never moves). So
 * P(robust first) = integral over v of [1 - Phi(u*(v)/sigma0)^m] d(Phi^m), where T_u(u*(v)) = T_v(v).
 * Only the leading neurons are counted (`learningTime`): exact for m = 1; else see `raceProbability`.
 * Simpson's rule in v/sigma0 on (0, 8]; u* by bisection. Error below 1e-6 where u* is smooth.
 */
export function leadingRaceProbability(setting: Setting, level: number = learnedLevel): Record<Feature | "neither", number> {
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

const raceParts = 4;

export interface RaceOptions {
  level?: number;
  /** A feature not learned by this step has lost. Default Infinity. */
  horizon?: number;
  /** Draws of each feature's neurons, in 4 independent parts of equal size; a multiple of 4, at least 8. Default 400. */
  draws?: number;
}

/**
 * Probability, over the initialisation of one class, that each feature is learned first, every neuron counted: what `race` says of
 * a random draw, with `neither` if none is learned by the horizon.
 *
 * T_u and T_v are independent, as they depend on different components of the weights; so draws of each are compared with all draws
 * of the other. Draws are stratified in the largest of the m correlations, which matters most: it is taken at each of n quantiles
 * of Phi^m, the others below it at random. A stream of fixed seed: the same setting always gives the same bits.
 * Errors: ParameterError on draws.
 * `standardError` is that of `robust`, from the spread of the 4 parts: 0.002 to 0.01 with 400 draws.
 */
export function raceProbability(setting: Setting, options: RaceOptions = {}): Record<Feature | "neither" | "standardError", number> {
  const { level = learnedLevel, horizon = Infinity, draws = 400 } = options;
  if (!Number.isInteger(draws) || draws % raceParts !== 0 || draws < 2 * raceParts) {
    throw new ParameterError({ where: "raceProbability", problem: `draws = ${draws}.`, expected: `a multiple of ${raceParts}, at least ${2 * raceParts}.` });
  }
  const parts = Array.from({ length: raceParts }, (_, part) => {
    const times = (feature: Feature) => stratifiedSizes(setting, stream(part, `race, ${feature}`), draws / raceParts)
      .map((sizes) => classLearningTime(setting, feature, sizes, level, 40)).map((time) => (time <= horizon ? time : Infinity));
    const [robust, nonRobust] = [times("robust"), times("nonRobust")];
    const share = (first: number[], second: number[], tie: boolean) =>
      first.reduce((sum, a) => sum + second.filter((b) => a !== Infinity && (a < b || (tie && a === b))).length, 0) / (first.length * second.length);
    return { robust: share(robust, nonRobust, false), nonRobust: share(nonRobust, robust, true) };
  });
  const mean = (of: (part: { robust: number; nonRobust: number }) => number) => parts.reduce((sum, part) => sum + of(part), 0) / parts.length;
  const [robust, nonRobust] = [mean((part) => part.robust), mean((part) => part.nonRobust)];
  const standardError = Math.sqrt(mean((part) => (part.robust - robust) ** 2) / (parts.length - 1));
  return { robust, nonRobust, neither: Math.max(0, 1 - robust - nonRobust), standardError };
}

/** `count` draws of m correlations N(0, sigma0^2), the largest of them one in each of `count` equally probable ranges. */
function stratifiedSizes({ m, sigma0 }: Setting, random: Stream, count: number): number[][] {
  return Array.from({ length: count }, (_, at) => {
    const below = Math.pow((at + random.uniform()) / count, 1 / m);
    return [below, ...Array.from({ length: m - 1 }, () => below * random.uniform())].map((probability) => sigma0 * normalQuantile(probability));
  });
}
