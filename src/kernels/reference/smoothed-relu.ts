/**
 * Smoothed ReLU, its slope, and both fused with the sum over patches and neurons.
 *
 *   t     = z (1/rho), no less than 0 and no more than 1
 *   s'(z) = t t ... t                                      q - 1 factors, left to right
 *   s(z)  = max(z - (rho - rho/q), ((t t ... t) t) (rho/q))   the line past the bend lies below the bend before it
 *
 * t stays within [0, 1], so no power overflows however small rho is. A NaN in z is a NaN out; -0 gives +0. A rho below the smallest
 * normal number, whose inverse the dtype does not hold, counts as that number.
 */
import type { FloatArray } from "../types.ts";
import { addLanes, laneCountOf, roundingOf } from "./rounding.ts";
import type { Round } from "./rounding.ts";

function power(t: number, exponent: number, r: Round): number {
  let p = t;
  for (let e = 1; e < exponent; e++) p = r(p * t);
  return p;
}

/** The smallest normal numbers of float64 and float32. */
const leastRho = (r: Round): number => (r(1 + 2 ** -52) === 1 ? 2 ** -126 : 2 ** -1022);

/** t as a function of z. */
function alongFor(rho: number, r: Round): (z: number) => number {
  const inverse = r(1 / rho);
  return (z) => {
    const t = r(z * inverse);
    return t <= 0 ? 0 : t > 1 ? 1 : t;
  };
}

/** s(z) as a function of z, with the constants rounded once. */
function valueFor(q: number, rho: number, r: Round): (z: number) => number {
  const edge = Math.max(r(rho), leastRho(r));
  const along = alongFor(edge, r);
  const height = r(edge / q);
  const offset = r(edge - height);
  return (z) => {
    const t = along(z);
    const bent = r(r(power(t, q - 1, r) * t) * height);
    const line = r(z - offset);
    return line < bent ? bent : line;
  };
}

/** s'(z) as a function of z. */
function slopeFor(q: number, rho: number, r: Round): (z: number) => number {
  const along = alongFor(Math.max(r(rho), leastRho(r)), r);
  return (z) => power(along(z), q - 1, r);
}

export function smoothedRelu(z: FloatArray, out: FloatArray, q: number, rho: number): void {
  const value = valueFor(q, rho, roundingOf(out));
  for (let i = 0; i < out.length; i++) out[i] = value(z[i]);
}

export function smoothedReluSlope(z: FloatArray, out: FloatArray, q: number, rho: number): void {
  const slope = slopeFor(q, rho, roundingOf(out));
  for (let i = 0; i < out.length; i++) out[i] = slope(z[i]);
}

/**
 * out[b,i] = sum over p and r of s(z[b,p,i,r]). Lanes by r modulo the lane count over its largest multiple in a row, and
 * one sum for the tails; each runs over the patches ascending and r ascending within; then the lanes pairwise, + tails.
 */
export function smoothedReluSum(
  z: FloatArray, out: FloatArray, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number,
): void {
  const r = roundingOf(out);
  const value = valueFor(q, rho, r);
  const laneCount = laneCountOf(out);
  const whole = neurons - (neurons % laneCount);
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < classes; i++) {
      const lanes = Array.from({ length: laneCount }, () => 0);
      let tail = 0;
      for (let p = 0; p < patches; p++) {
        const row = ((b * patches + p) * classes + i) * neurons;
        for (let n = 0; n < whole; n++) lanes[n % laneCount] = r(lanes[n % laneCount] + value(z[row + n]));
        for (let n = whole; n < neurons; n++) tail = r(tail + value(z[row + n]));
      }
      out[b * classes + i] = r(addLanes(lanes, r) + tail);
    }
  }
}

/** out[b,p,i,r] = ct[b,i] s'(z[b,p,i,r]) */
export function smoothedReluSumVjp(
  z: FloatArray, ct: FloatArray, out: FloatArray, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number,
): void {
  const slope = slopeFor(q, rho, roundingOf(out));
  for (let b = 0; b < batch; b++) {
    for (let p = 0; p < patches; p++) {
      for (let i = 0; i < classes; i++) {
        const row = ((b * patches + p) * classes + i) * neurons;
        for (let n = 0; n < neurons; n++) out[row + n] = ct[b * classes + i] * slope(z[row + n]);
      }
    }
  }
}
