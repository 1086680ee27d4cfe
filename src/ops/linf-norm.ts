import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes } from "../ndarray/index.ts";
import { abs } from "./abs.ts";
import { max } from "./max.ts";
import { operandShape } from "./operand.ts";
import { requireElements } from "./reduce.ts";

const checkOptions = optionsOf("linfNorm", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * Largest absolute value over axes (all by default).
 *
 * Shapes:  the reduced axes disappear, or stay with length 1 under keepAxes.
 * Smooth:  where the largest magnitude is attained once and is not 0; n tied elements get 1/n of the cotangent each, with
 *          their signs, and the slope at 0 is 0.
 * Errors:  ShapeError on an axis that does not exist, or over no elements; ParameterError on an axis named twice.
 * Example: linfNorm(array([[1, -2], [3, 0]]), { axes: 1 })  // => [2, 3]
 */
export function linfNorm(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  const shape = operandShape("linfNorm", x);
  const axes = normalizeAxes("linfNorm", options.axes, shape);
  requireElements("linfNorm", shape, axes);
  return max(abs(x), { axes, keepAxes: options.keepAxes });
}
