import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { expm1F64 } from "../kernels/index.ts";
import { loopForward, sameShape, unaryCases } from "./elementwise.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";

export const expm1Primitive = definePrimitive({
  name: "expm1",
  maths: "b = e^{a} - 1",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot e^{a}"] },
  source: "textbook; src/kernels/elementary/expm1.ts",
  shape: sameShape,
  forward: loopForward(expm1F64),
  vjp: [function expm1Vjp(ct, { args: [x] }) { return mul(ct, exp(x)); }],
  jvp: [function expm1Jvp(tangent, { args: [x] }) { return mul(exp(x), tangent); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/**
 * e^x - 1, elementwise, within 0.56 ulp also near 0 and the same on every machine.
 *
 * Its slope is e^x, not the value plus 1, which is 0 where e^x is small.
 * Example: expm1(array([0, 1e-10]))  // => [0, 1.00000000005e-10]
 */
export function expm1(x: Operand): Value {
  return apply(expm1Primitive, [x], {});
}
