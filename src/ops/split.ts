import type { Operand, Value } from "../autodiff/index.ts";
import { ParameterError, ShapeError } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { normalizeAxis } from "../ndarray/index.ts";
import { checkNumbers } from "./arguments.ts";
import { operandShape } from "./operand.ts";
import { slice } from "./slice.ts";

const checkOptions = optionsOf("split", { axis: kinds.axis });

/**
 * Cuts an axis (the first by default) into parts, each a view: a number of equal parts, or parts of given sizes.
 *
 * Shapes:  every part has x's shape but for the axis.
 * Errors:  ParameterError on a number of parts that is no integer >= 1, or sizes that are no integers >= 0; ShapeError
 *          when the parts do not fill the axis exactly.
 * Example: split(array([1, 2, 3, 4, 5, 6]), 3)[1]  // => [3, 4]
 * Example: split(array([1, 2, 3]), [1, 2])[1]  // => [2, 3]
 */
export function split(x: Operand, parts: number | readonly number[], options: { axis?: number } = {}): Value[] {
  checkOptions(options);
  const shape = operandShape("split", x);
  const axis = normalizeAxis("split", options.axis ?? 0, shape);
  let start = 0;
  return sizesOf(parts, shape[axis]).map((size) => {
    const part = slice(x, { axis, start, stop: start + size });
    start += size;
    return part;
  });
}

function sizesOf(parts: number | readonly number[], length: number): readonly number[] {
  if (typeof parts === "number") {
    if (!Number.isInteger(parts) || parts < 1) throw new ParameterError({ where: "split", problem: `${parts} is no number of parts.`, expected: "an integer >= 1, or a list of sizes." });
    if (length % parts !== 0) throw new ShapeError({ where: "split", problem: `an axis of ${length} elements does not fall into ${parts} equal parts.`, expected: `a divisor of ${length}.`, mend: "give the sizes of the parts as a list." });
    return new Array<number>(parts).fill(length / parts);
  }
  checkNumbers("split", "the sizes", parts);
  const bad = parts.find((size) => !Number.isInteger(size) || size < 0);
  if (bad !== undefined) throw new ParameterError({ where: "split", problem: `${bad} is no size of a part.`, expected: "integers >= 0." });
  const total = parts.reduce((sum, size) => sum + size, 0);
  if (total !== length) throw new ShapeError({ where: "split", problem: `parts of ${parts.join(", ")} elements make ${total}, the axis has ${length}.`, expected: "sizes that add up to the axis." });
  return parts;
}
