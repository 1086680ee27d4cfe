import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coverage, CoverageError, coverageText, expectCovered, arrays, piecesOf } from "../../src/testing/index.ts";
import { apply, grad, jvp, type Primitive, type Value } from "../../src/autodiff/index.ts";
import { array, type NdArray } from "../../src/ndarray/index.ts";
import { equal, greater, matmul, max, maximum, minimum, mul, smoothedRelu, stopGradient, sum, where } from "../../src/ops/index.ts";
import { messageOf } from "../support/message-of.ts";

const bend = { q: 3, rho: 0.1 };
const activation = (x: Value) => smoothedRelu(x, bend);
const counts = (f: (x: NdArray) => unknown, x: NdArray, op = 0) => Object.fromEntries(piecesOf(f, x).ops[op].pieces.map(({ name, count }) => [name, count]));

describe("the pieces of a function", () => {
  it("are cut at an op's kinks, each kink a piece of its own", () => {
    expect(counts(activation, array([-1, 0, 0.05, 0.06, 0.1, 3, 4, 5]))).toEqual({ "x < 0": 1, "x = 0": 1, "0 < x < 0.1": 2, "x = 0.1": 1, "x > 0.1": 3 });
  });
  it("are cut where a float32 kernel sees the kink", () => {
    expect(counts(activation, array([0.1], undefined, "float32"))).toMatchObject({ "x = 0.1": 1, "x > 0.1": 0 });
  });
  it("belong to each application by itself, also to those inside a grad", () => {
    const twice = piecesOf((x: Value) => activation(activation(x)), array([1]));
    expect(twice.ops.map(({ op, entry }) => [op, entry])).toEqual([["smoothedRelu", 0], ["smoothedRelu", 1]]);
    const inner = piecesOf((x: Value) => grad((y: Value) => sum(activation(y)))(x), array([0.05, 1]));
    expect(inner.ops.map(({ kinks, pieces }) => [kinks, pieces.filter(({ count }) => count > 0).map(({ name }) => name)])).toEqual([[[0, 0.1], ["0 < x < 0.1", "x > 0.1"]], [[0, 0.1], ["0 < x < 0.1", "x > 0.1"]]]);
    const pushed = piecesOf((x: Value) => jvp(activation as never, [x], [array([1])]), array([0.05]));
    expect(pushed.ops.every(({ pieces }) => pieces[2].count === 1)).toBe(true);
  });
  it("are the two outcomes of a comparison", () => {
    expect(counts((x) => equal(x, array([1, 2, 3])), array([1, 5, 5]))).toEqual({ true: 1, false: 2 });
    expect(counts((x) => where(greater(x, 2), x, 0), array([1, 5, 5, 6]), 1)).toEqual({ "condition true": 3, "condition false": 1 });
    expect(counts((x) => maximum(x, array([[2], [5]])), array([1, 2, 7]))).toEqual({ "x > y": 2, "x < y": 3, "x = y": 1 });
    expect(counts((x) => minimum(1.5, x), array([1, 2, 7]))).toEqual({ "x < y": 2, "x > y": 1, "x = y": 0 });
  });
  it("are no matter of single elements where the op says its clearance", () => {
    const ties: Primitive<unknown> = { name: "ties", maths: "", source: "", shape: () => [], forward: () => array(1), vjp: [], jvp: [], domain: [], cases: [], clearance: ([x]) => Math.abs(x.data[0] - x.data[1]) };
    const f = (x: Value) => apply(ties, [x], {});
    expect(counts(f, array([1, 2]))).toEqual({ "away from its kinks": 1, "at a kink": 0 });
    expect(counts(f, array([2, 2]))).toEqual({ "away from its kinks": 0, "at a kink": 1 });
  });
  it("are not there for smooth ops, whose applications are counted all the same", () => {
    expect(piecesOf((x: Value) => mul(stopGradient(x), x), array([1]))).toEqual({ applications: 2, ops: [] });
  });
  it("are seen in trees, and the function gets its numbers as they are", () => {
    const { ops } = piecesOf(({ w, x, q }: { w: Value; x: Value; q: number }) => smoothedRelu(matmul(x, w), { q, rho: 1 }), { w: array([[1], [1]]), x: array([[0.2, 0.2]]), q: 2 });
    expect(ops[0].pieces[2].count).toBe(1);
  });
});

