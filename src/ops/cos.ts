import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { cosF64 } from "../kernels/index.ts";
import { loopForward, sameShape, unaryCases } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";
import { sin } from "./sin.ts";

export const cosPrimitive = definePrimitive({
  name: "cos",
  maths: "b = \\cos a",
  rules: { vjp: ["\\mathrm{ct}_a = -\\mathrm{ct} \\odot \\sin a"] },
  source: "textbook; src/kernels/elementary/sin-cos.ts",
  shape: sameShape,
  forward: loopForward(cosF64),
  vjp: [function cosVjp(ct, { args: [x] }) { return neg(mul(ct, sin(x))); }],
  jvp: [function cosJvp(tangent, { args: [x] }) { return neg(mul(sin(x), tangent)); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/** Cosine of x radians, elementwise, within 0.62 ulp for every x and the same on every machine. Example: cos(1)  // => 0.5403023058681398 */
export function cos(x: Operand): Value {
  return apply(cosPrimitive, [x], {});
}
