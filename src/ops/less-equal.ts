import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { comparison } from "./comparison.ts";

export const lessEqualPrimitive = definePrimitive(comparison("lessEqual", "\\le", (a, b) => a <= b));

/**
 * 1 where a is at most b and 0 elsewhere (also beside NaN); its derivative is zero.
 *
 * Shapes:  any two that broadcast.
 * Example: lessEqual(array([1, 2, 3]), 2)  // => [1, 1, 0]
 */
export function lessEqual(a: Operand, b: Operand): Value {
  return apply(lessEqualPrimitive, [a, b], {});
}
