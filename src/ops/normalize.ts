import { apply, definePrimitive, type Application, type Operand, type Value } from "../autodiff/index.ts";
import { dtypeOf, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { mul } from "./mul.ts";
import { norm, smallestRow } from "./norm.ts";
import { reciprocalOrZero } from "./reciprocal-or-zero.ts";
import { reshape } from "./reshape.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

export const normalizePrimitive = definePrimitive({
  name: "normalize",
  maths: "b = a / \\lVert a \\rVert,\\quad 0 \\text{ at } a = 0",
  rules: { vjp: ["\\mathrm{ct}_a = (\\mathrm{ct} - b \\textstyle\\sum_l b_l\\,\\mathrm{ct}_l) / \\lVert a \\rVert,\\quad 0 \\text{ at } a = 0"] },
  source: "textbook",
  shape: ([x]) => {
    normalizeAxis("normalize", -1, x);
    return [...x];
  },
  forward: ([x], _params, shape, { kernels, allocate, elements }) => {
    const width = shape[shape.length - 1];
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels.normalizeRows(elements(x), out, width === 0 ? 0 : sizeOf(shape) / width, width, 1);
    return view(out, shape);
  },
  vjp: [function normalizeVjp(ct, at) { return across(ct, at); }],
  jvp: [function normalizeJvp(tangent, at) { return across(tangent, at); }],
  batch: function normalizeBatch([x]) { return normalize(x); },
  kinks: () => [{ at: 0, order: 0, slope: 0 }],
  clearance: smallestRow,
  domain: [{ low: 0.3, high: 3 }],
  cases: [
    { shapes: [[3]], params: {} },
    { shapes: [[2, 5]], params: {} },
    { shapes: [[2, 3, 1]], params: {} },
    { shapes: [[0, 2]], params: {} },
  ],
});

/** The Jacobian (I - b b^T)/||a||, symmetric, applied to t; zero at a zero row. */
function across(t: Value, { args: [x], out }: Application<unknown>): Value {
  const perpendicular = sub(t, mul(out, sum(mul(out, t), { axes: -1, keepAxes: true })));
  return mul(perpendicular, reshape(reciprocalOrZero(norm(x)), [...x.shape.slice(0, -1), 1]));
}

/**
 * Rows (last axis) scaled to Euclidean length 1; a zero row stays zero.
 *
 * Smooth:  except at zero rows, where the derivative returned is 0.
 * Example: normalize(array([[3, 4], [0, 0]]))  // => [[0.6, 0.8], [0, 0]]
 */
export function normalize(x: Operand): Value {
  return apply(normalizePrimitive, [x], {});
}
