/**
 * Softmax over rows: the row maximum is subtracted first, the exponentials are added in ascending order from +0, and
 * log p = (x - max) - log(sum), which keeps digits that max + log(sum) would lose.
 */
import type { FloatArray } from "../types.ts";
import { expF64, logF64 } from "./exp-log.ts";
import { roundingOf } from "./rounding.ts";
import type { Round } from "./rounding.ts";

function rowMax(x: FloatArray, start: number, n: number): number {
  let largest = -Infinity;
  for (let j = 0; j < n; j++) largest = Math.max(largest, x[start + j]);
  return largest;
}

function sumOfExponentials(x: FloatArray, start: number, n: number, largest: number, r: Round): number {
  let sum = 0;
  for (let j = 0; j < n; j++) sum = r(sum + r(expF64(r(x[start + j] - largest))));
  return sum;
}

/** out = (x - max) - log(sum of exp(x - max)), row by row */
export function logSoftmax(logits: FloatArray, out: FloatArray, rows: number, classes: number): void {
  const r = roundingOf(out);
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    const largest = rowMax(logits, start, classes);
    const logSum = r(logF64(sumOfExponentials(logits, start, classes, largest, r)));
    for (let j = start; j < start + classes; j++) out[j] = r(r(logits[j] - largest) - logSum);
  }
}

/** out[row] = log(sum) - (x[label] - max); NaN when the label is no class */
export function softmaxCrossEntropy(logits: FloatArray, labels: Int32Array, out: FloatArray, rows: number, classes: number): void {
  const r = roundingOf(out);
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    const label = labels[row];
    const largest = rowMax(logits, start, classes);
    const logSum = r(logF64(sumOfExponentials(logits, start, classes, largest, r)));
    out[row] = label >= 0 && label < classes ? r(logSum - r(logits[start + label] - largest)) : NaN;
  }
}

/** out[row,j] = ct[row] (exp(x - max) / sum - [j == labels[row]]) */
export function softmaxCrossEntropyVjp(
  logits: FloatArray, labels: Int32Array, ct: FloatArray, out: FloatArray, rows: number, classes: number,
): void {
  const r = roundingOf(out);
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    const largest = rowMax(logits, start, classes);
    const sum = sumOfExponentials(logits, start, classes, largest, r);
    for (let j = 0; j < classes; j++) {
      const p = r(r(expF64(r(logits[start + j] - largest))) / sum);
      out[start + j] = ct[row] * (j === labels[row] ? r(p - 1) : p);
    }
  }
}
