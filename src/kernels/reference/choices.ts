/** Elementwise choices: nothing is rounded. out may be any operand. */
import type { FloatArray } from "../types.ts";
import { roundingOf } from "./rounding.ts";

/** out = x, +0 where x <= 0; NaN stays. */
export function relu(x: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] <= 0 ? 0 : x[i];
}

/** out = 1 where x > 0, else 0. */
export function isPositive(x: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] > 0 ? 1 : 0;
}

/** out = -1, 0 or 1; NaN stays. Math.sign would keep -0. */
export function sign(x: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] > 0 ? 1 : x[i] < 0 ? -1 : x[i] === 0 ? 0 : NaN;
}

/** out = the larger of two, the first where they tie; NaN beside NaN. */
export function maximum(x: FloatArray, y: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] >= y[i] ? x[i] : y[i] > x[i] ? y[i] : NaN;
}

/** out = the smaller of two, the first where they tie; NaN beside NaN. */
export function minimum(x: FloatArray, y: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] <= y[i] ? x[i] : y[i] < x[i] ? y[i] : NaN;
}

/** out = 1 where both are equal, else 0. */
export function isEqual(x: FloatArray, y: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] === y[i] ? 1 : 0;
}

/** out = low where x < low, high where x > high, else x; the bounds are rounded to the dtype first. */
export function clip(x: FloatArray, out: FloatArray, low: number, high: number): void {
  const r = roundingOf(out);
  const [least, most] = [r(low), r(high)];
  for (let i = 0; i < out.length; i++) out[i] = x[i] < least ? least : x[i] > most ? most : x[i];
}
