/**
 * P7 and P8: where the ascent stops the non-robust feature, and where it does not stop the robust one.
 *
 * On a patch a z_hat the one-step ascent moves the winning neuron's pre-activation from a z to
 * a z - min(e s'(a z) |w|^2, eps |w|), |w|^2 = z^2 + nu^2. The neuron moves while this is positive.
 *
 * Source: derived in docs/theory, P7 and P8.
 */
import type { Setting } from "../setting.ts";
import { integerPower, smoothedReluSlopeAt } from "../smoothed-relu-scalar.ts";
import { bisect } from "./bisection.ts";

/**
 * P7: the V at which the ascent cancels a non-robust patch, e beta^(q-2) V^(q-2) (V^2 + nu^2) = rho^(q-1).
 *
 * `nu`: norm of the neuron's weight without its v component (units of a weight). The left side grows with V, so the root is
 * unique; bisection to rounding. Valid while beta V <= rho (a hypothesis). For q = 2, 0 when e nu^2 >= rho.
 * Infinity when nothing stops it: e = 0, or eps < beta and the radius binds before the root.
 */
export function saturationSize({ e, eps, beta, q, rho }: Setting, nu: number): number {
  if (e === 0 || beta === 0) return Infinity;
  const excess = (V: number) => e * integerPower(beta * V, q - 2) * (V * V + nu * nu) - integerPower(rho, q - 1);
  if (excess(0) >= 0) return 0;
  let high = 1;
  while (excess(high) < 0) high *= 2;
  const root = bisect(excess, 0, high);
  return beta * root > eps * Math.hypot(root, nu) ? Infinity : root;
}

/**
 * P8: the least ratio alpha u / min(e s'(alpha u)(u^2 + nu^2), eps sqrt(u^2 + nu^2)) on the way from u0 to `upTo`; training
 * freezes there when it is below 1.
 *
 * On the bend the first ratio falls with u and the second rises, so the least of their larger one stands where they cross,
 * e s'(alpha u) sqrt(u^2 + nu^2) = eps, or at the end of the way nearest to it. `nu`: norm of the neuron's weight without its u component.
 * Returns { margin, at }: margin 0 for u0 <= 0; Infinity without an attack.
 */
export function noFreezeMargin(setting: Setting, u0: number, nu: number, upTo: number = setting.rho / setting.alpha): { margin: number; at: number } {
  const { e, eps, alpha } = setting;
  if (u0 <= 0) return { margin: 0, at: u0 };
  const excess = (u: number) => e * smoothedReluSlopeAt(alpha * u, setting) * Math.hypot(u, nu) - eps;
  const end = Math.max(u0, upTo);
  const at = excess(u0) >= 0 ? u0 : excess(end) <= 0 ? end : bisect(excess, u0, end);
  const norm = Math.hypot(at, nu);
  return { margin: (alpha * at) / Math.min(e * smoothedReluSlopeAt(alpha * at, setting) * norm * norm, eps * norm), at };
}
