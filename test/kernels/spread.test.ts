import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasmBytes } from "../../src/simd/binary.ts";
import { kernelsOf } from "../../src/simd/exports.ts";
import type { SimdExports } from "../../src/simd/exports.ts";
import { compileSync, instantiate } from "../../src/simd/host.ts";
import { backends, dtype, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, size, smallSize, values } from "./support.ts";

describe("a row or a column spread over a matrix", () => {
  it("addRow adds one row to all, scaleRows has one factor a row, shift one number for all", () => {
    fc.assert(fc.property(dtype, smallSize, size, seed, flavour, placement, (kind, rows, width, from, kindOfValues, where) => {
      const wild = kindOfValues === "wild";
      const [x, row, factors] = [values(kind, rows * width, from, wild), values(kind, width, from + 1, wild), values(kind, rows, from + 2, wild)];
      expectSameBits(expectAgreement(kind, where, [x, row], rows * width, (kernels, [a, b], out) => kernels.addRow(a, b, out, rows, width)), x.map((value, at) => value + row[at % width]));
      expectSameBits(expectAgreement(kind, where, [x, factors], rows * width, (kernels, [a, b], out) => kernels.scaleRows(a, b, out, rows, width)), x.map((value, at) => value * factors[Math.floor(at / width)]));
      const r = kind === "float32" ? Math.fround : (value: number) => value;
      for (const summand of [0.1, -0, 1e30, NaN]) expectSameBits(expectAgreement(kind, where, [x], rows * width, (kernels, [a], out) => kernels.shift(summand, a, out)), x.map((value) => value + r(summand)));
    }), runs(200));
  });
  it("out may be the matrix", () => {
    for (const kernels of backends) {
      const x = values("float32", 21, 1, false);
      const [row, column, own] = [values("float32", 7, 2, false), values("float32", 3, 3, false), x.slice()];
      kernels.addRow(own, row, own, 3, 7);
      expectSameBits(own, x.map((value, at) => value + row[at % 7]));
      kernels.scaleRows(own, column, own, 3, 7);
      expectSameBits(own, x.map((value, at) => Math.fround(value + row[at % 7]) * column[Math.floor(at / 7)]));
    }
  });
});

describe("sumRows", () => {
  const exports = instantiate(compileSync(wasmBytes())) as unknown as SimdExports;
  it("has the bits of sumAxis, cut into blocks of rows and columns anyhow", () => {
    fc.assert(fc.property(dtype, size, fc.constantFrom(2, 3, 4, 5, 7, 8, 15, 16, 17, 32, 37), fc.nat(), fc.nat(), seed, flavour, (kind, rows, width, cutRow, cutColumn, from, kindOfValues) => {
      const x = values(kind, rows * width, from, kindOfValues === "wild");
      const whole = empty(kind, width);
      backends[0].sumAxis(x, whole, 1, rows, width);
      const raw = kernelsOf(exports, kind === "float64" ? "F64" : "F32");
      const bytes = x.BYTES_PER_ELEMENT;
      const base = Math.ceil(exports.heapBase() / 64) * 64;
      if (exports.memory.buffer.byteLength < base + bytes * (rows + 1) * width) exports.memory.grow(8);
      const make = kind === "float64" ? Float64Array : Float32Array;
      const memory = new make(exports.memory.buffer, base, (rows + 1) * width);
      memory.set(x);
      memory.fill(9, rows * width);
      const out = base + bytes * rows * width;
      const [r, c] = [cutRow % (rows + 1), cutColumn % (width + 1)];
      for (const [first, count] of [[0, c], [c, width - c]]) {
        raw.sumRows(base + bytes * first, width, out + bytes * first, r, count, 0);
        raw.sumRows(base + bytes * (r * width + first), width, out + bytes * first, rows - r, count, 1);
      }
      expectSameBits(memory.slice(rows * width), whole);
      expectSameBits(memory.slice(0, rows * width), x);
      expect(exports.memory.buffer.byteLength).toBeGreaterThan(0);
    }), runs(200));
  });
});
