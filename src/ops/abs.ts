import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { loopForward, sameShape, unaryCases } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { sign } from "./sign.ts";

export const absPrimitive = definePrimitive({
  name: "abs",
  maths: "b = |a|",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot \\operatorname{sign} a"] },
  source: "textbook; slope 0 at 0",
  shape: sameShape,
  forward: loopForward(Math.abs),
  vjp: [function absVjp(ct, { args: [x] }) { return mul(ct, sign(x)); }],
  jvp: [function absJvp(tangent, { args: [x] }) { return mul(sign(x), tangent); }],
  batch: "aligned",
  kinks: () => [{ at: 0, order: 1, slope: 0 }],
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/**
 * |x|, elementwise.
 *
 * Smooth:  except at 0, where the slope is 0, the middle of its two sides.
 * Example: abs(array([-1.5, 0, 2]))  // => [1.5, 0, 2]
 */
export function abs(x: Operand): Value {
  return apply(absPrimitive, [x], {});
}
