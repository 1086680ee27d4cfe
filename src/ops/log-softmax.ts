import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { dtypeOf, normalizeAxis, sizeOf, view } from "../ndarray/index.ts";
import { axesBack, axesLast } from "./axes-last.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { operandShape } from "./operand.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

export const logSoftmaxPrimitive = definePrimitive({
  name: "logSoftmax",
  maths: "b_j = a_j - \\ln \\sum_l e^{a_l}",
  rules: { vjp: ["(\\mathrm{ct}_a)_j = \\mathrm{ct}_j - e^{b_j} \\sum_l \\mathrm{ct}_l"] },
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
  batch: function logSoftmaxBatch([x]) { return logSoftmax(x); },
  domain: [{ low: -3, high: 3 }],
  cases: [
    { shapes: [[4]], params: {} },
    { shapes: [[3, 5]], params: {} },
    { shapes: [[2, 2, 1]], params: {} },
    { shapes: [[0, 3]], params: {} },
  ],
});

const checkOptions = optionsOf("logSoftmax", { axis: kinds.axis });

/**
 * log of the softmax along an axis (the last by default), safe for large logits; an entry of -Infinity stays so.
 *
 * Shapes:  S -> S; the axis holds the classes.
 * Errors:  ShapeError when the axis does not exist or is empty.
 * Example: logSoftmax(array([0]))  // => [0]
 */
export function logSoftmax(x: Operand, options: { axis?: number } = {}): Value {
  checkOptions(options);
  return logSoftmaxAlong("logSoftmax", x, options.axis ?? -1);
}

/** logSoftmax under the name of the op that was called. */
export function logSoftmaxAlong(where: string, x: Operand, axis: number): Value {
  const shape = operandShape(where, x);
  const own = normalizeAxis(where, axis, shape);
  if (shape[own] === 0) throw new ShapeError({ where, problem: `the operand has shape ${shapeText(shape)}.`, expected: `at least one class along axis ${own}.` });
  if (own === shape.length - 1) return apply(logSoftmaxPrimitive, [x], {});
  return axesBack(apply(logSoftmaxPrimitive, [axesLast(x, [own])], {}), [own]);
}
