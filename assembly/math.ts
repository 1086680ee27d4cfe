/**
 * exp and log from + - * / and bit manipulation alone, after fdlibm (Sun Microsystems, 1993; e_exp.c, e_log.c: "freely
 * granted"). src/kernels/reference/exp-log.ts carries out the same operations in the same order, so both backends agree
 * bit for bit on every machine. Error: at most 1 ulp (largest seen: 0.69 for exp, 0.74 for log). The f32 versions compute
 * in f64 and round once.
 */

/**
 * Two exponentials at once: x = k ln2 + r with |r| <= ln2 / 2 and r = hi - lo, exp(r) by fdlibm's rational form, times 2^k
 * in two halves so that results between the smallest subnormal and the largest number need no branch. Unlike fdlibm, what
 * 1 + hi rounds away is added back.
 * NaN -> NaN, Infinity -> Infinity, -Infinity -> 0: clamping to [-746, 710] keeps k in range and changes no result.
 */
// @ts-ignore: decorator
@inline
export function expPair(x: v128): v128 {
  const clamped = f64x2.pmin(f64x2.pmax(x, f64x2.splat(-746)), f64x2.splat(710)); // a NaN in x passes both
  const k = f64x2.floor(f64x2.add(f64x2.mul(clamped, f64x2.splat(1.44269504088896338700e+00)), f64x2.splat(0.5)));
  const hi = f64x2.sub(clamped, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-01)));
  const lo = f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10));
  const r = f64x2.sub(hi, lo);
  const t = f64x2.mul(r, r);
  let p = f64x2.add(f64x2.splat(-1.65339022054652515390e-06), f64x2.mul(t, f64x2.splat(4.13813679705723846039e-08)));
  p = f64x2.add(f64x2.splat(6.61375632143793436117e-05), f64x2.mul(t, p));
  p = f64x2.add(f64x2.splat(-2.77777777770155933842e-03), f64x2.mul(t, p));
  p = f64x2.add(f64x2.splat(1.66666666666666019037e-01), f64x2.mul(t, p));
  const c = f64x2.sub(r, f64x2.mul(t, p));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(f64x2.splat(2), c));
  const sum = f64x2.add(f64x2.splat(1), hi);
  const lost = f64x2.sub(hi, f64x2.sub(sum, f64x2.splat(1)));
  const y = f64x2.add(sum, f64x2.add(lost, f64x2.sub(quotient, lo)));
  const exponent = i32x4.trunc_sat_f64x2_s_zero(k);
  const half = i32x4.shr_s(exponent, 1);
  return f64x2.mul(f64x2.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(exponent, half)));
}

/** 2^k for the two low i32 lanes, -1022 <= k <= 1023. */
// @ts-ignore: decorator
@inline
function powerOfTwo(k: v128): v128 {
  return i64x2.shl(i64x2.extend_low_i32x4_s(i32x4.add(k, i32x4.splat(1023))), 52);
}

/** exp of one number, by the same operations; not inlined, which it would be a dozen times. */
function expOne(x: f64): f64 {
  return f64x2.extract_lane(expPair(f64x2.splat(x)), 0);
}

// @ts-ignore: decorator
@inline
export function expScalar<T extends number>(x: T): T {
  return <T>expOne(<f64>x);
}

/**
 * log: x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), log(1 + f) by fdlibm's polynomial in s = f / (2 + f).
 * log(0) = -Infinity, log(x < 0) = NaN, log(Infinity) = Infinity; subnormals are scaled by 2^54 first.
 */
export function logScalar(x: f64): f64 {
  if (x == 0) return -Infinity;
  if (!(x > 0)) return NaN;
  if (x == Infinity) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    k = -54;
    x *= 18014398509481984;
  }
  const bits = reinterpret<u64>(x);
  const high = <i32>(bits >> 32) + (0x3ff00000 - 0x3fe6a09e);
  k += (high >> 20) - 0x3ff;
  const significandHigh = (high & 0x000fffff) + 0x3fe6a09e;
  const f = reinterpret<f64>((<u64>significandHigh << 32) | (bits & 0xffffffff)) - 1;
  const halfSquare = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const rest = odd + even;
  const dk = <f64>k;
  return s * (halfSquare + rest) + dk * 1.90821492927058770002e-10 - halfSquare + f + dk * 6.93147180369123816490e-01;
}

/** expF64: out = exp(x), n elements, at most 1 ulp off. out may be x. */
export function expF64(x: usize, out: usize, n: i32): void {
  const pairs = n & ~1;
  for (let i = 0; i < pairs; i += 2) {
    v128.store(out + (<usize>i << 3), expPair(v128.load(x + (<usize>i << 3))));
  }
  if (pairs < n) store<f64>(out + (<usize>pairs << 3), expScalar<f64>(load<f64>(x + (<usize>pairs << 3))));
}

/** expF32: out = exp(x) computed in f64 and rounded once. out may be x. */
export function expF32(x: usize, out: usize, n: i32): void {
  const pairs = n & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const wide = f64x2.promote_low_f32x4(v128.load64_zero(x + (<usize>i << 2)));
    store<u64>(out + (<usize>i << 2), i64x2.extract_lane(f32x4.demote_f64x2_zero(expPair(wide)), 0));
  }
  if (pairs < n) store<f32>(out + (<usize>pairs << 2), expScalar<f32>(load<f32>(x + (<usize>pairs << 2))));
}

/** logF64: out = log(x), n elements, at most 1 ulp off. out may be x. */
export function logF64(x: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f64>(out + (<usize>i << 3), logScalar(load<f64>(x + (<usize>i << 3))));
}

/** logF32: out = log(x) computed in f64 and rounded once. out may be x. */
export function logF32(x: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f32>(out + (<usize>i << 2), <f32>logScalar(<f64>load<f32>(x + (<usize>i << 2))));
}
