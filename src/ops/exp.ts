import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { sameShape, unaryCases, unaryForward } from "./elementwise.ts";
import { mul } from "./mul.ts";

export const expPrimitive = definePrimitive({
  name: "exp",
  maths: "b = e^{a}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot b"] },
  source: "textbook",
  shape: sameShape,
  forward: unaryForward("exp"),
  vjp: [function expVjp(ct, { out }) { return mul(ct, out); }],
  jvp: [function expJvp(tangent, { out }) { return mul(out, tangent); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/** e^a, elementwise, within 1 ulp and equal on both backends. Example: exp(0)  // => 1 */
export function exp(a: Operand): Value {
  return apply(expPrimitive, [a], {});
}
