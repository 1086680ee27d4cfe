import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { dtypeOf, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";

interface Params { axis: number; reverse: boolean }

/**
 * Order of additions: from the axis' first element to its last, or under `reverse` from its last to its first; every
 * partial sum is rounded to the dtype. One loop serves both backends.
 */
export const cumsumPrimitive = definePrimitive<Params>({
  name: "cumsum",
  maths: "b_i = \\sum_{j \\le i} a_j,\\quad \\text{reversed: } \\sum_{j \\ge i} a_j",
  rules: { vjp: ["(\\mathrm{ct}_a)_j = \\sum_{i \\ge j} \\mathrm{ct}_i,\\quad \\text{reversed: } \\sum_{i \\le j} \\mathrm{ct}_i"] },
  source: "textbook",
  shape: ([x], { axis }) => {
    normalizeAxis("cumsum", axis, x);
    return [...x];
  },
  forward: ([x], { axis, reverse }, shape, { allocate, elements }) => {
    const from = elements(x);
    const out = allocate(dtypeOf(x), sizeOf(shape));
    const length = shape[axis];
    const inner = sizeOf(shape.slice(axis + 1));
    const outer = sizeOf(shape.slice(0, axis));
    const step = reverse ? -inner : inner;
    for (let o = 0; o < outer; o++) {
      for (let j = 0; j < inner; j++) {
        let at = (o * length + (reverse ? length - 1 : 0)) * inner + j;
        for (let i = 0; i < length; i++, at += step) out[at] = i === 0 ? from[at] : out[at - step] + from[at];
      }
    }
    return view(out, shape);
  },
  vjp: [function cumsumVjp(ct, { params: { axis, reverse } }) { return cumsum(ct, { axis, reverse: !reverse }); }],
  jvp: [function cumsumJvp(tangent, { params }) { return cumsum(tangent, params); }],
  batch: function cumsumBatch([x], { axis, reverse }) { return cumsum(x, { axis: axis + 1, reverse }); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[5]], params: { axis: 0, reverse: false } },
    { shapes: [[2, 3, 2]], params: { axis: 1, reverse: true } },
    { shapes: [[3, 1]], params: { axis: 1, reverse: false } },
    { shapes: [[2, 0]], params: { axis: 1, reverse: true } },
    { shapes: [[0, 2]], params: { axis: 1, reverse: false } },
  ],
});

const checkOptions = optionsOf("cumsum", { axis: kinds.axis, reverse: kinds.flag });

/**
 * Running sums along an axis (the last by default); under `reverse` they run from its end.
 *
 * Errors:  ShapeError on an axis that does not exist.
 * Example: cumsum(array([1, 2, 3]))  // => [1, 3, 6]
 * Example: cumsum(array([1, 2, 3]), { reverse: true })  // => [6, 5, 3]
 */
export function cumsum(x: Operand, options: { axis?: number; reverse?: boolean } = {}): Value {
  checkOptions(options);
  return apply(cumsumPrimitive, [x], { axis: normalizeAxis("cumsum", options.axis ?? -1, operandShape("cumsum", x)), reverse: options.reverse ?? false });
}
