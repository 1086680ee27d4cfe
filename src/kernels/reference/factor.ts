/** Loops of linear algebra on one n x n matrix, shared by both backends; every operation is rounded to the dtype. */
import type { FloatArray } from "../types.ts";
import { roundingOf } from "./rounding.ts";

/**
 * Overwrites x[n, columns], row by row, with the solution of t x = x for a triangular t, read from a[n, n] or from its
 * transpose. From each element the products with those found before are subtracted in the order they were found: rows
 * ascending for a lower t, descending for an upper one. Then it is divided by the diagonal.
 */
export function solveTriangularInPlace(
  a: FloatArray, x: FloatArray, n: number, columns: number, lower: boolean, transposed: boolean, unitDiagonal: boolean,
): void {
  const r = roundingOf(x);
  const [rowStep, columnStep] = transposed ? [1, n] : [n, 1];
  const down = lower !== transposed; // the transpose of a lower triangle is an upper one
  for (let step = 0; step < n; step++) {
    const i = down ? step : n - 1 - step;
    for (let before = 0; before < step; before++) {
      const j = down ? before : n - 1 - before;
      const factor = a[i * rowStep + j * columnStep];
      for (let c = 0; c < columns; c++) x[i * columns + c] = x[i * columns + c] - r(factor * x[j * columns + c]);
    }
    if (unitDiagonal) continue;
    const pivot = a[i * (n + 1)];
    for (let c = 0; c < columns; c++) x[i * columns + c] = x[i * columns + c] / pivot;
  }
}

/**
 * The lower Cholesky factor of (a + a^T)/2, row by row, into out[n, n]; products are subtracted in ascending order of their
 * column. Returns the first row whose pivot is not positive, and its pivot; undefined when there is none.
 */
export function choleskyFactor(a: FloatArray, out: FloatArray, n: number): { row: number; pivot: number } | undefined {
  const r = roundingOf(out);
  out.fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = r(r(a[i * n + j] + a[j * n + i]) / 2);
      for (let k = 0; k < j; k++) rest = r(rest - r(out[i * n + k] * out[j * n + k]));
      if (j < i) out[i * n + j] = rest / out[j * n + j];
      else if (!(rest > 0)) return { row: i, pivot: rest };
      else out[i * n + i] = Math.sqrt(rest);
    }
  }
  return undefined;
}
