import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrayOf, backends, dtype, dtypes, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, size, smallSize, values } from "./support.ts";

const factor = fc.constantFrom(0, 1, 0.1, -2.5, 1e-30, 1e30);
/** 1e-147 and 1e-17: squares that add up to just below what is trusted to have lost nothing to underflow, in f64 and in f32. */
const scaleOfData = fc.constantFrom(1, 1e-200, 1e-147, 1e-30, 1e-17, 1e25, 1e180);

describe("row kernels", () => {
  it("norms, normalisation and projection agree bit for bit on both backends", () => {
    fc.assert(fc.property(dtype, smallSize, size, factor, factor, scaleOfData, seed, flavour, placement,
      (kind, rows, width, scale, radius, magnitude, from, kindOfValues, where) => {
        const x = values(kind, rows * width, from, kindOfValues === "wild").map((v) => v * magnitude) as Float64Array;
        expectAgreement(kind, where, [x], rows, (kernels, [y], out) => kernels.rowNorm(y, out, rows, width));
        expectAgreement(kind, where, [x], rows * width, (kernels, [y], out) => kernels.normalizeRows(y, out, rows, width, radius));
        expectAgreement(kind, where, [x], rows * width, (kernels, [y], out) => kernels.projectRows(y, out, rows, width, scale, radius));
      }), runs(400));
  });

  it("norms are Math.hypot's, also where squares overflow or underflow", () => {
    fc.assert(fc.property(dtype, size, scaleOfData, seed, (kind, width, magnitude, from) => {
      const epsilon = kind === "float64" ? 2 ** -52 : 2 ** -23;
      const fits = kind === "float64" || (magnitude > 1e-35 && magnitude < 1e35);
      const x = values(kind, width, from, false).map((v) => v * (fits ? magnitude : 1)) as Float64Array;
      for (const kernels of backends) {
        const out = empty(kind, 1);
        kernels.rowNorm(x, out, 1, width);
        const expected = Math.hypot(...x);
        // width + 1 roundings of a sum of positive terms, then the root, then hypot's own few
        expect(Math.abs(out[0] - expected)).toBeLessThanOrEqual((width + 6) * epsilon * expected);
      }
    }), runs(200));
  });

  it("a 3-4-5 row is normalised, projected and left alone as the definitions say", () => {
    for (const kind of dtypes) {
      for (const kernels of backends) {
        const x = arrayOf(kind, [3, 4, 0, 0, 0.3, 0.4]);
        const out = empty(kind, 6);
        kernels.normalizeRows(x, out, 3, 2, 10);
        [6, 8, 0, 0, 6, 8].forEach((v, i) => expect(out[i]).toBeCloseTo(v, 5));
        kernels.projectRows(x, out, 3, 2, 2, 5); // y = (6, 8) is too long; (0, 0) and (0.6, 0.8) are not
        [3, 4, 0, 0].forEach((v, i) => expect(out[i]).toBeCloseTo(v, 5));
        expectSameBits(out.subarray(4), arrayOf(kind, [2 * x[4], 2 * x[5]]));
      }
    }
  });

  it("a row so short or so long that 1/norm is no normal number gets its length too", () => {
    for (const kind of dtypes) {
      const sizes = kind === "float64" ? [1e-310, 5e-324, 2e307, 4e307] : [1e-41, 2e-45, 3e37, 6e37];
      for (const scale of sizes) {
        const x = arrayOf(kind, [3 * scale, 0, -4 * scale]);
        const norm = Math.hypot(...x);
        const out = expectAgreement(kind, "heap", [x], 3, (kernels, [y], to) => kernels.normalizeRows(y, to, 1, 3, 10));
        // the norm is rounded to a multiple of the smallest number
        const smallest = kind === "float64" ? 2 ** -1074 : 2 ** -149;
        x.forEach((v, i) => expect(Math.abs(out[i] - 10 * (v / norm))).toBeLessThan(10 * (smallest / norm) + 1e-5));
        expectAgreement(kind, "heap", [x], 3, (kernels, [y], to) => kernels.projectRows(y, to, 1, 3, 1, norm / 2));
      }
    }
  });

  it("a row exactly on the sphere is left alone, bit for bit", () => {
    fc.assert(fc.property(dtype, size, seed, (kind, width, from) => {
      const x = values(kind, width, from, false);
      for (const kernels of backends) {
        const norm = empty(kind, 1);
        const out = empty(kind, width);
        kernels.rowNorm(x, norm, 1, width);
        kernels.projectRows(x, out, 1, width, 1, norm[0]);
        expectSameBits(out, x);
      }
    }), runs(100));
  });

  it("a projected row has norm at most the radius, to rounding, and radius 0 gives zeros", () => {
    fc.assert(fc.property(dtype, size, seed, fc.constantFrom(0, 0.5, 3), (kind, width, from, radius) => {
      const x = values(kind, 3 * width, from, false);
      const epsilon = kind === "float64" ? 2 ** -52 : 2 ** -23;
      for (const kernels of backends) {
        const out = empty(kind, 3 * width);
        const norms = empty(kind, 3);
        kernels.projectRows(x, out, 3, width, 1, radius);
        kernels.rowNorm(out, norms, 3, width);
        for (const norm of norms) expect(norm).toBeLessThanOrEqual(radius * (1 + (width + 6) * epsilon));
      }
    }), runs(100));
  });
});
