import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, checkGrads, compile, crossEntropy, grad, mul, sum, type Value } from "lemmagrad";
import { marginLoss, oneHotTargets, targetLoss } from "lemmagrad/training";
import { expectSame, numbers, onEachBackend } from "../support/arrays.ts";
import { messageOf } from "../support/message-of.ts";

const rows = fc.array(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 4 });
const targetsOf = (labels: number[]) => array(Array.from(labels, (label) => [0, 1, 2, 3].map((j) => Number(j === label))));

describe("targetLoss", () => {
  it("of one-hot targets is the cross-entropy and the margin of the labels", () => onEachBackend(() => fc.assert(fc.property(rows, fc.integer({ min: 0, max: 3 }), (F, shift) => {
    const labels = F.map((_, i) => (i + shift) % 4);
    const logits = array(F);
    numbers(targetLoss("crossEntropy", logits, targetsOf(labels))).forEach((x, i) => expect(x).toBeCloseTo(numbers(crossEntropy(logits, Int32Array.from(labels)))[i], 12));
    numbers(targetLoss("margin", logits, targetsOf(labels))).forEach((x, i) => expect(x).toBeCloseTo(numbers(marginLoss(logits, Int32Array.from(labels)))[i], 12));
  }))));
  it("dlr is -(F_y - the largest other) / (largest - third largest), written out", () => onEachBackend(() => fc.assert(fc.property(rows, fc.integer({ min: 0, max: 3 }), (F, label) => {
    const found = numbers(targetLoss("dlr", array(F), targetsOf(F.map(() => label))));
    F.forEach((row, i) => {
      const sorted = [...row].sort((a, b) => b - a);
      if (sorted[0] - sorted[2] < 1e-3) return;
      const other = Math.max(...row.filter((_, j) => j !== label));
      const written = -(row[label] - other) / (sorted[0] - sorted[2]);
      // what is added to a range of 1e-3 or more, 1e-12, changes it by a billionth at most
      expect(Math.abs(found[i] - written)).toBeLessThanOrEqual(2e-9 * Math.abs(written));
    });
  }), { numRuns: 40 })));
  it("dlr does not see the scale of the logits, where the cross-entropy's gradient dies of it", () => {
    const targets = oneHotTargets([0], 4);
    const at = (scale: number) => array([[3 * scale, 2 * scale, -scale, 0.5 * scale]], undefined, "float32");
    expect(numbers(targetLoss("dlr", at(1000), targets))[0]).toBeCloseTo(numbers(targetLoss("dlr", at(1), targets))[0], 5);
    const slope = (loss: "dlr" | "crossEntropy", scale: number) => numbers(grad((x: Value) => sum(targetLoss(loss, mul(x, scale), targets)))(at(1)));
    expect(slope("crossEntropy", 1000)).toEqual([0, 0, 0, 0].map(() => expect.closeTo(0, 30) as number));
    expect(Math.abs(slope("dlr", 1000)[0])).toBeGreaterThan(0.1);
  });
  it("has the derivatives that differences say", () => {
    for (const loss of ["crossEntropy", "margin", "dlr"] as const) {
      checkGrads(((x: Value) => targetLoss(loss, x, targetsOf([1, 2]))) as never, [array([[1, 2.2, 0.4, -1.3], [0.1, 1.4, -2, 3.1]])]);
    }
  });
  it("compiles to the same bits", () => onEachBackend(() => {
    const logits = array([[1, 2.2, 0.4, -1.3], [0.1, 1.4, -2, 3.1]], undefined, "float32");
    for (const loss of ["crossEntropy", "margin", "dlr"] as const) {
      const f = (x: Value, t: Value) => grad((own: Value) => sum(targetLoss(loss, own, t)))(x);
      expectSame(compile(f)(logits, oneHotTargets([1, 3], 4)), f(logits, oneHotTargets([1, 3], 4)));
    }
  }));
  it("is 0 for dlr of equal logits, and not NaN", () => { expect(numbers(targetLoss("dlr", array([[1, 1, 1, 1]]), targetsOf([2])))).toEqual([0]); });
  it("names shapes and labels that do not fit", () => {
    expect(messageOf(() => targetLoss("crossEntropy", array([[1, 2]]), array([[1, 0, 0]])))).toMatch(/logits \[1, 2\] came with targets \[1, 3\]/);
    expect(messageOf(() => targetLoss("dlr", array([[1, 2]]), array([[1, 0]])))).toMatch(/at least three classes/);
    expect(messageOf(() => oneHotTargets([0, 4], 4))).toMatch(/label 4 of sample 1 is no class/);
  });
});
