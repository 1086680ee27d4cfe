import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { comparison } from "./comparison.ts";

export const lessPrimitive = definePrimitive(comparison("less", "<", (a, b) => a < b));

/**
 * 1 where a is below b and 0 elsewhere (also beside NaN); its derivative is zero.
 *
 * Shapes:  any two that broadcast.
 * Example: less(array([1, 2, 3]), 2)  // => [1, 0, 0]
 */
export function less(a: Operand, b: Operand): Value {
  return apply(lessPrimitive, [a, b], {});
}
