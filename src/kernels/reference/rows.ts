/**
 * Norms and projections of the rows of a matrix. A row is read whole before it is written, so out may be x.
 *
 * A sum of squares goes in lanes by index modulo the lane count, the lanes pairwise, then the tail ascending. When it
 * overflows or comes near underflow, the row is divided by its largest magnitude first and the squares are added in
 * ascending order: tiny gradients keep their direction.
 */
import type { FloatArray } from "../types.ts";
import { laneCountOf, roundingOf, sumInLanes } from "./rounding.ts";

/** 2^-960 and 2^-100: below these, squares of smaller elements may have been lost to underflow. */
const smallestTrusted = (x: FloatArray): number => (x instanceof Float32Array ? 7.888609052210118e-31 : 1.026343169222241e-289);

/** Norm of scale x[start .. start + width). */
function norm(x: FloatArray, start: number, width: number, scale: number): number {
  const r = roundingOf(x);
  const element = (i: number): number => r(scale * x[start + i]);
  const square = (y: number): number => r(y * y);
  const sum = sumInLanes(width, (i) => square(element(i)), laneCountOf(x), r);
  if (sum >= smallestTrusted(x) && sum < Infinity) return r(Math.sqrt(sum));

  let largest = 0;
  for (let i = 0; i < width; i++) largest = Math.max(largest, Math.abs(element(i)));
  if (!(largest > 0 && largest < Infinity)) return r(Math.sqrt(sum));
  let rescaled = 0;
  for (let i = 0; i < width; i++) rescaled = r(rescaled + square(r(element(i) / largest)));
  return r(largest * r(Math.sqrt(rescaled)));
}

/** out[row] = sqrt(sum of squares of the row) */
export function rowNorm(x: FloatArray, out: FloatArray, rows: number, width: number): void {
  for (let row = 0; row < rows; row++) out[row] = norm(x, row * width, width, 1);
}

/** out = (x / ||x||) length, row by row; a row of norm 0 is copied */
export function normalizeRows(x: FloatArray, out: FloatArray, rows: number, width: number, length: number): void {
  const r = roundingOf(x);
  const factor = r(length);
  for (let row = 0; row < rows; row++) {
    const size = norm(x, row * width, width, 1);
    for (let i = row * width; i < (row + 1) * width; i++) out[i] = size === 0 ? x[i] : r(r(x[i] / size) * factor);
  }
}

/** y = scale x; out = y if ||y|| <= radius, else (y / ||y||) radius, row by row */
export function projectRows(x: FloatArray, out: FloatArray, rows: number, width: number, scale: number, radius: number): void {
  const r = roundingOf(x);
  const factor = r(scale);
  const limit = r(radius);
  for (let row = 0; row < rows; row++) {
    const size = norm(x, row * width, width, factor);
    for (let i = row * width; i < (row + 1) * width; i++) {
      const y = r(factor * x[i]);
      out[i] = size <= limit ? y : r(r(y / size) * limit);
    }
  }
}
