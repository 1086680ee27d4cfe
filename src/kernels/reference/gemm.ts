/** Matrix products: each element is the sum over the inner index in ascending order from +0, every product rounded first. */
import type { FloatArray } from "../types.ts";
import { roundingOf } from "./rounding.ts";

/** out[i,j] = sum over p of a[i aRow + p aInner] b[p bInner + j bColumn] */
function product(
  a: FloatArray, aRow: number, aInner: number, b: FloatArray, bInner: number, bColumn: number,
  out: FloatArray, m: number, n: number, k: number,
): void {
  const r = roundingOf(out);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum = r(sum + r(a[i * aRow + p * aInner] * b[p * bInner + j * bColumn]));
      out[i * n + j] = sum;
    }
  }
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
