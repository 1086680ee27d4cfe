import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { add } from "./add.ts";
import { binaryCases, binaryForward, broadcastRule, tieDistance } from "./elementwise.ts";
import { equal } from "./equal.ts";
import { greater } from "./greater.ts";
import { mul } from "./mul.ts";

export const maximumPrimitive = definePrimitive({
  name: "maximum",
  maths: "c = \\max(a, b)",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot [a > b],\\quad \\mathrm{ct} / 2 \\text{ where } a = b", "\\mathrm{ct}_b = \\mathrm{ct} \\odot [b > a],\\quad \\mathrm{ct} / 2 \\text{ where } a = b"] },
  source: "textbook; ties share the cotangent equally",
  shape: broadcastRule("maximum"),
  forward: binaryForward("maximum"),
  vjp: [
    function maximumVjpLeft(ct, { args: [a, b] }) { return mul(ct, share(a, b)); },
    function maximumVjpRight(ct, { args: [a, b] }) { return mul(ct, share(b, a)); },
  ],
  jvp: [
    function maximumJvpLeft(tangent, { args: [a, b] }) { return mul(share(a, b), tangent); },
    function maximumJvpRight(tangent, { args: [a, b] }) { return mul(share(b, a), tangent); },
  ],
  batch: "aligned",
  clearance: tieDistance,
  domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
  cases: binaryCases,
});

/** 1 where x is the maximum, 1/2 where both are, 0 elsewhere. */
function share(x: Value, other: Value): Value {
  return add(greater(x, other), mul(0.5, equal(x, other)));
}

/**
 * The larger of two operands, elementwise; NaN beside NaN.
 *
 * Shapes:  any two that broadcast.
 * Smooth:  except where a = b: tied elements get half the cotangent each.
 * Example: maximum(array([1, 2, 3]), 2)  // => [2, 2, 3]
 */
export function maximum(a: Operand, b: Operand): Value {
  return apply(maximumPrimitive, [a, b], {});
}
