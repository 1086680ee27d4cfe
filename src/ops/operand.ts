/** Shapes of operands before an op is applied. */
import type { Operand } from "../autodiff/index.ts";

export function operandShape(x: Operand): readonly number[] {
  return typeof x === "number" ? [] : x.shape;
}
