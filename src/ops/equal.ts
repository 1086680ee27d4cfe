import { apply, definePrimitive, type Operand, type Value, zeroTangent } from "../autodiff/index.ts";
import { binaryCases, broadcastRule, loopForward, tieDistance } from "./elementwise.ts";

const flat = zeroTangent("equal is constant wherever it is continuous");

export const equalPrimitive = definePrimitive({
  name: "equal",
  maths: "c = [a = b]",
  rules: { vjp: ["\\mathrm{ct}_a = 0", "\\mathrm{ct}_b = 0"] },
  source: "textbook",
  shape: broadcastRule("equal"),
  forward: loopForward((a, b) => (a === b ? 1 : 0)),
  vjp: [flat, flat],
  jvp: [flat, flat],
  batch: "aligned",
  clearance: tieDistance,
  domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
  cases: binaryCases,
});

/** 1 where a equals b and 0 elsewhere; its derivative is zero. Example: equal(array([1, 2]), 2)  // => [0, 1] */
export function equal(a: Operand, b: Operand): Value {
  return apply(equalPrimitive, [a, b], {});
}
