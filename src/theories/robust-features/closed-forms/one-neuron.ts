/**
 * P13's sizes at the end of training, from one neuron of each feature: by iterating it as section 7 says, with p from its own logit
 * (not a formula, but a prediction that knows neither network nor data), or by the clocks of P2 with the delay of finite steps.
 *
 * Source: derived in docs/theory, P13.
 */
import { expF64, logF64 } from "../../../kernels/index.ts";
import type { Setting } from "../setting.ts";
import { smoothedReluAt, smoothedReluSlopeAt } from "../smoothed-relu-scalar.ts";
import { clock, type Feature, featureSide, growthPerStep, sizeAtClock } from "./growth.ts";
import { learnedLevel } from "./learning-time.ts";

function trueProbability(logit: number, k: number): number {
  const e = expF64(logit);
  return e / (e + k - 1);
}

/** Standard training: the size after `steps` of a neuron that starts at z0 and alone carries its feature's part of F_y. */
export function standardSizeAfter(setting: Setting, feature: Feature, z0: number, steps: number): number {
  const { count, amplitude } = featureSide(setting, feature);
  let z = z0;
  for (let t = 0; t < steps; t++) z += growthPerStep(setting, feature, z, trueProbability(count * smoothedReluAt(amplitude * z, setting), setting.k));
  return z;
}

/**
 * (P13.2), P4 with finite steps: a neuron's robust correlation once the class's largest non-robust one has gone from v0 to `vFinal`.
 *
 * The clocks of P2 say C_u(u) = C_u(u0) + C_v(vFinal) - C_v(v0) in gradient flow. Each feature's finite steps delay it on its bend by
 * (q-1)/2 ln(growth) steps (P3); by as much clock as v is delayed more, u gets further:
 * (eta/k)(1 - 1/k) (q-1)/2 [ln(v/v0) - ln(u/u0)], v and u cut off at the ends of their bends.
 * u <= 0 never moves; Infinity when v0 <= 0.   Dropped: the other neurons, noise.
 */
export function robustSizeAtEnd(setting: Setting, u0: number, v0: number, vFinal: number): number {
  if (u0 <= 0) return u0;
  if (v0 <= 0) return Infinity;
  const { k, q, eta, rho, alpha, beta } = setting;
  const flow = clock(setting, "robust", u0) + clock(setting, "nonRobust", vFinal) - clock(setting, "nonRobust", v0);
  const grown = (from: number, to: number, end: number) => logF64(Math.max(from, Math.min(to, end)) / from);
  const delay = ((q - 1) / 2) * (grown(v0, vFinal, rho / beta) - grown(u0, sizeAtClock(setting, "robust", flow), rho / alpha));
  return sizeAtClock(setting, "robust", flow + (eta / k) * (1 - 1 / k) * delay);
}

/** A neuron's robust correlation under attack, step by step. */
export interface AttackedNeuron {
  /** [steps + 1] its robust correlation. */
  u: Float64Array;
  /** First step at which sR s(alpha u) reaches the level; Infinity if never. */
  learned: number;
}

/**
 * Adversarial training, the robust feature: on its robust patches a neuron with correlation u and residual nu has h = s'(alpha u),
 * kappa = min(e, eps/(h |w|)), z = alpha u - kappa h |w|^2 and, with g = (eta/k)(1 - p) sR s'(z), p from the attacked logit sR s(z),
 *
 *   u <- u + g (alpha - kappa h u),     nu <- nu (1 - g kappa h).
 *
 * `nu`: norm of the neuron's weight without its u component.   Dropped: other neurons and classes, non-robust patches, noise.
 */
export function attackedNeuron(setting: Setting, u0: number, nu: number, steps: number, level: number = learnedLevel): AttackedNeuron {
  const { k, sR, alpha, eta, e, eps } = setting;
  const u = new Float64Array(steps + 1);
  let residual = nu;
  let learned = Infinity;
  u[0] = u0;
  for (let t = 0; t <= steps; t++) {
    if (learned === Infinity && sR * smoothedReluAt(alpha * u[t], setting) >= level) learned = t;
    if (t === steps) break;
    const norm = Math.sqrt(u[t] * u[t] + residual * residual);
    const slope = smoothedReluSlopeAt(alpha * u[t], setting);
    const pull = Math.min(e * slope, eps / norm); // kappa h
    const z = alpha * u[t] - pull * norm * norm;
    const gain = (eta / k) * (1 - trueProbability(sR * smoothedReluAt(z, setting), k)) * sR * smoothedReluSlopeAt(z, setting);
    u[t + 1] = u[t] + gain * (alpha - pull * u[t]);
    residual *= 1 - gain * pull;
  }
  return { u, learned };
}
