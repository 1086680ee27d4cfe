import type { Operand, Value } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { normalizeAxis } from "../ndarray/index.ts";
import { concatenate } from "./concatenate.ts";
import { asArrays, operandShapes } from "./operand.ts";
import { reshape } from "./reshape.ts";

const checkOptions = optionsOf("stack", { axis: kinds.axis });

/**
 * Joins arrays of one shape along a new axis (the first by default).
 *
 * Shapes:  n of S -> S with an axis of length n at `axis`, which counts among the axes of the result.
 * Errors:  ParameterError on an empty list; ShapeError when shapes differ or the axis does not exist.
 * Example: stack([array([1, 2]), array([3, 4])], { axis: 1 })  // => [[1, 3], [2, 4]]
 */
export function stack(parts: readonly Operand[], options: { axis?: number } = {}): Value {
  checkOptions(options);
  if (!Array.isArray(parts) || parts.length === 0) {
    throw new ParameterError({ where: "stack", problem: "there is nothing to join.", expected: "a list of at least one array.", mend: "pass the arrays as one list: stack([a, b])." });
  }
  const shapes = operandShapes("stack", parts);
  const [first] = shapes;
  const other = shapes.findIndex((shape) => shape.length !== first.length || shape.some((length, at) => length !== first[at]));
  if (other >= 0) {
    throw new ShapeError({ where: "stack", problem: `part 0 has shape ${shapeText(first)}, part ${other} has ${shapeText(shapes[other])}.`, expected: "equal shapes.", mend: "to join along an axis that the parts have already, use concatenate." });
  }
  const axis = normalizeAxis("stack", options.axis ?? 0, [...first, parts.length]);
  const widened = [...first.slice(0, axis), 1, ...first.slice(axis)];
  return concatenate(asArrays("stack", parts).map((part) => reshape(part, widened)), { axis });
}
