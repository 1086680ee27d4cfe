import { apply, definePrimitive, type Operand, type Primitive, type Value, zeroTangent } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { dtypeOf, elements as elementsOf, equalLists, type FloatArray, type NdArray, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";

interface Params { axis: number; descending: boolean }

const keysOnlyOrder = zeroTangent("keys only order the values: a small change of a key moves nothing");

const cases = [
  { shapes: [[5], [5]], params: { axis: 0, descending: false } },
  { shapes: [[2, 3], [2, 3]], params: { axis: 1, descending: true } },
  { shapes: [[3, 2], [3, 2]], params: { axis: 0, descending: false } },
  { shapes: [[1, 2, 2], [1, 2, 2]], params: { axis: 1, descending: true } },
  { shapes: [[0, 3], [0, 3]], params: { axis: 0, descending: false } },
  { shapes: [[2, 0], [2, 0]], params: { axis: 0, descending: false } },
] as const;

/** NaN stands above every number; 0 and -0 are equal. */
function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** For every line along the axis: where it starts, the distance of its elements, and its positions in the order of the keys. */
function eachLine(keys: FloatArray, shape: readonly number[], { axis, descending }: Params, visit: (start: number, step: number, order: number[]) => void): void {
  const length = shape[axis];
  const step = sizeOf(shape.slice(axis + 1));
  if (sizeOf(shape) === 0) return;
  for (let block = 0; block < keys.length; block += length * step) {
    for (let start = block; start < block + step; start++) {
      const key = (position: number) => keys[start + position * step];
      // Array.prototype.sort is stable: equal keys keep the order of their positions, in either direction
      const order = Array.from({ length }, (_, position) => position).sort((a, b) => (descending ? compare(key(b), key(a)) : compare(key(a), key(b))));
      visit(start, step, order);
    }
  }
}

function checkKeys(where: string, values: readonly number[], keys: readonly number[]): number[] {
  if (!equalLists(values, keys)) {
    throw new ShapeError({ where, problem: `the values have shape ${shapeText(values)}, the keys ${shapeText(keys)}.`, expected: "one key a value." });
  }
  return [...values];
}

/** The smallest gap between neighbouring keys: nearer than this, the order changes. */
function smallestGap([, keys]: readonly NdArray[], params: Params): number {
  const flat = elementsOf(keys);
  let gap = Infinity;
  eachLine(flat, keys.shape, params, (start, step, order) => {
    for (let rank = 1; rank < order.length; rank++) gap = Math.min(gap, Math.abs(flat[start + order[rank] * step] - flat[start + order[rank - 1] * step]));
  });
  return gap;
}

/**
 * Values in the order of their keys. Only the values carry derivatives, and the inverse permutation is a primitive that
 * finds the order from the same keys: so both rules differentiate again, and neither needs to look at a number.
 */
export const sortByPrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "sortBy",
  maths: "b_r = a_{\\pi(r)},\\quad k_{\\pi(1)} \\le k_{\\pi(2)} \\le \\dots",
  rules: { vjp: ["(\\mathrm{ct}_a)_{\\pi(r)} = \\mathrm{ct}_r", "\\mathrm{ct}_k = 0"] },
  source: "textbook; equal keys keep their order, NaN stands above every number",
  shape: ([values, keys]) => checkKeys("sortBy", values, keys),
  forward: ([values, keys], params, shape, { allocate, elements }) => {
    const from = elements(values);
    const out = allocate(dtypeOf(values), sizeOf(shape));
    eachLine(elements(keys), shape, params, (start, step, order) => order.forEach((position, rank) => { out[start + rank * step] = from[start + position * step]; }));
    return view(out, shape);
  },
  vjp: [function sortByVjp(ct, { args: [, keys], params }) { return apply(unsortByPrimitive, [ct, keys], params); }, keysOnlyOrder],
  jvp: [function sortByJvp(tangent, { args: [, keys], params }) { return apply(sortByPrimitive, [tangent, keys], params); }, keysOnlyOrder],
  clearance: smallestGap,
  batch: function sortByBatch([values, keys], { axis, descending }) { return apply(sortByPrimitive, [values, keys], { axis: axis + 1, descending }); },
  domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
  cases,
});

/** The inverse permutation, which is also the adjoint: what stands at a rank goes back to the position of that rank's key. */
const unsortByPrimitive: Primitive<Params> = definePrimitive<Params>({
  name: "unsortBy",
  maths: "b_{\\pi(r)} = a_r,\\quad k_{\\pi(1)} \\le k_{\\pi(2)} \\le \\dots",
  rules: { vjp: ["(\\mathrm{ct}_a)_r = \\mathrm{ct}_{\\pi(r)}", "\\mathrm{ct}_k = 0"] },
  source: "textbook (the inverse of sortBy)",
  shape: ([values, keys]) => checkKeys("unsortBy", values, keys),
  forward: ([values, keys], params, shape, { allocate, elements }) => {
    const from = elements(values);
    const out = allocate(dtypeOf(values), sizeOf(shape));
    eachLine(elements(keys), shape, params, (start, step, order) => order.forEach((position, rank) => { out[start + position * step] = from[start + rank * step]; }));
    return view(out, shape);
  },
  vjp: [function unsortByVjp(ct, { args: [, keys], params }) { return apply(sortByPrimitive, [ct, keys], params); }, keysOnlyOrder],
  jvp: [function unsortByJvp(tangent, { args: [, keys], params }) { return apply(unsortByPrimitive, [tangent, keys], params); }, keysOnlyOrder],
  clearance: smallestGap,
  batch: function unsortByBatch([values, keys], { axis, descending }) { return apply(unsortByPrimitive, [values, keys], { axis: axis + 1, descending }); },
  domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
  cases,
});

const checkOptions = optionsOf("sortBy", { axis: kinds.axis, descending: kinds.flag });

/**
 * Values along an axis (the last by default) in the order of their keys, smallest key first, or largest under `descending`.
 *
 * Shapes:  values and keys: S -> S.
 * Smooth:  linear in the values; the derivative by the keys is zero, and where two keys tie the order jumps. Tied keys
 *          keep the order of their positions, in either direction. NaN stands above every number, 0 and -0 tie.
 * Errors:  ShapeError when the shapes differ or the axis does not exist.
 * Example: sortBy(array([5, 6, 7]), array([2, 3, 1]))  // => [7, 5, 6]
 */
export function sortBy(values: Operand, keys: Operand, options: { axis?: number; descending?: boolean } = {}): Value {
  checkOptions(options);
  return apply(sortByPrimitive, [values, keys], { axis: normalizeAxis("sortBy", options.axis ?? -1, operandShape("sortBy", values)), descending: options.descending ?? false });
}
