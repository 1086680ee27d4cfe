/**
 * The array type at the public edge: an `ndarray` view on a Float64Array or a Float32Array, checked when it comes in.
 *
 * The `ndarray` package checks nothing and gives `undefined` for an index out of bounds, so every view is made or
 * validated here. Views are row-major unless an operation says otherwise; strides may be anything, also 0 or negative.
 */
import makeView from "ndarray";
import type ndarray from "ndarray";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { keepFreedMemory } from "./freed-memory.ts";
import { areIntegers, equalLists } from "./lists.ts";

export type FloatArray = Float64Array | Float32Array;
export type Dtype = "float64" | "float32";
export type NdArray = ndarray.NdArray<FloatArray>;
/** Nested lists of numbers, as written by hand: [[1, 2], [3, 4]]. */
export type Nested = number | readonly Nested[];

/** Number of elements of a shape, or of its axes from `first` up to `end`; 1 for a scalar. */
export function sizeOf(shape: readonly number[], first = 0, end = shape.length): number {
  let size = 1;
  for (let axis = first; axis < end; axis++) size *= shape[axis];
  return size;
}

/** Strides of a contiguous row-major array of this shape. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

export function dtypeOf(x: NdArray): Dtype {
  return x.data instanceof Float32Array ? "float32" : "float64";
}

/** An unchecked view, for code that has already computed a consistent shape, strides (row-major by default) and offset. */
export function view(data: FloatArray, shape: readonly number[], strides?: readonly number[], offset = 0): NdArray {
  const rank = shape.length;
  if (rank > 4) return makeView(data, shape.slice(), strides?.slice() ?? rowMajorStrides(shape), offset) as NdArray; // which keeps the lists it is given
  const View = classOf(data, rank);
  if (rank === 0) return new View(data, offset);
  // most views are row-major: no list of strides is made for them
  const last = strides === undefined ? 1 : strides[rank - 1];
  if (rank === 1) return new View(data, shape[0], last, offset);
  const third = strides === undefined ? shape[rank - 1] : strides[rank - 2];
  if (rank === 2) return new View(data, shape[0], shape[1], third, last, offset);
  const second = strides === undefined ? third * shape[rank - 2] : strides[rank - 3];
  if (rank === 3) return new View(data, shape[0], shape[1], shape[2], second, third, last, offset);
  const first = strides === undefined ? second * shape[1] : strides[0];
  return new View(data, shape[0], shape[1], shape[2], shape[3], first, second, third, last, offset);
}

type ViewClass = new (data: FloatArray, ...lengthsThenStridesThenOffset: number[]) => NdArray;
/** By rank. */
const classes: Record<Dtype, ViewClass[]> = { float64: [], float32: [] };

/** The package's class for views of this dtype and rank: it looks that up anew, by name, for every view, which costs as much as a small kernel. */
function classOf(data: FloatArray, rank: number): ViewClass {
  const known = classes[data instanceof Float32Array ? "float32" : "float64"];
  return (known[rank] ??= makeView(data.subarray(0, 0), new Array<number>(rank).fill(0)).constructor as ViewClass);
}

/** Room for numbers that are all still to be written: what lies in it is anything. `zeros` gives zeros. */
export function allocate(dtype: Dtype, size: number): FloatArray {
  const type = dtype === "float32" ? Float32Array : Float64Array;
  const bytes = size * type.BYTES_PER_ELEMENT;
  if (host === undefined || size < LEAST_UNCLEARED || bytes > MOST_UNCLEARED) return new type(size);
  keepFreedMemory(bytes);
  const { buffer } = host.allocUnsafeSlow(bytes);
  // a page may have a Buffer of another make, which may cut it out of a larger one
  return buffer.byteLength === bytes ? new type(buffer, 0, size) : new type(size);
}
/** Node can leave out clearing memory, and so the page faults of touching it twice; up to one or two thousand elements the call costs more than that saves. */
const LEAST_UNCLEARED = 4096;
/** Node 20 refuses a Buffer of more than 4 GiB, where a typed array may be larger; pages so many are fresh ones anyhow, and clear. */
const MOST_UNCLEARED = 2 ** 30;
const host = (globalThis as { Buffer?: { allocUnsafeSlow(bytes: number): { buffer: ArrayBuffer } } }).Buffer;

