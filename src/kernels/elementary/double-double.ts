/**
 * Numbers of about 106 bits as unevaluated sums high + low of two doubles, |low| <= ulp(high)/2.
 *
 * The elementary functions carry their leading terms in such pairs and round once, so that their errors stay near half
 * a unit in the last place. A function here returns the high part and leaves the low part in `low[0]`; callers read it
 * before the next call. (A module variable would allocate a number for every result.)
 *
 * Source: T. J. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971);
 *         twoSum after D. E. Knuth, TAOCP 2, 4.2.2.
 */
import { powerOfTwo } from "./power-of-two.ts";

export const low = new Float64Array(1);

/** a + b exactly. */
export function twoSum(a: number, b: number): number {
  const sum = a + b;
  const fromB = sum - a;
  low[0] = (a - (sum - fromB)) + (b - fromB);
  return sum;
}

/** a + b exactly, for |a| >= |b| or a = 0. */
export function quickTwoSum(a: number, b: number): number {
  const sum = a + b;
  low[0] = b - (sum - a);
  return sum;
}

const splitter = 134217729; // 2^27 + 1: splits 53 bits into 26 and 26 with a sign

/** a b exactly, unless a part overflows (|a| or |b| above 2^995) or the low part underflows (|a b| below 2^-968). */
export function twoProduct(a: number, b: number): number {
  const product = a * b;
  const wideA = splitter * a;
  const highA = wideA - (wideA - a);
  const lowA = a - highA;
  const wideB = splitter * b;
  const highB = wideB - (wideB - b);
  const lowB = b - highB;
  low[0] = ((highA * highB - product) + highA * lowB + lowA * highB) + lowA * lowB;
  return product;
}

/** (a + aLow) + (b + bLow), to about 2^-104 of |a| + |b|. */
export function addPairs(a: number, aLow: number, b: number, bLow: number): number {
  const sum = twoSum(a, b);
  const rest = low[0];
  const lowSum = twoSum(aLow, bLow);
  const lowRest = low[0];
  const high = quickTwoSum(sum, rest + lowSum);
  return quickTwoSum(high, low[0] + lowRest);
}

/** (a + aLow)(b + bLow), to about 2^-103 of itself. */
export function multiplyPairs(a: number, aLow: number, b: number, bLow: number): number {
  const product = twoProduct(a, b);
  return quickTwoSum(product, low[0] + (a * bLow + aLow * b));
}

/** (a + aLow) / (b + bLow), to about 2^-102 of itself. */
export function dividePairs(a: number, aLow: number, b: number, bLow: number): number {
  const quotient = a / b;
  const back = twoProduct(quotient, b);
  const rest = (a - back) - low[0] + aLow - quotient * bLow;
  return quickTwoSum(quotient, rest / b);
}

/** x 2^k for an integer -2044 <= k <= 2046, in two steps so that x 2^k may overflow or become subnormal while 2^k does too. */
export function timesPowerOfTwo(x: number, k: number): number {
  const half = k >> 1;
  return x * powerOfTwo(half) * powerOfTwo(k - half);
}
