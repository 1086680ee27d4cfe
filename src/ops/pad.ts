import { type Operand, type Value, valueDtype } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { kinds, optionsOf, shown } from "../errors/options.ts";
import { type Axes, full, normalizeAxes, scalar } from "../ndarray/index.ts";
import { concatenate } from "./concatenate.ts";
import { operandShape } from "./operand.ts";

const checkOptions = optionsOf("pad", { axes: kinds.axes, value: kinds.number });

/**
 * A border of a constant (0 by default): `before` entries in front of every named axis and `after` behind it.
 *
 * Shapes:  each of the axes (all by default) grows by before + after. For borders of different widths, pad axis by axis.
 * Smooth:  linear in x; the border is a constant.
 * Errors:  ParameterError on widths that are no two integers >= 0; ShapeError on an axis that does not exist.
 * Example: pad(array([[1, 2]]), [0, 1], { axes: 1 })  // => [[1, 2, 0]]
 * Example: pad(array([[1, 2]]), [1, 0], { value: 7 })  // => [[7, 7, 7], [7, 1, 2]]
 */
export function pad(x: Operand, widths: readonly [before: number, after: number], options: { axes?: Axes; value?: number } = {}): Value {
  checkOptions(options);
  const axes = normalizeAxes("pad", options.axes, operandShape("pad", x));
  if (!Array.isArray(widths) || widths.length !== 2 || widths.some((width) => !Number.isInteger(width) || width < 0)) {
    throw new ParameterError({ where: "pad", problem: kinds.axes.holds(widths) ? `${JSON.stringify(widths)} are no widths of a border.` : `the widths are ${shown(widths)}.`, expected: "[before, after], two integers >= 0." });
  }
  const value = typeof x === "number" ? scalar(x) : x;
  return axes.reduce((inside: Value, axis) => {
    const [before, after] = widths.map((width) => full(inside.shape.map((length, at) => (at === axis ? width : length)), options.value ?? 0, valueDtype(inside)));
    return concatenate([before, inside, after], { axis });
  }, value);
}
