import { apply, definePrimitive, type Application, type Operand, type Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, elements as elementsOf, type NdArray, normalizeAxes, reducedShape, sizeOf, transposeView } from "../ndarray/index.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { mul } from "./mul.ts";
import { operandShape } from "./operand.ts";
import { reduceForward, requireElements } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

interface Params { axes: readonly number[]; keepAxes: boolean }

export const maxPrimitive = definePrimitive<Params>({
  name: "max",
  maths: "b = \\max_{\\text{axes}} a",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot [a = b] / n,\\quad n \\text{ the number of ties}"] },
  source: "textbook; ties share the cotangent equally",
  shape: ([x], { axes, keepAxes }) => {
    const kept = reducedShape(x, normalizeAxes("max", axes, x), keepAxes);
    requireElements("max", x, axes);
    return kept;
  },
  forward: reduceForward("maxAxis"),
  vjp: [function maxVjp(ct, at) { return mul(reshape(ct, keptShape(at)), shares(at)); }],
  jvp: [function maxJvp(tangent, at) { return sum(mul(shares(at), tangent), at.params); }],
  batch: function maxBatch([x], { axes, keepAxes }) { return max(x, { axes: axes.map((axis) => axis + 1), keepAxes }); },
  clearance: leadOfLargest,
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[2, 3, 4]], params: { axes: [1], keepAxes: false } },
    { shapes: [[2, 3, 4]], params: { axes: [0, 2], keepAxes: true } },
    { shapes: [[5]], params: { axes: [0], keepAxes: false } },
    { shapes: [[0, 3]], params: { axes: [1], keepAxes: false } },
    { shapes: [[3, 1]], params: { axes: [1], keepAxes: false } },
  ],
});

function keptShape({ args: [x], params }: Application<Params>): number[] {
  return reducedShape(x.shape, params.axes, true);
}

/** 1/n on each of the n maximal elements, 0 elsewhere. */
function shares(at: Application<Params>): Value {
  const mask = equal(at.args[0], reshape(at.out, keptShape(at)));
  return div(mask, sum(mask, { axes: at.params.axes, keepAxes: true }));
}

/** How far the largest element stands above the next one, at least: at 0 they tie. */
function leadOfLargest([x]: readonly NdArray[], { axes }: Params): number {
  const kept = x.shape.map((_: number, axis: number) => axis).filter((axis: number) => !axes.includes(axis));
  const rows = elementsOf(transposeView(x, [...kept, ...axes]));
  const width = sizeOf(axes.map((axis) => x.shape[axis]));
  let lead = Infinity;
  for (let start = 0; start < rows.length; start += width) {
    const [first, second] = [...rows.subarray(start, start + width)].sort((a, b) => b - a);
    if (second !== undefined) lead = Math.min(lead, first - second);
  }
  return lead;
}

const checkOptions = optionsOf("max", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * Maximum over axes (all by default).
 *
 * Smooth:  where the maximum is attained once; n tied elements get 1/n of the cotangent each.
 * Errors:  ShapeError on an axis that does not exist or an empty maximum.
 * Example: max(array([[1, 2], [3, 4]]), { axes: 0 })  // => [3, 4]
 */
export function max(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  return apply(maxPrimitive, [x], { axes: normalizeAxes("max", options.axes, operandShape("max", x)), keepAxes: options.keepAxes ?? false });
}
