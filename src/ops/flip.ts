import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";
import { slice } from "./slice.ts";

const checkOptions = optionsOf("flip", { axes: kinds.axes });

/**
 * The elements in opposite order along axes (all by default), as a view.
 *
 * Errors:  ShapeError on an axis that does not exist, ParameterError on one named twice.
 * Example: flip(array([[1, 2], [3, 4]]), { axes: 1 })  // => [[2, 1], [4, 3]]
 */
export function flip(x: Operand, options: { axes?: Axes } = {}): Value {
  checkOptions(options);
  const axes = normalizeAxes("flip", options.axes, operandShape("flip", x));
  return axes.reduce<Operand>((turned, axis) => slice(turned, { axis, step: -1 }), x) as Value;
}
