/**
 * P7 for ascent on the cross-entropy, whose step is e (1 - p): where it stops the non-robust feature, and the robust logit beyond which
 * it does not stop it anywhere.
 *
 * Source: derived in docs/theory, P7.
 */
import { logF64 } from "../../../kernels/index.ts";
import { nonRobustPatchCount, type Setting } from "../setting.ts";
import { integerPower, smoothedReluAt, smoothedReluSlopeAt } from "../smoothed-relu-scalar.ts";
import { bisect } from "./bisection.ts";
import { saturationSize } from "./under-attack.ts";

/** (P7.2): the V at which the ascent cancels a non-robust patch while the true class has probability p on clean samples; (P7.1) with e (1 - p). */
export function saturationSizeAt(setting: Setting, nu: number, p: number): number {
  return saturationSize({ ...setting, e: setting.e * (1 - p) }, nu);
}

/** Where saturation ends. */
export interface SaturationFold {
  /** What robust patches add to F_y on clean samples when it ends, F*. */
  robustLogit: number;
  /** The V reached by then, V*. */
  size: number;
}

/**
 * (P7.3): with a(V) = e s'(beta V)(V^2 + nu^2)/(beta V), the strength of the margin's ascent in units of the patch, and 1 - p from
 * F_y = F^R + sN s(beta V), the ascent stops V iff F^R <= H(V) = ln((k-1)(a(V) - 1)) - sN s(beta V), and so for some V iff F^R <= F* =
 * max H = H(V*).
 *
 * H' = a'/(a-1) - sN beta s'(beta V). On the bend H'/V falls, so H has one summit there, at its end at the latest. At that end a' falls from q + (q-2) r^2 to 1 - r^2, r = nu beta/rho, times e/beta: with a large residual and few
 * non-robust patches H has another summit beyond, and the higher one counts.
 * `nu`: norm of the neuron's weight without its v component, at most rho/beta (beyond, a(V) is no longer monotone).   Dropped: the class's other neurons, other classes' logits, noise.
 * Infinity for both when there are no non-robust patches or no ascent: nothing ends.
 */
export function saturationFold(setting: Setting, nu: number): SaturationFold {
  const { k, e, beta, rho } = setting;
  const patches = nonRobustPatchCount(setting);
  if (patches === 0 || beta === 0 || e === 0) return { robustLogit: Infinity, size: Infinity };
  const { strength, rise } = strengthOnBend(setting, nu);
  const strengthBeyond = (V: number) => (e / beta) * (V + (nu * nu) / V);
  const bend = rho / beta;
  const folds: SaturationFold[] = [];
  const add = (size: number, a: number) => folds.push({ robustLogit: logF64((k - 1) * (a - 1)) - patches * smoothedReluAt(beta * size, setting), size });
  if (strength(bend) > 1) {
    const excess = (V: number) => patches * beta * smoothedReluSlopeAt(beta * V, setting) * (strength(V) - 1) - rise(V);
    const least = bisect((V) => strength(V) - 1, 0, bend);
    const summit = excess(bend) < 0 ? bend : bisect(excess, least, bend);
    add(summit, strength(summit));
  }
  const beyond = summitBeyond(setting, patches * beta, nu);
  if (beyond > bend) add(beyond, strengthBeyond(beyond));
  return folds.reduce((highest, fold) => (highest.robustLogit >= fold.robustLogit ? highest : fold), { robustLogit: NaN, size: NaN });
}

/** a(V) and a'(V) for beta V <= rho. */
function strengthOnBend({ e, q, beta, rho }: Setting, nu: number) {
  const scale = (e * integerPower(beta, q - 2)) / integerPower(rho, q - 1);
  return {
    strength: (V: number) => scale * integerPower(V, q - 2) * (V * V + nu * nu),
    rise: (V: number) => scale * (q * integerPower(V, q - 1) + (q > 2 ? (q - 2) * nu * nu * integerPower(V, q - 3) : 0)),
  };
}

/**
 * The summit of ln(a - 1) - c V, a = (V + nu^2/V)/b with b = beta/e: where V^2 - nu^2 = c V (V^2 - b V + nu^2) for the last time.
 * One root of this cubic is negative. 0 when there is no other, and the function only falls where a > 1.
 */
function summitBeyond({ beta, e }: Setting, c: number, nu: number): number {
  const s = c * (beta / e) + 1;
  const cubic = (V: number) => V * (V * (c * V - s) + c * nu * nu) + nu * nu;
  const bottom = (s + Math.sqrt(Math.max(0, s * s - 3 * c * c * nu * nu))) / (3 * c);
  return cubic(bottom) < 0 ? bisect(cubic, bottom, upperEnd(cubic, bottom)) : 0;
}

/** A place where the function, negative first, has become non-negative. */
function upperEnd(f: (x: number) => number, from = 1): number {
  let high = from;
  while (f(high) < 0) high *= 2;
  return high;
}
