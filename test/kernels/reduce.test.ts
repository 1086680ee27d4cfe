import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrayOf, backends, dtype, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, size, smallSize, values } from "./support.ts";

const inner = fc.constantFrom(0, 1, 1, 1, 2, 3, 4, 5, 8, 9);

describe("reductions", () => {
  it("sum and maximum agree bit for bit on both backends", () => {
    fc.assert(fc.property(dtype, smallSize, size, inner, seed, flavour, placement, (kind, outer, length, width, from, kindOfValues, where) => {
      const x = values(kind, outer * length * width, from, kindOfValues === "wild");
      expectAgreement(kind, where, [x], outer * width, (kernels, [y], out) => kernels.sumAxis(y, out, outer, length, width));
      expectAgreement(kind, where, [x], outer * width, (kernels, [y], out) => kernels.maxAxis(y, out, outer, length, width));
    }), runs(400));
  });

  it("sums of eighths and maxima are exact, whatever the order", () => {
    fc.assert(fc.property(dtype, smallSize, size, inner, seed, (kind, outer, length, width, from) => {
      const x = values(kind, outer * length * width, from, false).map((v) => Math.round(v * 8) / 8) as Float64Array;
      for (const kernels of backends) {
        const sum = empty(kind, outer * width);
        const largest = empty(kind, outer * width);
        kernels.sumAxis(x, sum, outer, length, width);
        kernels.maxAxis(x, largest, outer, length, width);
        for (let o = 0; o < outer; o++) for (let j = 0; j < width; j++) {
          const column = Array.from({ length }, (_, l) => x[(o * length + l) * width + j]);
          expect(sum[o * width + j]).toBe(column.reduce((s, v) => s + v, 0));
          expect(largest[o * width + j] + 0).toBe(Math.max(...column) + 0);
        }
      }
    }), runs(150));
  });

  it("the order of additions is the documented one: large terms cancel lane by lane", () => {
    for (const kernels of backends) {
      const sum64 = empty("float64", 1);
      kernels.sumAxis(arrayOf("float64", [1e16, 1, -1e16, 1, 1]), sum64, 1, 5, 1);
      expect(sum64[0]).toBe(3); // lanes (1e16 - 1e16) and (1 + 1), then the tail; ascending would give 2
      const sum32 = empty("float32", 1);
      kernels.sumAxis(arrayOf("float32", [1e8, 1, 1, -1e8, -1e8, 1, 1, 1e8, 1]), sum32, 1, 9, 1);
      expect(sum32[0]).toBe(5);
      const columns = empty("float64", 2);
      kernels.sumAxis(arrayOf("float64", [1e16, 1, 1, 1e16, -1e16, -1e16, 1, 0]), columns, 1, 4, 2);
      expectSameBits(columns, [1, 0]);
    }
  });

  it("in a maximum NaN wins and +0 is above -0", () => {
    for (const kernels of backends) {
      for (let at = 0; at < 7; at++) {
        const x = new Float64Array(7).fill(1);
        x[at] = NaN;
        const out = empty("float64", 1);
        kernels.maxAxis(x, out, 1, 7, 1);
        expect(out[0]).toBeNaN();
        const zeros = new Float32Array(7).fill(-0);
        zeros[at] = 0;
        const largest = empty("float32", 1);
        kernels.maxAxis(zeros, largest, 1, 7, 1);
        expectSameBits(largest, [0]);
      }
    }
  });
});
