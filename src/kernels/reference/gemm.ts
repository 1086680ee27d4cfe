/** Matrix products: each element is the sum over the inner index in ascending order from +0, every product rounded first. */
import type { FloatArray } from "../types.ts";

/** out[i,j] = sum over p of a[i aRow + p aInner] b[p bInner + j bColumn]. A loop for each dtype: a call a rounding would cost tenfold. */
function product(
  a: FloatArray, aRow: number, aInner: number, b: FloatArray, bInner: number, bColumn: number,
  out: FloatArray, m: number, n: number, k: number,
): void {
  const dot = out instanceof Float32Array ? dotF32 : dotF64;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) out[i * n + j] = dot(a as never, i * aRow, aInner, b as never, j * bColumn, bInner, k);
  }
}

function dotF64(a: Float64Array, i: number, stepA: number, b: Float64Array, j: number, stepB: number, k: number): number {
  let sum = 0;
  for (let p = 0; p < k; p++) sum += a[i + p * stepA] * b[j + p * stepB];
  return sum;
}

function dotF32(a: Float32Array, i: number, stepA: number, b: Float32Array, j: number, stepB: number, k: number): number {
  let sum = 0;
  for (let p = 0; p < k; p++) sum = Math.fround(sum + Math.fround(a[i + p * stepA] * b[j + p * stepB]));
  return sum;
}

/** out[m,n] = a[m,k] b[k,n] */
export function matmulNN(a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void {
  product(a, k, 1, b, n, 1, out, m, n, k);
}

/** out[m,n] = a[m,k] b[n,k]^T */
export function matmulNT(a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void {
  product(a, k, 1, b, 1, k, out, m, n, k);
}

/** out[m,n] = a[k,m]^T b[k,n] */
export function matmulTN(a: FloatArray, b: FloatArray, out: FloatArray, m: number, n: number, k: number): void {
  product(a, 1, m, b, n, 1, out, m, n, k);
}
