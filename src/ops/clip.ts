import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { kinds, optionsOf } from "../errors/options.ts";
import { dtypeOf, sizeOf, view } from "../ndarray/index.ts";
import { sameShape, unaryCases } from "./elementwise.ts";
import { greater } from "./greater.ts";
import { less } from "./less.ts";
import { mul } from "./mul.ts";

interface Clip { low: number; high: number }

export const clipPrimitive = definePrimitive<Clip>({
  name: "clip",
  maths: "b = \\min(\\max(a, \\text{low}), \\text{high})",
  rules: { vjp: ["\\mathrm{ct}_a = \\mathrm{ct} \\odot [\\text{low} < a < \\text{high}]"] },
  source: "textbook; slope 0 at the bounds",
  shape: (shapes, { low, high }) => {
    if (!(low <= high)) throw new ParameterError({ where: "clip", problem: `low = ${low} and high = ${high} bound no interval.`, expected: "low <= high.", mend: "leave one out for no bound on that side." });
    return sameShape(shapes);
  },
  forward: ([x], { low, high }, shape, { kernels, allocate, elements }) => {
    const out = allocate(dtypeOf(x), sizeOf(shape));
    kernels.clip(elements(x), out, low, high);
    return view(out, shape);
  },
  vjp: [function clipVjp(ct, { args: [x], params }) { return mul(ct, inside(x, params)); }],
  jvp: [function clipJvp(tangent, { args: [x], params }) { return mul(inside(x, params), tangent); }],
  batch: "aligned",
  kinks: ({ low, high }) => (low === high ? [] : [low, high].filter(Number.isFinite).map((at) => ({ at, order: 1, slope: 0 }))),
  domain: [{ low: -3, high: 3 }],
  cases: unaryCases.flatMap(({ shapes }) => [{ shapes, params: { low: -1, high: 0.5 } }, { shapes, params: { low: 0.25, high: 2 } }]),
});

/** 1 strictly between the bounds, 0 elsewhere. */
function inside(x: Value, { low, high }: Clip): Value {
  return mul(greater(x, low), less(x, high));
}

const checkOptions = optionsOf("clip", { low: kinds.number, high: kinds.number });

/**
 * x, held between low and high (no bound where one is left out); NaN stays NaN.
 *
 * Smooth:  except at the bounds: the slope is 1 strictly between them, 0 outside and at the bounds themselves.
 * Errors:  ParameterError unless low <= high.
 * Example: clip(array([-2, 0.5, 2]), { low: -1, high: 1 })  // => [-1, 0.5, 1]
 */
export function clip(x: Operand, options: Partial<Clip>): Value {
  if (options === undefined) throw new ParameterError({ where: "clip", problem: "the options are missing.", expected: "low, high or both, as in { low: 0 }." });
  checkOptions(options);
  const { low = -Infinity, high = Infinity } = options;
  return apply(clipPrimitive, [x], { low, high });
}
