/** Reductions of x[outer, length, inner] over the middle axis into out[outer, inner]. */
import type { FloatArray } from "../types.ts";
import { laneCountOf, roundingOf, sumInLanes } from "./rounding.ts";

/**
 * inner > 1: ascending over the axis from +0. inner = 1: lanes by index modulo the lane count, lanes pairwise, then the
 * tail in ascending order.
 */
export function sumAxis(x: FloatArray, out: FloatArray, outer: number, length: number, inner: number): void {
  const r = roundingOf(out);
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) {
      const at = (l: number): number => x[(o * length + l) * inner + j];
      out[o * inner + j] = sumInLanes(length, at, inner === 1 ? laneCountOf(out) : 1, r);
    }
  }
}

/** Maximum over the axis; NaN wins, +0 is above -0, an empty axis gives -Infinity. */
export function maxAxis(x: FloatArray, out: FloatArray, outer: number, length: number, inner: number): void {
  for (let o = 0; o < outer; o++) {
    for (let j = 0; j < inner; j++) {
      let largest = -Infinity;
      for (let l = 0; l < length; l++) largest = Math.max(largest, x[(o * length + l) * inner + j]);
      out[o * inner + j] = largest;
    }
  }
}
