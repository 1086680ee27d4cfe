import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes } from "../ndarray/index.ts";
import { max } from "./max.ts";
import { neg } from "./neg.ts";
import { operandShape } from "./operand.ts";
import { requireElements } from "./reduce.ts";

const checkOptions = optionsOf("min", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * Minimum over axes (all by default): -max(-x), and so NaN wins.
 *
 * Smooth:  where the minimum is attained once; n tied elements get 1/n of the cotangent each.
 * Errors:  ShapeError on an axis that does not exist or an empty minimum, ParameterError on an axis named twice.
 * Example: min(array([[1, 2], [4, 3]]), { axes: 1 })  // => [1, 3]
 */
export function min(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  const shape = operandShape("min", x);
  const axes = normalizeAxes("min", options.axes, shape);
  requireElements("min", shape, axes);
  return neg(max(neg(x), { axes, keepAxes: options.keepAxes }));
}
