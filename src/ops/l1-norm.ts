import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes } from "../ndarray/index.ts";
import { abs } from "./abs.ts";
import { operandShape } from "./operand.ts";
import { sum } from "./sum.ts";

const checkOptions = optionsOf("l1Norm", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * Sum of absolute values over axes (all by default).
 *
 * Shapes:  the reduced axes disappear, or stay with length 1 under keepAxes; of no elements it is 0.
 * Smooth:  except where an element is 0; its slope there is 0.
 * Errors:  ShapeError on an axis that does not exist, ParameterError on one named twice.
 * Example: l1Norm(array([[1, -2], [3, 0]]), { axes: 1 })  // => [3, 3]
 */
export function l1Norm(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  const axes = normalizeAxes("l1Norm", options.axes, operandShape("l1Norm", x));
  return sum(abs(x), { axes, keepAxes: options.keepAxes });
}
