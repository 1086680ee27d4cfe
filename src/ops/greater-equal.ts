import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { comparison } from "./comparison.ts";

export const greaterEqualPrimitive = definePrimitive(comparison("greaterEqual", "\\ge", (a, b) => a >= b));

/**
 * 1 where a is at least b and 0 elsewhere (also beside NaN); its derivative is zero.
 *
 * Shapes:  any two that broadcast.
 * Example: greaterEqual(array([1, 2, 3]), 2)  // => [0, 1, 1]
 */
export function greaterEqual(a: Operand, b: Operand): Value {
  return apply(greaterEqualPrimitive, [a, b], {});
}
