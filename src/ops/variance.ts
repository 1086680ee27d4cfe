import type { Operand, Value } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes } from "../ndarray/index.ts";
import { div } from "./div.ts";
import { mean } from "./mean.ts";
import { mul } from "./mul.ts";
import { operandShape } from "./operand.ts";
import { requireElements } from "./reduce.ts";
import { sub } from "./sub.ts";
import { sum } from "./sum.ts";

const checkOptions = optionsOf("variance", { axes: kinds.axes, keepAxes: kinds.flag, ddof: kinds.number });

/**
 * Variance over axes (all by default): squared deviations from the mean, added up and divided by n - ddof. The mean is
 * subtracted first, which keeps digits that the mean of squares less the squared mean would lose.
 *
 * Shapes:  the reduced axes disappear, or stay with length 1 under keepAxes.   Units: those of x, squared.
 * Errors:  ParameterError unless ddof is a number below n (0 for a population, 1 for a sample); ShapeError as mean.
 * Example: variance(array([1, 2, 3]))  // => 0.6666666666666666
 * Example: variance(array([1, 2, 3]), { ddof: 1 })  // => 1
 */
export function variance(x: Operand, options: { axes?: Axes; keepAxes?: boolean; ddof?: number } = {}): Value {
  checkOptions(options);
  const { keepAxes, ddof = 0 } = options;
  const shape = operandShape("variance", x);
  const axes = normalizeAxes("variance", options.axes, shape);
  const count = requireElements("variance", shape, axes);
  if (!(Number.isFinite(ddof) && (ddof < count || count === 0))) throw new ParameterError({ where: "variance", problem: `ddof = ${ddof} for ${count} elements is out of range.`, expected: `a number below ${count}.` });
  const deviation = sub(x, mean(x, { axes, keepAxes: true }));
  return div(sum(mul(deviation, deviation), { axes, keepAxes }), count - ddof);
}
