/**
 * P11 and P12: the radius at which accuracy is lost, and why no network of this kind withstands injected robust features.
 *
 * Source: derived in docs/theory, P11 and P12.
 */
import type { Setting } from "../setting.ts";
import { integerPower, smoothedReluAt } from "../smoothed-relu-scalar.ts";

/**
 * P11: the radius (l2 per patch, data units) at which the attack -a v_y + b v_j, a = min(beta, eps), b^2 = eps^2 - a^2, on
 * every patch makes class j overtake class y: sqrt(beta^2 + b^2) with P sum_r s(b V_{j,r}) = sR sum_r s(alpha U_{y,r}).
 *
 * Below beta the attack only scales both classes' non-robust patches by 1 - eps/beta, so the order stays; at beta class y
 * keeps its robust patches alone. U_y of the order of sigma0 (standard training): the radius is beta up to a small term.
 * The sum matters: with the largest neurons alone the radius of adversarially trained networks comes out up to 30 % low.
 * `robustSizes`, `rivalNonRobustSizes`: [m] U_{y,r} and V_{j,r}. Infinity when class j has no positive V.
 * Dropped: noise, correlations with other classes' features, the -beta v_y on the robust patches.
 */
export function accuracyDropRadius(setting: Setting, robustSizes: ArrayLike<number>, rivalNonRobustSizes: ArrayLike<number>): number {
  const { alpha, beta, sR, P } = setting;
  const sum = (factor: number, sizes: ArrayLike<number>) => Array.from(sizes, (size) => smoothedReluAt(factor * size, setting)).reduce((x, y) => x + y, 0);
  const kept = (sR * sum(alpha, robustSizes)) / P;
  if (kept === 0) return beta;
  if (!Array.from(rivalNonRobustSizes).some((size) => size > 0)) return Infinity;
  let high = 1;
  while (sum(high, rivalNonRobustSizes) < kept) high *= 2;
  let low = 0;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (sum(middle, rivalNonRobustSizes) < kept) low = middle;
    else high = middle;
  }
  return Math.hypot(beta, high);
}

/**
 * P12: class j's logit over class y's when the attacker adds eps u_j to every patch and w_{i,r} = c u_i, c alpha = x rho, x >= 1:
 * (P/sR) q s(eps c) / (rho (q(x-1) + 1)); on the bend (eps x <= alpha) this is (P/sR)(eps/alpha)^q x^q / (q(x-1)+1).
 */
export function injectLogitRatio(setting: Setting, x: number): number {
  const { alpha, eps, sR, P, q } = setting;
  const attacker = eps * x <= alpha ? integerPower((eps / alpha) * x, q) : q * ((eps / alpha) * x - 1) + 1;
  return ((P / sR) * attacker) / (q * (x - 1) + 1);
}

/**
 * P12: the radius at which that ratio is 1: `inject` at a smaller one leaves w_{i,r} = c u_i right, at a larger one it does not.
 * With A < B it lies below beta.
 *
 * On the bend t^q = (sR/P)(q(x-1)+1)/x^q, t = eps/alpha, if that t is at most 1/x; else q(t x - 1) + 1 = (sR/P)(q(x-1)+1).
 */
export function injectionRadius({ alpha, sR, P, q }: Setting, x: number): number {
  const held = (sR / P) * (q * (x - 1) + 1);
  return held <= 1 ? (alpha / x) * Math.pow(held, 1 / q) : (alpha / x) * ((held - 1) / q + 1);
}
