import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { dtypeOf, sizeOf, view } from "../ndarray/index.ts";
import { sameShape, unaryCases } from "./elementwise.ts";

export const negPrimitive = definePrimitive({
  name: "neg",
  maths: "b = -a",
  rules: { vjp: ["\\mathrm{ct}_a = -\\mathrm{ct}"] },
  source: "textbook",
  shape: sameShape,
  forward: ([x], _params, shape, { kernels, allocate, elements }) => {
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels.scale(-1, elements(x), out);
    return view(out, shape);
  },
  vjp: [function negVjp(ct) { return neg(ct); }],
  jvp: [function negJvp(tangent) { return neg(tangent); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases,
});

/** -a, elementwise. Example: neg(array([1, -2]))  // => [-1, 2] */
export function neg(a: Operand): Value {
  return apply(negPrimitive, [a], {});
}
