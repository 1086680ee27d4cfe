import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { binaryCases, binaryForward, broadcastRule, withNumber, withSpread } from "./elementwise.ts";

const elementByElement = binaryForward("multiply");

export const mulPrimitive = definePrimitive({
  name: "mul",
  maths: "c = a\\,b",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot b", "\\mathrm{ct}_b = \\mathrm{ct} \\odot a"] },
  source: "textbook (product rule)",
  shape: broadcastRule("mul"),
  forward: (args, params, shape, context) => withNumber("scale", args, shape, context) ?? withSpread("scaleRows", args, shape, context) ?? elementByElement(args, params, shape, context),
  vjp: [
    function mulVjpLeft(ct, { args: [, b] }) { return mul(ct, b); },
    function mulVjpRight(ct, { args: [a] }) { return mul(ct, a); },
  ],
  jvp: [
    function mulJvpLeft(tangent, { args: [, b] }) { return mul(tangent, b); },
    function mulJvpRight(tangent, { args: [a] }) { return mul(a, tangent); },
  ],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
  cases: binaryCases,
});

/** a b, elementwise. Shapes: any two that broadcast. Example: mul(array([3, 2]), 2)  // => [6, 4] */
export function mul(a: Operand, b: Operand): Value {
  return apply(mulPrimitive, [a, b], {});
}
