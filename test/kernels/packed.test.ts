/** The raw products and their packing: strides, tails, and sums that continue over cuts of the inner index. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dtype, FloatArray } from "../../src/kernels/index.ts";
import { Sheet, rawExports } from "./sheet.ts";
import type { Matrix } from "./sheet.ts";
import { dtype, dtypes, empty, flavour, runs, seed, size, stream, values } from "./support.ts";

type Layout = "NN" | "NT" | "TN";
const layout = fc.constantFrom<Layout>("NN", "NT", "TN");
const extra = fc.constantFrom(0, 0, 1, 3, 8);
const sizeOf = { float64: 8, float32: 4 } as const;
const transposed = (x: FloatArray, rows: number, columns: number): FloatArray => x.map((_, i) => x[(i % rows) * columns + Math.floor(i / rows)]);

/** out[m,n] + a[m,k] b[k,n] by three loops, from what `start` holds, inner index ascending. */
function continued(kind: Dtype, start: FloatArray, a: FloatArray, b: FloatArray, m: number, n: number, k: number): FloatArray {
  const round = kind === "float64" ? (x: number) => x : Math.fround;
  const out = start.slice();
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p++) out[i * n + j] = round(out[i * n + j] + round(a[i * k + p] * b[p * n + j]));
    }
  }
  return out;
}

/** Ascending cut points from 0 to n. */
function cuts(n: number, pieces: number, next: () => number): number[] {
  const inner = Array.from({ length: pieces - 1 }, () => Math.floor(next() * (n + 1)));
  return [0, ...inner.sort((x, y) => x - y), n];
}

interface Plan {
  kind: Dtype;
  layout: Layout;
  m: number;
  n: number;
  k: number;
  extras: readonly number[];
  from: number;
  wild: boolean;
  /** Whether the sum starts from what out holds. */
  continues: boolean;
  /** Into how many pieces the inner index, the rows and the columns are cut. */
  pieces: readonly number[];
  /** Share of the inner indices at which four neighbouring rows of a, sometimes three of them, hold zeros of either sign. */
  zeros?: number;
  /** Share of the rows of a (of the columns where a^T b reads it) that hold zeros at all inner indices, sometimes at all but one. */
  emptyRows?: number;
}

/** Puts zeros where `zeros` asks for them. */
function thinned(a: FloatArray, m: number, k: number, share: number, next: () => number): FloatArray {
  for (let i = 0; i < m; i += 4) {
    for (let p = 0; p < k; p++) {
      if (next() >= share) continue;
      const spared = next() < 0.2 ? i + Math.floor(next() * 4) : -1;
      for (let row = i; row < Math.min(m, i + 4); row++) if (row !== spared) a[row * k + p] = next() < 0.5 ? 0 : -0;
    }
  }
  return a;
}

/** Empties whole rows as `emptyRows` asks. */
function withEmptyRows(a: FloatArray, m: number, k: number, share: number, next: () => number): FloatArray {
  for (let i = 0; i < m; i++) {
    if (next() >= share) continue;
    const spared = next() < 0.2 ? Math.floor(next() * k) : -1;
    for (let p = 0; p < k; p++) if (p !== spared) a[i * k + p] = next() < 0.5 ? 0 : -0;
  }
  return a;
}

/** One part of the product, of rows, columns and inner indices between these. */
function part(sheet: Sheet, plan: Plan, a: Matrix, b: Matrix, out: Matrix, [i0, i1]: number[], [j0, j1]: number[], [p0, p1]: number[], continues: number): void {
  const bytes = sizeOf[plan.kind];
  const target = out.at + bytes * (i0 * out.stride + j0);
  if (plan.layout === "TN") {
    const scratch = sheet.scratch(rawExports.matmulScratchBytes(j1 - j0, p1 - p0, bytes));
    sheet.raw.matmulTN(
      a.at + bytes * (p0 * a.stride + i0), a.stride, b.at + bytes * (p0 * b.stride + j0), b.stride, target, out.stride, i1 - i0, j1 - j0, p1 - p0, continues, scratch);
    return;
  }
  const packed = sheet.scratch(rawExports.packedBytes(j1 - j0, p1 - p0, bytes));
  if (plan.layout === "NN") sheet.raw.packNN(b.at + bytes * (p0 * b.stride + j0), b.stride, j1 - j0, p1 - p0, packed);
  else sheet.raw.packNT(b.at + bytes * (j0 * b.stride + p0), b.stride, j1 - j0, p1 - p0, packed);
  sheet.raw.matmulPacked(a.at + bytes * (i0 * a.stride + p0), a.stride, packed, target, out.stride, i1 - i0, j1 - j0, p1 - p0, continues);
}

