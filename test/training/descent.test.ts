import { describe, expect, it } from "vitest";
import { array, full, matmul, mul, reshape, transpose, type NdArray, type Value } from "lemmagrad";
import { accuracy, correct, descentStep, gradientAscent, type ThreatModel } from "lemmagrad/training";
import { numbers, onEachBackend } from "../support/arrays.ts";

/** Softmax regression: logits = x W^T; everything about a step can be done by hand. */
const network = (W: Value, X: Value) => matmul(X.shape.length === 3 ? reshape(X, [X.shape[0], X.shape[2]]) : X, transpose(W));
const X = [[1, 2], [-1, 0.5], [0, 3]];
const labels = Int32Array.of(0, 1, 1);
const W = [[0.1, -0.2], [0.3, 0.4]];

/** The same step, written out: W - eta mean over samples of (softmax - one-hot) x^T. */
function byHand(inputs: number[][], eta: number): { weights: number[]; loss: number } {
  const gradient = [[0, 0], [0, 0]];
  let loss = 0;
  inputs.forEach((x, n) => {
    const logits = W.map((w) => w[0] * x[0] + w[1] * x[1]);
    const total = Math.exp(logits[0]) + Math.exp(logits[1]);
    loss += (Math.log(total) - logits[labels[n]]) / 3;
    logits.forEach((logit, i) => x.forEach((value, j) => { gradient[i][j] += ((Math.exp(logit) / total - Number(i === labels[n])) * value) / 3; }));
  });
  return { weights: W.flatMap((row, i) => row.map((w, j) => w - eta * gradient[i][j])), loss };
}
const close = (actual: number[], expected: number[]) => actual.forEach((x, i) => expect(x).toBeCloseTo(expected[i], 14));

describe("descentStep", () => {
  it("is the hand computation, and leaves weights and inputs as they were", () => onEachBackend(() => {
    const weights = array(W);
    const step = descentStep({ network, inputs: array(X), labels, eta: 0.7 }, weights);
    const expected = byHand(X, 0.7);
    close(numbers(step.weights), expected.weights);
    close(numbers(step.loss), [expected.loss]);
    close(numbers(step.logits), X.flatMap((x) => W.map((w) => w[0] * x[0] + w[1] * x[1])));
    expect(numbers(weights)).toEqual(W.flat());
    expect(step.weights.shape).toEqual([2, 2]);
  }));
  it("descends on the attacked inputs, with no gradient through the attack", () => onEachBackend(() => {
    // this attack depends on W through the victim's logits: doubling inputs, plus 0 times the logits' size
    const doubling: ThreatModel = { name: "doubling", randomised: false, perturb: (victim) => mul(victim.inputs, numbers(victim.logits(victim.inputs)).length > 0 ? 2 : 1) as NdArray };
    const step = descentStep({ network, inputs: array(X), labels, eta: 0.7, attack: { threat: doubling, radius: 1 } }, array(W));
    close(numbers(step.weights), byHand(X.map((x) => x.map((value) => 2 * value)), 0.7).weights);
    // a real attack: the step on the perturbed inputs, perturbed beforehand, is the same step
    const inputs = array(X.map((x) => [x]));
    const threat = gradientAscent({ loss: "crossEntropy", e: 2 });
    const attacked = descentStep({ network, inputs, labels, eta: 0.7, attack: { threat, radius: 0.4 } }, array(W));
    const beforehand = threat.perturb({ logits: (x) => network(array(W), x), inputs, labels }, 0.4);
    expect(numbers(attacked.weights)).toEqual(numbers(descentStep({ network, inputs: beforehand, labels, eta: 0.7 }, array(W)).weights));
    expect(numbers(attacked.weights)).not.toEqual(numbers(descentStep({ network, inputs, labels, eta: 0.7 }, array(W)).weights));
  }));
  it("returns arrays that later steps do not touch", () => onEachBackend(() => {
    const problem = { network, inputs: array(X), labels, eta: 0.1 };
    const first = descentStep(problem, array(W));
    const kept = [first.weights, first.loss, first.logits].map(numbers);
    let W2 = first.weights;
    for (let t = 0; t < 20; t++) W2 = descentStep(problem, W2).weights;
    expect([first.weights, first.loss, first.logits].map(numbers)).toEqual(kept);
  }));
  it("keeps float32 weights float32", () => {
    const step = descentStep({ network, inputs: array(X.flat(), [3, 2], "float32"), labels, eta: 0.7 }, array(W.flat(), [2, 2], "float32"));
    expect(step.weights.dtype).toBe("float32");
    numbers(step.weights).forEach((x, i) => expect(x).toBeCloseTo(byHand(X, 0.7).weights[i], 6));
  });
});

describe("accuracy", () => {
  it("counts the samples whose label has the largest logit; a tie counts as wrong, and so does NaN", () => {
    const logits = array([[1, 0, 0], [0, 2, 1], [1, 1, 0], [0, 0, 0], [NaN, 0, 0], [1, NaN, 0]]);
    expect(correct(logits, Int32Array.of(0, 0, 0, 2, 0, 0))).toEqual([true, false, false, false, false, false]);
    expect(accuracy(logits, Int32Array.of(0, 1, 1, 0, 1, 2))).toBe(2 / 6);
    expect(correct(full([1, 1], 0), Int32Array.of(0))).toEqual([true]);
  });
  it("reads transposed logits", () => {
    expect(correct(transpose(array([[1, 0], [0, 1]])) as NdArray, Int32Array.of(0, 1))).toEqual([true, true]);
  });
});
