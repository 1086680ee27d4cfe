/** Operands before an op is applied: their shapes, and whether they go together. */
import { checkOpen, commonDtype, isTraced, type Operand, type Value } from "../autodiff/index.ts";
import { checkView, scalar } from "../ndarray/index.ts";

/** Errors: ParameterError naming the op when the operand is no array; DerivativeError when it outlived its trace. */
export function operandShape(where: string, x: Operand): readonly number[] {
  if (typeof x === "number") return [];
  if (!isTraced(x)) return checkView(where, x).shape;
  checkOpen(where, x);
  return x.shape;
}

/** The same for operands of one op that is made of others, which would else speak in its place. Errors: also ParameterError on mixed dtypes. */
export function operandShapes(where: string, operands: readonly Operand[]): (readonly number[])[] {
  const shapes = operands.map((operand) => operandShape(where, operand));
  commonDtype(where, operands);
  return shapes;
}

/** Operands with numbers made arrays, of the dtype that they take from the others: reshaped alone, they would be float64. */
export function asArrays(where: string, operands: readonly Operand[]): Value[] {
  const dtype = commonDtype(where, operands);
  return operands.map((operand) => (typeof operand === "number" ? scalar(operand, dtype) : operand));
}
