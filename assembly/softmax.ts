import { expPair, expScalar, logScalar } from "./math";
import { laneCount } from "./lanes";

/**
 * Softmax over the rows of logits[rows, classes]: the row maximum is subtracted first, the exponentials are added in
 * ascending order from +0, and the logarithm of that sum is subtracted from the shifted logit: log p = (x - max) - log(sum),
 * which keeps digits that max + log(sum) would lose. Exponentials and logarithms are those of math.ts.
 */

// @ts-ignore: decorator
@inline
function rowMax<T extends number>(x: usize, n: i32): T {
  let largest = <T>-Infinity;
  for (let j = 0; j < n; j++) largest = max<T>(largest, load<T>(x + <usize>j * sizeof<T>()));
  return largest;
}

/** exp(x - largest) of two neighbours; for f32 the difference and the result are rounded to f32. */
// @ts-ignore: decorator
@inline
function shiftedExpPair<T extends number>(at: usize, largest: T): v128 {
  if (sizeof<T>() == 8) return expPair(f64x2.sub(v128.load(at), f64x2.splat(<f64>largest)));
  const shifted = f32x4.sub(v128.load64_zero(at), f32x4.splat(<f32>largest));
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(expPair(f64x2.promote_low_f32x4(shifted))));
}

/** Sum of exp(x - largest), ascending; with `out` != 0 the exponentials are stored there too. */
// @ts-ignore: decorator
@inline
function sumOfExponentials<T extends number>(x: usize, n: i32, largest: T, out: usize): T {
  const pairs = n & ~1;
  let sum = <T>0;
  let j = 0;
  for (; j < pairs; j += 2) {
    const at = <usize>j * sizeof<T>();
    const e = shiftedExpPair<T>(x + at, largest);
    const first = <T>f64x2.extract_lane(e, 0), second = <T>f64x2.extract_lane(e, 1);
    sum = <T>(<T>(sum + first) + second);
    if (out != 0) {
      store<T>(out + at, first);
      store<T>(out + at, second, sizeof<T>());
    }
  }
  if (j < n) {
    const at = <usize>j * sizeof<T>();
    const e = expScalar<T>(<T>(load<T>(x + at) - largest));
    sum = <T>(sum + e);
    if (out != 0) store<T>(out + at, e);
  }
  return sum;
}

// @ts-ignore: decorator
@inline
function logSoftmax<T extends number>(logits: usize, out: usize, rows: i32, classes: i32): void {
  const rowBytes = <usize>classes * sizeof<T>();
  const whole = classes - classes % laneCount<T>();
  for (let row = 0; row < rows; row++) {
    const largest = rowMax<T>(logits, classes);
    const logSum = <T>logScalar(<f64>sumOfExponentials<T>(logits, classes, largest, 0));
    const largests = v128.splat<T>(largest), logSums = v128.splat<T>(logSum);
    let j = 0;
    for (; j < whole; j += laneCount<T>()) {
      const at = <usize>j * sizeof<T>();
      v128.store(out + at, v128.sub<T>(v128.sub<T>(v128.load(logits + at), largests), logSums));
    }
    for (; j < classes; j++) {
      const at = <usize>j * sizeof<T>();
      store<T>(out + at, <T>(<T>(load<T>(logits + at) - largest) - logSum));
    }
    logits += rowBytes;
    out += rowBytes;
  }
}

// @ts-ignore: decorator
@inline
function softmaxCrossEntropy<T extends number>(logits: usize, labels: usize, out: usize, rows: i32, classes: i32): void {
  for (let row = 0; row < rows; row++) {
    const label = load<u32>(labels + (<usize>row << 2));
    let loss = <T>NaN;
    if (label < <u32>classes) {
      const largest = rowMax<T>(logits, classes);
      const logSum = <T>logScalar(<f64>sumOfExponentials<T>(logits, classes, largest, 0));
      loss = <T>(logSum - <T>(load<T>(logits + <usize>label * sizeof<T>()) - largest));
    }
    store<T>(out + <usize>row * sizeof<T>(), loss);
    logits += <usize>classes * sizeof<T>();
  }
}

// @ts-ignore: decorator
@inline
function softmaxCrossEntropyVjp<T extends number>(logits: usize, labels: usize, ct: usize, out: usize, rows: i32, classes: i32): void {
  const rowBytes = <usize>classes * sizeof<T>();
  for (let row = 0; row < rows; row++) {
    const label = load<i32>(labels + (<usize>row << 2));
    const c = load<T>(ct + <usize>row * sizeof<T>());
    const sum = sumOfExponentials<T>(logits, classes, rowMax<T>(logits, classes), out);
    for (let j = 0; j < classes; j++) {
      const at = <usize>j * sizeof<T>();
      const p = <T>(load<T>(out + at) / sum);
      store<T>(out + at, <T>(c * (j == label ? <T>(p - 1) : p)));
    }
    logits += rowBytes;
    out += rowBytes;
  }
}

/** logSoftmaxF64: out = (x - max) - log(sum of exp(x - max)), row by row. Sum ascending from +0. out may be logits. */
export function logSoftmaxF64(logits: usize, out: usize, rows: i32, classes: i32): void {
  logSoftmax<f64>(logits, out, rows, classes);
}
/** logSoftmaxF32: as logSoftmaxF64, every operation rounded to f32. */
export function logSoftmaxF32(logits: usize, out: usize, rows: i32, classes: i32): void {
  logSoftmax<f32>(logits, out, rows, classes);
}
/** softmaxCrossEntropyF64: out[row] = log(sum) - (x[label] - max); NaN when the label is no class. Sum ascending from +0. */
export function softmaxCrossEntropyF64(logits: usize, labels: usize, out: usize, rows: i32, classes: i32): void {
  softmaxCrossEntropy<f64>(logits, labels, out, rows, classes);
}
/** softmaxCrossEntropyF32: as softmaxCrossEntropyF64, every operation rounded to f32. */
export function softmaxCrossEntropyF32(logits: usize, labels: usize, out: usize, rows: i32, classes: i32): void {
  softmaxCrossEntropy<f32>(logits, labels, out, rows, classes);
}
/** softmaxCrossEntropyVjpF64: out[row,j] = ct[row] (exp(x - max) / sum - [j == label]). Sum ascending from +0. out may be logits. */
export function softmaxCrossEntropyVjpF64(logits: usize, labels: usize, ct: usize, out: usize, rows: i32, classes: i32): void {
  softmaxCrossEntropyVjp<f64>(logits, labels, ct, out, rows, classes);
}
/** softmaxCrossEntropyVjpF32: as softmaxCrossEntropyVjpF64, every operation rounded to f32. */
export function softmaxCrossEntropyVjpF32(logits: usize, labels: usize, ct: usize, out: usize, rows: i32, classes: i32): void {
  softmaxCrossEntropyVjp<f32>(logits, labels, ct, out, rows, classes);
}
