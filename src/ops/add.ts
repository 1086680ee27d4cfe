import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { binaryCases, binaryForward, broadcastRule, withNumber, withSpread } from "./elementwise.ts";

const elementByElement = binaryForward("add");

/** Registered as "add": the backward walk meets it by that name to add up cotangents. */
export const addPrimitive = definePrimitive({
  name: "add",
  maths: "c = a + b",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct}", "\\mathrm{ct}_b = \\mathrm{ct}"] },
  source: "textbook",
  shape: broadcastRule("add"),
  forward: (args, params, shape, context) => withNumber("shift", args, shape, context) ?? withSpread("addRow", args, shape, context) ?? elementByElement(args, params, shape, context),
  vjp: [function addVjpLeft(ct) { return ct; }, function addVjpRight(ct) { return ct; }],
  jvp: [function addJvpLeft(tangent) { return tangent; }, function addJvpRight(tangent) { return tangent; }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }, { low: -3, high: 3 }],
  cases: binaryCases,
});

/**
 * a + b, elementwise.
 *
 * Shapes:  any two that broadcast.
 * Example: add(array([1, 2]), 1)  // => [2, 3]
 */
export function add(a: Operand, b: Operand): Value {
  return apply(addPrimitive, [a, b], {});
}
