/** Sums over the elements of plain arrays. */
import { elements, type NdArray } from "../ndarray/index.ts";

/** <x, y>. */
export function inner(x: NdArray, y: NdArray): number {
  const [a, b] = [elements(x), elements(y)];
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

/** sum |x_i y_i|: the scale that <x, y> is judged on. */
export function innerSize(x: NdArray, y: NdArray): number {
  const [a, b] = [elements(x), elements(y)];
  let total = 0;
  for (let i = 0; i < a.length; i++) total += Math.abs(a[i] * b[i]);
  return total;
}

/** max |x_i|, 0 without elements. */
export function largest(x: NdArray): number {
  let most = 0;
  for (const value of elements(x)) most = Math.max(most, Math.abs(value));
  return most;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The index along each axis of row-major element `at`. */
export function coordinates(at: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  let rest = at;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}
