import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { div } from "./div.ts";
import { sameShape, unaryCases, unaryForward } from "./elementwise.ts";
import { mul } from "./mul.ts";

export const sqrtPrimitive = definePrimitive({
  name: "sqrt",
  maths: "b = \\sqrt{a}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} / (2\\,b)"] },
  source: "textbook",
  shape: sameShape,
  forward: unaryForward("sqrt"),
  vjp: [function sqrtVjp(ct, { out }) { return div(ct, mul(2, out)); }],
  jvp: [function sqrtJvp(tangent, { out }) { return div(tangent, mul(2, out)); }],
  batch: "aligned",
  domain: [{ low: 0.3, high: 4 }],
  cases: unaryCases,
});

/** The square root, elementwise, correctly rounded; its slope at 0 is infinite. Example: sqrt(4)  // => 2 */
export function sqrt(a: Operand): Value {
  return apply(sqrtPrimitive, [a], {});
}
