import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes, reducedShape } from "../ndarray/index.ts";
import { abs } from "./abs.ts";
import { add } from "./add.ts";
import { exp } from "./exp.ts";
import { less } from "./less.ts";
import { log } from "./log.ts";
import { max } from "./max.ts";
import { operandShape } from "./operand.ts";
import { requireElements } from "./reduce.ts";
import { reshape } from "./reshape.ts";
import { stopGradient } from "./stop-gradient.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";
import { where } from "./where.ts";

const checkOptions = optionsOf("logsumexp", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * ln sum_j e^{x_j} over axes (the last by default); safe for large x, since the maximum is subtracted first.
 *
 * Shapes:  the reduced axes disappear, or stay with length 1 under keepAxes.
 * Smooth:  everywhere; its gradient is the softmax (the maximum is held constant, which cancels). An entry of -Infinity
 *          adds nothing and gets a derivative of 0. Entries of nothing but -Infinity give -Infinity, and one of +Infinity
 *          gives it; neither has a gradient, and NaN is returned for it.
 * Errors:  ShapeError on an axis that does not exist, or over no elements; ParameterError on an axis named twice.
 * Example: logsumexp(array([0, 0]))  // => 0.6931471805599453
 * Example: logsumexp(array([[0, 1], [-Infinity, 1]]), { axes: 0 })  // => [0, 1.6931471805599454]
 */
export function logsumexp(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  const shape = operandShape("logsumexp", x);
  const axes = normalizeAxes("logsumexp", options.axes ?? -1, shape);
  requireElements("logsumexp", shape, axes);
  const kept = reducedShape(shape, axes, options.keepAxes ?? false);
  // an infinite maximum is not subtracted: Infinity - Infinity would be NaN
  const largest = max(stopGradient(x), { axes, keepAxes: true });
  const top = where(less(abs(largest), Infinity), largest, 0);
  return add(log(sum(exp(sub(x, top)), { axes, keepAxes: options.keepAxes })), reshape(top, kept));
}