function checkProduct(plan: Plan): void {
  const { kind, m, n, k, extras, from, wild } = plan;
  const next = stream(from + 3);
  const a = withEmptyRows(thinned(values(kind, m * k, from, wild), m, k, plan.zeros ?? 0, next), m, k, plan.emptyRows ?? 0, next);
  const b = values(kind, k * n, from + 1, wild);
  const start = plan.continues ? values(kind, m * n, from + 2, wild) : empty(kind, m * n);
  const sheet = new Sheet(kind);
  const onSheetA = plan.layout === "TN" ? sheet.matrix(transposed(a, m, k), k, m, m + extras[0]) : sheet.matrix(a, m, k, k + extras[0]);
  const onSheetB = plan.layout === "NT" ? sheet.matrix(transposed(b, k, n), n, k, k + extras[1]) : sheet.matrix(b, k, n, n + extras[1]);
  const out = sheet.matrix(plan.continues ? start : start.map(() => 12345.678), m, n, n + extras[2]);
  const [inner, rows, columns] = [cuts(k, plan.pieces[0], next), cuts(m, plan.pieces[1], next), cuts(n, plan.pieces[2], next)];
  for (let p = 0; p + 1 < inner.length; p++) {
    for (let i = 0; i + 1 < rows.length; i++) {
      for (let j = 0; j + 1 < columns.length; j++) {
        // any other number than 0 means the same
        const continues = plan.continues || p > 0 ? [1, -1, 7][p % 3] : 0;
        part(sheet, plan, onSheetA, onSheetB, out, rows.slice(i, i + 2), columns.slice(j, j + 2), inner.slice(p, p + 2), continues);
      }
    }
  }
  sheet.becomes(out, continued(kind, start, a, b, m, n, k));
  sheet.check();
}

