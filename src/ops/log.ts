import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { div } from "./div.ts";
import { sameShape, unaryCases, unaryForward } from "./elementwise.ts";

export const logPrimitive = definePrimitive({
  name: "log",
  maths: "b = \\ln a",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} / a"] },
  source: "textbook",
  shape: sameShape,
  forward: unaryForward("log"),
  vjp: [function logVjp(ct, { args: [a] }) { return div(ct, a); }],
  jvp: [function logJvp(tangent, { args: [a] }) { return div(tangent, a); }],
  batch: "aligned",
  domain: [{ low: 0.3, high: 4 }],
  cases: unaryCases,
});

/** ln a, elementwise, within 1 ulp and equal on both backends; log(0) = -Infinity, NaN below. Example: log(1)  // => 0 */
export function log(a: Operand): Value {
  return apply(logPrimitive, [a], {});
}
