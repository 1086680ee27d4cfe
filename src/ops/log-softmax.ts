import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { dtypeOf, sizeOf, view } from "../ndarray/index.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

export const logSoftmaxPrimitive = definePrimitive({
  name: "logSoftmax",
  maths: "b_j = a_j - \\ln \\sum_l e^{a_l}",
  source: "textbook; the row's maximum is subtracted before exp",
  shape: ([x]) => {
    if (x.length < 1 || x[x.length - 1] === 0) throw new ShapeError({ where: "logSoftmax", problem: `the operand has shape ${shapeText(x)}.`, expected: "a last axis with at least one class." });
    return [...x];
  },
  forward: ([x], _params, shape, { kernels, allocate, elements }) => {
    const classes = shape[shape.length - 1];
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels.logSoftmax(elements(x), out, sizeOf(shape) / classes, classes);
    return view(out, shape);
  },
  vjp: [function logSoftmaxVjp(ct, { out }) { return sub(ct, mul(exp(out), sum(ct, { axes: -1, keepAxes: true }))); }],
  jvp: [function logSoftmaxJvp(tangent, { out }) { return sub(tangent, sum(mul(exp(out), tangent), { axes: -1, keepAxes: true })); }],
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[4]], params: {} },
    { shapes: [[3, 5]], params: {} },
    { shapes: [[2, 2, 1]], params: {} },
    { shapes: [[0, 3]], params: {} },
  ],
});

/**
 * log of the softmax over the last axis, safe for large logits.
 *
 * Shapes:  S -> S, last axis = classes.
 * Errors:  ShapeError when the last axis is missing or empty.
 * Example: logSoftmax(array([0]))  // => [0]
 */
export function logSoftmax(x: Operand): Value {
  return apply(logSoftmaxPrimitive, [x], {});
}
