/** Natural logarithms as pairs of doubles: what log1p, softplus and pow are made of. */
import { addPairs, dividePairs, low, multiplyPairs, quickTwoSum, twoProduct, twoSum } from "./double-double.ts";
import { LN2_HIGH, LN2_LOW } from "./exp-pair.ts";

/** 1/3, 1/5 and 1/7 as pairs: the nearest double, and what it lacks. */
const third = 1 / 3;
const fifth = 1 / 5;
const seventh = 1 / 7;
const lacking = (denominator: number, nearest: number): number => {
  const product = twoProduct(denominator, nearest);
  return ((1 - product) - low[0]) / denominator;
};
const thirdLow = lacking(3, third);
const fifthLow = lacking(5, fifth);
const seventhLow = lacking(7, seventh);

/**
 * ln(1 + f + fLow), for sqrt(1/2) <= 1 + f <= sqrt(2).
 *
 * With s = f / (2 + f), |s| <= 0.172: ln(1 + f) = 2 s (1 + s^2/3 + s^4/5 + ...). The terms up to s^6/7 are pairs; the
 * others together are below 1.1e-7 and round in double, so the error is below 2^-74 of the result. The series stops at
 * s^24/25, after which less than 2^-68 of the result is left.
 */
export function log1pPair(f: number, fLow: number): number {
  const two = twoSum(2, f);
  const s = dividePairs(f, fLow, two, low[0] + fLow);
  const sLow = low[0];
  const t = multiplyPairs(s, sLow, s, sLow);
  const tLow = low[0];
  let tail = 0;
  for (let n = 27; n >= 9; n -= 2) tail = 1 / n + t * tail;
  const tailHigh = twoProduct(t, tail);
  let sum = addPairs(seventh, seventhLow, tailHigh, low[0] + tLow * tail);
  sum = multiplyPairs(t, tLow, sum, low[0]);
  sum = addPairs(fifth, fifthLow, sum, low[0]);
  sum = multiplyPairs(t, tLow, sum, low[0]);
  sum = addPairs(third, thirdLow, sum, low[0]);
  sum = multiplyPairs(t, tLow, sum, low[0]);
  sum = multiplyPairs(s, sLow, sum, low[0]);
  sum = addPairs(s, sLow, sum, low[0]);
  low[0] *= 2;
  return 2 * sum;
}

/** ln x + k ln 2 for a logarithm given as a pair and an integer |k| <= 1100. */
export function addLn2(k: number, logarithm: number, logarithmLow: number): number {
  const ln2 = quickTwoSum(k * LN2_HIGH, k * LN2_LOW); // the first product is exact
  return addPairs(ln2, low[0], logarithm, logarithmLow);
}

const view = new DataView(new ArrayBuffer(8));

/** The k and the mantissa 2^-k x in [sqrt(1/2), sqrt(2)) of a normal number x > 0. */
export function splitAtSqrt2(x: number): { k: number; mantissa: number } {
  view.setFloat64(0, x);
  const high = view.getInt32(0) + (0x3ff00000 - 0x3fe6a09e); // 0x3fe6a09e: the high word of sqrt(1/2)
  view.setInt32(0, (high & 0x000fffff) + 0x3fe6a09e);
  return { k: (high >> 20) - 0x3ff, mantissa: view.getFloat64(0) };
}
