/** Elementwise arithmetic. Storing into out rounds to its dtype, once an operation. out may be any operand. */
import type { FloatArray } from "../types.ts";
import { roundingOf } from "./rounding.ts";

/** out = (a x) + y, the product rounded before it is added */
export function axpy(a: number, x: FloatArray, y: FloatArray, out: FloatArray): void {
  const r = roundingOf(out);
  const factor = r(a);
  for (let i = 0; i < out.length; i++) out[i] = r(factor * x[i]) + y[i];
}

export function add(x: FloatArray, y: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] + y[i];
}

export function subtract(x: FloatArray, y: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] - y[i];
}

export function multiply(x: FloatArray, y: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] * y[i];
}

export function divide(x: FloatArray, y: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] / y[i];
}

/** out = a x */
export function scale(a: number, x: FloatArray, out: FloatArray): void {
  const factor = roundingOf(out)(a);
  for (let i = 0; i < out.length; i++) out[i] = factor * x[i];
}

/** out = x + a */
export function shift(a: number, x: FloatArray, out: FloatArray): void {
  const summand = roundingOf(out)(a);
  for (let i = 0; i < out.length; i++) out[i] = x[i] + summand;
}

export function sqrt(x: FloatArray, out: FloatArray): void {
  for (let i = 0; i < out.length; i++) out[i] = Math.sqrt(x[i]);
}
