/** P2 at finite steps: how far I drifts, and the size that it then implies. */
import { energies, type Setting } from "../setting.ts";
import { integerPower } from "../smoothed-relu-scalar.ts";
import { bisect } from "./bisection.ts";
import { conservedQuantity } from "./growth.ts";

/**
 * P2's error at finite eta: the drift of I over a run from (u0, v0) to (u, v),
 *
 *   I_T - I_0 = (q-1)(q-2)/2 * (eta/k)(1 - p) / rho^(q-1) * [ln(u/u0) - ln(v/v0)] + O(eta^2),
 *
 * from (1 + delta)^(2-q) to second order; `trueProbability` a typical value of p (1/k gives the largest drift).
 * For q = 2 the same expansion of ln(1 + delta) gives -(eta/k)(1 - p)/(2 rho) [ln(u/u0) - ln(v/v0)].
 */
export function conservedDrift(setting: Setting, from: { u: number; v: number }, to: { u: number; v: number }, trueProbability: number): number {
  const { q, k, eta, rho } = setting;
  const step = (eta / k) * (1 - trueProbability) / integerPower(rho, q - 1);
  const factor = q === 2 ? -1 / 2 : ((q - 1) * (q - 2)) / 2;
  return factor * step * (Math.log(to.u / from.u) - Math.log(to.v / from.v));
}

/**
 * The next term of that drift, of order eta^2: with delta(z) = (eta/k)(1 - p) E z^(q-2) / rho^(q-1) the relative growth in a step,
 *
 *   (q-1) (1/4 - q/6) (eta/k)(1 - p) / rho^(q-1) * [delta(u) - delta(u0) - delta(v) + delta(v0)],
 *
 * from the third-order term of (1 + delta)^(2-q), and from sum delta = ln(z/z0) + sum delta^2 / 2 in the first. For q >= 3.
 */
export function conservedDriftSecondOrder(setting: Setting, from: { u: number; v: number }, to: { u: number; v: number }, trueProbability: number): number {
  const { q, k, eta, rho } = setting;
  const { A, B } = energies(setting);
  const step = (eta / k) * (1 - trueProbability) / integerPower(rho, q - 1);
  const delta = (energy: number, z: number) => step * energy * integerPower(z, q - 2);
  return (q - 1) * (1 / 4 - q / 6) * step * (delta(A, to.u) - delta(A, from.u) - delta(B, to.v) + delta(B, from.v));
}

/**
 * P2 at finite steps, solved for u: the robust correlation at which I has drifted, on the way there, by just what (P2.3) and its
 * next term say of that way. Infinity when it lies beyond twice the bend's end.
 *
 * The drift is not to be taken at the u that I alone implies: where u nears the pole of (P2.2) that u is a quarter too large, and so is the drift.
 * Domain: u0, v0, v > 0, v >= v0, q >= 3. `trueProbability` as for conservedDrift.   Source: docs/theory, P2.
 */
export function robustSizeAfter(setting: Setting, from: { u: number; v: number }, v: number, trueProbability: number): number {
  const { A, B } = energies(setting);
  const conserved = conservedQuantity(setting, from.u, from.v);
  const missing = (u: number) => {
    const drift = conservedDrift(setting, from, { u, v }, trueProbability) + conservedDriftSecondOrder(setting, from, { u, v }, trueProbability);
    return A * (conserved + drift + integerPower(v, 2 - setting.q) / B) - integerPower(u, 2 - setting.q);
  };
  const end = (2 * setting.rho) / setting.alpha;
  return missing(end) < 0 ? Infinity : bisect(missing, 0.5 * from.u, end);
}
