/** Memory laid out for one test of the raw kernels: matrices whose rows may lie apart, with marks between them that must stay. */
import { expect } from "vitest";
import type { Dtype, FloatArray } from "../../src/kernels/index.ts";
import { wasmBytes } from "../../src/simd/binary.ts";
import { kernelsOf } from "../../src/simd/exports.ts";
import type { RawKernels, SimdExports } from "../../src/simd/exports.ts";
import { compileSync, instantiate } from "../../src/simd/host.ts";

export const rawExports = instantiate(compileSync(wasmBytes())) as unknown as SimdExports;
rawExports.memory.grow(128); // 8 MiB
const byDtype: Record<Dtype, RawKernels> = { float64: kernelsOf(rawExports, "F64"), float32: kernelsOf(rawExports, "F32") };

const MARK = -77;
/** Marks before, between and after what is laid out. */
const GAP = 4;

export interface Matrix {
  /** Where it lies. */
  readonly at: number;
  readonly rows: number;
  readonly columns: number;
  /** Elements from one row to the next. */
  readonly stride: number;
}

export class Sheet {
  readonly raw: RawKernels;
  private readonly memory: FloatArray;
  private readonly size: 4 | 8;
  /** What the memory should hold after the call, from the first matrix on. */
  private expected: number[] = [];
  private readonly base: number;
  private scratchEnd: number | undefined;

  constructor(kind: Dtype) {
    this.raw = byDtype[kind];
    this.size = kind === "float64" ? 8 : 4;
    const { buffer } = rawExports.memory;
    this.memory = kind === "float64" ? new Float64Array(buffer) : new Float32Array(buffer);
    this.base = Math.ceil(rawExports.heapBase() / 64) * 64 / this.size;
    this.put(GAP, MARK);
  }

  private put(n: number, value: number): void {
    for (let i = 0; i < n; i++) {
      this.memory[this.base + this.expected.length] = value;
      this.expected.push(this.memory[this.base + this.expected.length]);
    }
  }

  /** Lays a matrix out and returns where it lies. */
  matrix(contents: ArrayLike<number>, rows: number, columns: number, stride = columns): Matrix {
    const at = this.base + this.expected.length;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) this.put(1, contents[i * columns + j]);
      this.put(stride - columns, MARK);
    }
    this.put(GAP, MARK);
    return { at: at * this.size, rows, columns, stride };
  }

  /**
   * Scratch memory of so many bytes behind the matrices, of which nothing is expected afterwards but that the mark past its
   * end stays. Each call of it ends the one before.
   */
  scratch(bytes: number): number {
    this.checkScratch();
    const at = Math.ceil(((this.base + this.expected.length) * this.size) / 16) * 16;
    this.scratchEnd = (at + bytes) / this.size;
    this.memory.fill(MARK, at / this.size, this.scratchEnd + GAP);
    return at;
  }

  /** What the call makes of a matrix. */
  becomes({ at, columns, rows, stride }: Matrix, contents: ArrayLike<number>): void {
    expect(contents.length).toBe(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) this.expected[at / this.size - this.base + i * stride + j] = contents[i * columns + j];
    }
  }

  /** Fails unless the memory holds what was laid out, but for what becomes of the matrices named, bit for bit (any NaN like any other). */
  check(): void {
    for (let i = 0; i < this.expected.length; i++) {
      const actual = this.memory[this.base + i];
      if (!Object.is(actual, this.expected[i])) expect.fail(`element ${i} of the sheet: ${actual} instead of ${this.expected[i]}`);
    }
    this.checkScratch();
  }

  private checkScratch(): void {
    if (this.scratchEnd === undefined) return;
    for (let i = 0; i < GAP; i++) expect(this.memory[this.scratchEnd + i], "past the end of the scratch").toBe(MARK);
  }
}
