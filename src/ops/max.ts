import { apply, definePrimitive, type Application, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { type Axes, normalizeAxes, reducedShape, sizeOf } from "../ndarray/index.ts";
import { div } from "./div.ts";
import { equal } from "./equal.ts";
import { mul } from "./mul.ts";
import { operandShape } from "./operand.ts";
import { reduceForward } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";

interface Params { axes: readonly number[]; keepAxes: boolean }

export const maxPrimitive = definePrimitive<Params>({
  name: "max",
  maths: "b = \\max_{\\text{axes}} a",
  source: "textbook; ties share the cotangent equally",
  shape: ([x], { axes, keepAxes }) => {
    const kept = reducedShape(x, normalizeAxes("max", axes, x), keepAxes);
    if (sizeOf(x) === 0 && sizeOf(kept) > 0) {
      throw new ShapeError({ where: "max", problem: `an array of shape ${shapeText(x)} has no element along axes ${shapeText(axes)}.`, expected: "at least one element: an empty maximum does not exist." });
    }
    return kept;
  },
  forward: reduceForward("maxAxis"),
  vjp: [function maxVjp(ct, at) { return mul(reshape(ct, keptShape(at)), shares(at)); }],
  jvp: [function maxJvp(tangent, at) { return sum(mul(shares(at), tangent), at.params); }],
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

/**
 * Maximum over axes (all by default).
 *
 * Smooth:  where the maximum is attained once; n tied elements get 1/n of the cotangent each.
 * Errors:  ShapeError on an axis that does not exist or an empty maximum.
 * Example: max(array([[1, 2], [3, 4]]), { axes: 0 })  // => [3, 4]
 */
export function max(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  return apply(maxPrimitive, [x], { axes: normalizeAxes("max", options.axes, operandShape("max", x)), keepAxes: options.keepAxes ?? false });
}
