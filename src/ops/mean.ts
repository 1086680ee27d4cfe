import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes } from "../ndarray/index.ts";
import { div } from "./div.ts";
import { operandShape } from "./operand.ts";
import { requireElements } from "./reduce.ts";
import { sum } from "./sum.ts";

const checkOptions = optionsOf("mean", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * Mean over axes (all by default): the sum, divided by the number of elements.
 *
 * Shapes:  the reduced axes disappear, or stay with length 1 under keepAxes.
 * Errors:  ShapeError on an axis that does not exist or an empty mean, ParameterError on an axis named twice.
 * Example: mean(array([[1, 2], [3, 6]]), { axes: 1 })  // => [1.5, 4.5]
 */
export function mean(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  const shape = operandShape("mean", x);
  const axes = normalizeAxes("mean", options.axes, shape);
  const count = requireElements("mean", shape, axes);
  return div(sum(x, { axes, keepAxes: options.keepAxes }), count);
}
