/** Copies between the user's arrays and the workspace, whole or block by block, without allocating where the same array comes again. */
import { checkView, type Dtype, elements, type FloatArray, isContiguous, type NdArray, sizeOf } from "../ndarray/index.ts";

export type Words = FloatArray | Int32Array;
const types = { float64: Float64Array, float32: Float32Array, int32: Int32Array };

/** A stretch of the workspace as a typed array. */
export function stretch(buffer: ArrayBuffer, dtype: Dtype | "int32", address: number, length: number): Words {
  return new types[dtype](buffer, address, length);
}

/** The parts of an array, one a block; made anew only when another array comes. */
class Parts {
  private source: Words | undefined;
  private parts: Words[] = [];
  private readonly block: number;
  constructor(block: number) {
    this.block = block;
  }

  /** Elements [at, at + length) of x, where at is a multiple of the block and length the block's, or less in the last. */
  of(x: Words, at: number, length: number): Words {
    if (length === x.length) return x;
    if (x !== this.source) {
      this.source = x;
      this.parts = [];
    }
    const index = at / this.block;
    return (this.parts[index] ??= x.subarray(at, at + length));
  }

  /** Lets go of the array, so that nothing outside keeps it alive. */
  release(): void {
    this.source = undefined;
    this.parts = [];
  }
}

/** Copies an input into its place in the workspace, block by block. */
export class Inlet {
  private readonly target: Words;
  private readonly perSlice: number;
  private readonly parts: Parts;
  constructor(target: Words, perSlice: number, block: number) {
    this.target = target;
    this.perSlice = perSlice;
    this.parts = new Parts(perSlice * block);
  }

  take(source: Words, start: number, count: number): void {
    this.target.set(this.parts.of(source, start * this.perSlice, count * this.perSlice) as Float64Array);
  }
}

/** Copies a result out of its place in the workspace, block by block. */
export class Outlet {
  private readonly source: Words;
  private readonly perSlice: number;
  private readonly tail: Parts;
  constructor(source: Words, perSlice: number) {
    this.source = source;
    this.perSlice = perSlice;
    this.tail = new Parts(source.length);
  }

  give(target: FloatArray, start: number, count: number): void {
    target.set(this.tail.of(this.source, 0, count * this.perSlice) as Float64Array, start * this.perSlice);
  }
}

/** The elements of an argument in row-major order: its own memory where they lie so, else a copy. */
export function flat(x: NdArray): FloatArray {
  if (x.offset === 0 && x.data.length === sizeOf(x.shape) && isContiguous(x)) return x.data;
  return elements(checkView("compile", x));
}
