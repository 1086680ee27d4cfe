/** Labels as rows of zeros with a one. */
import { ParameterError } from "../errors/index.ts";
import { shown } from "../errors/options.ts";
import { type Dtype, type NdArray, zeros } from "../ndarray/index.ts";
import { checkDtype, checkNumbers } from "./arguments.ts";

/** Shapes: n labels -> [n, classes]. Errors: ParameterError on a label that is no class. Example: oneHot([1], 3)  // => [[0, 1, 0]] */
export function oneHot(labels: ArrayLike<number>, classes: number, dtype: Dtype = "float64"): NdArray {
  checkNumbers("oneHot", "the labels", labels);
  if (!Number.isInteger(classes) || classes < 0) throw new ParameterError({ where: "oneHot", problem: `the number of classes is ${shown(classes)}.`, expected: "an integer >= 0." });
  checkDtype("oneHot", dtype);
  const out = zeros([labels.length, classes], dtype);
  for (let n = 0; n < labels.length; n++) {
    if (!Number.isInteger(labels[n]) || labels[n] < 0 || labels[n] >= classes) {
      throw new ParameterError({ where: "oneHot", problem: `label ${labels[n]} of sample ${n} is no class.`, expected: `an integer from 0 to ${classes - 1}.` });
    }
    out.data[n * classes + labels[n]] = 1;
  }
  return out;
}
