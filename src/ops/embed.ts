import { apply, definePrimitive, type Operand, type Primitive, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { checkShape, dtypeOf, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { checkNumber } from "./arguments.ts";
import { operandShape } from "./operand.ts";
import { checkRange, type Range, slicePrimitive } from "./slice.ts";

/** The adjoint of slice: zeros of the given length along the axis, with the operand laid into the range. */
export const embedPrimitive: Primitive<Range & { length: number }> = definePrimitive<Range & { length: number }>({
  name: "embed",
  maths: "b_{\\text{start} + i\\,\\text{step}} = a_i,\\quad 0 \\text{ elsewhere}",
  rules: { vjp: ["(\\mathrm{ct}_a)_i = \\mathrm{ct}_{\\text{start} + i\\,\\text{step}}"] },
  source: "textbook (the adjoint of slicing)",
  shape: ([x], params) => {
    checkShape("embed", [params.length]);
    if (x[params.axis] !== params.count) {
      throw new ShapeError({ where: "embed", problem: `axis ${params.axis} of shape ${shapeText(x)} does not have the range's ${params.count} elements.`, expected: "one place an element." });
    }
    checkRange("embed", params, params.length);
    return x.map((length, axis) => (axis === params.axis ? params.length : length));
  },
  forward: ([x], { axis, start, step, length }, shape, { allocate, elements }) => {
    const out = allocate(dtypeOf(x), sizeOf(shape)).fill(0);
    const from = elements(x);
    const count = x.shape[axis];
    const inner = sizeOf(x.shape.slice(axis + 1));
    const outer = sizeOf(x.shape.slice(0, axis));
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < count; i++) {
        const at = (o * count + i) * inner;
        out.set(from.subarray(at, at + inner), (o * length + start + i * step) * inner);
      }
    }
    return view(out, shape);
  },
  vjp: [function embedVjp(ct, { params }) { return apply(slicePrimitive, [ct], rangeOf(params)); }],
  jvp: [function embedJvp(tangent, { params }) { return apply(embedPrimitive, [tangent], params); }],
  batch: function embedBatch([x], range) { return apply(embedPrimitive, [x], { ...range, axis: range.axis + 1 }); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[3, 2]], params: { axis: 0, start: 1, count: 3, step: 1, length: 5 } },
    { shapes: [[2, 3]], params: { axis: 1, start: 6, count: 3, step: -2, length: 7 } },
    { shapes: [[0]], params: { axis: 0, start: 0, count: 0, step: 1, length: 4 } },
  ],
});

function rangeOf({ axis, start, count, step }: Range): Range {
  return { axis, start, count, step };
}

const checkOptions = optionsOf("embed", { axis: kinds.axis, start: kinds.number, count: kinds.number, step: kinds.number }, ["axis", "start", "count", "step"]);

/**
 * Lays `x` into zeros: element i of the axis goes to start + i step of an axis of `length`.
 *
 * Errors:  ShapeError when the range leaves the new axis, or has another number of elements than x.
 * Example: embed(array([5, 6]), { axis: 0, start: 1, count: 2, step: 2 }, 4)  // => [0, 5, 0, 6]
 */
export function embed(x: Operand, range: Range, length: number): Value {
  checkOptions(range);
  checkNumber("embed", "the length", length, "an integer >= 0.");
  return apply(embedPrimitive, [x], { ...rangeOf(range), axis: normalizeAxis("embed", range.axis, operandShape("embed", x)), length });
}
