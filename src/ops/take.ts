import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { dtypeOf, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { checkNumbers } from "./arguments.ts";
import { operandShape } from "./operand.ts";
import { scatterAdd } from "./scatter-add.ts";

interface Params { axis: number; indices: readonly number[] }

export const takePrimitive = definePrimitive<Params>({
  name: "take",
  maths: "b_i = a_{\\text{indices}_i}",
  rules: { vjp: ["(\\mathrm{ct}_a)_j = \\sum_{i:\\,\\text{indices}_i = j} \\mathrm{ct}_i"] },
  source: "textbook",
  shape: ([x], { axis, indices }) => {
    checkIndices("take", indices, x[axis]);
    return x.map((length, at) => (at === axis ? indices.length : length));
  },
  forward: ([x], { axis, indices }, shape, { allocate, elements }) => {
    const from = elements(x);
    const out = allocate(dtypeOf(x), sizeOf(shape));
    const outer = sizeOf(shape.slice(0, axis));
    const inner = sizeOf(shape.slice(axis + 1));
    const length = x.shape[axis];
    for (let o = 0; o < outer; o++) {
      indices.forEach((index, i) => {
        const at = (o * length + index) * inner;
        out.set(from.subarray(at, at + inner), (o * indices.length + i) * inner);
      });
    }
    return view(out, shape);
  },
  vjp: [function takeVjp(ct, { args: [x], params }) { return scatterAdd(ct, params.indices, params.axis, x.shape[params.axis]); }],
  jvp: [function takeJvp(tangent, { params }) { return take(tangent, params.indices, { axis: params.axis }); }],
  batch: function takeBatch([x], { axis, indices }) { return take(x, indices, { axis: axis + 1 }); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[4, 2]], params: { axis: 0, indices: [3, 0, 3] } },
    { shapes: [[2, 3]], params: { axis: 1, indices: [2] } },
    { shapes: [[3]], params: { axis: 0, indices: [] } },
  ],
});

export function checkIndices(where: string, indices: readonly number[], length: number): void {
  const bad = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= length);
  if (bad !== undefined) {
    throw new ShapeError({ where, problem: `index ${bad} is outside an axis of ${length} elements.`, expected: `integers from 0 to ${length - 1}.` });
  }
}

const checkOptions = optionsOf("take", { axis: kinds.axis });

/**
 * The entries of one axis at a list of indices, in their order; an index may repeat.
 *
 * Errors:  ShapeError on an index that is no integer or out of range.
 * Example: take(array([5, 6, 7]), [2, 0])  // => [7, 5]
 */
export function take(x: Operand, indices: readonly number[], options: { axis?: number } = {}): Value {
  checkOptions(options);
  checkNumbers("take", "the indices", indices);
  return apply(takePrimitive, [x], { axis: normalizeAxis("take", options.axis ?? 0, operandShape("take", x)), indices: [...indices] });
}
