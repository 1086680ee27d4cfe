import { low, twoSum } from "./double-double.ts";
import { addLn2, log1pPair, splitAtSqrt2 } from "./log-pair.ts";
import { powerOfTwo } from "./power-of-two.ts";

/**
 * ln(1 + x), accurate also near 0. Between sqrt(1/2) - 1 and sqrt(2) - 1 the series takes x itself; elsewhere 1 + x is
 * an exact pair, reduced by a power of two. Largest error seen: 0.51 ulp.
 * log1p(-1) = -Infinity, NaN below; zeros keep their sign.
 * Example: log1pF64(1e-10)  // => 9.9999999995e-11
 */
export function log1pF64(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  if (Math.abs(x) < 5.551115123125783e-17) return x; // 2^-54: x^2/2 is below half a unit
  if (x === Infinity) return x;
  if (x > -0.29 && x < 0.41) return log1pPair(x, 0);
  const sum = twoSum(1, x);
  const rest = low[0];
  const { k, mantissa } = splitAtSqrt2(sum);
  // 2^-k rest: rest is below 2^-53 sum, and k = 1023 at most, where it is 1 and matters no more
  const logarithm = log1pPair(mantissa - 1, k > 1000 ? 0 : rest * powerOfTwo(-k));
  return addLn2(k, logarithm, low[0]);
}
