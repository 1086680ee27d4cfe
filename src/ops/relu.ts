import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { sameShape, unaryCases, unaryForward } from "./elementwise.ts";
import { greater } from "./greater.ts";
import { mul } from "./mul.ts";

export const reluPrimitive = definePrimitive({
  name: "relu",
  maths: "b = \\max(a, 0)",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot [a > 0]"] },
  source: "textbook; slope 0 at 0",
  shape: sameShape,
  forward: unaryForward("relu"),
  // the result is above 0 where the operand is, and the operand may be forgotten
  vjp: [function reluVjp(ct, { out }) { return mul(ct, greater(out, 0)); }],
  jvp: [function reluJvp(tangent, { out }) { return mul(greater(out, 0), tangent); }],
  batch: "aligned",
  kinks: () => [{ at: 0, order: 1, slope: 0 }],
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/**
 * max(x, 0), elementwise; NaN stays NaN.
 *
 * Smooth:  except at 0, where the slope is 0 (not maximum(x, 0), whose ties pass half the cotangent).
 * Example: relu(array([-1, 0, 2]))  // => [0, 0, 2]
 */
export function relu(x: Operand): Value {
  return apply(reluPrimitive, [x], {});
}