/**
 * An array from nested lists or from a flat buffer and a shape. Nested lists are copied; a typed buffer is not.
 *
 * Shapes:  nested lists of equal lengths give their own shape; a buffer needs sizeOf(shape) elements.
 * Errors:  ShapeError on ragged lists or a buffer of another length; ParameterError on anything that is no number.
 * Example: array([[1, 2], [3, 4]]).shape  // => [2, 2]
 */
export function array(values: Nested | FloatArray, shape?: readonly number[], dtype: Dtype = "float64"): NdArray {
  if (values instanceof Float64Array || values instanceof Float32Array) return fromBuffer(values, shape ?? [values.length]);
  const own = nestedShape(values);
  const wanted = shape ?? own;
  checkShape("array", wanted);
  if (sizeOf(wanted) !== sizeOf(own)) {
    throw new ShapeError({ where: "array", problem: `${sizeOf(own)} numbers do not fill shape ${shapeText(wanted)}.`, expected: `${sizeOf(wanted)} numbers.` });
  }
  const data = allocate(dtype, sizeOf(wanted));
  fill(values, data, { at: 0 });
  return view(data, wanted);
}

/** A view of a whole buffer, not copied. Errors: ShapeError unless buffer.length === sizeOf(shape). */
export function fromBuffer(data: FloatArray, shape: readonly number[]): NdArray {
  checkShape("fromBuffer", shape);
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError({
      where: "fromBuffer", problem: `a buffer of ${data.length} elements does not fill shape ${shapeText(shape)}.`,
      expected: `${sizeOf(shape)} elements.`, mend: "pass a subarray of the right length, or the shape that the buffer has.",
    });
  }
  return view(data, shape);
}

export function zeros(shape: readonly number[], dtype: Dtype = "float64"): NdArray {
  checkShape("zeros", shape);
  const size = sizeOf(shape);
  return view(dtype === "float32" ? new Float32Array(size) : new Float64Array(size), shape);
}

export function full(shape: readonly number[], value: number, dtype: Dtype = "float64"): NdArray {
  checkShape("full", shape);
  return view(allocate(dtype, sizeOf(shape)).fill(value), shape);
}

export function scalar(value: number, dtype: Dtype = "float64"): NdArray {
  const data = allocate(dtype, 1);
  data[0] = value;
  return view(data, []);
}

export function isNdArray(x: unknown): x is NdArray {
  if (typeof x !== "object" || x === null) return false;
  const { data, shape, stride, offset } = x as Partial<NdArray>;
  // values are read faster than keys are looked for, and only a broken view has a key without a value
  return data !== undefined && ((shape !== undefined && stride !== undefined && offset !== undefined) || ("shape" in x && "stride" in x && "offset" in x));
}

/** The value of an array with one element. Errors: ShapeError when it has another number of elements. */
export function item(x: NdArray): number {
  if (sizeOf(x.shape) !== 1) {
    throw new ShapeError({ where: "item", problem: `an array of shape ${shapeText(x.shape)} is not one number.`, expected: "exactly one element.", mend: "index or reduce it first." });
  }
  return x.data[x.offset];
}

/** Shape entries must be integers >= 0. */
export function checkShape(where: string, shape: readonly number[]): void {
  if (!Array.isArray(shape) || !areIntegers(shape, 0)) {
    throw new ShapeError({ where, problem: `${JSON.stringify(shape)} is not a shape.`, expected: "a list of integers >= 0." });
  }
}

