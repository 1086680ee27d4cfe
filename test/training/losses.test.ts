import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, checkGrads, grad, zeros, sum, type NdArray, type Value } from "lemmagrad";
import { marginLoss, meanCrossEntropy, perSampleLoss } from "lemmagrad/training";
import { numbers, onEachBackend } from "../support/arrays.ts";

const logits = fc.array(fc.integer({ min: -40, max: 40 }).map((x) => x / 8), { minLength: 12, maxLength: 12 }).map((values) => array(values, [3, 4]));
const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }).map((values) => Int32Array.from(values));

describe("marginLoss", () => {
  it("is -F_y + ln sum over the others, and its gradient -e_y + pi, computed separately", () => onEachBackend(() => fc.assert(fc.property(logits, labels, (F, y) => {
    const loss = numbers(marginLoss(F, y));
    const gradient = numbers((grad((x: Value) => sum(marginLoss(x, y))) as unknown as (x: Value) => Value)(F));
    for (let n = 0; n < 3; n++) {
      const row = numbers(F).slice(4 * n, 4 * n + 4);
      const others = row.map((x, j) => (j === y[n] ? 0 : Math.exp(x)));
      const total = others.reduce((a, b) => a + b, 0);
      // logits below 5: three exponentials, a logarithm and a difference, a few eps of e^5 / e^-5 at most in relative terms
      expect(loss[n]).toBeCloseTo(Math.log(total) - row[y[n]], 13);
      row.forEach((_, j) => expect(gradient[4 * n + j]).toBeCloseTo(j === y[n] ? -1 : others[j] / total, 13));
    }
  }), { numRuns: 50 })));
  it("keeps its gradient where the cross-entropy's has vanished", () => {
    const sure = array([[60, 0, 0]]);
    expect(numbers((grad((x: Value) => sum(marginLoss(x, Int32Array.of(0)))) as unknown as (x: Value) => Value)(sure))).toEqual([-1, 0.5, 0.5]);
    expect(Math.max(...numbers((grad((x: Value) => sum(perSampleLoss("crossEntropy", x, Int32Array.of(0)))) as unknown as (x: Value) => Value)(sure)).map(Math.abs))).toBeLessThan(1e-25);
  });
  it("is exact at logits of any size, in both dtypes", () => onEachBackend(() => {
    for (const dtype of ["float64", "float32"] as const) {
      expect(numbers(marginLoss(array([[-1e4, 3e3], [7, -7]], undefined, dtype), Int32Array.of(0, 1)))).toEqual([13000, 14]);
    }
  }));
  it("differentiates twice", () => { checkGrads(((x: Value) => marginLoss(x, Int32Array.of(1, 0, 3))) as never, [array([[1, 2, 0.5, -1], [0, 1, 1, 2], [3, 0, -1, 0.2]])], { order: 2 }); });
  it("names shapes and labels that do not fit", () => {
    expect(() => marginLoss(zeros([2, 1]), Int32Array.of(0, 0))).toThrow("marginLoss: logits of shape [2, 1] came with 2 labels.\n  Expected [samples, classes] with one label a sample and at least two classes.");
    expect(() => marginLoss(zeros([2, 3]), Int32Array.of(0))).toThrow("marginLoss: logits of shape [2, 3] came with 1 labels.");
    expect(() => marginLoss(zeros([1, 3]), Int32Array.of(3))).toThrow("oneHot: label 3 of sample 0 is no class.");
  });
});

it("meanCrossEntropy divides by the number of samples", () => {
  const F = array([[0, 0], [0, Math.log(3)]]) as NdArray;
  expect(numbers(meanCrossEntropy(F, Int32Array.of(0, 0)))[0]).toBeCloseTo((Math.LN2 + Math.log(4)) / 2, 15);
});
