/**
 * exp and log from + - * / and bit manipulation alone, after fdlibm (Sun Microsystems, 1993: e_exp.c and e_log.c).
 *
 * Math.exp and Math.log differ in the last bits between engines; these do not. assembly/math.ts carries out the same
 * operations in the same order, so both backends agree bit for bit. Error: at most 1 ulp (largest seen: 0.69 for exp,
 * 0.74 for log), checked in test/kernels/exp-log.test.ts against 72-digit values.
 */
import { powerOfTwo } from "../elementary/power-of-two.ts";
import type { FloatArray } from "../types.ts";

const LN2_HIGH = 6.93147180369123816490e-1; // 33 leading bits of ln 2, so that k LN2_HIGH is exact
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.44269504088896338700;

/**
 * e^x. x = k ln2 + r with |r| <= ln2 / 2, exp(r) by fdlibm's rational form, times 2^k in two halves of which the first is
 * exact. Overflow gives Infinity, underflow passes through the subnormals to 0; NaN gives NaN.
 * Example: expF64(1)  // => 2.718281828459045
 */
export function expF64(x: number): number {
  const clamped = Math.min(Math.max(x, -746), 710); // beyond these the result is 0 or Infinity all the same
  const k = Math.floor(clamped * INVERSE_LN2 + 0.5);
  const hi = clamped - k * LN2_HIGH;
  const lo = k * LN2_LOW;
  const r = hi - lo;
  const t = r * r;
  let p = -1.65339022054652515390e-6 + t * 4.13813679705723846039e-8;
  p = 6.61375632143793436117e-5 + t * p;
  p = -2.77777777770155933842e-3 + t * p;
  p = 1.66666666666666019037e-1 + t * p;
  const c = r - t * p;
  const quotient = (r * c) / (2 - c);
  const sum = 1 + hi;
  const lost = hi - (sum - 1); // exact, for |hi| < 1; without it exp(1) would not be the number nearest to e
  const y = sum + (lost + (quotient - lo));
  const exponent = k | 0; // NaN becomes 0 here; y is NaN already
  const half = exponent >> 1;
  return y * powerOfTwo(half) * powerOfTwo(exponent - half);
}

const view = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm. x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), log(1 + f) by fdlibm's polynomial in
 * s = f / (2 + f). log(0) = -Infinity, log(x < 0) = NaN; subnormals are scaled by 2^54 first.
 * Example: logF64(10)  // => 2.302585092994046
 */
export function logF64(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x === Infinity) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    k = -54;
    x *= 18014398509481984;
  }
  view.setFloat64(0, x);
  const high = view.getInt32(0) + (0x3ff00000 - 0x3fe6a09e);
  k += (high >> 20) - 0x3ff;
  view.setInt32(0, (high & 0x000fffff) + 0x3fe6a09e);
  const f = view.getFloat64(0) - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd = z * (6.666666666666735130e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const rest = odd + even;
  return s * (halfSquare + rest) + k * LN2_LOW - halfSquare + f + k * LN2_HIGH;
}

/** out = e^x, elementwise; float32 is computed in float64 and rounded once. */
export function exp(x: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = expF64(x[i]);
}

/** out = log x, elementwise; float32 is computed in float64 and rounded once. */
export function log(x: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = logF64(x[i]);
}
