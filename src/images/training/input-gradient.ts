import { grad, handOut, held, type Value } from "../../autodiff/index.ts";

/** The gradient of a number in the images, as a constant: weights that are being differentiated are taken at their values. */
export function lossGradient(loss: (x: Value) => Value, at: Value): Value {
  return handOut(held(grad(loss)(at))) as Value;
}