describe("coverage", () => {
  const wide = arrays({ low: -1, high: 1, kinks: [0, 0.1], shape: [4] });
  it("reports shares of samples and of elements", () => {
    const [{ pieces, low, high, kinks }] = coverage(wide, activation, { samples: 1000 }).ops;
    expect([low, high, kinks]).toEqual([-1, 1, [0, 0.1]]);
    expect(pieces.reduce((total, { elements }) => total + elements, 0)).toBeCloseTo(1, 12);
    // 0.1 is one of two kinks (1/16 of the elements); five standard deviations of a share of 4000 are 0.02
    expect(Math.abs(pieces[3].elements - 1 / 16)).toBeLessThan(0.02);
    // and in one of four elements with probability 1 - (15/16)^4; of 1000 samples 0.066
    expect(Math.abs(pieces[3].samples - (1 - (15 / 16) ** 4))).toBeLessThan(0.066);
  });
  it("draws the same samples for the same seed", () => {
    expect(coverage(wide, activation, { seed: 3 })).toEqual(coverage(wide, activation, { seed: 3 }));
    expect(coverage(wide, activation, { seed: 3 })).not.toEqual(coverage(wide, activation, { seed: 4 }));
  });
  it("catches an arbitrary that never enters the bend of the smoothed ReLU", () => {
    // quarters and thirds of the line are easily written, and none lies between 0 and 0.1
    const blind = fc.constantFrom(-1, -0.25, 0, 0.25, 1).map((value) => array([value]));
    const report = coverage(blind, activation);
    expect(report.missed).toEqual([{ op: "smoothedRelu", entry: 0, piece: "0 < x < 0.1" }]);
    expect(messageOf(() => expectCovered(report))).toBe("CoverageError: coverage: 1 of 3 pieces is not exercised by 200 samples (seed 1).\n"
      + "    smoothedRelu: 0 < x < 0.1 was reached by no sample; x was in [-1, 1]\n"
      + "  Expected every piece in at least one sample.\n"
      + "  Mend: if x of smoothedRelu is drawn directly, use arrays({ low: -0.1, high: 0.2, kinks: [0, 0.1] }); if it is computed, scale what it is computed from until x passes 0 and 0.1.");
    expect(() => expectCovered(coverage(wide, activation))).not.toThrow();
  });
  it("is cured by what its message says", () => {
    expect(() => expectCovered(coverage(arrays({ low: -0.1, high: 0.2, kinks: [0, 0.1] }), activation), { atLeast: 0.2, kinks: true })).not.toThrow();
  });
  it("catches a piece that is reached too rarely, and a kink that is not met", () => {
    const report = coverage(arrays({ low: -1, high: 1, shape: [1] }), activation);
    expect(messageOf(() => expectCovered(report, { atLeast: 0.3 }))).toMatch(/0 < x < 0\.1 was reached by \d\.?\d* % of the samples; x was in \[-1, 1\]\n {2}Expected every piece in at least 30 % of the samples/);
    expect(() => expectCovered(report)).not.toThrow();
    expect(messageOf(() => expectCovered(report, { kinks: true }))).toContain("x = 0.1 was reached by no sample");
  });
  it("catches a hidden layer that never bends", () => {
    const layer = (scale: number) => (x: Value) => sum(activation(matmul(x, array([[scale], [scale]]))));
    const inputs = arrays({ shape: [3, 2], low: 1, high: 2 });
    expect(() => expectCovered(coverage(inputs, layer(1)))).toThrow(CoverageError);
    expect(() => expectCovered(coverage(arrays({ shape: [3, 2], low: -0.1, high: 0.1 }), layer(1)))).not.toThrow();
  });
  it("catches a function that does not use its sample, and one of empty arrays only", () => {
    expect(messageOf(() => expectCovered(coverage(wide, () => activation(array([1])))))).toContain("in 200 samples the function applied no op to anything that depends on the sample.");
    expect(messageOf(() => expectCovered(coverage(arrays({ shape: [0] }), activation)))).toContain("3 of 3 pieces are not exercised by 200 samples (seed 1).\n    smoothedRelu: x < 0 was reached by no sample; x was always empty");
  });
  it("names pieces by their kinks' order where the kinks move from sample to sample", () => {
    const report = coverage(fc.record({ x: wide, rho: fc.constantFrom(0.1, 0.2) }), ({ x, rho }) => smoothedRelu(x, { q: 2, rho }));
    expect(report.ops.map(({ kinks, pieces }) => [kinks, pieces.map(({ piece }) => piece)])).toEqual([[undefined, ["x < kink 1", "x = kink 1", "kink 1 < x < kink 2", "x = kink 2", "x > kink 2"]]]);
  });
  it("counts an op of a branch by the samples that took it", () => {
    const report = coverage(fc.boolean().map((bends) => ({ bends, x: array([1]) })), ({ bends, x }) => (bends ? activation(x) : max(x)));
    const share = report.ops.find(({ op }) => op === "smoothedRelu")!.pieces[4].samples;
    // five standard deviations of a share of 200 samples are 0.18
    expect(Math.abs(share - 0.5)).toBeLessThan(0.18);
  });
  it("is shown as text", () => {
    expect(coverageText(coverage(fc.constant(array([-1, 1, 2, 3])), activation, { samples: 4 }))).toBe("4 samples, seed 1\n  smoothedRelu: x < 0 in 100 % of samples, 25 % of elements; x = 0 in 0 % of samples, 0 % of elements; 0 < x < 0.1 in 0 % of samples, 0 % of elements; x = 0.1 in 0 % of samples, 0 % of elements; x > 0.1 in 100 % of samples, 75 % of elements");
  });
  it("refuses what it cannot do", () => {
    expect(messageOf(() => coverage(wide, activation, { samples: 0 }))).toContain("samples = 0 is out of range");
    expect(messageOf(() => expectCovered(coverage(wide, activation), { atLeast: 2 }))).toContain("atLeast = 2 is no share");
  });
});
