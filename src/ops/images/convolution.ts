import { type Operand, type Value } from "../../autodiff/index.ts";
import { ShapeError, shapeText } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { matmul } from "../matmul.ts";
import { operandShapes } from "../operand.ts";
import { reshape } from "../reshape.ts";
import type { PerPlaneAxis } from "../windows.ts";
import { checkImages, countsOf, patches, patchesOf } from "./patches.ts";

const checkOptions = optionsOf("convolution", { stride: kinds.perPlaneAxis, padding: kinds.perPlaneAxis });

/**
 * Two-dimensional convolution as networks mean it (cross-correlation: the filters are not turned), with channels last.
 *
 *   y[n, i, j, f] = sum_{k, l, c} x[n, i s + k - p, j s + l - p, c] w[k, l, c, f]
 *
 * The patches of the images, copied out as rows, times the filters as columns: one matrix product, whose terms are added in
 * ascending order of (k, l, c). Channels lie last because then a row of a patch is one run of memory, and the product leaves
 * the result as the next layer takes it: nothing is transposed, forwards or back. conv2d has channels first, as PyTorch, and
 * is slower; docs/networks-of-images.md has the measurement.
 *
 * Shapes:  x: [n, h, w, c], w: [k, l, c, f] -> [n, windows down, windows across, f].
 * Smooth:  linear in x and in w.
 * Errors:  ShapeError when ranks or channels differ or the filters do not fit; ParameterError on options out of range.
 * Cost:    2 k l c f floating-point operations an output pixel; memory for k l / (strides) copies of x.
 * Source:  textbook (im2col).
 * Example: convolution(array([[[[1], [2], [3]]]]), array([[[[1]], [[-1]]]]))  // => [[[[-1], [-1]]]]
 */
export function convolution(x: Operand, w: Operand, options: { stride?: PerPlaneAxis; padding?: PerPlaneAxis } = {}): Value {
  checkOptions(options);
  const [image, filters] = operandShapes("convolution", [x, w]);
  checkImages("convolution", image);
  if (filters.length !== 4 || filters[2] !== image[3]) {
    throw new ShapeError({ where: "convolution", problem: `the images are ${shapeText(image)}, the filters ${shapeText(filters)}.`, expected: `filters of shape [rows, columns, channels, filters] with ${image[3]} channels.` });
  }
  const [rows, columns, channels, outputs] = filters;
  if (rows === 0 || columns === 0) throw new ShapeError({ where: "convolution", problem: `the filters are ${shapeText(filters)}.`, expected: "filters of at least one pixel." });
  const params = patchesOf([rows, columns], options.stride ?? 1, options.padding ?? 0);
  const [down, across] = countsOf("convolution", image, params);
  const seen = reshape(patches(x, params), [image[0] * down * across, rows * columns * channels]);
  return reshape(matmul(seen, reshape(w, [rows * columns * channels, outputs])), [image[0], down, across, outputs]);
}
