import { addPairs, low, timesPowerOfTwo } from "./double-double.ts";
import { expPair } from "./exp-pair.ts";
import { addLn2, log1pPair } from "./log-pair.ts";
import { powerOfTwo } from "./power-of-two.ts";

/**
 * ln(1 + e^x) = max(x, 0) + ln(1 + e) with e = e^-|x| as a pair. Largest error seen: 0.51 ulp, and 0.74 where the
 * result is subnormal.
 * softplus(-Infinity) = 0, softplus(Infinity) = Infinity.
 * Example: softplusF64(0)  // => 0.6931471805599453
 */
export function softplusF64(x: number): number {
  if (x > 40) return x; // e^-40 is below 2^-57
  const { k, high, low: rest } = expPair(x < -746 ? -746 : -Math.abs(x), 0);
  if (x < -40) return timesPowerOfTwo(high, k); // e - e^2/2 rounds to e
  const factor = powerOfTwo(k);
  let [f, fLow] = [high * factor, rest * factor];
  let halvings = 0;
  if (f > 0.41) { // 1 + e = 2 (1 + (e - 1)/2)
    f = addPairs(f, fLow, -1, 0) / 2;
    fLow = low[0] / 2;
    halvings = 1;
  }
  let logarithm = log1pPair(f, fLow);
  if (halvings === 1) logarithm = addLn2(1, logarithm, low[0]);
  return x > 0 ? addPairs(x, 0, logarithm, low[0]) : logarithm;
}
