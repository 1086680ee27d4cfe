import { apply, definePrimitive, type Operand, type Value, zeroTangent } from "../autodiff/index.ts";
import { binaryCases, broadcastRule, loopForward, tieDistance } from "./elementwise.ts";

const flat = zeroTangent("greater is constant wherever it is continuous");

export const greaterPrimitive = definePrimitive({
  name: "greater",
  maths: "c = [a > b]",
  rules: { vjp: ["\\mathrm{ct}_a = 0", "\\mathrm{ct}_b = 0"] },
  source: "textbook",
  shape: broadcastRule("greater"),
  forward: loopForward((a, b) => (a > b ? 1 : 0)),
  vjp: [flat, flat],
  jvp: [flat, flat],
  batch: "aligned",
  clearance: tieDistance,
  domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
  cases: binaryCases,
});

/**
 * 1 where a is above b and 0 elsewhere (also beside NaN); its derivative is zero.
 *
 * Shapes:  any two that broadcast.
 * Example: greater(array([1, 2, 3]), 2)  // => [0, 0, 1]
 */
export function greater(a: Operand, b: Operand): Value {
  return apply(greaterPrimitive, [a, b], {});
}
