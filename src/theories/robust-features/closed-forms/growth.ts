/**
 * P1 and P2: how fast one correlation grows, and what stays constant while two of them do.
 *
 * Gradient flow gives every neuron of a class the same factor (eta/k)(1 - p), so
 *
 *   dz/dt = (eta/k)(1 - p) s a s'(a z),     (s, a) = (sR, alpha) for z = u, (sN, beta) for z = v.
 *
 * Measured in the time tau = integral of (eta/k)(1 - p) dt, shared by all of them, each runs on its own clock
 * C(z) = integral dz / (s a s'(a z)), and C_u(u) - C_v(v) is constant. While both are on the bend it is, up to a factor and
 * a constant, the I of docs/theory.
 *
 * Source: derived in docs/theory, P1 and P2.
 */
import { energies, nonRobustPatchCount, type Setting } from "../setting.ts";
import { integerPower, smoothedReluSlopeAt } from "../smoothed-relu-scalar.ts";

export type Feature = "robust" | "nonRobust";

/** Clocks are read millions of times at one setting, whose powers would be most of the cost. */
const sides = new WeakMap<Setting, Record<Feature, ReturnType<typeof featureSide>>>();

/** What the growth of one feature depends on: patches that carry it, its amplitude, and energy = count * amplitude^q. */
export function featureSide(setting: Setting, feature: Feature): { count: number; amplitude: number; energy: number } {
  const known = sides.get(setting);
  if (known !== undefined) return known[feature];
  const { A, B } = energies(setting);
  const own = { robust: { count: setting.sR, amplitude: setting.alpha, energy: A }, nonRobust: { count: nonRobustPatchCount(setting), amplitude: setting.beta, energy: B } };
  sides.set(setting, own);
  return own[feature];
}

/**
 * P1: growth of a correlation in one step of standard training, (eta/k)(1 - p) s a s'(a z). On the bend (a z <= rho) this
 * is (eta/k)(1 - p) E z^(q-1) / rho^(q-1) with E the feature's energy.
 *
 * Units: `size` and the result are those of a weight; `trueProbability` is p of the true class, in [0, 1].
 */
export function growthPerStep(setting: Setting, feature: Feature, size: number, trueProbability: number): number {
  const { count, amplitude } = featureSide(setting, feature);
  return (setting.eta / setting.k) * (1 - trueProbability) * count * amplitude * smoothedReluSlopeAt(amplitude * size, setting);
}

/**
 * The largest relative growth of one correlation in one step, over all sizes it passes through.
 *
 * Bound: max over z of (eta/k)(1 - p(z)) s a s'(a z) / z with p(z) = e^F / (e^F + k - 1), F = s s(a z): the other neurons
 * only add to F. For the robust feature p is kept at 1/k, since under attack F lags behind u; then the maximum stands at
 * the end of the bend, (eta/k)(1 - 1/k) sR alpha^2 / rho.
 *
 * Units: dimensionless, per step.   Source: docs/theory, section 8, hypotheses.
 */
export function largestRelativeGrowth(setting: Setting, feature: Feature): number {
  const { count, amplitude } = featureSide(setting, feature);
  const { k, eta, q, rho } = setting;
  const ceiling = (eta / k) * count * amplitude * amplitude / rho;
  if (feature === "robust") return ceiling * (1 - 1 / k);
  const relative = (x: number) => { // x = a z / rho in (0, 1]: beyond the bend the rate only falls
    const logit = (count * rho / q) * integerPower(x, q);
    return ceiling * integerPower(x, q - 2) * (k - 1) / (Math.exp(logit) + k - 1);
  };
  let best = 0;
  for (let i = 1; i <= 4000; i++) best = Math.max(best, relative(i / 4000));
  return best;
}

/**
 * P2: I = u^(2-q)/A - v^(2-q)/B; for q = 2 its limit ln(u)/A - ln(v)/B (up to sign and constants the same clock difference).
 *
 * Domain: u, v > 0, both on the bend (alpha u <= rho, beta v <= rho). Constant in gradient flow whatever eta, p and k do.
 */
export function conservedQuantity(setting: Setting, u: number, v: number): number {
  const { A, B } = energies(setting);
  return setting.q === 2 ? Math.log(u) / A - Math.log(v) / B : integerPower(u, 2 - setting.q) / A - integerPower(v, 2 - setting.q) / B;
}

/** P2, solved for u: the robust correlation that I and v imply. Infinity when I says that u has left every bound before. */
export function robustSizeFromConserved(setting: Setting, conserved: number, v: number): number {
  const { A, B } = energies(setting);
  if (setting.q === 2) return Math.exp(A * (conserved + Math.log(v) / B));
  const power = A * (conserved + integerPower(v, 2 - setting.q) / B);
  return power > 0 ? Math.pow(power, -1 / (setting.q - 2)) : Infinity;
}

/**
 * The clock of a feature, C(z) = integral from rho/a to z of dz / (s a s'(a z)): negative on the bend, (z - rho/a)/(s a) after it.
 * C_u(u) - C_v(v) is constant in gradient flow at every size, so P2 in full; -Infinity for z <= 0, which never moves.
 */
export function clock(setting: Setting, feature: Feature, size: number): number {
  const { count, amplitude, energy } = featureSide(setting, feature);
  const { q, rho } = setting;
  if (size <= 0) return -Infinity;
  const end = rho / amplitude;
  if (size > end) return (size - end) / (count * amplitude);
  if (q === 2) return (rho / energy) * Math.log(size / end);
  return integerPower(rho, q - 1) / ((q - 2) * energy) * (integerPower(end, 2 - q) - integerPower(size, 2 - q));
}

/** The size at which a feature's clock shows a reading, the inverse of `clock`, as a function: what does not depend on the reading is computed once. */
export function sizeByClock(setting: Setting, feature: Feature): (reading: number) => number {
  const { count, amplitude, energy } = featureSide(setting, feature);
  const { q, rho } = setting;
  const end = rho / amplitude;
  if (q === 2) return (reading) => (reading >= 0 ? end + reading * count * amplitude : end * Math.exp((reading * energy) / rho));
  const [start, width, power] = [integerPower(end, 2 - q), integerPower(rho, q - 1), -1 / (q - 2)];
  return (reading) => (reading >= 0 ? end + reading * count * amplitude : Math.pow(start - ((q - 2) * energy * reading) / width, power));
}

/** The size at which a feature's clock shows `reading`; inverse of `clock`. */
export function sizeAtClock(setting: Setting, feature: Feature, reading: number): number {
  return sizeByClock(setting, feature)(reading);
}
