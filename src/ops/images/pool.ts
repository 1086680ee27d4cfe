import { apply, type Operand, type Value } from "../../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { max } from "../max.ts";
import { mean } from "../mean.ts";
import { operandShape } from "../operand.ts";
import { pad } from "../pad.ts";
import { reshape } from "../reshape.ts";
import { bothAxes, checkWindowSize, type PerPlaneAxis } from "../windows.ts";
import { checkImages, countsOf, type Patches, patchesOf, patchesPrimitive } from "./patches.ts";

export interface PoolOptions { stride?: PerPlaneAxis; padding?: PerPlaneAxis }

const known = { stride: kinds.perPlaneAxis, padding: kinds.perPlaneAxis };
const checks = { maxPool: optionsOf("maxPool", known), averagePool: optionsOf("averagePool", known) };

/** Checked sizes of a pool, and how many windows it has. */
function poolOf(where: keyof typeof checks, x: Operand, size: PerPlaneAxis, options: PoolOptions): { params: Patches; counts: [number, number]; shape: readonly number[] } {
  checks[where](options);
  checkWindowSize(where, size);
  const shape = checkImages(where, operandShape(where, x));
  const params = patchesOf(size, options.stride ?? size, options.padding ?? 0);
  return { params, counts: countsOf(where, shape, params), shape };
}

/** The windows' pixels as one axis: [n, down, across, pixels, c]. */
function pixels(x: Operand, params: Patches, [down, across]: [number, number], [n, , , channels]: readonly number[]): Value {
  return reshape(apply(patchesPrimitive, [x], params), [n, down, across, params.size[0] * params.size[1], channels]);
}

/**
 * The largest pixel of every window, channel by channel, with channels last. Size, stride (default: the size) and padding are one
 * number, or one for rows and one for columns. Padding never wins: it counts as -Infinity.
 *
 * Shapes:  [n, h, w, c] -> [n, windows down, windows across, c]; what no whole window covers is left out.
 * Smooth:  where each maximum is attained once; n tied pixels of a window get 1/n of its cotangent each.
 * Errors:  ParameterError on numbers out of range or padding above half the size; ShapeError unless the images have four axes,
 *          none of them empty, and a window fits.
 * Example: maxPool(array([[[[1], [2]], [[4], [3]]]]), 2)  // => [[[[4]]]]
 */
export function maxPool(x: Operand, size: PerPlaneAxis, options: PoolOptions = {}): Value {
  const { params, counts, shape } = poolOf("maxPool", x, size, options);
  const { padding } = params;
  if (padding.some((width, at) => 2 * width > params.size[at])) {
    throw new ParameterError({ where: "maxPool", problem: `padding = ${shapeText(padding)} is more than half of size = ${shapeText(params.size)}.`, expected: "at least one pixel of the image in every window." });
  }
  if (shape[1] === 0 || shape[2] === 0) throw new ShapeError({ where: "maxPool", problem: `the images have shape ${shapeText(shape)}.`, expected: "at least one row and one column." });
  const [rows, columns] = padding;
  const tall = rows === 0 ? x : pad(x, [rows, rows], { axes: 1, value: -Infinity });
  const wide = columns === 0 ? tall : pad(tall, [columns, columns], { axes: 2, value: -Infinity });
  return max(pixels(wide, { ...params, padding: bothAxes(0) }, counts, shape), { axes: 3 });
}

/**
 * The mean of every window, channel by channel, with channels last. Size, stride (default: the size) and padding are one number,
 * or one for rows and one for columns. Padding is zeros, and they count: every window is divided by its whole size.
 *
 * Shapes:  [n, h, w, c] -> [n, windows down, windows across, c]; what no whole window covers is left out.
 * Errors:  ParameterError on numbers out of range; ShapeError unless the images have four axes and a window fits.
 * Example: averagePool(array([[[[1], [2]], [[4], [3]]]]), 2)  // => [[[[2.5]]]]
 */
export function averagePool(x: Operand, size: PerPlaneAxis, options: PoolOptions = {}): Value {
  const { params, counts, shape } = poolOf("averagePool", x, size, options);
  return mean(pixels(x, params, counts, shape), { axes: 3 });
}
