import fc from "fast-check";
import { describe, it } from "vitest";
import { backends, dtype, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, size, values } from "./support.ts";

const unaries = {
  relu: (x: number) => (x <= 0 ? 0 : x),
  isPositive: (x: number) => (x > 0 ? 1 : 0),
  sign: (x: number) => Math.sign(x) + 0,
};
const binaries = {
  maximum: (x: number, y: number) => (Number.isNaN(x) || Number.isNaN(y) ? NaN : x < y ? y : x),
  isEqual: (x: number, y: number) => (x === y ? 1 : 0),
  minimum: (x: number, y: number) => (Number.isNaN(x) || Number.isNaN(y) ? NaN : x > y ? y : x),
};

describe("choices", () => {
  it.each(Object.keys(unaries) as (keyof typeof unaries)[])("%s is what its line says, also of NaN, zeros of both signs and infinities", (name) => {
    fc.assert(fc.property(dtype, size, seed, flavour, placement, (kind, n, from, kindOfValues, where) => {
      const x = values(kind, n, from, kindOfValues === "wild");
      expectSameBits(expectAgreement(kind, where, [x], n, (kernels, [a], out) => kernels[name](a, out)), x.map(unaries[name]));
    }), runs(150));
  });
  it.each(Object.keys(binaries) as (keyof typeof binaries)[])("%s: of two that tie the first, and NaN beside NaN, equal to nothing", (name) => {
    fc.assert(fc.property(dtype, size, seed, flavour, placement, (kind, n, from, kindOfValues, where) => {
      const [x, y] = [from, from + 1].map((own) => values(kind, n, own, kindOfValues === "wild", [0, -0, 1]));
      expectSameBits(expectAgreement(kind, where, [x, y], n, (kernels, [a, b], out) => kernels[name](a, b, out)), x.map((value, i) => binaries[name](value, y[i])));
    }), runs(150));
  });
  it("clip holds between bounds rounded to the dtype", () => {
    fc.assert(fc.property(dtype, size, seed, flavour, placement, fc.constantFrom([-1, 1], [0, 0.1], [-Infinity, 0.3], [0.1, Infinity], [0.5, 0.5]), (kind, n, from, kindOfValues, where, [low, high]) => {
      const x = values(kind, n, from, kindOfValues === "wild", [low, high, 0]);
      const r = kind === "float32" ? Math.fround : (value: number) => value;
      expectSameBits(expectAgreement(kind, where, [x], n, (kernels, [a], out) => kernels.clip(a, out, low, high)), x.map((value) => (value < r(low) ? r(low) : value > r(high) ? r(high) : value)));
    }), runs(200));
  });
  it("out may be an operand", () => {
    for (const kernels of backends) {
      for (const kind of ["float64", "float32"] as const) {
        const x = values(kind, 11, 5, true);
        for (const name of Object.keys(unaries) as (keyof typeof unaries)[]) {
          const own = x.slice();
          kernels[name](own, own);
          expectSameBits(own, x.map(unaries[name]));
        }
        const [a, b] = [x.slice(), values(kind, 11, 6, true)];
        kernels.maximum(a, b, a);
        expectSameBits(a, x.map((value, i) => binaries.maximum(value, b[i])));
        kernels.clip(b, b, 0, 1);
        kernels.relu(empty(kind, 0), empty(kind, 0));
      }
    }
  });
});
