import fc from "fast-check";
import { describe, it } from "vitest";
import type { Dtype, FloatArray } from "../../src/kernels/index.ts";
import { arrayOf, backends, dtype, dtypes, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, size, values } from "./support.ts";

const round = (kind: Dtype): ((x: number) => number) => (kind === "float64" ? (x) => x : Math.fround);
const binaries = {
  add: (x: number, y: number) => x + y,
  subtract: (x: number, y: number) => x - y,
  multiply: (x: number, y: number) => x * y,
  divide: (x: number, y: number) => x / y,
};

describe("elementwise kernels", () => {
  it.each(Object.keys(binaries) as (keyof typeof binaries)[])("%s is JavaScript's own operation, rounded to the dtype", (name) => {
    fc.assert(fc.property(dtype, size, seed, flavour, placement, (kind, n, from, kindOfValues, where) => {
      const x = values(kind, n, from, kindOfValues === "wild");
      const y = values(kind, n, from + 1, kindOfValues === "wild");
      const out = expectAgreement(kind, where, [x, y], n, (kernels, [a, b], into) => kernels[name](a, b, into));
      expectSameBits(out, x.map((v, i) => binaries[name](v, y[i])));
    }), runs(150));
  });

  it("axpy and scale round the product first; sqrt is correctly rounded", () => {
    fc.assert(fc.property(dtype, size, fc.constantFrom(0, -0, 0.1, -3, 1e30, 1e-40, Infinity, NaN), seed, flavour, placement, (kind, n, a, from, kindOfValues, where) => {
      const r = round(kind);
      const x = values(kind, n, from, kindOfValues === "wild");
      const y = values(kind, n, from + 1, kindOfValues === "wild");
      expectSameBits(expectAgreement(kind, where, [x, y], n, (kernels, [u, v], out) => kernels.axpy(a, u, v, out)), x.map((v, i) => r(r(a) * v) + y[i]));
      expectSameBits(expectAgreement(kind, where, [x], n, (kernels, [u], out) => kernels.scale(a, u, out)), x.map((v) => r(a) * v));
      expectSameBits(expectAgreement(kind, where, [x], n, (kernels, [u], out) => kernels.sqrt(u, out)), x.map((v) => Math.sqrt(v)));
    }), runs(200));
  });

  it("out may be any operand", () => {
    for (const kind of dtypes) {
      for (const kernels of backends) {
        kernels.scope(() => {
          for (const make of [(v: number[]): FloatArray => arrayOf(kind, v), (v: number[]): FloatArray => { const x = kernels.allocate(kind, v.length); x.set(v); return x; }]) {
            const x = make([1, 2, 3, 4, 5]);
            kernels.add(x, x, x);
            expectSameBits(x, [2, 4, 6, 8, 10]);
            const y = make([1, 1, 1, 1, 1]);
            kernels.axpy(2, x, y, y);
            expectSameBits(y, [5, 9, 13, 17, 21]);
            kernels.subtract(x, y, x);
            expectSameBits(x, [-3, -5, -7, -9, -11]);
          }
        });
      }
    }
  });

  it("arrays of length 0 are fine everywhere", () => {
    for (const kernels of backends) {
      const none = empty("float32", 0);
      kernels.add(none, none, none);
      kernels.exp(none, none);
      kernels.scale(2, none, none);
    }
  });
});
