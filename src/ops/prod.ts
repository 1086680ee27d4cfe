import { type Operand, type Value, valueDtype } from "../autodiff/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { type Axes, full, normalizeAxes, reducedShape, scalar } from "../ndarray/index.ts";
import { concatenate } from "./concatenate.ts";
import { mul } from "./mul.ts";
import { operandShape } from "./operand.ts";
import { reshape } from "./reshape.ts";
import { slice } from "./slice.ts";

const checkOptions = optionsOf("prod", { axes: kinds.axes, keepAxes: kinds.flag });

/**
 * Product over axes (all by default).
 *
 * Made of halvings: factor i is multiplied by factor i + h of the 2h first, until one is left. Nothing is divided, so
 * derivatives of every order are right where factors are 0. The axes are reduced from the last to the first.
 *
 * Shapes:  the reduced axes disappear, or stay with length 1 under keepAxes; an empty product is 1.
 * Errors:  ShapeError on an axis that does not exist, ParameterError on one named twice.
 * Example: prod(array([[1, 2], [3, 4]]), { axes: 0 })  // => [3, 8]
 */
export function prod(x: Operand, options: { axes?: Axes; keepAxes?: boolean } = {}): Value {
  checkOptions(options);
  const shape = operandShape("prod", x);
  const axes = normalizeAxes("prod", options.axes, shape);
  const value = typeof x === "number" ? scalar(x) : x;
  return reshape(axes.reduceRight(productAlong, value), reducedShape(shape, axes, options.keepAxes ?? false));
}

/** The product along one axis, which keeps length 1. */
function productAlong(x: Value, axis: number): Value {
  const length = x.shape[axis];
  if (length === 0) return full(x.shape.map((own, at) => (at === axis ? 1 : own)), 1, valueDtype(x));
  if (length === 1) return x;
  const half = Math.floor(length / 2);
  const halved = mul(slice(x, { axis, stop: half }), slice(x, { axis, start: half, stop: 2 * half }));
  return productAlong(length % 2 === 0 ? halved : concatenate([halved, slice(x, { axis, start: length - 1 })], { axis }), axis);
}
