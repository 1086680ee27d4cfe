import { laneCount, loadOne, storeOne } from "./lanes";

/**
 * Smoothed ReLU and its slope, without a branch and without a division:
 *
 *   t     = z (1/rho), no less than 0 and no more than 1
 *   s'(z) = t t ... t                                      q - 1 factors, left to right
 *   s(z)  = max(z - (rho - rho/q), ((t t ... t) t) (rho/q))   the line past the bend lies below the bend before it
 *
 * t stays within [0, 1], so no power overflows however small rho is. A NaN in z is a NaN out, in s and in s'; -0 gives +0.
 * rho, rho/q and rho - rho/q are rounded to T before they are used, 1/rho so that t is 1 at rho. q >= 2, rho > 0 and finite; a rho that is
 * no normal number of T, or whose inverse is none, counts as the nearest that is.
 */

/**
 * Vectors of 1/rho, rho/q and rho - rho/q. V8 computes what a loop needs anew inside it, but leaves a global's reading where it
 * stands. A global belongs to one instance: threads on one memory do not meet here.
 */
let inverseRhoVector: v128 = f64x2.splat(0);
let heightVector: v128 = f64x2.splat(0);
let offsetVector: v128 = f64x2.splat(0);

/** Fills the vectors of constants. */
export function prepare<T extends number>(q: i32, rho: T): void {
  const least = sizeof<T>() == 8 ? <T>f64.MIN_NORMAL_VALUE : <T>f32.MIN_NORMAL_VALUE;
  rho = min<T>(max<T>(rho, least), <T>(<T>1 / least));
  const height = <T>(rho / <T>q);
  let inverse = <T>(<T>1 / rho);
  if (rho * inverse < <T>1) inverse = <T>(inverse * (<T>1 + (sizeof<T>() == 8 ? <T>f64.EPSILON : <T>f32.EPSILON)));
  inverseRhoVector = v128.splat<T>(inverse);
  heightVector = v128.splat<T>(height);
  offsetVector = v128.splat<T>(<T>(rho - height));
}

// @ts-ignore: decorator
@inline
export function loadInverseRho(): v128 {
  return inverseRhoVector;
}

/** rho/q, the value where the bend ends. */
// @ts-ignore: decorator
@inline
export function loadHeight(): v128 {
  return heightVector;
}

// @ts-ignore: decorator
@inline
export function loadOffset(): v128 {
  return offsetVector;
}

/** t of z: how far along the bend z is. */
// @ts-ignore: decorator
@inline
export function along<T extends number>(z: v128, inverseRho: v128): v128 {
  const t = v128.pmin<T>(v128.mul<T>(z, inverseRho), v128.splat<T>(<T>1)); // of NaN and 1 it is NaN
  return v128.andnot(t, v128.le<T>(t, v128.splat<T>(<T>0)));
}

/** s'(z) from t. */
// @ts-ignore: decorator
@inline
export function slope<T extends number>(t: v128, q: i32): v128 {
  if (q == 3) return v128.mul<T>(t, t); // the usual one, without a loop
  let p = t;
  for (let e = 2; e < q; e++) p = v128.mul<T>(p, t);
  return p;
}

/** s(z) from z, t and the slope. */
// @ts-ignore: decorator
@inline
export function value<T extends number>(z: v128, t: v128, slope: v128, height: v128, offset: v128): v128 {
  return v128.pmax<T>(v128.sub<T>(z, offset), v128.mul<T>(v128.mul<T>(slope, t), height)); // of NaN and anything it is NaN
}

// @ts-ignore: decorator
@inline
function smoothedRelu<T extends number>(slopeOnly: bool, z: usize, out: usize, n: i32, q: i32, rho: T): void {
  prepare<T>(q, rho);
  const inverseRhos = loadInverseRho(), heights = loadHeight(), offsets = loadOffset();
  const end = z + <usize>n * sizeof<T>(), whole = end - <usize>(n % laneCount<T>()) * sizeof<T>();
  for (; z < whole; z += 16, out += 16) {
    const x = v128.load(z), t = along<T>(x, inverseRhos), slopes = slope<T>(t, q);
    v128.store(out, slopeOnly ? slopes : value<T>(x, t, slopes, heights, offsets));
  }
  for (; z < end; z += sizeof<T>(), out += sizeof<T>()) {
    const x = loadOne<T>(z), t = along<T>(x, inverseRhos), slopes = slope<T>(t, q);
    storeOne<T>(out, slopeOnly ? slopes : value<T>(x, t, slopes, heights, offsets));
  }
}

/** smoothedReluF64: out = s(z), n elements. out may be z. */
export function smoothedReluF64(z: usize, out: usize, n: i32, q: i32, rho: f64): void {
  smoothedRelu<f64>(false, z, out, n, q, rho);
}
/** smoothedReluF32: as smoothedReluF64, every operation rounded to f32. */
export function smoothedReluF32(z: usize, out: usize, n: i32, q: i32, rho: f32): void {
  smoothedRelu<f32>(false, z, out, n, q, rho);
}
/** smoothedReluSlopeF64: out = s'(z), n elements. out may be z. */
export function smoothedReluSlopeF64(z: usize, out: usize, n: i32, q: i32, rho: f64): void {
  smoothedRelu<f64>(true, z, out, n, q, rho);
}
/** smoothedReluSlopeF32: as smoothedReluSlopeF64, every operation rounded to f32. */
export function smoothedReluSlopeF32(z: usize, out: usize, n: i32, q: i32, rho: f32): void {
  smoothedRelu<f32>(true, z, out, n, q, rho);
}
