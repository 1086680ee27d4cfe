import { laneCount, loadOne, storeOne } from "./lanes";

/**
 * Smoothed ReLU and its slope.
 *
 *   s(z)  = 0 for z <= 0;  (((t t ...) t) z) (1/q) with t = z / rho and q - 1 factors t, left to right, for 0 < z < rho;
 *           z - (rho - rho / q) for z >= rho
 *   s'(z) = 0;  (t t ...) t;  1 on the same pieces
 *
 * t stays below 1, so no power overflows however small rho is. A NaN in z is a NaN out, in s and in s'.
 * rho, 1/q and the offset are rounded to T before they are used. q >= 2, rho > 0 and finite.
 *
 * No lane is tested: the division takes its time whatever else is computed beside it.
 */

/**
 * Vectors of rho, 1/q and the offset. V8 computes what a loop needs anew inside it, but leaves a global's reading where it
 * stands. A global belongs to one instance: threads on one memory do not meet here.
 */
let rhoVector: v128 = f64x2.splat(0);
let inverseQVector: v128 = f64x2.splat(0);
let offsetVector: v128 = f64x2.splat(0);

/** Fills the vectors of constants. A rho that T rounds to 0 bends between 0 and the smallest number: at that number as well. */
export function prepare<T extends number>(q: i32, rho: T): void {
  rhoVector = v128.splat<T>(max<T>(rho, sizeof<T>() == 8 ? <T>f64.MIN_VALUE : <T>f32.MIN_VALUE));
  inverseQVector = v128.splat<T>(<T>(<T>1 / <T>q));
  offsetVector = v128.splat<T>(<T>(rho - <T>(rho / <T>q)));
}

// @ts-ignore: decorator
@inline
export function loadRho(): v128 {
  return rhoVector;
}

// @ts-ignore: decorator
@inline
export function loadInverseQ(): v128 {
  return inverseQVector;
}

// @ts-ignore: decorator
@inline
export function loadOffset(): v128 {
  return offsetVector;
}

/** z where it is positive or NaN, +0 elsewhere. */
// @ts-ignore: decorator
@inline
export function positivePart<T extends number>(z: v128): v128 {
  return v128.andnot(z, v128.le<T>(z, v128.splat<T>(<T>0)));
}

/** t^(q-1) with t = x / rho */
// @ts-ignore: decorator
@inline
export function power<T extends number>(x: v128, q: i32, rho: v128): v128 {
  const t = v128.div<T>(x, rho);
  if (q == 3) return v128.mul<T>(t, t); // the usual one, without a loop
  let p = t;
  for (let e = 2; e < q; e++) p = v128.mul<T>(p, t);
  return p;
}

/** s'(z) from the positive part of z. Its minimum with rho makes t = 1 past the bend; pmin of NaN and rho is NaN. */
// @ts-ignore: decorator
@inline
export function slope<T extends number>(positive: v128, q: i32, rho: v128): v128 {
  return power<T>(v128.pmin<T>(positive, rho), q, rho);
}

/** s(z) from z, its positive part and `curved`, which before the bend is t^(q-1), the slope. */
// @ts-ignore: decorator
@inline
export function value<T extends number>(z: v128, positive: v128, curved: v128, rho: v128, inverseQ: v128, offset: v128): v128 {
  const bent = v128.mul<T>(v128.mul<T>(curved, positive), inverseQ);
  return v128.bitselect(bent, v128.sub<T>(z, offset), v128.lt<T>(z, rho));
}

// @ts-ignore: decorator
@inline
function smoothedRelu<T extends number>(slopeOnly: bool, z: usize, out: usize, n: i32, q: i32, rho: T): void {
  prepare<T>(q, rho);
  const rhos = loadRho(), inverseQs = loadInverseQ(), offsets = loadOffset();
  const end = z + <usize>n * sizeof<T>(), whole = end - <usize>(n % laneCount<T>()) * sizeof<T>();
  for (; z < whole; z += 16, out += 16) {
    const x = v128.load(z), positive = positivePart<T>(x);
    v128.store(out, slopeOnly ? slope<T>(positive, q, rhos) : value<T>(x, positive, power<T>(positive, q, rhos), rhos, inverseQs, offsets));
  }
  for (; z < end; z += sizeof<T>(), out += sizeof<T>()) {
    const x = loadOne<T>(z), positive = positivePart<T>(x);
    storeOne<T>(out, slopeOnly ? slope<T>(positive, q, rhos) : value<T>(x, positive, power<T>(positive, q, rhos), rhos, inverseQs, offsets));
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
