import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes, reducedShape } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";
import { reduceForward } from "./reduce.ts";
import { reshape } from "./reshape.ts";

interface Params { axes: readonly number[]; keepAxes: boolean }

export const sumPrimitive = definePrimitive<Params>({
  name: "sum",
  maths: "b = \\sum_{\\text{axes}} a",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\text{, spread over the axes}"] },
  source: "textbook",
  shape: ([x], { axes, keepAxes }) => reducedShape(x, normalizeAxes("sum", axes, x), keepAxes),
  forward: reduceForward("sumAxis"),
  // the backward walk spreads this cotangent over the summed axes
  vjp: [function sumVjp(ct, { args: [x], params }) { return reshape(ct, reducedShape(x.shape, params.axes, true)); }],
  jvp: [function sumJvp(tangent, { params }) { return sum(tangent, { axes: params.axes, keepAxes: params.keepAxes }); }],
  batch: function sumBatch([x], { axes, keepAxes }) { return sum(x, { axes: axes.map((axis) => axis + 1), keepAxes }); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[2, 3, 4]], params: { axes: [1], keepAxes: false } },
    { shapes: [[2, 3, 4]], params: { axes: [0, 2], keepAxes: true } },
    { shapes: [[5]], params: { axes: [0], keepAxes: false } },
    { shapes: [[2, 0, 3]], params: { axes: [1], keepAxes: false } },
    { shapes: [[2, 0, 3]], params: { axes: [0], keepAxes: false } },
    { shapes: [[3, 1]], params: { axes: [], keepAxes: false } },
    { shapes: [[]], params: { axes: [], keepAxes: false } },
  ],
});

const checkOptions = optionsOf("sum", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * Sum over axes (all by default).
 *
 * Shapes:  the reduced axes disappear, or stay with length 1 under keepAxes; an empty sum is 0.
 * Errors:  ShapeError on an axis that does not exist, ParameterError on one named twice.
 * Example: sum(array([[1, 2], [3, 4]]), { axes: 0 })  // => [4, 6]
 */
export function sum(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  return apply(sumPrimitive, [x], { axes: normalizeAxes("sum", options.axes, operandShape("sum", x)), keepAxes: options.keepAxes ?? false });
}
