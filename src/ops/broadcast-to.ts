import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { broadcastView, checkShape } from "../ndarray/index.ts";
import { checkShapeList } from "./arguments.ts";
import { reshape } from "./reshape.ts";

/** Registered as "broadcastTo": the forward walk meets it by that name to spread tangents. */
export const broadcastToPrimitive = definePrimitive<{ shape: readonly number[] }>({
  name: "broadcastTo",
  maths: "b_{ij} = a_{j}",
  rules: { vjp: ["(\\mathrm{ct}_a)_j = \\sum_i \\mathrm{ct}_{ij}"] },
  source: "textbook",
  shape: ([x], { shape }) => {
    checkShape("broadcastTo", shape);
    const fits = x.length <= shape.length && x.every((length, axis) => length === 1 || length === shape[axis - x.length + shape.length]);
    if (!fits) throw new ShapeError({ where: "broadcastTo", problem: `shape ${shapeText(x)} does not stretch to ${shapeText(shape)}.`, expected: "equal lengths, or 1, on every axis counted from the last." });
    return [...shape];
  },
  forward: ([x], _params, shape) => broadcastView(x, shape),
  // the backward walk sums this cotangent down
  vjp: [function broadcastToVjp(ct) { return ct; }],
  jvp: [function broadcastToJvp(tangent, { params }) { return broadcastTo(tangent, params.shape); }],
  batch: function broadcastToBatch([x], { shape }) {
    const [batch, ...own] = x.shape;
    return broadcastTo(reshape(x, [batch, ...shape.slice(own.length).map(() => 1), ...own]), [batch, ...shape]);
  },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[3]], params: { shape: [2, 3] } },
    { shapes: [[]], params: { shape: [2, 2] } },
    { shapes: [[2, 1]], params: { shape: [2, 4] } },
    { shapes: [[1, 3]], params: { shape: [0, 3] } },
  ],
});

/** `x` seen with a larger shape, without a copy. Errors: ShapeError when it does not stretch. Example: broadcastTo(1, [2])  // => [1, 1] */
export function broadcastTo(x: Operand, shape: readonly number[]): Value {
  checkShapeList("broadcastTo", shape);
  return apply(broadcastToPrimitive, [x], { shape });
}
