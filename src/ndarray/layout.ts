/** Views that only rearrange strides, and the one copy that makes a view contiguous. */
import { ShapeError, shapeText } from "../errors/index.ts";
import { allocate, type Dtype, dtypeOf, sizeOf, view, type FloatArray, type Nested, type NdArray } from "./nd-array.ts";

/** Whether the elements lie in row-major order without gaps (axes of length 1 may have any stride). */
export function isContiguous(x: NdArray): boolean {
  let expected = 1;
  for (let axis = x.shape.length - 1; axis >= 0; axis--) {
    if (x.shape[axis] !== 1) {
      if (x.stride[axis] !== expected) return sizeOf(x.shape) === 0;
      expected *= x.shape[axis];
    }
  }
  return true;
}

/** The elements in row-major order: the view's own memory when it is contiguous, else a copy into room of `make`'s. */
export function elements(x: NdArray, make: (dtype: Dtype, size: number) => FloatArray = allocate): FloatArray {
  const size = sizeOf(x.shape);
  if (isContiguous(x)) {
    return x.offset === 0 && x.data.length === size ? x.data : x.data.subarray(x.offset, x.offset + size);
  }
  const out = make(dtypeOf(x), size);
  copyElements(x, out);
  return out;
}

/** Copies the elements in row-major order into `out`. */
export function copyElements(x: NdArray, out: FloatArray): void {
  const rank = x.shape.length;
  if (sizeOf(x.shape) === 0) return;
  if (isContiguous(x)) {
    out.set(elements(x));
    return;
  }
  const { data, shape, stride } = x;
  // a number read as a whole array
  if (stride.every((length) => length === 0)) {
    out.fill(data[x.offset], 0, sizeOf(shape));
    return;
  }
  const length = shape[rank - 1];
  const step = stride[rank - 1];
  const index = new Array<number>(rank).fill(0);
  let from = x.offset;
  let to = 0;
  for (;;) {
    for (let j = 0, at = from; j < length; j++, at += step) out[to++] = data[at];
    let axis = rank - 2;
    while (axis >= 0 && ++index[axis] === shape[axis]) {
      from -= (shape[axis] - 1) * stride[axis];
      index[axis--] = 0;
    }
    if (axis < 0) return;
    from += stride[axis];
  }
}

/** A fresh contiguous copy on the JavaScript heap. */
export function copy(x: NdArray): NdArray {
  const data = allocate(dtypeOf(x), sizeOf(x.shape));
  copyElements(x, data);
  return view(data, x.shape);
}

export function transposeView(x: NdArray, axes: readonly number[]): NdArray {
  return view(x.data, permuted(x.shape, axes), permuted(x.stride, axes), x.offset);
}

/** The entries of a list in the order of these axes. */
export function permuted(list: readonly number[], axes: readonly number[]): number[] {
  const out = new Array<number>(axes.length);
  for (let at = 0; at < axes.length; at++) out[at] = list[axes[at]];
  return out;
}

/**
 * The shape two operands broadcast to: aligned at the last axis, lengths equal or one of them 1.
 *
 * Errors: ShapeError naming `where` and both shapes.
 */
export function broadcastShapes(where: string, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const lengthA = a[axis - rank + a.length] ?? 1;
    const lengthB = b[axis - rank + b.length] ?? 1;
    if (lengthA !== lengthB && lengthA !== 1 && lengthB !== 1) {
      throw new ShapeError({
        where, problem: `shapes ${shapeText(a)} and ${shapeText(b)} do not broadcast: axis ${axis - rank} has ${lengthA} and ${lengthB}.`,
        expected: "equal lengths, or 1, on every axis counted from the last.", mend: "reshape one operand so that its axes line up.",
      });
    }
    shape[axis] = lengthA === 1 ? lengthB : lengthA;
  }
  return shape;
}

/** `x` seen with a larger shape: new and stretched axes get stride 0. The caller has checked that it broadcasts. */
export function broadcastView(x: NdArray, shape: readonly number[]): NdArray {
  const lead = shape.length - x.shape.length;
  const strides = shape.map((length, axis) => (axis < lead || (x.shape[axis - lead] === 1 && length !== 1) ? 0 : x.stride[axis - lead]));
  return view(x.data, shape, strides, x.offset);
}

/** The elements of x broadcast to a shape, in row-major order; copied into room of `make`'s only when they do not lie so already. */
export function spreadElements(
  x: NdArray, shape: readonly number[], near: (x: NdArray) => FloatArray, make: (dtype: Dtype, size: number) => FloatArray,
): FloatArray {
  if (sizeOf(x.shape) === sizeOf(shape)) return near(x);
  const out = make(dtypeOf(x), sizeOf(shape));
  if (sizeOf(x.shape) === 1) return out.fill(x.data[x.offset]);
  copyElements(broadcastView(x, shape), out);
  return out;
}

/** Nested lists of the elements; a number for a scalar. */
export function toNested(x: NdArray): Nested {
  const flat = elements(x);
  let at = 0;
  const build = (axis: number): Nested => (axis === x.shape.length ? flat[at++] : Array.from({ length: x.shape[axis] }, () => build(axis + 1)));
  return build(0);
}
