/** Labels as rows of zeros with a one. */
import { type Dtype, type NdArray, zeros } from "../ndarray/index.ts";

/** Shapes: n labels -> [n, classes]. Example: oneHot([1], 3)  // => [[0, 1, 0]] */
export function oneHot(labels: ArrayLike<number>, classes: number, dtype: Dtype = "float64"): NdArray {
  const out = zeros([labels.length, classes], dtype);
  for (let n = 0; n < labels.length; n++) out.data[n * classes + labels[n]] = 1;
  return out;
}
