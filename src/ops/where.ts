import { apply, definePrimitive, type Operand, type Value, zeroTangent } from "../autodiff/index.ts";
import { broadcastShapes, dtypeOf, elements, type NdArray, sizeOf, view } from "../ndarray/index.ts";

const discrete = zeroTangent("where depends on its condition by jumps only");

/** 0 or 1 from a drawn number: what the laws give for a condition. */
const toMask = (x: NdArray): NdArray => view(elements(x).map((value) => (value > 0 ? 1 : 0)), x.shape);

export const wherePrimitive = definePrimitive({
  name: "where",
  maths: "d = a \\;(c \\ne 0),\\quad b \\;(c = 0)",
  rules: { vjp: ["\\mathrm{ct}_c = 0", "\\mathrm{ct}_a = \\mathrm{ct} \\odot [c \\ne 0]", "\\mathrm{ct}_b = \\mathrm{ct} \\odot [c = 0]"] },
  source: "textbook",
  shape: ([condition, a, b]) => broadcastShapes("where", condition, broadcastShapes("where", a, b)),
  forward: ([condition, a, b], _params, shape, context) => {
    const [c, x, y] = [condition, a, b].map((operand) => context.spread(operand, shape));
    const out = context.allocate(dtypeOf(a), sizeOf(shape));
    for (let i = 0; i < out.length; i++) out[i] = c[i] === 0 ? y[i] : x[i];
    return view(out, shape);
  },
  vjp: [
    discrete,
    function whereVjpA(ct, { args: [condition] }) { return where(condition, ct, 0); },
    function whereVjpB(ct, { args: [condition] }) { return where(condition, 0, ct); },
  ],
  jvp: [
    discrete,
    function whereJvpA(tangent, { args: [condition] }) { return where(condition, tangent, 0); },
    function whereJvpB(tangent, { args: [condition] }) { return where(condition, 0, tangent); },
  ],
  // of the first argument, the condition: at 0 alone the choice is the other one
  kinks: () => [{ at: 0, order: 0, slope: 0 }],
  batch: "aligned",
  domain: [{ low: -1, high: 1 }, { low: -3, high: 3 }, { low: -3, high: 3 }],
  cases: [[[2, 3], [2, 3], [2, 3]], [[3], [2, 3], [2, 1]], [[2, 1], [3], []], [[], [4], [1]], [[5, 1], [1, 0], [1, 1]]].map((shapes) => ({ shapes, params: {}, arrange: [toMask, undefined, undefined] })),
});

/**
 * a where the condition is not 0, b where it is: a choice element by element.
 *
 * Shapes:  any three that broadcast.
 * Smooth:  in a and b, with slope 1 for the one chosen and 0 for the other; the condition's derivative is zero, and where
 *          it is 0 the value jumps. Cotangents are chosen too, not multiplied by 0, so a NaN or Infinity in the branch not
 *          chosen reaches neither the value nor the other branch's cotangent. That branch itself gets a cotangent of 0, and whatever made it pulls that 0 back:
 *          where its slope is infinite, as for sqrt at 0, 0 times Infinity is NaN. Choose a harmless argument there first:
 *          where(positive, sqrt(where(positive, x, 1)), 0).
 * Errors:  ShapeError when the shapes do not broadcast.
 * Example: where(array([1, 0, 1]), array([1, 2, 3]), 0)  // => [1, 0, 3]
 */
export function where(condition: Operand, a: Operand, b: Operand): Value {
  return apply(wherePrimitive, [condition, a, b], {});
}