describe("the raw products", () => {
  it("add in ascending order of the inner index, and write nothing but out, whatever the strides", () => {
    fc.assert(fc.property(dtype, layout, size, size, size, fc.tuple(extra, extra, extra), seed, flavour, fc.boolean(),
      (kind, form, m, n, k, extras, from, kindOfValues, continues) => {
        checkProduct({ kind, layout: form, m, n, k, extras, from, wild: kindOfValues === "wild", continues, pieces: [1, 1, 1] });
      }), runs(500));
  });

  it("keep every bit when the inner index, the rows and the columns are cut at random", () => {
    const pieces = fc.integer({ min: 1, max: 3 });
    fc.assert(fc.property(dtype, layout, size, size, size, fc.tuple(extra, extra, extra), seed, flavour, fc.boolean(), fc.tuple(pieces, pieces, pieces),
      (kind, form, m, n, k, extras, from, kindOfValues, continues, cut) => {
        checkProduct({ kind, layout: form, m, n, k, extras, from, wild: kindOfValues === "wild", continues, pieces: cut });
      }), runs(500));
  });

  it("keep every bit where rows of a share zeros, few or many, also beside an infinity in b and where a sum continues from -0", () => {
    const wide = fc.constantFrom(12, 13, 16, 17, 25, 33, 40), rows = fc.constantFrom(1, 3, 4, 7, 30, 61), inner = fc.constantFrom(1, 2, 3, 5, 8, 18, 50, 259);
    fc.assert(fc.property(dtype, layout, rows, wide, inner, seed, flavour, fc.boolean(), fc.constantFrom(0.2, 0.5, 0.9, 1), fc.constantFrom(1, 2),
      (kind, form, m, n, k, from, kindOfValues, continues, zeros, cut) => {
        checkProduct({ kind, layout: form, m, n, k, extras: [0, 1, 3], from, wild: kindOfValues === "wild", continues, pieces: [cut, cut, 1], zeros });
      }), runs(400));
  });

  it("a^T b keeps every bit where whole columns of a are empty, in one block of rows or in some, also beside an infinity in b and where a sum continues from -0", () => {
    const columns = fc.constantFrom(1, 3, 8, 16, 17, 50, 300), wide = fc.constantFrom(1, 5, 8, 9, 20, 33), inner = fc.constantFrom(1, 7, 8, 9, 40, 129, 260);
    fc.assert(fc.property(dtype, columns, wide, inner, fc.constantFrom(0, 1, 400), seed, flavour, fc.boolean(), fc.constantFrom(0.1, 0.5, 0.9, 1), fc.constantFrom(1, 2, 3),
      (kind, m, n, k, extraA, from, kindOfValues, continues, emptyRows, cut) => {
        checkProduct({ kind, layout: "TN", m, n, k, extras: [extraA, 1, 3], from, wild: kindOfValues === "wild", continues, pieces: [cut, cut, 1], emptyRows });
      }), runs(300));
  });

  it.each(["NN", "TN"] as const)("%s: one infinity or NaN in b, under zeros of a alone, is a NaN in its column", (form) => {
    for (const kind of dtypes) {
      for (const strange of [Infinity, -Infinity, NaN]) {
        for (const [p, j] of [[0, 0], [5, 15], [2, 31], [5, 32]]) {
          const sheet = new Sheet(kind);
          const [m, n, k] = [4, 33, 6];
          const b = Array.from({ length: k * n }, (_, at) => (at === p * n + j ? strange : 1));
          const operand = form === "TN" ? sheet.matrix(new Array(m * k).fill(0), k, m) : sheet.matrix(new Array(m * k).fill(0), m, k);
          const out = sheet.matrix(new Array(m * n).fill(7), m, n);
          part(sheet, { kind, layout: form } as Plan, operand, sheet.matrix(b, k, n), out, [0, m], [0, n], [0, k], 0);
          sheet.becomes(out, Array.from({ length: m * n }, (_, at) => (at % n === j ? NaN : 0)));
          sheet.check();
        }
      }
    }
  });

  it.each(["NN", "NT", "TN"] as const)("%s: the product of what is empty in a and +0 or -0 in out is what adding it says, wherever in out it stands", (form) => {
    for (const kind of dtypes) {
      for (const [m, n, k] of [[7, 12, 3], [9, 97, 40]]) {
        for (const at of [0, 41, m * n - 1]) {
          for (const [sign, zero] of [[1, 0], [-1, -0]]) {
            const sheet = new Sheet(kind);
            const nothing = new Array<number>(m * k).fill(0), terms = new Array<number>(k * n).fill(sign);
            const a = form === "TN" ? sheet.matrix(nothing, k, m) : sheet.matrix(nothing, m, k);
            const start = Array.from({ length: m * n }, (_, i) => (i === at ? -0 : 3));
            const out = sheet.matrix(start, m, n);
            part(sheet, { kind, layout: form } as Plan, a, form === "NT" ? sheet.matrix(terms, n, k) : sheet.matrix(terms, k, n), out, [0, m], [0, n], [0, k], 1);
            sheet.becomes(out, start.map((x) => x + zero));
            sheet.check();
          }
        }
      }
    }
  });

  it("a^T b: a -0 that out held, and a block of rows has left, is +0 after a block with products +0", () => {
    for (const kind of dtypes) {
      for (const extraA of [0, 400]) { // read where it lies, and packed
        const sheet = new Sheet(kind);
        const [m, n, k] = [4, 8, 700];
        const a = sheet.matrix(new Array(m * k).fill(0), k, m, m + extraA);
        const b = sheet.matrix(Array.from({ length: k * n }, (_, at) => (at < 600 * n ? -1 : 1)), k, n);
        const out = sheet.matrix(new Array(m * n).fill(-0), m, n);
        part(sheet, { kind, layout: "TN" } as Plan, a, b, out, [0, m], [0, n], [0, k], 1);
        sheet.becomes(out, new Array(m * n).fill(0));
        sheet.check();
      }
    }
  });

  it.each(["NN", "NT", "TN"] as const)("%s keeps the order over several blocks of the inner index and of the columns", (form) => {
    for (const kind of dtypes) {
      for (const [m, n, k] of [[5, 6, 255], [4, 8, 256], [6, 9, 257], [3, 5, 700], [2, 257, 9], [5, 263, 300], [70, 20, 530], [37, 259, 131], [9, 515, 5]]) {
        for (const continues of [false, true]) {
          checkProduct({ kind, layout: form, m, n, k, extras: [1, 3, 5], from: m + n + k, wild: false, continues, pieces: [1, 1, 1] });
        }
        checkProduct({ kind, layout: form, m, n, k, extras: [0, 0, 0], from: m + n, wild: true, continues: false, pieces: [3, 2, 2] });
      }
      // rows so long that a^T b packs its operands, over several blocks, with partial tiles and panels
      checkProduct({ kind, layout: form, m: 7, n: 21, k: 530, extras: [400, 400, 5], from: 1, wild: false, continues: true, pieces: [1, 1, 1] });
    }
  });

  it("read nothing past their operands, also where these end with the memory", () => {
    const end = rawExports.memory.buffer.byteLength;
    for (const kind of dtypes) {
      const bytes = sizeOf[kind];
      const { raw } = new Sheet(kind);
      const [out, scratch] = [2 ** 20, 2 ** 21];
      for (const m of [1, 3, 4, 5, 7, 8, 9, 12, 13]) {
        for (const n of [1, 3, 4, 8, 9, 70]) {
          for (const k of [1, 5, 33, 300]) {
            const [a, b] = [end - bytes * m * k, end - bytes * n * k];
            expect(() => {
              raw.packNN(b, n, n, k, scratch);
              raw.packNT(b, k, n, k, scratch);
              raw.transpose(b, n, out, k, k, n);
              raw.matmulPacked(a, k, scratch, out, n, m, n, k, 0);
              for (const [stride, from] of [[m, a], [m + 200, end - bytes * ((k - 1) * (m + 200) + m)]]) {
                raw.matmulTN(from, stride, out, n, 2 ** 22, n, m, n, k, 0, scratch);
                raw.matmulTN(out, stride, b, n, 2 ** 22, n, m, n, k, 0, scratch);
              }
            }, `${kind}, m = ${m}, n = ${n}, k = ${k}`).not.toThrow();
          }
        }
      }
    }
  });

  it("a sum that starts anew is +0 where all terms are -0, one that continues from -0 stays -0", () => {
    for (const kind of dtypes) {
      for (const form of ["NN", "NT", "TN"] as const) {
        for (const [continues, zero] of [[0, 0], [1, -0]]) {
          const sheet = new Sheet(kind);
          const a = sheet.matrix([-0, -0, -0, -0], 2, 2);
          const b = sheet.matrix([1, 1, 1, 1], 2, 2);
          const out = sheet.matrix([-0, -0, -0, -0], 2, 2);
          const plan = { kind, layout: form } as Plan;
          part(sheet, plan, a, b, out, [0, 2], [0, 2], [0, 2], continues);
          sheet.becomes(out, [zero, zero, zero, zero]);
          sheet.check();
        }
      }
    }
  });

  it("an empty inner index gives zeros, or leaves what is continued, and nothing else is touched", () => {
    for (const kind of dtypes) {
      for (const form of ["NN", "NT", "TN"] as const) {
        for (const continues of [0, 1]) {
          const sheet = new Sheet(kind);
          const operand = sheet.matrix([], 0, 0);
          const out = sheet.matrix([1, 2, 3, 4, 5, 6], 2, 3, 5);
          part(sheet, { kind, layout: form } as Plan, { ...operand, stride: 4 }, { ...operand, stride: 4 }, out, [0, 2], [0, 3], [0, 0], continues);
          if (!continues) sheet.becomes(out, [0, 0, 0, 0, 0, 0]);
          sheet.check();
        }
      }
    }
  });
});