/**
 * Checks a view that came from outside: float data, integer shape, strides and offset, and every element inside the buffer.
 *
 * Errors: ParameterError for another element type; ShapeError when an element would lie outside the buffer.
 * Cost:   one pass over the axes; every op asks this of every operand.
 */
export function checkView(where: string, x: unknown): NdArray {
  if (!isSound(x)) throw whatIsWrong(where, x);
  return x;
}

function isSound(x: unknown): x is NdArray {
  if (!isNdArray(x)) return false;
  const { data, shape, stride, offset } = x;
  if (!(data instanceof Float64Array || data instanceof Float32Array) || !Array.isArray(shape) || !Array.isArray(stride) || stride.length !== shape.length || !Number.isInteger(offset)) return false;
  let low = offset;
  let high = offset;
  let empty = false;
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis];
    const step = stride[axis];
    if (!Number.isInteger(length) || !Number.isInteger(step) || length < 0) return false;
    if (length === 0) empty = true;
    else if (step < 0) low += (length - 1) * step;
    else high += (length - 1) * step;
  }
  return empty || (low >= 0 && high < data.length);
}

function whatIsWrong(where: string, x: unknown): ParameterError | ShapeError {
  if (!isNdArray(x)) {
    return new ParameterError({ where, problem: `${describe(x)} is not an array.`, expected: "a number or an ndarray of float64 or float32.", mend: "wrap nested lists as array([...])." });
  }
  if (!(x.data instanceof Float64Array) && !(x.data instanceof Float32Array)) {
    return new ParameterError({ where, problem: `the array's data is ${describe(x.data)}.`, expected: "a Float64Array or a Float32Array.", mend: "copy it into one, as in array(Float64Array.from(x.data), x.shape)." });
  }
  checkShape(where, x.shape);
  if (!Array.isArray(x.stride) || x.stride.length !== x.shape.length || !areIntegers(x.stride) || !Number.isInteger(x.offset)) {
    return new ShapeError({ where, problem: `strides ${JSON.stringify(x.stride)} and offset ${x.offset} do not fit shape ${shapeText(x.shape)}.`, expected: "one integer stride an axis." });
  }
  const reaches = x.shape.map((length, axis) => (length - 1) * x.stride[axis]);
  const reach = (sign: 1 | -1) => reaches.reduce((sum, own) => sum + Math.max(0, sign * own), 0);
  return new ShapeError({
    where, problem: `shape ${shapeText(x.shape)} with strides ${shapeText(x.stride)} and offset ${x.offset} reaches elements ${x.offset - reach(-1)} to ${x.offset + reach(1)}.`,
    expected: `elements 0 to ${x.data.length - 1}, the buffer's.`, mend: "make the view with array(data, shape), which checks it.",
  });
}

function describe(x: unknown): string {
  if (x === null || x === undefined) return String(x);
  if (Array.isArray(x)) return "a plain list";
  return typeof x === "object" ? `a ${x.constructor?.name ?? "object"}` : `${typeof x} ${String(x)}`;
}

function nestedShape(values: Nested): number[] {
  if (typeof values === "number") return [];
  if (!Array.isArray(values)) {
    throw new ParameterError({ where: "array", problem: `${describe(values)} is neither a number nor a list.`, expected: "numbers in nested lists, or a Float64Array or Float32Array." });
  }
  if (values.length === 0) return [0];
  const inner = nestedShape(values[0]);
  for (const value of values) {
    const other = nestedShape(value);
    if (!equalLists(other, inner)) {
      throw new ShapeError({ where: "array", problem: `the lists are ragged: one has shape ${shapeText(inner)}, another ${shapeText(other)}.`, expected: "lists of equal lengths." });
    }
  }
  return [values.length, ...inner];
}

function fill(values: Nested, data: FloatArray, cursor: { at: number }): void {
  if (typeof values === "number") data[cursor.at++] = values;
  else for (const value of values) fill(value, data, cursor);
}
