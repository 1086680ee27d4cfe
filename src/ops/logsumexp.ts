import type { Operand, Value } from "../autodiff/index.ts";
import { add } from "./add.ts";
import { exp } from "./exp.ts";
import { log } from "./log.ts";
import { max } from "./max.ts";
import { operandShape } from "./operand.ts";
import { reshape } from "./reshape.ts";
import { stopGradient } from "./stop-gradient.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

/**
 * ln sum_j e^{x_j} over the last axis, which disappears; safe for large x, since the maximum is subtracted first.
 *
 * Smooth:  everywhere; its gradient is the softmax (the maximum is held constant, which cancels).
 * Errors:  ShapeError when the last axis is missing or empty.
 * Example: logsumexp(array([0, 0]))  // => 0.6931471805599453
 */
export function logsumexp(x: Operand): Value {
  const top = stopGradient(max(x, { axes: -1, keepAxes: true }));
  return add(log(sum(exp(sub(x, top)), { axes: -1 })), reshape(top, operandShape("logsumexp", x).slice(0, -1)));
}
