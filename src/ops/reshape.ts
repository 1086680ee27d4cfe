import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { checkShape, sizeOf, view } from "../ndarray/index.ts";
import { checkShapeList } from "./arguments.ts";

export const reshapePrimitive = definePrimitive<{ shape: readonly number[] }>({
  name: "reshape",
  maths: "b = a \\text{ in row-major order under a new shape}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\text{ under the shape of } a"] },
  source: "textbook",
  shape: ([x], { shape }) => {
    checkShape("reshape", shape);
    if (sizeOf(x) !== sizeOf(shape)) {
      throw new ShapeError({ where: "reshape", problem: `shape ${shapeText(x)} has ${sizeOf(x)} elements, ${shapeText(shape)} has ${sizeOf(shape)}.`, expected: "the same number of elements." });
    }
    return [...shape];
  },
  forward: ([x], _params, shape, { elements }) => view(elements(x), shape),
  vjp: [function reshapeVjp(ct, { args: [x] }) { return reshape(ct, x.shape); }],
  jvp: [function reshapeJvp(tangent, { params }) { return reshape(tangent, params.shape); }],
  batch: function reshapeBatch([x], { shape }) { return reshape(x, [x.shape[0], ...shape]); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[2, 6]], params: { shape: [3, 4] } },
    { shapes: [[4]], params: { shape: [2, 1, 2] } },
    { shapes: [[1]], params: { shape: [] } },
    { shapes: [[0, 3]], params: { shape: [5, 0] } },
  ],
});

/**
 * The same elements, row-major, under another shape; a view when `x` is contiguous.
 *
 * Errors:  ShapeError when the numbers of elements differ.
 * Example: reshape(array([1, 2, 3, 4]), [2, 2])  // => [[1, 2], [3, 4]]
 */
export function reshape(x: Operand, shape: readonly number[]): Value {
  checkShapeList("reshape", shape);
  return apply(reshapePrimitive, [x], { shape });
}
