import type { Operand, Value } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { kinds, optionsOf, shown } from "../errors/options.ts";
import { normalizeAxis } from "../ndarray/index.ts";
import { operandShape } from "./operand.ts";
import { slice } from "./slice.ts";
import { sortBy } from "./sort-by.ts";
import { stopGradient } from "./stop-gradient.ts";

const checkOptions = optionsOf("topK", { axis: kinds.axis });

/**
 * The k largest elements of an axis (the last by default), largest first.
 *
 * Shapes:  x's shape, with k entries along the axis.
 * Smooth:  as sort; of tied elements the one that stands first is taken first. NaN counts as the largest.
 * Errors:  ParameterError unless k is an integer from 0 to the axis' length; ShapeError on an axis that does not exist.
 * Cost:    sorts the whole axis.
 * Example: topK(array([3, 1, 4, 2]), 2)  // => [4, 3]
 */
export function topK(x: Operand, k: number, options: { axis?: number } = {}): Value {
  checkOptions(options);
  const shape = operandShape("topK", x);
  const axis = normalizeAxis("topK", options.axis ?? -1, shape);
  if (!Number.isInteger(k) || k < 0 || k > shape[axis]) throw new ParameterError({ where: "topK", problem: `k = ${shown(k)} is out of range.`, expected: `an integer from 0 to ${shape[axis]}, the length of axis ${axis}.` });
  return slice(sortBy(x, stopGradient(x), { axis, descending: true }), { axis, stop: k });
}
