/** e^x as 2^k (1 + E), with E as a pair of doubles: what expm1, tanh, sigmoid, softplus and pow are made of. */
import { addPairs, low, quickTwoSum, twoProduct, twoSum } from "./double-double.ts";

const INVERSE_LN2 = 1.4426950408889634;
export const LN2_HIGH = 6.93147180369123816490e-1; // 33 leading bits of ln 2, so that k LN2_HIGH is exact
export const LN2_LOW = 1.90821492927058770002e-10; // the next 53

/** The k of the last expReduced. */
export const exponent = new Int32Array(1);

/** 1/3!, 1/4!, ..., 1/17!: for |r| <= ln2 / 2 the next term is below 2^-73. */
const coefficients = new Float64Array(15);
for (let n = 3, factorial = 6; n < 18; n++, factorial *= n) coefficients[n - 3] = 1 / factorial; // n! is exact up to 18!

/**
 * E = e^r - 1 for x + xLow = k ln2 + r, |r| <= ln2 / 2 (a little more for xLow); leaves k in `exponent`. |x| <= 1100.
 *
 * r + r^2/2 is carried as a pair, and the rest r^3/6 + ..., at most 0.008, rounds in double: the error of E is below
 * 2^-59 of |r| and so of |E|.
 */
export function expReduced(x: number, xLow: number): number {
  const k = Math.floor(x * INVERSE_LN2 + 0.5);
  exponent[0] = k;
  const head = twoSum(x - k * LN2_HIGH, -k * LN2_LOW); // the first difference is exact
  const r = quickTwoSum(head, low[0] + xLow);
  const rLow = low[0];
  let tail = coefficients[14];
  for (let n = 13; n >= 0; n--) tail = coefficients[n] + r * tail;
  const square = twoProduct(r, r);
  const halfLow = 0.5 * low[0] + r * rLow;
  tail *= r * square;
  const sum = addPairs(r, rLow, 0.5 * square, halfLow);
  const rest = low[0];
  const high = twoSum(sum, tail);
  return quickTwoSum(high, low[0] + rest);
}

/** e^(x + xLow) as a pair, without underflow or overflow for |x| <= 600. */
export function expPair(x: number, xLow: number): { k: number; high: number; low: number } {
  const e = expReduced(x, xLow);
  const eLow = low[0];
  const k = exponent[0];
  const one = quickTwoSum(1, e);
  const high = quickTwoSum(one, low[0] + eLow);
  return { k, high, low: low[0] };
}
