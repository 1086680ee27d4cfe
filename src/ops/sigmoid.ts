import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { sigmoidF64, sigmoidSlopeF64 } from "../kernels/index.ts";
import { loopForward, sameShape, unaryCases } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { tanh } from "./tanh.ts";

export const sigmoidPrimitive = definePrimitive({
  name: "sigmoid",
  maths: "b = \\frac{1}{1 + e^{-a}}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot b \\odot (1 - b)"] },
  source: "textbook; src/kernels/elementary/sigmoid.ts",
  shape: sameShape,
  forward: loopForward(sigmoidF64),
  vjp: [function sigmoidVjp(ct, { args: [x] }) { return mul(ct, sigmoidSlope(x)); }],
  jvp: [function sigmoidJvp(tangent, { args: [x] }) { return mul(sigmoidSlope(x), tangent); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/** A primitive of its own because s (1 - s) loses its digits for large x, and its derivative s' (1 - 2 s) for small x. */
export const sigmoidSlopePrimitive = definePrimitive({
  name: "sigmoidSlope",
  maths: "b = \\frac{e^{-a}}{(1 + e^{-a})^2}",
  rules: { vjp: ["\\mathrm{ct}_a = -\\mathrm{ct} \\odot b \\odot \\tanh(a/2)"] },
  source: "textbook; src/kernels/elementary/sigmoid.ts",
  shape: sameShape,
  forward: loopForward(sigmoidSlopeF64),
  vjp: [function sigmoidSlopeVjp(ct, { args: [x], out }) { return mul(ct, curvature(x, out)); }],
  jvp: [function sigmoidSlopeJvp(tangent, { args: [x], out }) { return mul(curvature(x, out), tangent); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/** s'' = -s' tanh(x/2). */
function curvature(x: Value, slope: Value): Value {
  return mul(mul(-1, slope), tanh(mul(0.5, x)));
}

/**
 * The logistic function s(x) = 1 / (1 + e^-x), elementwise; never overflows, the same on every machine, within 0.52 ulp
 * (0.75 where it is subnormal).
 *
 * Example: sigmoid(array([-1000, 0, 1000]))  // => [0, 0.5, 1]
 */
export function sigmoid(x: Operand): Value {
  return apply(sigmoidPrimitive, [x], {});
}

/** s'(x) = s(x) s(-x), elementwise, with all its digits also where s rounds to 1. Example: sigmoidSlope(0)  // => 0.25 */
export function sigmoidSlope(x: Operand): Value {
  return apply(sigmoidSlopePrimitive, [x], {});
}
