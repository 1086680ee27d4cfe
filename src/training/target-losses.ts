/**
 * Losses of logits [n, classes] against targets [n, classes], one number a sample. Targets are arrays of numbers (one-hot for a
 * label), so that a compiled step takes new ones at every call; labels would be part of its plan.
 */
import { type Value } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { fromBuffer, type NdArray } from "../ndarray/index.ts";
import { add, div, logSoftmax, logsumexp, max, mul, neg, slice, sub, sum, topK } from "../ops/index.ts";
import { excluded } from "./losses.ts";

/** Which loss of a sample an attack climbs: the cross-entropy, the margin, or the difference of logits ratio. */
export type TargetLoss = "crossEntropy" | "margin" | "dlr";

/**
 * Labels as float32 targets: 1 at the label, 0 elsewhere.
 *
 * Shapes: n labels -> [n, classes].
 * Errors: ParameterError on a label that is no class.
 */
export function oneHotTargets(labels: ArrayLike<number>, classes: number): NdArray {
  const data = new Float32Array(labels.length * classes);
  for (let n = 0; n < labels.length; n++) {
    const label = labels[n];
    if (!Number.isInteger(label) || label < 0 || label >= classes) throw new ParameterError({ where: "oneHotTargets", problem: `label ${label} of sample ${n} is no class.`, expected: `an integer from 0 to ${classes - 1}.` });
    data[n * classes + label] = 1;
  }
  return fromBuffer(data, [labels.length, classes]);
}

/**
 * The loss of each sample by name.
 *
 *   crossEntropy  -sum_j t_j ln p_j
 *   margin        -F_y + ln sum_{j != y} e^{F_j}
 *   dlr           -(F_y - max_{j != y} F_j) / (F_(1) - F_(3)),  F_(1) >= F_(2) >= ... the sorted logits
 *
 * The last one does not change when logits are scaled, so that an attack on it is not misled by large logits; it needs three
 * classes. All logits equal: 0 (1e-12 is added to the range).
 * Shapes: logits and targets [n, classes >= 2] -> [n].
 * Errors: ShapeError unless the shapes agree and there are at least two classes (dlr: three).
 * Source: docs/theory, section 4; dlr: Croce & Hein, arXiv 2003.01690, section 5 (its formula for a known label).
 */
export function targetLoss(name: TargetLoss, logits: Value, targets: Value): Value {
  if (logits.shape.length !== 2 || logits.shape[1] < 2 || logits.shape[0] !== targets.shape[0] || logits.shape[1] !== targets.shape[1]) {
    throw new ShapeError({ where: "targetLoss", problem: `logits ${shapeText(logits.shape)} came with targets ${shapeText(targets.shape)}.`, expected: "[samples, classes] both, with at least two classes." });
  }
  if (name === "crossEntropy") return neg(sum(mul(logSoftmax(logits), targets), { axes: 1 }));
  const own = sum(mul(logits, targets), { axes: 1 });
  const others = sub(logits, mul(targets, excluded));
  if (name === "margin") return sub(logsumexp(others), own);
  if (logits.shape[1] < 3) throw new ShapeError({ where: "targetLoss", problem: "the dlr loss of two classes is constant.", expected: "at least three classes.", mend: "climb the margin." });
  const sorted = topK(logits, 3);
  const range = sub(column(sorted, 0), column(sorted, 2));
  // far below what float32 tells apart of logits of size 1, and it keeps equal logits from dividing 0 by 0
  return div(sub(max(others, { axes: 1 }), own), add(range, 1e-12));
}

function column(x: Value, at: number): Value {
  return sum(slice(x, { axis: 1, start: at, stop: at + 1 }), { axes: 1 });
}
