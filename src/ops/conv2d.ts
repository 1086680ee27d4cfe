import { apply, type Operand, type Value } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { matmul } from "./matmul.ts";
import { operandShape, operandShapes } from "./operand.ts";
import { reshape } from "./reshape.ts";
import { transpose } from "./transpose.ts";
import { bothAxes, checkWindows, padPlane, type PerPlaneAxis, windowCounts, windowsPrimitive } from "./windows.ts";

const checkOptions = optionsOf("conv2d", { stride: kinds.perPlaneAxis, padding: kinds.perPlaneAxis, dilation: kinds.perPlaneAxis });

/**
 * Two-dimensional convolution as networks mean it, which is cross-correlation: the kernel is not turned.
 *
 *   y[n, o, i, j] = sum_{c, k, l} w[o, c, k, l] x[n, c, i s + k d - p, j s + l d - p]
 *
 * with stride s, dilation d and zeros of width p around the plane (each one number, or one for rows and one for columns).
 * One matrix product does the work: the windows of x, copied out as columns, under the kernels as rows. So the terms of
 * an element are added in ascending order of (c, k, l), on both backends.
 *
 * Shapes:  x: [n, c, h, w], w: [o, c, k, l] -> [n, o, windows down, windows across].
 * Smooth:  linear in x and in w.
 * Errors:  ShapeError when ranks or channels differ or the kernel does not fit; ParameterError on options out of range.
 * Cost:    2 o c k l floating-point operations an output pixel; memory for k l copies of x (over the strides).
 * Source:  textbook (im2col).
 * Example: conv2d(array([[[[1, 2, 3]]]]), array([[[[1, -1]]]]))  // => [[[[-1, -1]]]]
 */
export function conv2d(x: Operand, w: Operand, options: { stride?: PerPlaneAxis; padding?: PerPlaneAxis; dilation?: PerPlaneAxis } = {}): Value {
  checkOptions(options);
  const [image, kernel] = operandShapes("conv2d", [x, w]);
  if (image.length !== 4 || kernel.length !== 4) {
    throw new ShapeError({ where: "conv2d", problem: `x is ${shapeText(image)}, w is ${shapeText(kernel)}.`, expected: "four axes each: [samples, channels, rows, columns] and [outputs, channels, rows, columns]." });
  }
  if (image[1] !== kernel[1]) {
    throw new ShapeError({ where: "conv2d", problem: `channels differ: x is ${shapeText(image)}, w is ${shapeText(kernel)}.`, expected: `x.shape[1] === w.shape[1], got ${image[1]} and ${kernel[1]}.` });
  }
  const [outputs, channels, height, width] = kernel;
  if (height === 0 || width === 0) throw new ShapeError({ where: "conv2d", problem: `w is ${shapeText(kernel)}.`, expected: "a kernel of at least one element." });
  const params = { size: [height, width] as const, stride: bothAxes(options.stride ?? 1), dilation: bothAxes(options.dilation ?? 1) };
  const padding = bothAxes(options.padding ?? 0);
  checkWindows("conv2d", image, params, padding);

  const padded = padPlane(x, padding, 0);
  const [down, across] = windowCounts(operandShape("conv2d", padded), params);
  const patches = apply(windowsPrimitive, [padded], params);
  // [n, c, i, j, k, l] -> [c k l, n i j]: the copy then runs along whole rows of the image
  const columns = reshape(transpose(patches, [1, 4, 5, 0, 2, 3]), [channels * height * width, image[0] * down * across]);
  const product = matmul(reshape(w, [outputs, channels * height * width]), columns);
  return transpose(reshape(product, [outputs, image[0], down, across]), [1, 0, 2, 3]);
}
