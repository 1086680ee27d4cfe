import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { binaryCases, binaryForward, broadcastRule, withNumber } from "./elementwise.ts";
import { neg } from "./neg.ts";

const elementByElement = binaryForward("subtract");

export const subPrimitive = definePrimitive({
  name: "sub",
  maths: "c = a - b",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct}", "\\mathrm{ct}_b = -\\mathrm{ct}"] },
  source: "textbook",
  shape: broadcastRule("sub"),
  // a - b is a + (-b), bit for bit
  forward: (args, params, shape, context) => withNumber("shift", args, shape, context, (value, position) => (position === 1 ? -value : undefined)) ?? elementByElement(args, params, shape, context),
  vjp: [function subVjpLeft(ct) { return ct; }, function subVjpRight(ct) { return neg(ct); }],
  jvp: [function subJvpLeft(tangent) { return tangent; }, function subJvpRight(tangent) { return neg(tangent); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
  cases: binaryCases,
});

/** a - b, elementwise. Shapes: any two that broadcast. Example: sub(array([3, 2]), 1)  // => [2, 1] */
export function sub(a: Operand, b: Operand): Value {
  return apply(subPrimitive, [a, b], {});
}
