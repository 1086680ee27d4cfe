/** What the workload computes: named lists of arrays. */
import { dtypeOf, full, type NdArray } from "../../../src/ndarray/index.ts";
import { jvp, type Value, vjp } from "../../../src/index.ts";

export interface Result {
  name: string;
  arrays: NdArray[];
}

export const dtypes = ["float64", "float32"] as const;

/** A function's value, its pull-back of ones and its push-forward of ones at the arguments. */
export function* withDerivatives(name: string, f: (...args: Value[]) => Value, args: readonly NdArray[]): Generator<Result> {
  const { value, pull } = vjp(f, ...args);
  const out = value as NdArray;
  yield { name: `${name}: value`, arrays: [out] };
  yield { name: `${name}: vjp`, arrays: pull(full(out.shape, 1, dtypeOf(out))) as NdArray[] };
  yield { name: `${name}: jvp`, arrays: [jvp(f as never, args, args.map((x) => full(x.shape, 1, dtypeOf(x)))).tangent as NdArray] };
}
