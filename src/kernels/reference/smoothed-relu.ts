/**
 * Smoothed ReLU, its slope, and both fused with the sum over patches and neurons.
 *
 *   t     = z (1/rho), no less than 0 and no more than 1
 *   s'(z) = t t ... t                                      q - 1 factors, left to right
 *   s(z)  = max(z - (rho - rho/q), ((t t ... t) t) (rho/q))   the line past the bend lies below the bend before it
 *
 * t stays within [0, 1], so no power overflows however small rho is. A NaN in z is a NaN out; -0 gives +0. 1/rho is rounded so that t
 * is 1 at rho. A rho that is no normal number of the dtype, or whose inverse is none, counts as the nearest that is.
 */
import type { FloatArray } from "../types.ts";
import { addLanes, laneCountOf, roundingOf } from "./rounding.ts";
import type { Round } from "./rounding.ts";

function power(t: number, exponent: number, r: Round): number {
  let p = t;
  for (let e = 1; e < exponent; e++) p = r(p * t);
  return p;
}

/** rho as the kernels take it: a normal number of the dtype of `z`, and so its inverse. */
export function bendEnd(rho: number, z: FloatArray): number {
  const [rounded, least] = z instanceof Float32Array ? [Math.fround(rho), 2 ** -126] : [rho, 2 ** -1022];
  return Math.min(Math.max(rounded, least), 1 / least);
}

/** t as a function of z. */
function alongFor(edge: number, r: Round): (z: number) => number {
  let inverse = r(1 / edge);
  if (r(edge * inverse) < 1) inverse = r(inverse * (1 + (r === Math.fround ? 2 ** -23 : 2 ** -52)));
  return (z) => {
    const t = r(z * inverse);
    return t <= 0 ? 0 : t > 1 ? 1 : t;
  };
}

/** s(z) as a function of z, with the constants rounded once. */
function valueFor(q: number, edge: number, r: Round): (z: number) => number {
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
function slopeFor(q: number, edge: number, r: Round): (z: number) => number {
  const along = alongFor(edge, r);
  return (z) => power(along(z), q - 1, r);
}

export function smoothedRelu(z: FloatArray, out: FloatArray, q: number, rho: number): void {
  const value = valueFor(q, bendEnd(rho, out), roundingOf(out));
  for (let i = 0; i < out.length; i++) out[i] = value(z[i]);
}

export function smoothedReluSlope(z: FloatArray, out: FloatArray, q: number, rho: number): void {
  const slope = slopeFor(q, bendEnd(rho, out), roundingOf(out));
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
  const value = valueFor(q, bendEnd(rho, out), r);
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
  const slope = slopeFor(q, bendEnd(rho, out), roundingOf(out));
  for (let b = 0; b < batch; b++) {
    for (let p = 0; p < patches; p++) {
      for (let i = 0; i < classes; i++) {
        const row = ((b * patches + p) * classes + i) * neurons;
        for (let n = 0; n < neurons; n++) out[row + n] = ct[b * classes + i] * slope(z[row + n]);
      }
    }
  }
}
