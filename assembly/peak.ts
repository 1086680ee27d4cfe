/**
 * The issue limit of this machine: ten independent accumulators, each multiplied and added to once a step, no memory.
 * bench/kernels.ts divides 40 * steps by the time and states the products' speed relative to it.
 */
export function peakProbeF64(steps: i32): f64 {
  const factor = f64x2.splat(0.9999999999), term = f64x2.splat(1e-9);
  let s0 = f64x2.splat(1.0), s1 = f64x2.splat(1.1), s2 = f64x2.splat(1.2), s3 = f64x2.splat(1.3), s4 = f64x2.splat(1.4);
  let s5 = f64x2.splat(1.5), s6 = f64x2.splat(1.6), s7 = f64x2.splat(1.7), s8 = f64x2.splat(1.8), s9 = f64x2.splat(1.9);
  do {
    s0 = f64x2.add(f64x2.mul(s0, factor), term);
    s1 = f64x2.add(f64x2.mul(s1, factor), term);
    s2 = f64x2.add(f64x2.mul(s2, factor), term);
    s3 = f64x2.add(f64x2.mul(s3, factor), term);
    s4 = f64x2.add(f64x2.mul(s4, factor), term);
    s5 = f64x2.add(f64x2.mul(s5, factor), term);
    s6 = f64x2.add(f64x2.mul(s6, factor), term);
    s7 = f64x2.add(f64x2.mul(s7, factor), term);
    s8 = f64x2.add(f64x2.mul(s8, factor), term);
    s9 = f64x2.add(f64x2.mul(s9, factor), term);
  } while (--steps > 0);
  const first = f64x2.add(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)), s4);
  const second = f64x2.add(f64x2.add(f64x2.add(s5, s6), f64x2.add(s7, s8)), s9);
  return f64x2.extract_lane(f64x2.add(first, second), 0);
}
