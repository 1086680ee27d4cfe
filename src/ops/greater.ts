import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { dtypeOf, sizeOf, view } from "../ndarray/index.ts";
import { comparison } from "./comparison.ts";

const record = comparison("greater", ">", (a, b) => a > b);

export const greaterPrimitive = definePrimitive({
  ...record,
  // above 0: the mask of a ReLU
  forward: (args, params, shape, context) => {
    const [a, b] = args;
    if (sizeOf(a.shape) !== sizeOf(shape) || context.known(b) !== 0) return record.forward(args, params, shape, context);
    const out = context.allocate(dtypeOf(a), sizeOf(shape));
    context.kernels.isPositive(context.elements(a), out);
    return view(out, shape);
  },
});

/**
 * 1 where a is above b and 0 elsewhere (also beside NaN); its derivative is zero.
 *
 * Shapes:  any two that broadcast.
 * Example: greater(array([1, 2, 3]), 2)  // => [0, 0, 1]
 */
export function greater(a: Operand, b: Operand): Value {
  return apply(greaterPrimitive, [a, b], {});
}
