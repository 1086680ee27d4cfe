/** What the kernel tests share: sizes, values that hit kinks and extremes, placements, and comparison of bits. */
import fc from "fast-check";
import { expect } from "vitest";
import { createWasmKernels, referenceKernels } from "../../src/kernels/index.ts";
import type { Dtype, FloatArray, Kernels } from "../../src/kernels/index.ts";

export const wasm = createWasmKernels();
/** The same with operands copied in a few rows at a time, and packed whole or a piece at a time. */
const piecemeal = [createWasmKernels({ blockBytes: 100 }), createWasmKernels({ blockBytes: 100, packedBytes: 0 })];
export const backends: readonly Kernels[] = [referenceKernels, wasm];
export const dtypes: readonly Dtype[] = ["float64", "float32"];

export const empty = (dtype: Dtype, n: number): FloatArray => (dtype === "float64" ? new Float64Array(n) : new Float32Array(n));
export const arrayOf = (dtype: Dtype, values: ArrayLike<number>): FloatArray => {
  const x = empty(dtype, values.length);
  x.set(values);
  return x;
};

/** Sizes around every lane count and panel width, with 0 and 1. */
export const size = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 19, 33);
export const smallSize = fc.constantFrom(0, 1, 2, 3, 4, 5);
export const dtype = fc.constantFrom(...dtypes);

/** Where operands lie: on the heap, as views into larger heap buffers, in the arena of an open scope, or there and on the heap in turns. */
export type Placement = "heap" | "view" | "scratch" | "mixed";
export const placement = fc.constantFrom<Placement>("heap", "view", "scratch", "mixed");

/** "plain": numbers of size about 1. "wild": also kinks, zeros of both signs, NaN, infinities, subnormals, extremes. */
export const flavour = fc.constantFrom("plain", "wild");
export const seed = fc.integer({ min: 0, max: 2 ** 31 - 1 });

const SPECIAL = [
  0, -0, NaN, Infinity, -Infinity, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308,
  1.401298464324817e-45, 1.1754943508222875e-38, 3.4028234663852886e38, 1e-200, -1e-200, 1e200, 1e-30, -1e25, 709.8, -745.2, 88.8, -104, 1, -1,
];

/** Numbers in [0, 1) from a seed (mulberry32): sizes shrink, contents follow. */
export function stream(from: number): () => number {
  let state = from | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** n values: a third on the grid of eighths, a third spread over [-4, 4], and, if wild, specials and `kinks`. */
export function values(kind: Dtype, n: number, from: number, wild: boolean, kinks: readonly number[] = []): FloatArray {
  const next = stream(from);
  const x = empty(kind, n);
  const special = [...SPECIAL, ...kinks, ...kinks, ...kinks];
  for (let i = 0; i < n; i++) {
    const choice = next();
    if (wild && choice < 0.25) x[i] = special[Math.floor(next() * special.length)];
    else if (kinks.length > 0 && choice < 0.4) x[i] = kinks[Math.floor(next() * kinks.length)];
    else if (choice < 0.65) x[i] = Math.floor(next() * 65) / 8 - 4;
    else x[i] = next() * 8 - 4;
  }
  return x;
}

function place(kernels: Kernels, x: FloatArray, placement: Placement, turn: number): FloatArray {
  const where = placement !== "mixed" ? placement : turn % 2 === 0 ? "scratch" : "heap";
  if (where === "heap") return x.slice();
  if (where === "view") {
    const around = (x instanceof Float64Array ? new Float64Array(x.length + 5) : new Float32Array(x.length + 5)).fill(-77);
    around.set(x, 3);
    return around.subarray(3, 3 + x.length);
  }
  const here = kernels.allocate(x instanceof Float64Array ? "float64" : "float32", x.length);
  here.set(x);
  return here;
}

/** Fails unless a and b hold the same bits, any NaN being like any other. */
export function expectSameBits(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) expect.fail(`element ${i} of ${expected.length}: ${actual[i]} instead of ${expected[i]}`);
  }
}

/**
 * Runs one kernel on both backends and compares the bits of out; operands and the surroundings of views must stay as they
 * were. `out` starts as garbage, so that an element nobody wrote is noticed.
 */
export function expectAgreement(
  kind: Dtype, where: Placement, operands: readonly FloatArray[], outLength: number,
  run: (kernels: Kernels, operands: readonly FloatArray[], out: FloatArray) => void,
): FloatArray {
  const garbage = empty(kind, outLength).fill(12345.678);
  const expected = garbage.slice();
  run(referenceKernels, operands.map((x) => x.slice()), expected);
  for (const kernels of [wasm, ...piecemeal]) {
    kernels.scope(() => {
      const placed = operands.map((x, i) => place(kernels, x, where, i));
      const out = place(kernels, garbage, where, operands.length);
      run(kernels, placed, out);
      expectSameBits(out, expected);
      placed.forEach((x, i) => expectSameBits(x, operands[i]));
      if (where === "view") {
        for (const x of [...placed, out]) {
          const around = x instanceof Float64Array ? new Float64Array(x.buffer) : new Float32Array(x.buffer);
          for (const i of [0, 1, 2, x.length + 3, x.length + 4]) expect(around[i]).toBe(-77);
        }
      } else if (where === "scratch") {
        expect(kernels.isScratch(out)).toBe(true);
      }
    });
  }
  return expected;
}

/** fast-check's limit stays below the runner's, so a failing seed is always printed. */
export const runs = (numRuns: number): fc.Parameters<unknown> => ({ numRuns, interruptAfterTimeLimit: 4000, markInterruptAsFailure: false });
