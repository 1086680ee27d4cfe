import type { Operand, Value } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, normalizeAxes, reducedShape, sizeOf } from "../ndarray/index.ts";
import { axesLast } from "./axes-last.ts";
import { norm } from "./norm.ts";
import { operandShape } from "./operand.ts";
import { reshape } from "./reshape.ts";

const checkOptions = optionsOf("l2Norm", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * Euclidean norm over axes (all by default), safe where squares would overflow or vanish. `norm` is the same over one axis.
 *
 * Shapes:  the reduced axes disappear, or stay with length 1 under keepAxes; of no elements it is 0.
 * Smooth:  except at 0, where the slope returned is 0.
 * Errors:  ShapeError on an axis that does not exist, ParameterError on one named twice.
 * Example: l2Norm(array([[1, 2], [2, 4]]))  // => 5
 */
export function l2Norm(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  const shape = operandShape("l2Norm", x);
  const axes = normalizeAxes("l2Norm", options.axes, shape);
  const rows = reshape(axesLast(x, axes), [...reducedShape(shape, axes, false), sizeOf(axes.map((axis) => shape[axis]))]);
  return reshape(norm(rows), reducedShape(shape, axes, options.keepAxes ?? false));
}
