import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { sinF64 } from "../kernels/index.ts";
import { cos } from "./cos.ts";
import { loopForward, sameShape, unaryCases } from "./elementwise.ts";
import { mul } from "./mul.ts";

export const sinPrimitive = definePrimitive({
  name: "sin",
  maths: "b = \\sin a",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot \\cos a"] },
  source: "textbook; src/kernels/elementary/sin-cos.ts",
  shape: sameShape,
  forward: loopForward(sinF64),
  vjp: [function sinVjp(ct, { args: [x] }) { return mul(ct, cos(x)); }],
  jvp: [function sinJvp(tangent, { args: [x] }) { return mul(cos(x), tangent); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/** Sine of x radians, elementwise, within 0.61 ulp for every x and the same on every machine. Example: sin(1)  // => 0.8414709848078965 */
export function sin(x: Operand): Value {
  return apply(sinPrimitive, [x], {});
}
