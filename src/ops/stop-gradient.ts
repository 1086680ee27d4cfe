import { apply, definePrimitive, type Operand, type Value, zeroTangent } from "../autodiff/index.ts";
import { sameShape, unaryCases } from "./elementwise.ts";

const held = zeroTangent("stopGradient holds its argument constant");

export const stopGradientPrimitive = definePrimitive({
  name: "stopGradient",
  maths: "b = a,\\quad \\mathrm{d}b = 0",
  rules: { vjp: ["\\mathrm{ct}_a = 0"] },
  source: "convention of automatic differentiation",
  shape: sameShape,
  forward: ([x]) => x,
  vjp: [held],
  jvp: [held],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/** The value of x with every derivative through it set to zero. Example: stopGradient(3)  // => 3 */
export function stopGradient(x: Operand): Value {
  return apply(stopGradientPrimitive, [x], {});
}
