import { apply, definePrimitive, type Operand, type Value, zeroTangent } from "../autodiff/index.ts";
import { sameShape, unaryCases, unaryForward } from "./elementwise.ts";

const flat = zeroTangent("sign is constant wherever it is continuous");

export const signPrimitive = definePrimitive({
  name: "sign",
  maths: "b = \\operatorname{sign} a,\\quad 0 \\text{ at } a = 0",
  rules: { vjp: ["\\mathrm{ct}_a = 0"] },
  source: "textbook",
  shape: sameShape,
  forward: unaryForward("sign"),
  vjp: [flat],
  jvp: [flat],
  batch: "aligned",
  kinks: () => [{ at: 0, order: 0, slope: 0 }],
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/**
 * -1, 0 or 1, elementwise; NaN stays NaN. Its derivative is zero.
 *
 * Example: sign(array([-1.5, 0, 2]))  // => [-1, 0, 1]
 */
export function sign(x: Operand): Value {
  return apply(signPrimitive, [x], {});
}
