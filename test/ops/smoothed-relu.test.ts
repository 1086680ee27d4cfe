import { describe, expect, it } from "vitest";
import { array, grad, smoothedRelu, smoothedReluSlope, smoothedReluSum, sum, toNested, zeros, type NdArray, type Value } from "lemmagrad";
import { apply, registered } from "../../src/autodiff/index.ts";
import { smoothedReluAt, smoothedReluSlopeAt } from "../../src/theories/robust-features/smoothed-relu-scalar.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

describe("smoothedRelu", () => {
  it("of worked examples, joints included", () => onEachBackend(() => {
    expect(numbers(smoothedRelu(array([-1, 0, 0.5, 1, 2]), { q: 2, rho: 1 }))).toEqual([0, 0, 0.125, 0.5, 1.5]);
    expect(numbers(smoothedReluSlope(array([-1, 0, 0.5, 1, 2]), { q: 2, rho: 1 }))).toEqual([0, 0, 0.5, 1, 1]);
    // q = 3, rho = 2: z^3 / 12 and z - 4/3
    expect(numbers(smoothedRelu(array([1, 2, 4]), { q: 3, rho: 2 })).map((x) => 12 * x)).toEqual([1, 8, 32].map((x) => expect.closeTo(x, 13)));
  }));
  it("agrees with the scalar form that the predictions use", () => {
    for (const [q, rho] of [[2, 0.3], [3, 0.1], [5, 2]]) {
      for (let z = -1; z < 3; z += 0.037) {
        expect(numbers(smoothedRelu(z, { q, rho }))[0]).toBeCloseTo(smoothedReluAt(z, { q, rho }), 14);
        expect(numbers(smoothedReluSlope(z, { q, rho }))[0]).toBeCloseTo(smoothedReluSlopeAt(z, { q, rho }), 14);
      }
    }
  });
  it("returns 0 for the curvature at its joints, also where float32 rounds rho", () => onEachBackend(() => {
    for (const [dtype, rho] of [["float64", 0.1], ["float32", 0.1], ["float32", 0.7]] as const) {
      const edge = dtype === "float32" ? Math.fround(rho) : rho;
      const curvature = grad((z: Value) => sum(smoothedReluSlope(z, { q: 2, rho }))) as unknown as (z: Value) => Value;
      const inside = 1 / rho;
      const [low, middle, high] = numbers(curvature(array([0, edge / 2, edge], undefined, dtype)));
      expect([low, high]).toEqual([0, 0]);
      expect(middle / inside).toBeCloseTo(1, 6);
    }
  }));
  it("takes whole settings, of which q and rho are a part", () => {
    const setting = { q: 2, rho: 1, width: 5 };
    expect([smoothedRelu(2, setting), smoothedReluSlope(2, setting), smoothedReluSum(array([[[[2]]]]), setting)].map((x) => numbers(x)[0])).toEqual([1.5, 1, 1.5]);
  });
  it("names parameters out of range", () => {
    for (const q of [1, 2.5, NaN]) expect(() => smoothedRelu(1, { q, rho: 1 })).toThrow(`smoothedRelu: q = ${q} is out of range.\n  Expected an integer q >= 2.`);
    for (const rho of [0, -1, NaN, Infinity]) expect(() => smoothedReluSlope(1, { q: 2, rho })).toThrow(`smoothedRelu: rho = ${rho} is out of range.\n  Expected a finite rho > 0.`);
    expect(() => smoothedReluSum(zeros([1, 1, 1, 1]), { q: 1, rho: 1 })).toThrow("smoothedReluSum: q = 1 is out of range.");
  });
});

describe("smoothedReluSum", () => {
  it("sums over patches and neurons", () => onEachBackend(() => {
    expect(toNested(smoothedReluSum(array([[[[2, 0.5]]]]), { q: 2, rho: 1 }) as NdArray)).toEqual([[1.625]]);
    const z = array(Array.from({ length: 24 }, (_, i) => ((i * 5) % 17) / 8 - 1), [2, 3, 2, 2]);
    const whole = sum(smoothedRelu(z, { q: 4, rho: 1 }), { axes: [1, 3] });
    numbers(smoothedReluSum(z, { q: 4, rho: 1 })).forEach((x, i) => expect(x).toBeCloseTo(numbers(whole)[i], 14));
  }));
  it("needs four axes", () => {
    expect(() => smoothedReluSum(zeros([2, 3]), { q: 2, rho: 1 })).toThrow("smoothedReluSum: z has shape [2, 3].\n  Expected four axes: [samples, patches, classes, neurons].");
  });
  it("has a pull-back that names what does not fit", () => {
    const pull = (z: readonly number[], ct: readonly number[], q = 2) => () => apply(registered("smoothedReluSumVjp"), [zeros(z), zeros(ct)], { q, rho: 1 });
    expect(pull([2, 3, 4, 5], [2, 4], 1)).toThrow("smoothedReluSumVjp: q = 1 is out of range.");
    for (const [z, ct] of [[[2, 3, 4], [2, 4]], [[2, 3, 4, 5], [2]], [[2, 3, 4, 5], [2, 4, 1]], [[2, 3, 4, 5], [3, 4]], [[2, 3, 4, 5], [2, 3]]]) {
      expect(pull(z, ct)).toThrow(`smoothedReluSumVjp: z has shape [${z.join(", ")}], the cotangent [${ct.join(", ")}].\n  Expected [n, p, i, r] and [n, i].`);
    }
  });
});
