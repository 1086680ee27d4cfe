/** What naive loops in tests are made of: every index of a shape, and elements looked up one by one. */
import fc from "fast-check";
import { allocate, array, copy, type Dtype, type NdArray, sizeOf } from "../../src/ndarray/index.ts";
import { reversedView, slicedView, transposedView } from "./arrays.ts";

/** Every index of a shape, row-major. */
export function indicesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((all, length) => all.flatMap((index) => Array.from({ length }, (_, i) => [...index, i])), [[]]);
}

/** The element at an index. */
export function elementAt(x: NdArray, index: readonly number[]): number {
  return x.get(...index);
}

/** An array filled from its indices. */
export function fromIndices(shape: readonly number[], value: (index: number[]) => number): NdArray {
  const data = allocate("float64", sizeOf(shape));
  indicesOf(shape).forEach((index, at) => { data[at] = value(index); });
  return array(data, shape);
}

/** The index with its entry at an axis replaced. */
export function withEntry(index: readonly number[], axis: number, entry: number): number[] {
  return index.map((own, at) => (at === axis ? entry : own));
}

/** Shapes of rank low..high with axes of length 0, 1 and more. */
export function shapes(low: number, high: number, longest = 4): fc.Arbitrary<number[]> {
  return fc.array(fc.integer({ min: 0, max: longest }), { minLength: low, maxLength: high });
}

/** An array of small integers (sums and products of a few are exact), plain or seen through a transposed, reversed or sliced view. */
export function integers(shape: readonly number[], dtype: Dtype = "float64"): fc.Arbitrary<NdArray> {
  const size = sizeOf(shape);
  return fc.tuple(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: size, maxLength: size }), fc.constantFrom(copy, transposedView, reversedView, slicedView))
    .map(([values, seen]) => {
      const data = allocate(dtype, size);
      data.set(values);
      return seen(array(data, shape));
    });
}
