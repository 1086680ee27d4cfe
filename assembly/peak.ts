/**
 * The issue limit of this machine: as many multiplications as additions, as independent of each other as in a product's
 * micro-kernel, on eight sums. bench/kernels.ts divides the work by the time and states the products' speed relative to it.
 *
 * Traps: constants, and products of what does not change in the loop, are computed outside it, or worse; so one factor is
 * read from the cache, at an address that changes. And V8 puts all products of a basic block before the sums, which then
 * spill; so each half of a round ends with a possible exit.
 */

const factors = memory.data(256, 256);

// @ts-ignore: decorator
@inline
function peakProbe<T extends number>(halves: i32): T {
  for (let at: usize = 0; at < 256; at += 16) v128.store(factors + at, v128.splat<T>(<T>0.5));
  const b0 = v128.load(factors), b1 = v128.load(factors, 16);
  let s0 = v128.splat<T>(<T>0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  let at = factors;
  while (true) {
    at ^= 128;
    const x00 = v128.load_splat<T>(at, 32);
    s0 = v128.add<T>(s0, v128.mul<T>(x00, b0));
    s1 = v128.add<T>(s1, v128.mul<T>(x00, b1));
    const x01 = v128.load_splat<T>(at, 40);
    s2 = v128.add<T>(s2, v128.mul<T>(x01, b0));
    s3 = v128.add<T>(s3, v128.mul<T>(x01, b1));
    if (--halves == 0) break;
    const x02 = v128.load_splat<T>(at, 48);
    s4 = v128.add<T>(s4, v128.mul<T>(x02, b0));
    s5 = v128.add<T>(s5, v128.mul<T>(x02, b1));
    const x03 = v128.load_splat<T>(at, 56);
    s6 = v128.add<T>(s6, v128.mul<T>(x03, b0));
    s7 = v128.add<T>(s7, v128.mul<T>(x03, b1));
    if (--halves == 0) break;
    const x10 = v128.load_splat<T>(at, 64);
    s0 = v128.add<T>(s0, v128.mul<T>(x10, b0));
    s1 = v128.add<T>(s1, v128.mul<T>(x10, b1));
    const x11 = v128.load_splat<T>(at, 72);
    s2 = v128.add<T>(s2, v128.mul<T>(x11, b0));
    s3 = v128.add<T>(s3, v128.mul<T>(x11, b1));
    if (--halves == 0) break;
    const x12 = v128.load_splat<T>(at, 80);
    s4 = v128.add<T>(s4, v128.mul<T>(x12, b0));
    s5 = v128.add<T>(s5, v128.mul<T>(x12, b1));
    const x13 = v128.load_splat<T>(at, 88);
    s6 = v128.add<T>(s6, v128.mul<T>(x13, b0));
    s7 = v128.add<T>(s7, v128.mul<T>(x13, b1));
    if (--halves == 0) break;
  }
  const sums = v128.add<T>(v128.add<T>(v128.add<T>(s0, s1), v128.add<T>(s2, s3)), v128.add<T>(v128.add<T>(s4, s5), v128.add<T>(s6, s7)));
  return v128.extract_lane<T>(sums, 0);
}

/** peakProbeF64: 80 operations a step, in vectors of two lanes. steps >= 1. */
export function peakProbeF64(steps: i32): f64 {
  return peakProbe<f64>(5 * steps);
}
/** peakProbeF32: 160 operations a step, in vectors of four lanes. steps >= 1. */
export function peakProbeF32(steps: i32): f32 {
  return peakProbe<f32>(5 * steps);
}
