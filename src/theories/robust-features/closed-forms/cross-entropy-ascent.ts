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
 * F_y = F^R + sN s(beta V), the ascent stops V iff F^R <= H(V) = ln((k-1)(a(V) - 1)) - sN s(beta V). H rises to F* at V* and falls.
 *
 * H' = a'/(a-1) - sN beta s'(beta V): the first term falls from infinity at a = 1, the second rises, so the zero is unique.
 * `nu`: norm of the neuron's weight without its v component, at most rho/beta (beyond, a(V) is no longer monotone).   Dropped: the class's other neurons, other classes' logits, noise.
 * Infinity for both when there are no non-robust patches or no ascent: nothing ends.
 */
export function saturationFold(setting: Setting, nu: number): SaturationFold {
  const { k, e, q, beta, rho } = setting;
  const patches = nonRobustPatchCount(setting);
  if (patches === 0 || beta === 0 || e === 0) return { robustLogit: Infinity, size: Infinity };
  const scale = (e * integerPower(beta, q - 2)) / integerPower(rho, q - 1);
  const strength = (V: number) => (beta * V <= rho ? scale * integerPower(V, q - 2) * (V * V + nu * nu) : (e / beta) * (V + (nu * nu) / V));
  const rise = (V: number) => (beta * V <= rho
    ? scale * (q * integerPower(V, q - 1) + (q > 2 ? (q - 2) * nu * nu * integerPower(V, q - 3) : 0))
    : (e / beta) * (1 - (nu * nu) / (V * V)));
  const excess = (V: number) => patches * beta * smoothedReluSlopeAt(beta * V, setting) * (strength(V) - 1) - rise(V);
  const least = bisect((V) => strength(V) - 1, 0, upperEnd((V) => strength(V) - 1));
  const size = bisect(excess, least, upperEnd(excess, least));
  return { robustLogit: logF64((k - 1) * (strength(size) - 1)) - patches * smoothedReluAt(beta * size, setting), size };
}

/** A place where the function, negative first, has become non-negative. */
function upperEnd(f: (x: number) => number, from = 1): number {
  let high = from;
  while (f(high) < 0) high *= 2;
  return high;
}
