/** Shapes of operands before an op is applied. */
import { isTraced, type Operand } from "../autodiff/index.ts";
import { checkView } from "../ndarray/index.ts";

/** Errors: ParameterError naming the op when the operand is no array. */
export function operandShape(where: string, x: Operand): readonly number[] {
  if (typeof x === "number") return [];
  return isTraced(x) ? x.shape : checkView(where, x).shape;
}
