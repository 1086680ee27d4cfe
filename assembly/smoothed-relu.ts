import { addLanes, laneCount } from "./lanes";

/**
 * Smoothed ReLU, its slope, and both fused with the sum over patches and neurons that the network takes of them.
 *
 *   s(z)  = 0 for z <= 0;  (((t t ...) t) z) (1/q) with t = z / rho and q - 1 factors t, left to right, for 0 < z < rho;
 *           z - (rho - rho / q) for z >= rho
 *   s'(z) = 0;  (t t ...) t;  1 on the same pieces
 *
 * t stays below 1, so no power overflows however small rho is. A NaN in z is a NaN out, in s and in s'.
 * rho, 1/q and the offset are rounded to T before they are used. q >= 2, rho > 0.
 */

// @ts-ignore: decorator
@inline
function power<T extends number>(t: v128, exponent: i32): v128 {
  if (exponent == 2) return v128.mul<T>(t, t); // q = 3, the usual one, without a loop
  let p = t;
  for (let e = 1; e < exponent; e++) p = v128.mul<T>(p, t);
  return p;
}

// @ts-ignore: decorator
@inline
function powerScalar<T extends number>(t: T, exponent: i32): T {
  let p = t;
  for (let e = 1; e < exponent; e++) p = <T>(p * t);
  return p;
}

// @ts-ignore: decorator
@inline
function value<T extends number>(z: v128, q: i32, rho: v128, inverseQ: v128, offset: v128): v128 {
  const curved = v128.mul<T>(v128.mul<T>(power<T>(v128.div<T>(z, rho), q - 1), z), inverseQ);
  const positive = v128.bitselect(curved, v128.sub<T>(z, offset), v128.lt<T>(z, rho));
  return v128.andnot(positive, v128.le<T>(z, v128.splat<T>(<T>0)));
}

// @ts-ignore: decorator
@inline
function valueScalar<T extends number>(z: T, q: i32, rho: T, inverseQ: T, offset: T): T {
  if (z <= 0) return <T>0;
  if (z < rho) return <T>(<T>(powerScalar<T>(<T>(z / rho), q - 1) * z) * inverseQ);
  return <T>(z - offset);
}

// @ts-ignore: decorator
@inline
function slope<T extends number>(z: v128, q: i32, rho: v128): v128 {
  const curved = power<T>(v128.div<T>(z, rho), q - 1);
  const positive = v128.bitselect(v128.splat<T>(<T>1), curved, v128.ge<T>(z, rho));
  return v128.andnot(positive, v128.le<T>(z, v128.splat<T>(<T>0)));
}

// @ts-ignore: decorator
@inline
function slopeScalar<T extends number>(z: T, q: i32, rho: T): T {
  if (z <= 0) return <T>0;
  if (z >= rho) return <T>1;
  return powerScalar<T>(<T>(z / rho), q - 1);
}

// @ts-ignore: decorator
@inline
function smoothedRelu<T extends number>(z: usize, out: usize, n: i32, q: i32, rho: T): void {
  const inverseQ = <T>(<T>1 / <T>q);
  const offset = <T>(rho - <T>(rho / <T>q));
  const rhos = v128.splat<T>(rho), inverseQs = v128.splat<T>(inverseQ), offsets = v128.splat<T>(offset);
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, value<T>(v128.load(z + at), q, rhos, inverseQs, offsets));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, valueScalar<T>(load<T>(z + at), q, rho, inverseQ, offset));
  }
}

// @ts-ignore: decorator
@inline
function smoothedReluSlope<T extends number>(z: usize, out: usize, n: i32, q: i32, rho: T): void {
  const rhos = v128.splat<T>(rho);
  const whole = n - n % laneCount<T>();
  let i = 0;
  for (; i < whole; i += laneCount<T>()) {
    const at = <usize>i * sizeof<T>();
    v128.store(out + at, slope<T>(v128.load(z + at), q, rhos));
  }
  for (; i < n; i++) {
    const at = <usize>i * sizeof<T>();
    store<T>(out + at, slopeScalar<T>(load<T>(z + at), q, rho));
  }
}

