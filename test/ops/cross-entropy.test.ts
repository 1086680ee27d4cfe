/** logSoftmax and crossEntropy. */
import { describe, expect, it } from "vitest";
import { array, crossEntropy, grad, jvp, logSoftmax, sum, toNested, zeros, type NdArray, type Value } from "lemmagrad";
import { apply, registered } from "../../src/autodiff/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

describe("logSoftmax", () => {
  it("of worked examples, safe for large logits", () => onEachBackend(() => {
    expect(numbers(logSoftmax(array([0])))).toEqual([0]);
    numbers(logSoftmax(array([[1000, 1000], [0, Math.log(3)]]))).forEach((x, i) => expect(x).toBeCloseTo([-Math.LN2, -Math.LN2, -Math.log(4), Math.log(0.75)][i], 14));
  }));
  it("needs a class", () => {
    expect(() => logSoftmax(zeros([]))).toThrow("logSoftmax: axis -1 does not exist in an array of shape [].");
    expect(() => logSoftmax(zeros([2, 0]))).toThrow("logSoftmax: the operand has shape [2, 0].\n  Expected at least one class along axis 1.");
    for (const shape of [[], [2, 0]]) expect(() => apply(registered("logSoftmax"), [zeros(shape)], {})).toThrow(`logSoftmax: the operand has shape [${shape.join(", ")}].\n  Expected a last axis with at least one class.`);
  });
});

describe("crossEntropy", () => {
  it("of worked examples", () => onEachBackend(() => {
    expect(numbers(crossEntropy(array([[0, 0]]), [1]))).toEqual([0.6931471805599453]);
    // -ln(e^3 / (e + e^2 + e^3)), from 40-digit arithmetic
    expect(numbers(crossEntropy(array([[1, 2, 3], [3, 1, 2]]), [2, 0])).map((x) => x.toFixed(15))).toEqual(["0.407605964444380", "0.407605964444380"]);
    expect(numbers(crossEntropy(array([[1e4, 0]]), [1]))).toEqual([1e4]);
    expect(numbers(crossEntropy(array([[1e4, 0]]), [0]))).toEqual([0]);
  }));
  it("has softmax minus the label's row as gradient", () => onEachBackend(() => {
    const g = (grad((x: Value) => sum(crossEntropy(x, [1, 0]))) as unknown as (x: Value) => NdArray)(array([[0, 0], [0, Math.log(3)]]));
    (toNested(g) as number[][]).flat().forEach((x, i) => expect(x).toBeCloseTo([0.5, -0.5, -0.75, 0.75][i], 15));
  }));
  it("pushes tangents in float32 too", () => {
    const { tangent } = jvp(((x: Value) => crossEntropy(x, [0])) as never, [array([[0, 0]], undefined, "float32")], [array([[1, 0]], undefined, "float32")]);
    expect(numbers(tangent)).toEqual([-0.5]);
  });
  it("names labels and shapes that do not fit", () => {
    const logits = zeros([2, 3]);
    expect(() => crossEntropy(logits, [0])).toThrow("crossEntropy: logits of shape [2, 3] came with 1 labels.\n  Expected [samples, classes] with one label a sample and at least one class.");
    expect(() => crossEntropy(zeros([2]), [0, 0])).toThrow("crossEntropy: logits of shape [2] came with 2 labels.");
    expect(() => crossEntropy(zeros([2, 0]), [0, 0])).toThrow("crossEntropy: logits of shape [2, 0] came");
    for (const bad of [3, -1]) expect(() => crossEntropy(logits, [0, bad])).toThrow(`crossEntropy: label ${bad} of sample 1 is no class.\n  Expected an integer from 0 to 2.`);
    expect(() => crossEntropy(logits, [3, 0])).toThrow("crossEntropy: label 3 of sample 0 is no class.");
    expect(() => crossEntropy(logits, [0, 0.5])).toThrow("crossEntropy: label 0.5 of sample 1 is no integer.\n  Expected integer class labels.");
    const pull = (labels: number[], ct: readonly number[]) => () => apply(registered("crossEntropyVjp"), [logits, zeros(ct)], { labels: Int32Array.from(labels) });
    expect(pull([0], [2])).toThrow("crossEntropyVjp: logits of shape [2, 3] came with 1 labels.");
    for (const ct of [[3], [2, 1]]) expect(pull([0, 0], ct)).toThrow(`crossEntropyVjp: logits have shape [2, 3], the cotangent [${ct.join(", ")}].\n  Expected one cotangent a sample.`);
  });
});
