import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { comparison } from "./comparison.ts";

export const greaterPrimitive = definePrimitive(comparison("greater", ">", (a, b) => a > b));

/**
 * 1 where a is above b and 0 elsewhere (also beside NaN); its derivative is zero.
 *
 * Shapes:  any two that broadcast.
 * Example: greater(array([1, 2, 3]), 2)  // => [0, 0, 1]
 */
export function greater(a: Operand, b: Operand): Value {
  return apply(greaterPrimitive, [a, b], {});
}
