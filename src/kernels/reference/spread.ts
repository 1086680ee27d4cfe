/** A row or a column spread over a matrix x[rows, width]. out may be x. */
import type { FloatArray } from "../types.ts";

/** out[r, j] = x[r, j] + row[j] */
export function addRow(x: FloatArray, row: FloatArray, out: FloatArray, rows: number, width: number): void {
  for (let r = 0; r < rows; r++) for (let j = 0; j < width; j++) out[r * width + j] = x[r * width + j] + row[j];
}

/** out[r, j] = x[r, j] factors[r] */
export function scaleRows(x: FloatArray, factors: FloatArray, out: FloatArray, rows: number, width: number): void {
  for (let r = 0; r < rows; r++) for (let j = 0; j < width; j++) out[r * width + j] = x[r * width + j] * factors[r];
}
