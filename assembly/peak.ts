/**
 * The issue limit of this machine: five chains of multiplications and five of additions, all independent, no memory; 4
 * rounds a step, so that the loop itself costs little. bench/kernels.ts divides 80 * steps by the time and states the
 * products' speed relative to it.
 */
export function peakProbeF64(steps: i32): f64 {
  const factor = f64x2.splat(0.9999999999), term = f64x2.splat(1e-9);
  let m0 = f64x2.splat(1.0), m1 = f64x2.splat(1.1), m2 = f64x2.splat(1.2), m3 = f64x2.splat(1.3), m4 = f64x2.splat(1.4);
  let s0 = f64x2.splat(1.5), s1 = f64x2.splat(1.6), s2 = f64x2.splat(1.7), s3 = f64x2.splat(1.8), s4 = f64x2.splat(1.9);
  do {
    m0 = f64x2.mul(m0, factor);
    s0 = f64x2.add(s0, term);
    m1 = f64x2.mul(m1, factor);
    s1 = f64x2.add(s1, term);
    m2 = f64x2.mul(m2, factor);
    s2 = f64x2.add(s2, term);
    m3 = f64x2.mul(m3, factor);
    s3 = f64x2.add(s3, term);
    m4 = f64x2.mul(m4, factor);
    s4 = f64x2.add(s4, term);
    m0 = f64x2.mul(m0, factor);
    s0 = f64x2.add(s0, term);
    m1 = f64x2.mul(m1, factor);
    s1 = f64x2.add(s1, term);
    m2 = f64x2.mul(m2, factor);
    s2 = f64x2.add(s2, term);
    m3 = f64x2.mul(m3, factor);
    s3 = f64x2.add(s3, term);
    m4 = f64x2.mul(m4, factor);
    s4 = f64x2.add(s4, term);
    m0 = f64x2.mul(m0, factor);
    s0 = f64x2.add(s0, term);
    m1 = f64x2.mul(m1, factor);
    s1 = f64x2.add(s1, term);
    m2 = f64x2.mul(m2, factor);
    s2 = f64x2.add(s2, term);
    m3 = f64x2.mul(m3, factor);
    s3 = f64x2.add(s3, term);
    m4 = f64x2.mul(m4, factor);
    s4 = f64x2.add(s4, term);
    m0 = f64x2.mul(m0, factor);
    s0 = f64x2.add(s0, term);
    m1 = f64x2.mul(m1, factor);
    s1 = f64x2.add(s1, term);
    m2 = f64x2.mul(m2, factor);
    s2 = f64x2.add(s2, term);
    m3 = f64x2.mul(m3, factor);
    s3 = f64x2.add(s3, term);
    m4 = f64x2.mul(m4, factor);
    s4 = f64x2.add(s4, term);
  } while (--steps > 0);
  const products = f64x2.add(f64x2.add(f64x2.add(m0, m1), f64x2.add(m2, m3)), m4);
  const sums = f64x2.add(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)), s4);
  return f64x2.extract_lane(f64x2.add(products, sums), 0);
}
