import type { Operand, Value } from "../autodiff/index.ts";
import { mul } from "./mul.ts";
import { asArrays, operandShapes } from "./operand.ts";
import { reshape } from "./reshape.ts";

/**
 * Outer product: every element of a times every element of b.
 *
 * Shapes:  a: S, b: T -> S followed by T; two vectors give a matrix.
 * Example: outer(array([1, 2]), array([3, 4]))  // => [[3, 4], [6, 8]]
 */
export function outer(a: Operand, b: Operand): Value {
  const [own, other] = operandShapes("outer", [a, b]);
  const [left] = asArrays("outer", [a, b]);
  return mul(reshape(left, [...own, ...other.map(() => 1)]), b);
}
