/**
 * P4 and P5: what standard training leaves behind: how little the robust feature has grown, and how closely the loss
 * gradient on a non-robust patch points along -v_y.
 *
 * Source: derived in docs/theory, P4 and P5.
 */
import type { Setting } from "../setting.ts";
import { integerPower } from "../smoothed-relu-scalar.ts";
import { clock, sizeAtClock } from "./growth.ts";
import { normalDensity } from "./normal.ts";

/**
 * P4: upper bound on a neuron's robust correlation, from its u0 > 0 and the class's largest v0 > 0, once the largest
 * non-robust correlation is at most `vFinal`.
 *
 * Equality in gradient flow at v = vFinal, by the clocks of P2. Left out, vFinal = rho/beta: then, on the bend,
 * u <= u0 [1 - (A/B)(u0/v0)^(q-2) (1 - (beta v0/rho)^(q-2))]^(-1/(q-2)).
 */
export function robustSizeBound(setting: Setting, u0: number, v0: number, vFinal: number = setting.rho / setting.beta): number {
  if (u0 <= 0) return u0;
  if (v0 <= 0) return Infinity;
  return sizeAtClock(setting, "robust", clock(setting, "robust", u0) + clock(setting, "nonRobust", vFinal) - clock(setting, "nonRobust", v0));
}

/**
 * The same with what finite steps add to the difference of the clocks (P2's drift), (q-1)/2 (eta/k)(1 - 1/k) ln(v/v0) with v the smaller of vFinal
 * and rho/beta: past the bend a clock runs evenly. The robust neuron's own drift, and p above 1/k, make it less: left out.
 */
export function robustSizeBoundWithDrift(setting: Setting, u0: number, v0: number, vFinal: number): number {
  if (u0 <= 0) return u0;
  if (v0 <= 0) return Infinity;
  const { k, eta, q, rho, beta } = setting;
  const drift = ((q - 1) / 2) * (eta / k) * (1 - 1 / k) * Math.log(Math.max(1, Math.min(vFinal, rho / beta) / v0));
  return sizeAtClock(setting, "robust", clock(setting, "robust", u0) + clock(setting, "nonRobust", vFinal) - clock(setting, "nonRobust", v0) + drift);
}

/**
 * P5: the cosine between the cross-entropy's gradient on a non-robust patch and -v_y when one neuron carries it: the
 * gradient then lies along -w, and cos = v / |w| with |w|^2 = v^2 + u^2 + rest^2.
 *
 * `rest`: norm of w without its own two features; sigma0 sqrt(d - 2) is its typical size at initialisation.
 */
export function predictedCosine(v: number, u: number, rest: number): number {
  return v / Math.hypot(v, u, rest);
}

/**
 * P5, honest lower bound: with everything else in the gradient gathered in a vector of norm at most `perturbation`
 * (relative to the winning neuron's factor, so in units of a weight), cos >= (v - perturbation) / (|w| + perturbation).
 */
export function cosineLowerBound(v: number, u: number, rest: number, perturbation: number): number {
  return Math.max(-1, (v - perturbation) / (Math.hypot(v, u, rest) + perturbation));
}

/**
 * The expected size of that perturbation when no other neuron has moved: m/2 of the class's own and, in the mean over the
 * softmax of the other classes, m/2 of theirs are active, each with s' relative to the winner's (sigma0 |g| / v)^(q-1) and
 * norm sigma0 sqrt(d): m sigma0 sqrt(d) (sigma0/v)^(q-1) E|g|^(q-1), g ~ N(0, 1).
 */
export function gradientPerturbation({ m, d, q, sigma0 }: Setting, v: number): number {
  return m * sigma0 * Math.sqrt(d) * integerPower(sigma0 / v, q - 1) * absoluteMoment(q - 1);
}

/** E|g|^n of g ~ N(0,1): n!! recursion (n-1) E|g|^(n-2), from 1 and sqrt(2/pi). */
function absoluteMoment(n: number): number {
  return n === 0 ? 1 : n === 1 ? 2 * normalDensity(0) : (n - 1) * absoluteMoment(n - 2);
}
