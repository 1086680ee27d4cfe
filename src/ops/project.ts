import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { dtypeOf, elements as elementsOf, type NdArray, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { lessEqual } from "./less-equal.ts";
import { mul } from "./mul.ts";
import { norm } from "./norm.ts";
import { normalize } from "./normalize.ts";
import { operandShape } from "./operand.ts";
import { reciprocalOrZero } from "./reciprocal-or-zero.ts";
import { reshape } from "./reshape.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

interface Params { radius: number; scale: number }

export const projectPrimitive = definePrimitive<Params>({
  name: "project",
  maths: "b = y \\;(\\lVert y \\rVert \\le r),\\quad r\\,y / \\lVert y \\rVert \\;(\\lVert y \\rVert > r),\\quad y = c\\,a",
  rules: { vjp: ["\\mathrm{ct}_a = c\\,\\mathrm{ct} \\;(\\lVert y \\rVert \\le r),\\quad c\\,r\\,(\\mathrm{ct} - \\hat y \\textstyle\\sum_l \\hat y_l\\,\\mathrm{ct}_l) / \\lVert y \\rVert \\;(\\lVert y \\rVert > r)"] },
  source: "the Euclidean projection onto a ball; textbook",
  shape: ([x], { radius, scale }) => {
    normalizeAxis("project", -1, x);
    if (!(radius >= 0) || !Number.isFinite(radius)) throw new ParameterError({ where: "project", problem: `radius = ${radius} is out of range.`, expected: "a finite radius >= 0." });
    if (!Number.isFinite(scale)) throw new ParameterError({ where: "project", problem: `scale = ${scale} is out of range.`, expected: "a finite scale." });
    return [...x];
  },
  forward: ([x], { radius, scale }, shape, { kernels, allocate, elements }) => {
    const width = shape[shape.length - 1];
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels.projectRows(elements(x), out, width === 0 ? 0 : sizeOf(shape) / width, width, scale, radius);
    return view(out, shape);
  },
  vjp: [function projectVjp(ct, { args: [x], params }) { return pushed(ct, x, params); }],
  jvp: [function projectJvp(tangent, { args: [x], params }) { return pushed(tangent, x, params); }],
  batch: function projectBatch([x], { radius, scale }) { return project(x, { radius, scale }); },
  clearance: distanceToSphere,
  domain: [{ low: 0.3, high: 3 }],
  cases: [
    { shapes: [[3]], params: { radius: 0.2, scale: 1 } },
    { shapes: [[2, 5]], params: { radius: 40, scale: -2 } },
    { shapes: [[4, 3, 2]], params: { radius: 2, scale: 0.7 } },
    { shapes: [[0, 2]], params: { radius: 1, scale: 1 } },
  ],
});

/** The Jacobian, symmetric, applied to t: scale inside the ball, and the turning of a direction outside. */
function pushed(t: Value, x: Value, { radius, scale }: Params): Value {
  const y = mul(x, scale);
  const column = [...x.shape.slice(0, -1), 1];
  const length = reshape(norm(y), column);
  const unit = normalize(y);
  const turned = mul(mul(sub(t, mul(unit, sum(mul(unit, t), { axes: -1, keepAxes: true }))), reciprocalOrZero(length)), radius);
  return mul(where(lessEqual(length, radius), t, turned), scale);
}

/** How far the nearest row is from the sphere, where the slope jumps. */
function distanceToSphere([x]: readonly NdArray[], { radius, scale }: Params): number {
  const width = x.shape[x.shape.length - 1];
  const values = elementsOf(x);
  let nearest = Infinity;
  for (let start = 0; start < values.length; start += width) {
    const length = [...values.subarray(start, start + width)].reduce((sum_, value) => Math.hypot(sum_, scale * value), 0);
    nearest = Math.min(nearest, Math.abs(length - radius));
  }
  return scale === 0 ? nearest : nearest / Math.abs(scale);
}

const checkOptions = optionsOf("project", { radius: kinds.number, scale: kinds.number }, ["radius"]);

/**
 * Rows (last axis), multiplied by `scale`, brought into the ball of a radius: longer ones are scaled down to it.
 *
 * Shapes:  x: S -> S.   Units: the radius is in the unit of scale x.
 * Smooth:  except where a row's length is the radius; there the slope of the inside is returned.
 * Errors:  ParameterError unless radius >= 0; ShapeError on an array without axes.
 * Example: project(array([[3, 4], [0.3, 0.4]]), { radius: 1 })  // => [[0.6, 0.8], [0.3, 0.4]]
 */
export function project(x: Operand, options: { radius: number; scale?: number }): Value {
  checkOptions(options);
  operandShape("project", x);
  return apply(projectPrimitive, [x], { radius: options.radius, scale: options.scale ?? 1 });
}
