/** Rows of a flat matrix, for tests of threat models. */
import { currentKernels } from "../../src/kernels/index.ts";

export function rowNorms(values: readonly number[], width: number): number[] {
  return Array.from({ length: values.length / width }, (_, row) => Math.hypot(...values.slice(row * width, (row + 1) * width)));
}

/** The l2 projection that threat models use, by the current backend. */
export function projectRowsOf(values: readonly number[], width: number, radius: number): number[] {
  const out = new Float64Array(values.length);
  currentKernels().projectRows(Float64Array.from(values), out, values.length / width, width, 1, radius);
  return [...out];
}
