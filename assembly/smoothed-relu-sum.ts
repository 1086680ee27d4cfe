import { addLanes, laneCount, loadOne, storeOne } from "./lanes";
import { along, loadHeight, loadInverseRho, loadOffset, prepare, slope, value } from "./smoothed-relu";

/**
 * Smoothed ReLU and its slope, fused with the sum over patches and neurons that the network takes of them. z is
 * [batch, patches, classes, neurons]; s and s' are those of smoothed-relu.ts.
 */

/** sum + s(x); withSlopes: s'(x) is stored too, `shift` bytes from x. `one`: of one element instead of a vector. */
// @ts-ignore: decorator
@inline
function plus<T extends number>(
  sum: v128, one: bool, withSlopes: bool, at: usize, shift: usize, q: i32, inverseRhos: v128, heights: v128, offsets: v128,
): v128 {
  const x = one ? loadOne<T>(at) : v128.load(at);
  const t = along<T>(x, inverseRhos), slopes = slope<T>(t, q);
  if (withSlopes) {
    if (one) storeOne<T>(at + shift, slopes);
    else v128.store(at + shift, slopes);
  }
  return v128.add<T>(sum, value<T>(x, t, slopes, heights, offsets));
}

/**
 * out[b,i] = sum over p and r of s(z[b,p,i,r]); withSlopes: slopes = s'(z) too. Of a q that is known, 3, two classes at a time: each keeps
 * its own order of additions, and short rows cost half the steering. A loop over the factors of other powers takes more than that.
 */
// @ts-ignore: decorator
@inline
function sumsOf<T extends number>(
  known: bool, withSlopes: bool, z: usize, out: usize, slopes: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32,
): void {
  const inverseRhos = loadInverseRho(), heights = loadHeight(), offsets = loadOffset();
  const wholeBytes = <usize>(neurons - neurons % laneCount<T>()) * sizeof<T>();
  const rowBytes = <usize>neurons * sizeof<T>();
  const patchBytes = <usize>classes * rowBytes, sampleBytes = <usize>patches * patchBytes;
  const shift = slopes - z;
  for (let b = 0; b < batch; b++) {
    let first = z, i = 0;
    for (; known && i + 1 < classes; i += 2) {
      let lanes = v128.splat<T>(<T>0), tail = lanes, nextLanes = lanes, nextTail = lanes;
      for (let row = first, last = first + sampleBytes; row != last; row += patchBytes) {
        let at = row;
        for (const whole = row + wholeBytes; at != whole; at += 16) {
          lanes = plus<T>(lanes, false, withSlopes, at, shift, q, inverseRhos, heights, offsets);
          nextLanes = plus<T>(nextLanes, false, withSlopes, at + rowBytes, shift, q, inverseRhos, heights, offsets);
        }
        for (const end = row + rowBytes; at != end; at += sizeof<T>()) {
          tail = plus<T>(tail, true, withSlopes, at, shift, q, inverseRhos, heights, offsets);
          nextTail = plus<T>(nextTail, true, withSlopes, at + rowBytes, shift, q, inverseRhos, heights, offsets);
        }
      }
      store<T>(out, <T>(addLanes<T>(lanes) + v128.extract_lane<T>(tail, 0)));
      store<T>(out + sizeof<T>(), <T>(addLanes<T>(nextLanes) + v128.extract_lane<T>(nextTail, 0)));
      first += 2 * rowBytes;
      out += 2 * sizeof<T>();
    }
    for (; i < classes; i++) {
      let lanes = v128.splat<T>(<T>0), tail = lanes;
      for (let row = first, last = first + sampleBytes; row != last; row += patchBytes) {
        let at = row;
        for (const whole = row + wholeBytes; at != whole; at += 16) lanes = plus<T>(lanes, false, withSlopes, at, shift, q, inverseRhos, heights, offsets);
        for (const end = row + rowBytes; at != end; at += sizeof<T>()) tail = plus<T>(tail, true, withSlopes, at, shift, q, inverseRhos, heights, offsets);
      }
      store<T>(out, <T>(addLanes<T>(lanes) + v128.extract_lane<T>(tail, 0)));
      first += rowBytes;
      out += sizeof<T>();
    }
    z += sampleBytes;
  }
}

// @ts-ignore: decorator
@inline
function sums<T extends number>(
  withSlopes: bool, z: usize, out: usize, slopes: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: T,
): void {
  prepare<T>(q, rho);
  if (q == 3) sumsOf<T>(true, withSlopes, z, out, slopes, batch, patches, classes, neurons, 3);
  else sumsOf<T>(false, withSlopes, z, out, slopes, batch, patches, classes, neurons, q);
}

