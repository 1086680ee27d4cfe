/** The trace that `compile` puts under a function: it runs the function once, on values that have shapes but no elements. */
import { isTraced, type Primitive, Traced, type Trace, type Value } from "../autodiff/index.ts";
import { currentKernels } from "../kernels/index.ts";
import { copy, type Dtype, type NdArray, scalar } from "../ndarray/index.ts";
import { InternalError } from "../errors/index.ts";
import type { Recorder } from "./recorder.ts";

/** A value whose elements will be there when the compiled function is called. */
export class GraphValue extends Traced {
  declare readonly primal: NdArray;
}

export class GraphTrace implements Trace {
  readonly kind = "graph";
  readonly level: number;
  open = true;
  private readonly recorder: Recorder;
  private readonly literals = new Map<string, NdArray>();

  constructor(level: number, recorder: Recorder) {
    this.level = level;
    this.recorder = recorder;
  }

  process<P>(primitive: Primitive<P>, args: readonly Value[], params: P): GraphValue {
    return new GraphValue(this, this.recorder.apply(primitive, args.map((arg) => this.plain(arg)), params));
  }

  literal(value: number, dtype: Dtype): NdArray {
    const key = `${dtype} ${Object.is(value, -0) ? "-0" : value}`;
    const known = this.literals.get(key) ?? scalar(value, dtype);
    this.literals.set(key, known);
    return known;
  }

  /** The array one level down; constants from scratch memory are copied, since the plan outlives it. */
  plain(value: Value): NdArray {
    if (value instanceof GraphValue && value.trace === this) return value.primal;
    if (isTraced(value)) throw new InternalError({ where: "compile", problem: "the function uses a value that another transformation, outside it, watches." });
    return currentKernels().isScratch(value.data) ? copy(value) : value;
  }
}
