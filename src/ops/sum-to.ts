import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { checkShape, view } from "../ndarray/index.ts";
import { checkShapeList } from "./arguments.ts";
import { reduceForward } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

const reduce = reduceForward("sumAxis");

/** Axes that summing down to `shape` reduces. */
function stretchedAxes(from: readonly number[], to: readonly number[]): number[] {
  const lead = from.length - to.length;
  return from.map((_, axis) => axis).filter((axis) => axis < lead || (to[axis - lead] === 1 && from[axis] !== 1));
}

/** Registered as "sumTo": the backward walk meets it by that name, and nothing else undoes broadcasting. */
export const sumToPrimitive = definePrimitive<{ shape: readonly number[] }>({
  name: "sumTo",
  maths: "b_{j} = \\sum_i a_{ij}",
  rules: { vjp: ["(\\mathrm{ct}_a)_{ij} = \\mathrm{ct}_j"] },
  source: "textbook (the adjoint of broadcasting)",
  shape: ([x], { shape }) => {
    checkShape("sumTo", shape);
    const lead = x.length - shape.length;
    const fits = lead >= 0 && shape.every((length, axis) => length === 1 || length === x[axis + lead]);
    if (!fits) throw new ShapeError({ where: "sumTo", problem: `shape ${shapeText(x)} cannot be summed down to ${shapeText(shape)}.`, expected: "a shape that broadcasts to the operand's." });
    return [...shape];
  },
  forward: (args, _params, shape, context) => {
    const axes = stretchedAxes(args[0].shape, shape);
    return view(reduce(args, { axes }, shape, context).data, shape, undefined, 0);
  },
  // the backward walk spreads this cotangent; aligned at the last axis, so new leading axes need no reshape
  vjp: [function sumToVjp(ct) { return ct; }],
  jvp: [function sumToJvp(tangent, { params }) { return sumTo(tangent, params.shape); }],
  // the axes are reduced by their own numbers, so that runs of neighbours, and with them the additions, stay the same
  batch: function sumToBatch([x], { shape }) {
    const [batch, ...own] = x.shape;
    return reshape(sum(x, { axes: stretchedAxes(own, shape).map((axis) => axis + 1) }), [batch, ...shape]);
  },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[2, 3]], params: { shape: [3] } },
    { shapes: [[2, 3]], params: { shape: [2, 1] } },
    { shapes: [[2, 3, 2]], params: { shape: [] } },
    { shapes: [[2, 3]], params: { shape: [2, 3] } },
    { shapes: [[0, 3]], params: { shape: [1, 3] } },
  ],
});

/** Sums down to a shape that broadcasts to the operand's. Example: sumTo(array([[1, 2], [3, 4]]), [2])  // => [4, 6] */
export function sumTo(x: Operand, shape: readonly number[]): Value {
  checkShapeList("sumTo", shape);
  return apply(sumToPrimitive, [x], { shape });
}
