/** Projected gradient ascent follows the loss: each step takes the gradient where the step before has led. */
import { describe, expect, it } from "vitest";
import { array, einsum, mul, type NdArray, type Value } from "lemmagrad";
import { lossGradient, pgd, pgdLinf, type Victim } from "lemmagrad/training";
import { numbers } from "../support/arrays.ts";

/** Two classes, logits (0, <w, x^3>): the gradient 3 w x^2 turns with every step. */
const victim: Victim = {
  logits: (x: Value) => einsum("npd,kd->nk", mul(x, mul(x, x)), array([[0, 0], [1, -0.5]])),
  inputs: array([[[1, 0.6], [-0.7, 1.2]]]), labels: Int32Array.of(0),
};
const clean = numbers(victim.inputs);
const at = (delta: readonly number[]) => array(clean.map((x, i) => x + delta[i]), [1, 2, 2]);
const gradientAt = (delta: readonly number[]) => numbers(lossGradient(victim, "margin", at(delta)));
const rows = (values: readonly number[]) => [values.slice(0, 2), values.slice(2)];
const unit = (row: readonly number[]) => row.map((x) => x / Math.hypot(...row));
const moved = (perturbed: NdArray) => numbers(perturbed).map((x, i) => x - clean[i]);
const close = (actual: readonly number[], expected: readonly number[]) => actual.forEach((x, i) => expect(x).toBeCloseTo(expected[i], 12));

describe("on a loss whose gradient turns", () => {
  it("pgd steps along the gradient at each point, by hand", () => {
    let delta = [0, 0, 0, 0];
    for (let step = 0; step < 3; step++) {
      const way = rows(gradientAt(delta)).flatMap(unit);
      delta = delta.map((x, i) => x + 0.1 * way[i]);
    }
    close(moved(pgd({ loss: "margin", steps: 3, stepSize: 0.1 }).perturb(victim, 10)), delta);
    // the point of this test: the steps along the first gradient alone lead elsewhere
    const straight = rows(gradientAt([0, 0, 0, 0])).flatMap(unit).map((x) => 0.3 * x);
    expect(Math.max(...delta.map((x, i) => Math.abs(x - straight[i])))).toBeGreaterThan(0.01);
  });
  it("pgdLinf changes a coordinate's sign where its slope does", () => {
    // the loss -x^2 rises towards 0: a step of 0.2 from 0.15 leads beyond, and the next one back
    const bowl: Victim = { ...victim, logits: (x: Value) => einsum("npd,kd->nk", mul(x, x), array([[0, 0], [-1, -1]])), inputs: array([[[0.15, 0.5], [-0.15, 0.5]]]) };
    close(numbers(pgdLinf({ loss: "margin", steps: 2, stepSize: 0.2 }).perturb(bowl, 10)), [0.15, 0.1, -0.15, 0.1]);
  });
});
