import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { exp } from "./exp.ts";
import { logSoftmaxAlong } from "./log-softmax.ts";

const checkOptions = optionsOf("softmax", { axis: kinds.axis });

/**
 * Softmax along an axis (the last by default): positive numbers that add up to 1. Safe for large logits; an entry of
 * -Infinity gets 0.
 *
 * Shapes:  S -> S.
 * Errors:  ShapeError when the axis does not exist or is empty.
 * Example: softmax(array([[0, 0], [1, 1]]), { axis: 0 })  // => [[0.2689414213699951, 0.2689414213699951], [0.731058578630005, 0.731058578630005]]
 */
export function softmax(x: Operand, options: { axis?: number } = {}): Value {
  checkOptions(options);
  return exp(logSoftmaxAlong("softmax", x, options.axis ?? -1));
}
