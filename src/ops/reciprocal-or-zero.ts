import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { loopForward, sameShape, unaryCases } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

export const reciprocalOrZeroPrimitive = definePrimitive({
  name: "reciprocalOrZero",
  maths: "b = 1/a,\\quad 0 \\text{ at } a = 0",
  rules: { vjp: ["\\mathrm{ct}_a = -\\mathrm{ct} \\odot b^2"] },
  source: "convention: the pseudo-inverse of a number",
  shape: sameShape,
  forward: loopForward((x) => (x === 0 ? 0 : 1 / x)),
  vjp: [function reciprocalVjp(ct, { out }) { return neg(mul(ct, mul(out, out))); }],
  jvp: [function reciprocalJvp(tangent, { out }) { return neg(mul(mul(out, out), tangent)); }],
  kinks: () => [{ at: 0, order: 0, slope: 0 }],
  batch: "aligned",
  domain: [{ low: 0.4, high: 3 }],
  cases: unaryCases,
});

/** 1/x, and 0 at x = 0 (with slope 0 there), elementwise. Example: reciprocalOrZero(array([4, 0]))  // => [0.25, 0] */
export function reciprocalOrZero(x: Operand): Value {
  return apply(reciprocalOrZeroPrimitive, [x], {});
}
