import { apply, definePrimitive, type Operand, type Value } from "../autodiff/index.ts";
import { comparison } from "./comparison.ts";
import { binaryForward } from "./elementwise.ts";

export const equalPrimitive = definePrimitive({ ...comparison("equal", "=", (a, b) => a === b), forward: binaryForward("isEqual") });

/** 1 where a equals b and 0 elsewhere; its derivative is zero. Example: equal(array([1, 2]), 2)  // => [0, 1] */
export function equal(a: Operand, b: Operand): Value {
  return apply(equalPrimitive, [a, b], {});
}
