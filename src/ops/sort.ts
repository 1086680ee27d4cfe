import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { normalizeAxis } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";
import { sortBy } from "./sort-by.ts";
import { stopGradient } from "./stop-gradient.ts";

const checkOptions = optionsOf("sort", { axis: kinds.axis });

/**
 * Elements of an axis (the last by default) in ascending order.
 *
 * Smooth:  where no two elements of a line tie; tied ones keep their order, and pass their own cotangents. NaN comes last.
 * Errors:  ShapeError on an axis that does not exist.
 * Example: sort(array([3, 1, 2]))  // => [1, 2, 3]
 */
export function sort(x: Operand, options: { axis?: number } = {}): Value {
  checkOptions(options);
  const axis = normalizeAxis("sort", options.axis ?? -1, operandShape("sort", x));
  return sortBy(x, stopGradient(x), { axis });
}
