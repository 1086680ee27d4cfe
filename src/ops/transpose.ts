import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { shown } from "../errors/options.ts";
import { areDistinct, normalizeAxis, permuted, transposeView } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";

export const transposePrimitive = definePrimitive<{ axes: readonly number[] }>({
  name: "transpose",
  maths: "b_{i_{\\pi(1)} \\dots} = a_{i_1 \\dots}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{i_1 \\dots} = \\mathrm{ct}_{i_{\\pi(1)} \\dots}"] },
  source: "textbook",
  shape: ([x], { axes }) => {
    if (axes.length !== x.length || !areDistinct(axes) || axes.some((axis) => !(axis >= 0 && axis < x.length))) {
      throw new ShapeError({ where: "transpose", problem: `axes ${shapeText(axes)} are no order of the axes of shape ${shapeText(x)}.`, expected: `each of 0 to ${x.length - 1} once.` });
    }
    return permuted(x, axes);
  },
  forward: ([x], { axes }) => transposeView(x, axes),
  vjp: [function transposeVjp(ct, { params }) { return transpose(ct, inverse(params.axes)); }],
  jvp: [function transposeJvp(tangent, { params }) { return transpose(tangent, params.axes); }],
  batch: function transposeBatch([x], { axes }) { return transpose(x, [0, ...axes.map((axis) => axis + 1)]); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[2, 3]], params: { axes: [1, 0] } },
    { shapes: [[2, 3, 4]], params: { axes: [2, 0, 1] } },
    { shapes: [[3]], params: { axes: [0] } },
    { shapes: [[0, 2]], params: { axes: [1, 0] } },
  ],
});

function inverse(axes: readonly number[]): number[] {
  const back = new Array<number>(axes.length);
  axes.forEach((axis, position) => { back[axis] = position; });
  return back;
}

/**
 * Axes in another order (reversed by default), as a view.
 *
 * Errors:  ShapeError unless `axes` names every axis once.
 * Example: transpose(array([[1, 2], [3, 4]]))  // => [[1, 3], [2, 4]]
 */
export function transpose(x: Operand, axes?: readonly number[]): Value {
  const shape = operandShape("transpose", x);
  if (axes !== undefined && !Array.isArray(axes)) throw new ParameterError({ where: "transpose", problem: `the axes are ${shown(axes)}.`, expected: "all axes in their new order, as one list.", mend: shape.length < 2 ? "leave them out." : `as in transpose(x, [${shape.map((_, axis) => shape.length - 1 - axis).join(", ")}]).` });
  const order = axes === undefined ? shape.map((_, axis) => shape.length - 1 - axis) : axes.map((axis) => normalizeAxis("transpose", axis, shape));
  return apply(transposePrimitive, [x], { axes: order });
}
