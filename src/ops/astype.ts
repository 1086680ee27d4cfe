import { apply, definePrimitive, type Operand, type Value, valueDtype } from "../autodiff/index.ts";
import { allocate, copyElements, type Dtype, dtypeOf, sizeOf, view } from "../ndarray/index.ts";
import { checkDtype } from "./arguments.ts";
import { sameShape, unaryCases } from "./elementwise.ts";

export const astypePrimitive = definePrimitive<{ dtype: Dtype }>({
  name: "astype",
  maths: "b = a \\text{, rounded}",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\text{, rounded to the type of } a"] },
  source: "IEEE 754 rounding to nearest",
  shape: sameShape,
  dtype: ({ dtype }) => dtype,
  forward: ([x], { dtype }, shape) => {
    if (dtypeOf(x) === dtype) return x;
    const out = allocate(dtype, sizeOf(shape));
    copyElements(x, out);
    return view(out, shape);
  },
  vjp: [function astypeVjp(ct, { args: [x] }) { return astype(ct, valueDtype(x)); }],
  jvp: [function astypeJvp(tangent, { params }) { return astype(tangent, params.dtype); }],
  batch: "aligned",
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases.map(({ shapes }) => ({ shapes, params: { dtype: "float64" as const } })),
});

/** The same values as float64 or float32 (rounded to nearest). */
export function astype(x: Operand, dtype: Dtype): Value {
  checkDtype("astype", dtype);
  return apply(astypePrimitive, [x], { dtype });
}
