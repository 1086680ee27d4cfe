/**
 * Values that flow through ops: plain arrays, and arrays watched by a trace.
 *
 * A trace is a reverse-mode tape or a forward-mode pass. Each has a level, its depth of nesting: a value watched at level
 * 2 may hold as its primal a value watched at level 1, and so gradients of gradients need no special case.
 */
import { DerivativeError } from "../errors/index.ts";
import { type Dtype, dtypeOf, isNdArray, type NdArray } from "../ndarray/index.ts";
import type { Primitive } from "./primitive.ts";

export type Value = NdArray | Traced;
/** What ops accept: numbers take the dtype of their neighbours. */
export type Operand = Value | number;

export interface Trace {
  readonly level: number;
  readonly kind: "tape" | "tangent" | "batch" | "graph";
  /** False once the transformation that made it has returned. */
  open: boolean;
  /** A literal number as an array, where the trace keeps one for all its uses. */
  literal?(value: number, dtype: Dtype): NdArray;
  /** Applies a primitive to arguments of which at least one is watched by this trace; `operands` as the caller wrote them. */
  process<P>(primitive: Primitive<P>, args: readonly Value[], params: P, operands: readonly Operand[]): Value;
}

/** A value watched by a trace. Users meet it as the argument of a function under `grad`, and pass it to ops. */
export class Traced {
  readonly trace: Trace;
  /** The value one level down. */
  readonly primal: Value;
  readonly shape: readonly number[];
  constructor(trace: Trace, primal: Value, shape = primal.shape) {
    this.trace = trace;
    this.primal = primal;
    this.shape = shape;
  }
  get dtype(): Dtype {
    return valueDtype(this.primal);
  }
  /** Arithmetic on a traced value must go through ops; `x * 2` would silently make NaN. */
  valueOf(): never {
    throw new DerivativeError({
      where: "traced value", problem: "a traced array was used with a JavaScript operator or as a plain number.",
      expected: "ops on it, such as mul(x, 2).", mend: "replace the operator by an op; JavaScript cannot overload operators.",
    });
  }
}

export function isTraced(x: unknown): x is Traced {
  return x instanceof Traced;
}

export function valueDtype(x: Value): Dtype {
  return isTraced(x) ? x.dtype : dtypeOf(x);
}

/** The plain array at the bottom of however many traces. */
export function bottom(x: Value): NdArray {
  let value = x;
  while (isTraced(value)) value = value.primal;
  return value;
}

/** The value as a constant: without the transformations that watch it, but for `compile`, under which it has no elements yet. */
export function held(x: Value): Value {
  let value = x;
  while (isTraced(value) && value.trace.kind !== "graph") value = value.primal;
  return value;
}

export function isValue(x: unknown): x is Value {
  return isTraced(x) || isNdArray(x);
}
