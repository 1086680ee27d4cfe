import { laneCount, loadOne, storeOne } from "./lanes";

/** Elementwise choices: no rounding at all. out may be any operand. Tails go through the same vector operations as the rest. */

// @ts-ignore: decorator
@inline
function lessOrEqual<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? f64x2.le(a, b) : f32x4.le(a, b);
}
// @ts-ignore: decorator
@inline
function above<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? f64x2.gt(a, b) : f32x4.gt(a, b);
}
// @ts-ignore: decorator
@inline
function same<T extends number>(a: v128, b: v128): v128 {
  return sizeof<T>() == 8 ? f64x2.eq(a, b) : f32x4.eq(a, b);
}

/** x, +0 where x <= 0; NaN stays. */
// @ts-ignore: decorator
@inline
function reluOf<T extends number>(x: v128): v128 {
  return v128.andnot(x, lessOrEqual<T>(x, v128.splat<T>(<T>0)));
}

/** 1 where x > 0, else +0. */
// @ts-ignore: decorator
@inline
function positiveOf<T extends number>(x: v128): v128 {
  return v128.and(above<T>(x, v128.splat<T>(<T>0)), v128.splat<T>(<T>1));
}

/** -1, +0 or 1; NaN stays. */
// @ts-ignore: decorator
@inline
function signOf<T extends number>(x: v128): v128 {
  const zero = v128.splat<T>(<T>0);
  const ones = v128.or(v128.and(above<T>(x, zero), v128.splat<T>(<T>1)), v128.and(above<T>(zero, x), v128.splat<T>(<T>-1)));
  return v128.bitselect(ones, x, same<T>(x, x));
}

/** The larger of two, the first where they tie; NaN beside NaN. */
// @ts-ignore: decorator
@inline
function largerOf<T extends number>(x: v128, y: v128): v128 {
  return v128.bitselect(v128.bitselect(x, y, lessOrEqual<T>(y, x)), x, same<T>(x, x));
}

/** The smaller of two, the first where they tie; NaN beside NaN. */
// @ts-ignore: decorator
@inline
function smallerOf<T extends number>(x: v128, y: v128): v128 {
  return v128.bitselect(v128.bitselect(x, y, lessOrEqual<T>(x, y)), x, same<T>(x, x));
}

/** low where x < low, else high where x > high, else x. */
// @ts-ignore: decorator
@inline
function clipOf<T extends number>(x: v128, low: v128, high: v128): v128 {
  return v128.bitselect(low, v128.bitselect(high, x, above<T>(x, high)), above<T>(low, x));
}

// @ts-ignore: decorator
@inline
function one<T extends number>(kind: i32, x: v128): v128 {
  return kind == 0 ? reluOf<T>(x) : kind == 1 ? positiveOf<T>(x) : signOf<T>(x);
}

// @ts-ignore: decorator
@inline
function unary<T extends number>(kind: i32, x: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, one<T>(kind, v128.load(x + at)));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    storeOne<T>(out + at, one<T>(kind, loadOne<T>(x + at)));
  }
}

/** 1 where both are equal, else +0. */
// @ts-ignore: decorator
@inline
function equalOf<T extends number>(x: v128, y: v128): v128 {
  return v128.and(same<T>(x, y), v128.splat<T>(<T>1));
}

// @ts-ignore: decorator
@inline
function two<T extends number>(kind: i32, x: v128, y: v128): v128 {
  return kind == 0 ? largerOf<T>(x, y) : kind == 1 ? smallerOf<T>(x, y) : equalOf<T>(x, y);
}

// @ts-ignore: decorator
@inline
function binary<T extends number>(kind: i32, x: usize, y: usize, out: usize, n: i32): void {
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    const a = v128.load(x + at), b = v128.load(y + at);
    v128.store(out + at, two<T>(kind, a, b));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    const a = loadOne<T>(x + at), b = loadOne<T>(y + at);
    storeOne<T>(out + at, two<T>(kind, a, b));
  }
}

// @ts-ignore: decorator
@inline
function clip<T extends number>(x: usize, out: usize, n: i32, low: T, high: T): void {
  const whole = n - n % laneCount<T>();
  const lows = v128.splat<T>(low), highs = v128.splat<T>(high);
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, clipOf<T>(v128.load(x + at), lows, highs));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    storeOne<T>(out + at, clipOf<T>(loadOne<T>(x + at), lows, highs));
  }
}

/** reluF64: out = x, +0 where x <= 0; NaN stays. */
export function reluF64(x: usize, out: usize, n: i32): void {
  unary<f64>(0, x, out, n);
}
/** reluF32: as reluF64. */
export function reluF32(x: usize, out: usize, n: i32): void {
  unary<f32>(0, x, out, n);
}
/** isPositiveF64: out = 1 where x > 0, else 0. */
export function isPositiveF64(x: usize, out: usize, n: i32): void {
  unary<f64>(1, x, out, n);
}
/** isPositiveF32: as isPositiveF64. */
export function isPositiveF32(x: usize, out: usize, n: i32): void {
  unary<f32>(1, x, out, n);
}
/** signF64: out = -1, 0 or 1; NaN stays. */
export function signF64(x: usize, out: usize, n: i32): void {
  unary<f64>(2, x, out, n);
}
/** signF32: as signF64. */
export function signF32(x: usize, out: usize, n: i32): void {
  unary<f32>(2, x, out, n);
}
/** maximumF64: out = the larger of x and y, x where they tie; NaN beside NaN. */
export function maximumF64(x: usize, y: usize, out: usize, n: i32): void {
  binary<f64>(0, x, y, out, n);
}
/** maximumF32: as maximumF64. */
export function maximumF32(x: usize, y: usize, out: usize, n: i32): void {
  binary<f32>(0, x, y, out, n);
}
/** minimumF64: out = the smaller of x and y, x where they tie; NaN beside NaN. */
export function minimumF64(x: usize, y: usize, out: usize, n: i32): void {
  binary<f64>(1, x, y, out, n);
}
/** minimumF32: as minimumF64. */
export function minimumF32(x: usize, y: usize, out: usize, n: i32): void {
  binary<f32>(1, x, y, out, n);
}
/** isEqualF64: out = 1 where x and y are equal, else 0. */
export function isEqualF64(x: usize, y: usize, out: usize, n: i32): void {
  binary<f64>(2, x, y, out, n);
}
/** isEqualF32: as isEqualF64. */
export function isEqualF32(x: usize, y: usize, out: usize, n: i32): void {
  binary<f32>(2, x, y, out, n);
}
/** clipF64: out = low where x < low, high where x > high, else x. low <= high. */
export function clipF64(x: usize, out: usize, n: i32, low: f64, high: f64): void {
  clip<f64>(x, out, n, low, high);
}
/** clipF32: as clipF64. */
export function clipF32(x: usize, out: usize, n: i32, low: f32, high: f32): void {
  clip<f32>(x, out, n, low, high);
}