/** out[b,p,i,r] = ct[b,i] s'(z[b,p,i,r]); masked: z holds the slopes already. */
// @ts-ignore: decorator
@inline
function pullBack<T extends number>(
  masked: bool, z: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: T,
): void {
  if (!masked) prepare<T>(q, rho);
  const inverseRhos = loadInverseRho();
  const whole = <usize>(neurons - neurons % laneCount<T>()) * sizeof<T>();
  const rowBytes = <usize>neurons * sizeof<T>();
  for (let b = 0; b < batch; b++) {
    for (let p = 0; p < patches; p++) {
      for (let i = 0; i < classes; i++) {
        const cs = v128.load_splat<T>(ct + <usize>i * sizeof<T>());
        let at: usize = 0;
        for (; at < whole; at += 16) {
          const x = v128.load(z + at);
          v128.store(out + at, v128.mul<T>(cs, masked ? x : slope<T>(along<T>(x, inverseRhos), q)));
        }
        for (; at < rowBytes; at += sizeof<T>()) {
          const x = loadOne<T>(z + at);
          storeOne<T>(out + at, v128.mul<T>(cs, masked ? x : slope<T>(along<T>(x, inverseRhos), q)));
        }
        z += rowBytes;
        out += rowBytes;
      }
    }
    ct += <usize>classes * sizeof<T>();
  }
}

/** A sample up to this many bytes is surely in the first cache, whatever order it is gone through in. */
const SMALL_SAMPLE: usize = 16384;

/**
 * out[b,p,i,r] = ct[b,i] slopes[b,p,i,r]. In a small sample the patches are the innermost loop: a class has few neurons, and
 * its cotangent is the same in all patches.
 */
// @ts-ignore: decorator
@inline
function masked<T extends number>(slopes: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32): void {
  const rowBytes = <usize>neurons * sizeof<T>();
  const wholeBytes = <usize>(neurons - neurons % laneCount<T>()) * sizeof<T>();
  const patchBytes = <usize>classes * rowBytes;
  const sampleBytes = <usize>patches * patchBytes;
  if (sampleBytes > SMALL_SAMPLE) {
    pullBack<T>(true, slopes, ct, out, batch, patches, classes, neurons, 3, <T>1);
    return;
  }
  const shift = out - slopes;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < classes; i++) {
      const cs = v128.splat<T>(load<T>(ct + <usize>i * sizeof<T>()));
      const row = slopes + <usize>i * rowBytes;
      let at: usize = 0;
      for (; at < wholeBytes; at += 16) {
        for (let x = row + at, end = x + sampleBytes; x != end; x += patchBytes) v128.store(x + shift, v128.mul<T>(cs, v128.load(x)));
      }
      for (; at < rowBytes; at += sizeof<T>()) {
        for (let x = row + at, end = x + sampleBytes; x != end; x += patchBytes) storeOne<T>(x + shift, v128.mul<T>(cs, loadOne<T>(x)));
      }
    }
    slopes += sampleBytes;
    ct += <usize>classes * sizeof<T>();
  }
}

/**
 * smoothedReluSumF64: out[b,i] = sum over p and r of s(z[b,p,i,r]).
 * Order of additions: two lanes by parity of r over the even part of each row, patches ascending, r ascending within a
 * patch; a separate tail sum takes the last r of odd rows, patches ascending; then (lane 0 + lane 1) + tail.
 */
export function smoothedReluSumF64(z: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f64): void {
  sums<f64>(false, z, out, 0, batch, patches, classes, neurons, q, rho);
}
/** smoothedReluSumF32: as smoothedReluSumF64 with four lanes by r modulo 4, ((l0 + l1) + (l2 + l3)) + tail. */
export function smoothedReluSumF32(z: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f32): void {
  sums<f32>(false, z, out, 0, batch, patches, classes, neurons, q, rho);
}
/** smoothedReluSumVjpF64: out[b,p,i,r] = ct[b,i] s'(z[b,p,i,r]). out may be z. */
export function smoothedReluSumVjpF64(
  z: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f64,
): void {
  pullBack<f64>(false, z, ct, out, batch, patches, classes, neurons, q, rho);
}
/** smoothedReluSumVjpF32: as smoothedReluSumVjpF64, every operation rounded to f32. out may be z. */
export function smoothedReluSumVjpF32(
  z: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f32,
): void {
  pullBack<f32>(false, z, ct, out, batch, patches, classes, neurons, q, rho);
}
/** smoothedReluSumSlopeF64: smoothedReluSumF64, and slopes[b,p,i,r] = s'(z[b,p,i,r]). slopes may be z. */
export function smoothedReluSumSlopeF64(
  z: usize, out: usize, slopes: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f64,
): void {
  sums<f64>(true, z, out, slopes, batch, patches, classes, neurons, q, rho);
}
/** smoothedReluSumSlopeF32: as smoothedReluSumSlopeF64, sum in the order of smoothedReluSumF32. slopes may be z. */
export function smoothedReluSumSlopeF32(
  z: usize, out: usize, slopes: usize, batch: i32, patches: i32, classes: i32, neurons: i32, q: i32, rho: f32,
): void {
  sums<f32>(true, z, out, slopes, batch, patches, classes, neurons, q, rho);
}
/** maskedSlopesF64: out[b,p,i,r] = ct[b,i] slopes[b,p,i,r]: with slopes = s'(z), the bits of smoothedReluSumVjpF64. out may be slopes. */
export function maskedSlopesF64(slopes: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32): void {
  masked<f64>(slopes, ct, out, batch, patches, classes, neurons);
}
/** maskedSlopesF32: as maskedSlopesF64. out may be slopes. */
export function maskedSlopesF32(slopes: usize, ct: usize, out: usize, batch: i32, patches: i32, classes: i32, neurons: i32): void {
  masked<f32>(slopes, ct, out, batch, patches, classes, neurons);
}
