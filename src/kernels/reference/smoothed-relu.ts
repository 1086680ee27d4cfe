/**
 * Smoothed ReLU, its slope, and both fused with the sum over patches and neurons.
 *
 *   s(z)  = 0 for z <= 0;  (((t t ...) t) z) (1/q) with t = z / rho and q - 1 factors t, left to right, for 0 < z < rho;
 *           z - (rho - rho / q) for z >= rho
 *   s'(z) = 0;  (t t ...) t;  1 on the same pieces
 *
 * t stays below 1, so no power overflows however small rho is. A NaN in z is a NaN out.
 */
import type { FloatArray } from "../types.ts";
import { addLanes, laneCountOf, roundingOf } from "./rounding.ts";
import type { Round } from "./rounding.ts";

function power(t: number, exponent: number, r: Round): number {
  let p = t;
  for (let e = 1; e < exponent; e++) p = r(p * t);
  return p;
}

/** s(z) as a function of z, with the constants rounded once. */
function valueFor(q: number, rho: number, r: Round): (z: number) => number {
  const edge = r(rho);
  const inverseQ = r(1 / q);
  const offset = r(edge - r(edge / q));
  return (z) => {
    if (z <= 0) return 0;
    if (z < edge) return r(r(power(r(z / edge), q - 1, r) * z) * inverseQ);
    return r(z - offset);
  };
}

/** s'(z) as a function of z. */
function slopeFor(q: number, rho: number, r: Round): (z: number) => number {
  const edge = r(rho);
  return (z) => {
    if (z <= 0) return 0;
    if (z >= edge) return 1;
    return power(r(z / edge), q - 1, r);
  };
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
