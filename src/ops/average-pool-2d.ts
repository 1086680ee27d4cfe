import { apply, type Operand, type Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { mean } from "./mean.ts";
import { operandShape } from "./operand.ts";
import { bothAxes, checkWindows, checkWindowSize, padPlane, type PerPlaneAxis, windowsPrimitive } from "./windows.ts";

const checkOptions = optionsOf("averagePool2d", { stride: kinds.perPlaneAxis, padding: kinds.perPlaneAxis });

/**
 * The mean of every window over the last two axes. Size, stride (default: the size) and padding are one number, or one
 * for rows and one for columns. Padding is zeros, and they count: every window is divided by its whole size.
 *
 * Shapes:  [..., h, w] -> [..., windows down, windows across]; what no whole window covers is left out.
 * Errors:  ParameterError on numbers out of range; ShapeError when no window fits.
 * Example: averagePool2d(array([[1, 2, 5, 0], [3, 4, 1, 2]]), 2)  // => [[2.5, 2]]
 */
export function averagePool2d(x: Operand, size: PerPlaneAxis, options: { stride?: PerPlaneAxis; padding?: PerPlaneAxis } = {}): Value {
  checkOptions(options);
  checkWindowSize("averagePool2d", size);
  const params = { size: bothAxes(size), stride: bothAxes(options.stride ?? size), dilation: [1, 1] as const };
  const padding = bothAxes(options.padding ?? 0);
  checkWindows("averagePool2d", operandShape("averagePool2d", x), params, padding);
  return mean(apply(windowsPrimitive, [padPlane(x, padding, 0)], params), { axes: [-2, -1] });
}
