import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { dtypeOf, elements as elementsOf, type NdArray, normalizeAxis, reducedShape, sizeOf, view } from "../ndarray/index.ts";
import { mul } from "./mul.ts";
import { normalize } from "./normalize.ts";
import { operandShape } from "./operand.ts";
import { reshape } from "./reshape.ts";
import { sum } from "./sum.ts";
import { transpose } from "./transpose.ts";

export const normPrimitive = definePrimitive({
  name: "norm",
  maths: "b = \\sqrt{\\textstyle\\sum_l a_l^2}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct}\\,a / \\lVert a \\rVert,\\quad 0 \\text{ at } a = 0"] },
  source: "textbook; slope 0 at a zero row",
  shape: ([x]) => reducedShape(x, [normalizeAxis("norm", -1, x)], false),
  forward: ([x], _params, shape, { kernels, allocate, elements }) => {
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels.rowNorm(elements(x), out, sizeOf(shape), x.shape[x.shape.length - 1]);
    return view(out, shape);
  },
  vjp: [function normVjp(ct, { args: [x] }) { return mul(reshape(ct, [...ct.shape, 1]), normalize(x)); }],
  jvp: [function normJvp(tangent, { args: [x] }) { return sum(mul(normalize(x), tangent), { axes: -1 }); }],
  batch: function normBatch([x]) { return norm(x); },
  kinks: () => [{ at: 0, order: 1, slope: 0 }],
  clearance: smallestRow,
  domain: [{ low: 0.3, high: 3 }],
  cases: [
    { shapes: [[3]], params: {} },
    { shapes: [[2, 5]], params: {} },
    { shapes: [[2, 3, 1]], params: {} },
    { shapes: [[0, 2]], params: {} },
  ],
});

/** The smallest Euclidean length of a row (last axis): at a row of zeros the direction jumps. */
export function smallestRow([x]: readonly NdArray[]): number {
  const width = x.shape[x.shape.length - 1];
  const values = elementsOf(x);
  let smallest = Infinity;
  for (let start = 0; start < values.length; start += width) {
    smallest = Math.min(smallest, [...values.subarray(start, start + width)].reduce((length, value) => Math.hypot(length, value), 0));
  }
  return smallest;
}

const checkOptions = optionsOf("norm", { axis: kinds.axis });

/**
 * Euclidean norm over one axis (the last by default), which disappears.
 *
 * Smooth:  except at 0, where the slope returned is 0.
 * Errors:  ShapeError on an axis that does not exist.
 * Example: norm(array([[3, 4], [0, 0]]))  // => [5, 0]
 */
export function norm(x: Operand, options: { axis?: number } = {}): Value {
  checkOptions(options);
  const shape = operandShape("norm", x);
  const axis = normalizeAxis("norm", options.axis ?? -1, shape);
  const last = shape.length - 1;
  const moved = axis === last ? x : transpose(x, [...shape.map((_, at) => at).filter((at) => at !== axis), axis]);
  return apply(normPrimitive, [moved], {});
}