// @ts-ignore: decorator
@inline
function smoothedReluSum<T extends number>(z: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: T): void {
  const inverseQ = <T>(<T>1 / <T>q);
  const offset = <T>(rho - <T>(rho / <T>q));
  const rhos = v128.splat<T>(rho), inverseQs = v128.splat<T>(inverseQ), offsets = v128.splat<T>(offset);
  const whole = <usize>(neurons - neurons % laneCount<T>()) * sizeof<T>();
  const rowBytes = <usize>neurons * sizeof<T>();
  const patchBytes = <usize>classes * rowBytes;
  const sampleBytes = <usize>patches * patchBytes;
  for (let b = 0; b < batch; b++) {
    let i = 0;
    // two classes at a time: each keeps its own order of additions, and neither waits for the other's
    for (; i + 1 < classes; i += 2) {
      let lanes = v128.splat<T>(<T>0), nextLanes = v128.splat<T>(<T>0);
      let tail = <T>0, nextTail = <T>0;
      let row = z + <usize>i * rowBytes;
      for (let p = 0; p < patches; p++) {
        const next = row + rowBytes;
        let at: usize = 0;
        for (; at < whole; at += 16) {
          lanes = v128.add<T>(lanes, value<T>(v128.load(row + at), q, rhos, inverseQs, offsets));
          nextLanes = v128.add<T>(nextLanes, value<T>(v128.load(next + at), q, rhos, inverseQs, offsets));
        }
        for (; at < rowBytes; at += sizeof<T>()) {
          tail = <T>(tail + valueScalar<T>(load<T>(row + at), q, rho, inverseQ, offset));
          nextTail = <T>(nextTail + valueScalar<T>(load<T>(next + at), q, rho, inverseQ, offset));
        }
        row += patchBytes;
      }
      store<T>(out, <T>(addLanes<T>(lanes) + tail));
      store<T>(out + sizeof<T>(), <T>(addLanes<T>(nextLanes) + nextTail));
      out += 2 * sizeof<T>();
    }
    if (i < classes) {
      let lanes = v128.splat<T>(<T>0);
      let tail = <T>0;
      let row = z + <usize>i * rowBytes;
      for (let p = 0; p < patches; p++) {
        let at: usize = 0;
        for (; at < whole; at += 16) {
          lanes = v128.add<T>(lanes, value<T>(v128.load(row + at), q, rhos, inverseQs, offsets));
        }
        for (; at < rowBytes; at += sizeof<T>()) {
          tail = <T>(tail + valueScalar<T>(load<T>(row + at), q, rho, inverseQ, offset));
        }
        row += patchBytes;
      }
      store<T>(out, <T>(addLanes<T>(lanes) + tail));
      out += sizeof<T>();
    }
    z += sampleBytes;
  }
}

// @ts-ignore: decorator
@inline
function smoothedReluSumVjp<T extends number>(
  z: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: T,
): void {
  const rhos = v128.splat<T>(rho);
  const whole = <usize>(neurons - neurons % laneCount<T>()) * sizeof<T>();
  const rowBytes = <usize>neurons * sizeof<T>();
  for (let b = 0; b < batch; b++) {
    for (let p = 0; p < patches; p++) {
      for (let i = 0; i < classes; i++) {
        const c = load<T>(ct + <usize>i * sizeof<T>());
        const cs = v128.splat<T>(c);
        let at: usize = 0;
        for (; at < whole; at += 16) {
          v128.store(out + at, v128.mul<T>(cs, slope<T>(v128.load(z + at), q, rhos)));
        }
        for (; at < rowBytes; at += sizeof<T>()) {
          store<T>(out + at, <T>(c * slopeScalar<T>(load<T>(z + at), q, rho)));
        }
        z += rowBytes;
        out += rowBytes;
      }
    }
    ct += <usize>classes * sizeof<T>();
  }
}

/** smoothedReluF64: out = s(z), n elements. out may be z. */
export function smoothedReluF64(z: usize, out: usize, n: i32, q: i32, rho: f64): void {
  smoothedRelu<f64>(z, out, n, q, rho);
}
/** smoothedReluF32: as smoothedReluF64, every operation rounded to f32. */
export function smoothedReluF32(z: usize, out: usize, n: i32, q: i32, rho: f32): void {
  smoothedRelu<f32>(z, out, n, q, rho);
}
/** smoothedReluSlopeF64: out = s'(z), n elements. out may be z. */
export function smoothedReluSlopeF64(z: usize, out: usize, n: i32, q: i32, rho: f64): void {
  smoothedReluSlope<f64>(z, out, n, q, rho);
}
/** smoothedReluSlopeF32: as smoothedReluSlopeF64, every operation rounded to f32. */
export function smoothedReluSlopeF32(z: usize, out: usize, n: i32, q: i32, rho: f32): void {
  smoothedReluSlope<f32>(z, out, n, q, rho);
}
/**
 * smoothedReluSumF64: out[b,i] = sum over p and r of s(z[b,p,i,r]).
 * Order of additions: two lanes by parity of r over the even part of each row, patches ascending, r ascending within a
 * patch; a separate tail sum takes the last r of odd rows, patches ascending; then (lane 0 + lane 1) + tail.
 */
export function smoothedReluSumF64(z: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f64): void {
  smoothedReluSum<f64>(z, out, batch, patches, classes, neurons, q, rho);
}
/** smoothedReluSumF32: as smoothedReluSumF64 with four lanes by r modulo 4, ((l0 + l1) + (l2 + l3)) + tail. */
export function smoothedReluSumF32(z: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f32): void {
  smoothedReluSum<f32>(z, out, batch, patches, classes, neurons, q, rho);
}
/** smoothedReluSumVjpF64: out[b,p,i,r] = ct[b,i] s'(z[b,p,i,r]). out may be z. */
export function smoothedReluSumVjpF64(
  z: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f64,
): void {
  smoothedReluSumVjp<f64>(z, ct, out, batch, patches, classes, neurons, q, rho);
}
/** smoothedReluSumVjpF32: as smoothedReluSumVjpF64, every operation rounded to f32. out may be z. */
export function smoothedReluSumVjpF32(
  z: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f32,
): void {
  smoothedReluSumVjp<f32>(z, ct, out, batch, patches, classes, neurons, q, rho);
}
