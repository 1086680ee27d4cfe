import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dtype, FloatArray, Kernels } from "../../src/kernels/index.ts";
import { arrayOf, backends, dtype, dtypes, empty, expectAgreement, expectSameBits, flavour, type Placement, placement, runs, seed, size, values, wasm } from "./support.ts";

type Layout = "matmulNN" | "matmulNT" | "matmulTN";
const layouts: readonly Layout[] = ["matmulNN", "matmulNT", "matmulTN"];

/** The definition, by three loops over explicit indices. */
function naive(layout: Layout, kind: Dtype, a: FloatArray, b: FloatArray, m: number, n: number, k: number): FloatArray {
  const round = kind === "float64" ? (x: number) => x : Math.fround;
  const out = empty(kind, m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) {
        const x = layout === "matmulTN" ? a[p * m + i] : a[i * k + p];
        const y = layout === "matmulNT" ? b[j * k + p] : b[p * n + j];
        sum = round(sum + round(x * y));
      }
      out[i * n + j] = sum;
    }
  }
  return out;
}

function checkShape(layout: Layout, kind: Dtype, m: number, n: number, k: number, from: number, wild: boolean, where: Placement): void {
  const a = values(kind, m * k, from, wild);
  const b = values(kind, k * n, from + 1, wild);
  const run = (kernels: Kernels, [x, y]: readonly FloatArray[], out: FloatArray): void => kernels[layout](x, y, out, m, n, k);
  expectSameBits(expectAgreement(kind, where, [a, b], m * n, run), naive(layout, kind, a, b, m, n, k));
}

describe("matrix products", () => {
  it.each(layouts)("%s adds in ascending order of the inner index, as three plain loops do, on both backends", (layout) => {
    fc.assert(fc.property(dtype, size, size, size, seed, flavour, placement, (kind, m, n, k, from, kindOfValues, where) => {
      checkShape(layout, kind, m, n, k, from, kindOfValues === "wild", where);
    }), runs(250));
  });

  it.each(layouts)("%s keeps the order across blocks of the inner index and of columns", (layout) => {
    for (const kind of dtypes) {
      for (const [m, n, k] of [[5, 6, 255], [4, 8, 256], [6, 9, 257], [3, 5, 700], [2, 257, 9], [5, 263, 300], [50, 20, 1000]]) {
        checkShape(layout, kind, m, n, k, m + n + k, false, "heap");
      }
      checkShape(layout, kind, 7, 259, 517, 3, true, "scratch");
    }
  });

  it("an empty inner index gives zeros", () => {
    for (const kernels of backends) {
      for (const layout of layouts) {
        const out = arrayOf("float64", [1, 2, 3, 4, 5, 6]);
        kernels[layout](empty("float64", 0), empty("float64", 0), out, 2, 3, 0);
        expectSameBits(out, new Float64Array(6));
      }
    }
  });

  it("the three layouts have the values of a hand-computed product", () => {
    for (const kernels of backends) {
      const out = empty("float32", 4);
      kernels.matmulNN(arrayOf("float32", [1, 2, 3, 4, 5, 6]), arrayOf("float32", [1, 4, 2, 5, 3, 6]), out, 2, 2, 3);
      expect([...out]).toEqual([14, 32, 32, 77]);
      kernels.matmulNT(arrayOf("float32", [1, 2, 3, 4, 5, 6]), arrayOf("float32", [1, 2, 3, 4, 5, 6]), out, 2, 2, 3);
      expect([...out]).toEqual([14, 32, 32, 77]);
      kernels.matmulTN(arrayOf("float32", [1, 4, 2, 5, 3, 6]), arrayOf("float32", [1, 4, 2, 5, 3, 6]), out, 2, 2, 3);
      expect([...out]).toEqual([14, 32, 32, 77]);
    }
  });

  it("operands in and out of the arena may be mixed", () => {
    wasm.scope(() => {
      const a = wasm.allocate("float64", 6);
      a.set([1, 2, 3, 4, 5, 6]);
      const out = empty("float64", 4);
      wasm.matmulNT(a, arrayOf("float64", [1, 2, 3, 4, 5, 6]), out, 2, 2, 3);
      expect([...out]).toEqual([14, 32, 32, 77]);
    });
  });
});
