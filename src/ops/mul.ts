import { apply, definePrimitive, type ForwardContext, type Operand, type Value } from "../autodiff/index.ts";
import { dtypeOf, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { binaryCases, binaryForward, broadcastRule } from "./elementwise.ts";

const elementByElement = binaryForward("multiply");

export const mulPrimitive = definePrimitive({
  name: "mul",
  maths: "c = a\\,b",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot b", "\\mathrm{ct}_b = \\mathrm{ct} \\odot a"] },
  source: "textbook (product rule)",
  shape: broadcastRule("mul"),
  forward: (args, params, shape, context) => scaled(args, shape, context) ?? elementByElement(args, params, shape, context),
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

/** A known number times an array of the result's size, in one pass: the same bits without spreading the number. */
function scaled([a, b]: readonly NdArray[], shape: readonly number[], { kernels, allocate, elements, known }: ForwardContext): NdArray | undefined {
  const size = sizeOf(shape);
  if (size < 2) return undefined;
  const [x, factor] = sizeOf(b.shape) === 1 ? [a, known(b)] : [b, known(a)];
  if (factor === undefined || sizeOf(x.shape) !== size) return undefined;
  const out = allocate(dtypeOf(x), size);
  kernels.scale(factor, elements(x), out);
  return view(out, shape);
}

/** a b, elementwise. Shapes: any two that broadcast. Example: mul(array([3, 2]), 2)  // => [6, 4] */
export function mul(a: Operand, b: Operand): Value {
  return apply(mulPrimitive, [a, b], {});
}
