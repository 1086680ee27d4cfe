import { apply, type Operand, type Value } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { max } from "./max.ts";
import { operandShape } from "./operand.ts";
import { bothAxes, checkWindows, checkWindowSize, padPlane, type PerPlaneAxis, windowsPrimitive } from "./windows.ts";

const checkOptions = optionsOf("maxPool2d", { stride: kinds.perPlaneAxis, padding: kinds.perPlaneAxis });

/**
 * The largest element of every window over the last two axes. Size, stride (default: the size) and padding are one
 * number, or one for rows and one for columns. Padding never wins: it counts as -Infinity.
 *
 * Shapes:  [..., h, w] -> [..., windows down, windows across]; what no whole window covers is left out.
 * Smooth:  where each maximum is attained once; n tied elements of a window get 1/n of its cotangent each.
 * Errors:  ParameterError on numbers out of range or padding above half the size (a window of nothing but padding has no
 *          maximum); ShapeError when no window fits or the plane is empty.
 * Example: maxPool2d(array([[1, 2, 5, 0], [3, 4, 1, 1]]), 2)  // => [[4, 5]]
 */
export function maxPool2d(x: Operand, size: PerPlaneAxis, options: { stride?: PerPlaneAxis; padding?: PerPlaneAxis } = {}): Value {
  checkOptions(options);
  checkWindowSize("maxPool2d", size);
  const shape = operandShape("maxPool2d", x);
  const params = { size: bothAxes(size), stride: bothAxes(options.stride ?? size), dilation: [1, 1] as const };
  const padding = bothAxes(options.padding ?? 0);
  checkWindows("maxPool2d", shape, params, padding);
  if (padding.some((width, at) => 2 * width > params.size[at])) {
    throw new ParameterError({ where: "maxPool2d", problem: `padding = ${shapeText(padding)} is more than half of size = ${shapeText(params.size)}.`, expected: "at least one element of the plane in every window." });
  }
  if (shape.slice(-2).includes(0)) throw new ShapeError({ where: "maxPool2d", problem: `the operand has shape ${shapeText(shape)}.`, expected: "at least one row and one column." });
  return max(apply(windowsPrimitive, [padPlane(x, padding, -Infinity)], params), { axes: [-2, -1] });
}
