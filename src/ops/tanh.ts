import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { tanhF64 } from "../kernels/index.ts";
import { loopForward, sameShape, unaryCases } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { sigmoidSlope } from "./sigmoid.ts";

export const tanhPrimitive = definePrimitive({
  name: "tanh",
  maths: "b = \\tanh a",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot (1 - b^2)"] },
  source: "textbook; src/kernels/elementary/tanh.ts",
  shape: sameShape,
  forward: loopForward(tanhF64),
  vjp: [function tanhVjp(ct, { args: [x] }) { return mul(ct, slope(x)); }],
  jvp: [function tanhJvp(tangent, { args: [x] }) { return mul(slope(x), tangent); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/** 1 - tanh^2 x as 4 s'(2 x), s the sigmoid: 1 - tanh^2 loses all digits for large x. */
function slope(x: Value): Value {
  return mul(4, sigmoidSlope(mul(2, x)));
}

/**
 * Hyperbolic tangent, elementwise, within 0.54 ulp and the same on every machine.
 *
 * Smooth:  everywhere; the slope keeps its digits for |x| up to 370, where it underflows to 0.
 * Example: tanh(array([0, 0.5, 1000]))  // => [0, 0.46211715726000973, 1]
 */
export function tanh(x: Operand): Value {
  return apply(tanhPrimitive, [x], {});
}
