import { describe, expect, it } from "vitest";
import { agreement, difference, tolerance } from "../../bench/agreement.ts";
import { sizes, stepTask } from "../../bench/contestants.ts";
import { draw, shares } from "../../bench/data.ts";
import { stepOf } from "../../bench/step-of.ts";
import { lengthsOf, type StepTask } from "../../bench/task.ts";
import { array, type FloatArray } from "../../src/index.ts";

/** The step of size S with W and X in a dtype: everything that contestants compare. */
function results(task: StepTask, dtype: "float64" | "float32") {
  const { dimensions: { k, m, P, d, N }, q, rho, eta, eps } = task;
  const { first, second, labels } = draw(task);
  const of = (values: Float64Array): FloatArray => (dtype === "float64" ? values : Float32Array.from(values));
  const X = array(of(first), [N, P, d]);
  const W = array(of(second), [k, m, d]);
  const step = stepOf(labels, { activation: { q, rho }, eta, eps });
  const { gradient, loss, weights } = step.adversarial(W, X);
  const numbers = (value: unknown): Float64Array => Float64Array.from((value as { data: FloatArray }).data);
  return new Map([["gradient in X", numbers(step.gradientX(W, X))], ["gradient in W", numbers(gradient)], ["loss", numbers(loss)], ["new weights", numbers(weights)]]);
}

describe("whether contestants compute the same", () => {
  const task = stepTask(sizes.S, "float64");
  const expected = results(task, "float64");
  const single = results(task, "float32");
  const allowed32 = tolerance({ ...task, dtype: "float32" });

  it("lets through what is equal, and float32 within its own tolerance", () => {
    expect(agreement(expected, expected, tolerance(task))).toEqual({ worst: 0, quantity: "gradient in X", faults: [] });
    const { worst, faults } = agreement(single, expected, allowed32);
    expect(faults).toEqual([]);
    expect(worst).toBeGreaterThan(2 ** -26); // it was float32
  });

  it.each([
    ["a gradient wrong by a thousandth", "gradient in W", (values: Float64Array) => values.map((value) => value * 1.001)],
    ["a sum of samples instead of their mean", "gradient in X", (values: Float64Array) => values.map((value) => value * sizes.S.N)],
    ["one entry with the wrong sign", "gradient in W", (values: Float64Array) => values.with(largest(values), -values[largest(values)])],
    ["an attack of no length", "new weights", () => standardWeights()],
    ["a gradient of zeros", "gradient in X", (values: Float64Array) => values.map(() => 0)],
    ["an entry that is no number", "gradient in X", (values: Float64Array) => values.with(5, NaN)],
    ["an entry too few", "gradient in X", (values: Float64Array) => values.subarray(1)],
  ])("catches %s, in float32 too", (_words, quantity, wrong) => {
    const broken = (from: Map<string, Float64Array>) => new Map(from).set(quantity, wrong(from.get(quantity)!) as Float64Array<ArrayBuffer>);
    for (const [from, allowed] of [[expected, tolerance(task)], [single, allowed32]] as const) {
      const { faults } = agreement(broken(from), expected, allowed);
      expect(faults).toHaveLength(1);
      expect(faults[0]).toContain(`${quantity} is off by `);
    }
  });

  it("catches a quantity that is missing", () => {
    const found = new Map(expected);
    found.delete("loss");
    expect(agreement(found, expected, 1).faults).toEqual(["loss is off by Infinity of its largest entry, allowed are 1.0e+0"]);
  });

  it("refuses to compare with zeros, since everything small would pass", () => {
    expect(() => difference([0, 1e-12], [0, 0])).toThrow("everything expected is zero");
    expect(() => difference([NaN], [NaN])).toThrow(RangeError);
  });

  function standardWeights(): Float64Array {
    const { dimensions: { k, m, P, d, N }, q, rho, eta, eps } = task;
    const { first, second, labels } = draw(task);
    const { weights } = stepOf(labels, { activation: { q, rho }, eta, eps }).standard(array(second, [k, m, d]), array(first, [N, P, d]));
    return Float64Array.from((weights as { data: FloatArray }).data);
  }
});

function largest(values: Float64Array): number {
  return values.reduce((best, value, at) => (Math.abs(value) > Math.abs(values[best]) ? at : best), 0);
}

describe("the task that is drawn", () => {
  const task = stepTask(sizes.S, "float64");

  it("is exact in float32, so that both dtypes compute the same", () => {
    const { first, second } = draw(task);
    expect(first.every((value) => Math.fround(value) === value)).toBe(true);
    expect(second.every((value) => Math.fround(value) === value)).toBe(true);
  });

  it.each(["S", "M"] as const)("has pre-activations on all three pieces of s at size %s: a half, a third and a sixth", (size) => {
    const own = stepTask(sizes[size], "float64");
    // z is normal with deviation rho: shares 0.5, 0.341, 0.159; 1024 or more draws that share 64 patches, allow 0.1
    const [below, between, above] = shares(own, draw(own));
    expect(Math.abs(below - 0.5)).toBeLessThan(0.1);
    expect(Math.abs(between - 0.341)).toBeLessThan(0.1);
    expect(Math.abs(above - 0.159)).toBeLessThan(0.1);
  });

  it("has every class among its labels, and arrays of the stated lengths", () => {
    const drawn = draw(task);
    expect(new Set(drawn.labels)).toEqual(new Set([0, 1, 2, 3]));
    expect([drawn.first.length, drawn.second.length, drawn.labels.length]).toEqual(lengthsOf(task));
  });
});
