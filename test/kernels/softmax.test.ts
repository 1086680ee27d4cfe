import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrayOf, backends, dtype, dtypes, empty, expectAgreement, expectSameBits, flavour, placement, runs, seed, size, smallSize, stream, values } from "./support.ts";

describe("softmax kernels", () => {
  it("log-softmax, cross-entropy and its vjp agree bit for bit on both backends", () => {
    fc.assert(fc.property(dtype, smallSize, size, seed, flavour, placement, (kind, rows, classes, from, kindOfValues, where) => {
      const wild = kindOfValues === "wild";
      const logits = values(kind, rows * classes, from, wild);
      const ct = values(kind, rows, from + 1, wild);
      const next = stream(from + 2);
      // labels one past either end are no class: their loss is NaN, and nothing outside the row is read
      const labels = new Int32Array(rows).map(() => Math.floor(next() * (classes + 2)) - 1);
      expectAgreement(kind, where, [logits], rows * classes, (kernels, [x], out) => kernels.logSoftmax(x, out, rows, classes));
      expectAgreement(kind, where, [logits], rows, (kernels, [x], out) => kernels.softmaxCrossEntropy(x, labels, out, rows, classes));
      expectAgreement(kind, where, [logits, ct], rows * classes, (kernels, [x, c], out) => kernels.softmaxCrossEntropyVjp(x, labels, c, out, rows, classes));
    }), runs(400));
  });

  it("values are those of Math.exp and Math.log to rounding", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 12 }), seed, (classes, from) => {
      const x = values("float64", classes, from, false) as Float64Array;
      const label = from % classes;
      const sum = x.reduce((s, v) => s + Math.exp(v), 0);
      for (const kernels of backends) {
        const logs = empty("float64", classes);
        const loss = empty("float64", 1);
        const gradient = empty("float64", classes);
        kernels.logSoftmax(x, logs, 1, classes);
        kernels.softmaxCrossEntropy(x, Int32Array.of(label), loss, 1, classes);
        kernels.softmaxCrossEntropyVjp(x, Int32Array.of(label), arrayOf("float64", [3]), gradient, 1, classes);
        // at most 12 terms, each a few ulps; logits up to 4, logarithms up to 11
        expect(Math.abs(loss[0] - (Math.log(sum) - x[label]))).toBeLessThan(1e-14);
        for (let j = 0; j < classes; j++) {
          expect(Math.abs(logs[j] - (x[j] - Math.log(sum)))).toBeLessThan(1e-14);
          expect(Math.abs(gradient[j] - 3 * (Math.exp(x[j]) / sum - (j === label ? 1 : 0)))).toBeLessThan(1e-14);
        }
      }
    }), runs(150));
  });

  it("the loss is never negative and large logits do not overflow", () => {
    for (const kind of dtypes) {
      for (const kernels of backends) {
        const loss = empty(kind, 3);
        kernels.softmaxCrossEntropy(arrayOf(kind, [1e30, -1e30, -3e4, 3e4, 7, 7]), Int32Array.of(0, 0, 1), loss, 3, 2);
        expectSameBits(loss, arrayOf(kind, [0, 6e4, Math.log(2)]));
        const gradient = empty(kind, 2);
        kernels.softmaxCrossEntropyVjp(arrayOf(kind, [7, 7]), Int32Array.of(1), arrayOf(kind, [2]), gradient, 1, 2);
        expectSameBits(gradient, [1, -1]);
      }
    }
  });
});
