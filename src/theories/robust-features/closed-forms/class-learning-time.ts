/**
 * P3 with every neuron of a class counted: the same growth as `learningTime`, without its one-neuron approximation.
 *
 * In the time d tau = (eta/k)(1 - p) dt every neuron runs on its own clock (P2), so the feature's part F(tau) of the true
 * logit is known; a step takes dt = (k/eta)(1 + e^F/(k-1)) d tau. T is that integral up to F = level, plus the finite-step
 * delay of the leading neuron.
 *
 * Source: derived in docs/theory, P3.
 */
import type { Setting } from "../setting.ts";
import { smoothedReluAt, smoothedReluSlopeAt } from "../smoothed-relu-scalar.ts";
import { clock, type Feature, featureSide, sizeByClock } from "./growth.ts";
import { learnedLevel, learningTime } from "./learning-time.ts";

/**
 * Steps until `feature` adds `level` to F_y, from all initial correlations of its class; Infinity if none is positive.
 *
 * `nodes`: pieces of Simpson's rule, even; the worst of 1,200 draws was off by 0.03 % with 200 and by 0.15 % with 40.
 * Dropped: the other feature's part of F_y, other classes, noise.
 */
export function classLearningTime(setting: Setting, feature: Feature, sizes: ArrayLike<number>, level: number = learnedLevel, nodes = 200): number {
  const { k, eta } = setting;
  const { count, amplitude, energy } = featureSide(setting, feature);
  const positive = Array.from(sizes).filter((size) => size > 0);
  if (positive.length === 0 || energy === 0) return Infinity;
  const readings = positive.map((size) => clock(setting, feature, size));
  const sizeAt = sizeByClock(setting, feature);
  const preactivation = (reading: number) => amplitude * sizeAt(reading);
  const logit = (tau: number) => {
    let sum = 0;
    for (const reading of readings) sum += smoothedReluAt(preactivation(reading + tau), setting);
    return count * sum;
  };
  if (logit(0) >= level) return 0;
  // a clock runs at dz/d tau = s a s'(a z), so this is dF/d tau; both only grow, so Newton's steps come from above and do not pass the root
  const slope = (tau: number) => {
    let sum = 0;
    for (const reading of readings) sum += (count * amplitude * smoothedReluSlopeAt(preactivation(reading + tau), setting)) ** 2;
    return sum;
  };
  let [low, high] = [0, 1];
  while (logit(high) < level) [low, high] = [high, 2 * high];
  for (let next = high; ;) {
    next -= (logit(high) - level) / slope(high);
    if (!(next < high)) break;
    high = next;
  }
  // where the bend ends within a rounding error of the time it takes, Newton's steps stop above it
  if (logit(high * (1 - 2 ** -52)) >= level) {
    for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
      if (logit(middle) < level) low = middle;
      else high = middle;
    }
  }
  const pace = (tau: number) => (k / eta) * (1 + Math.exp(logit(tau)) / (k - 1));
  // Simpson's rule
  let integral = pace(0) + pace(high);
  for (let i = 1; i < nodes; i++) integral += (i % 2 === 1 ? 4 : 2) * pace((high * i) / nodes);
  return (high / nodes / 3) * integral + learningTime(setting, feature, Math.max(...positive), level).discrete;
}
