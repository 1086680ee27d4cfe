import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { binaryCases, binaryForward, broadcastRule } from "./elementwise.ts";
import { mul } from "./mul.ts";
import { neg } from "./neg.ts";

export const divPrimitive = definePrimitive({
  name: "div",
  maths: "c = a / b",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} / b", "\\mathrm{ct}_b = -\\mathrm{ct} \\odot c / b"] },
  source: "textbook (quotient rule)",
  shape: broadcastRule("div"),
  forward: binaryForward("divide"),
  vjp: [
    function divVjpLeft(ct, { args: [, b] }) { return div(ct, b); },
    function divVjpRight(ct, { args: [, b], out }) { return neg(mul(ct, div(out, b))); },
  ],
  jvp: [
    function divJvpLeft(tangent, { args: [, b] }) { return div(tangent, b); },
    function divJvpRight(tangent, { args: [, b], out }) { return neg(mul(div(out, b), tangent)); },
  ],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }, { low: 0.5, high: 3 }],
  cases: binaryCases,
});

/** a / b, elementwise; IEEE rules at b = 0. Shapes: any two that broadcast. Example: div(array([3, 2]), 2)  // => [1.5, 1] */
export function div(a: Operand, b: Operand): Value {
  return apply(divPrimitive, [a, b], {});
}
