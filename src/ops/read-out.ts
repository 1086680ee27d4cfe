/** Numbers out of values: the end of the way, where nothing is recorded any more. */
import { checkOpen, isTraced, type Value } from "../autodiff/index.ts";
import { DerivativeError } from "../errors/index.ts";
import { checkView, elements as elementsOf, type FloatArray, item as itemOf, type NdArray, toNested as nestedOf } from "../ndarray/index.ts";

/** Errors: DerivativeError on a traced value: a number read out of it would be a constant to the derivative. */
function plain(where: string, x: Value): NdArray {
  if (!isTraced(x)) return checkView(where, x);
  checkOpen(where, x);
  throw new DerivativeError({
    where, problem: "the value is traced: a number read out of it would not be differentiated.",
    expected: "a plain array.", mend: "compute with ops inside the function, and read numbers out of what grad, vjp or jvp return; with { aux: true } a value comes out beside the gradient.",
  });
}

/**
 * The value of an array with one element.
 *
 * Errors:  ShapeError when it has another number of elements; DerivativeError on a traced value.
 * Example: item(array([[7]]))  // => 7
 */
export function item(x: Value): number {
  return itemOf(plain("item", x));
}

/**
 * Nested lists of the elements; a number for a scalar. Pass the type you know it has: toNested<number[][]>(matrix).
 *
 * Errors:  DerivativeError on a traced value.
 * Example: toNested(array([[1, 2], [3, 4]]))  // => [[1, 2], [3, 4]]
 */
export function toNested<T = any>(x: Value): T {
  return nestedOf(plain("toNested", x)) as T;
}

/**
 * The elements in row-major order: the array's own memory when it lies so already, else a copy.
 *
 * Errors:  DerivativeError on a traced value.
 * Example: elements(array([[1, 2], [3, 4]])).length  // => 4
 */
export function elements(x: Value): FloatArray {
  return elementsOf(plain("elements", x));
}