describe("packing", () => {
  /** The layout by its definition: blocks of 256 inner indices, panels of 4 or 8 columns, zeros past the last column. */
  function panels(kind: Dtype, b: FloatArray, n: number, k: number): number[] {
    const width = 32 / sizeOf[kind];
    const packed: number[] = [];
    for (let first = 0; first < k; first += 256) {
      for (let j = 0; j < n; j += width) {
        for (let p = first; p < Math.min(k, first + 256); p++) for (let jj = j; jj < j + width; jj++) packed.push(jj < n ? b[p * n + jj] : 0);
      }
    }
    return packed;
  }

  it("lays b and its transpose out alike, in panels 32 bytes wide with zeros past the last column", () => {
    fc.assert(fc.property(dtype, size, fc.oneof({ weight: 9, arbitrary: size }, fc.constantFrom(255, 256, 257, 530)), extra, seed, flavour, (kind, n, k, more, from, kindOfValues) => {
      const b = values(kind, k * n, from, kindOfValues === "wild");
      const expected = panels(kind, b, n, k);
      expect(rawExports.packedBytes(n, k, sizeOf[kind])).toBe(expected.length * sizeOf[kind]);
      for (const form of ["packNN", "packNT"] as const) {
        const sheet = new Sheet(kind);
        const onSheet = form === "packNN" ? sheet.matrix(b, k, n, n + more) : sheet.matrix(transposed(b, k, n), n, k, k + more);
        const packed = sheet.matrix(expected.map(() => 12345.678), 1, expected.length);
        sheet.raw[form](onSheet.at, onSheet.stride, n, k, packed.at);
        sheet.becomes(packed, expected);
        sheet.check();
      }
    }), runs(300));
  });
});

describe("transpose", () => {
  it("is the transpose for every shape and stride, and touches nothing else", () => {
    fc.assert(fc.property(dtype, size, size, extra, extra, seed, flavour, (kind, rows, columns, moreIn, moreOut, from, kindOfValues) => {
      const x = values(kind, rows * columns, from, kindOfValues === "wild");
      const sheet = new Sheet(kind);
      const onSheet = sheet.matrix(x, rows, columns, columns + moreIn);
      const out = sheet.matrix(x.map(() => 12345.678), columns, rows, rows + moreOut);
      sheet.raw.transpose(onSheet.at, onSheet.stride, out.at, out.stride, rows, columns);
      sheet.becomes(out, transposed(x, rows, columns));
      sheet.check();
    }), runs(300));
  });
});
