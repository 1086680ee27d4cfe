import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { log1pF64 } from "../kernels/index.ts";
import { add } from "./add.ts";
import { div } from "./div.ts";
import { loopForward, sameShape, unaryCases } from "./elementwise.ts";

export const log1pPrimitive = definePrimitive({
  name: "log1p",
  maths: "b = \\ln(1 + a)",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} / (1 + a)"] },
  source: "textbook; src/kernels/elementary/log1p.ts",
  shape: sameShape,
  forward: loopForward(log1pF64),
  vjp: [function log1pVjp(ct, { args: [x] }) { return div(ct, add(1, x)); }],
  jvp: [function log1pJvp(tangent, { args: [x] }) { return div(tangent, add(1, x)); }],
  batch: "aligned",
  domain: [{ low: -0.6, high: 3 }],
  cases: unaryCases,
});

/**
 * ln(1 + x), elementwise, within 0.51 ulp also near 0 and the same on every machine; -Infinity at -1 and NaN below.
 *
 * Example: log1p(array([0, 1e-10]))  // => [0, 9.9999999995e-11]
 */
export function log1p(x: Operand): Value {
  return apply(log1pPrimitive, [x], {});
}
