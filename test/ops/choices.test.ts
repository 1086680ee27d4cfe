/** abs, sign, maximum, minimum, clip, where and the comparisons: ties, bounds, broadcasting and NaN, which the laws keep away from. */
import { describe, expect, it } from "vitest";
import { abs, array, clip, equal, grad, greater, greaterEqual, jvp, less, lessEqual, maximum, minimum, mul, scalar, sign, sqrt, sum, toNested, vjp, where, type NdArray, type Operand, type Value, zeros } from "lemmagrad";
import { registered } from "../../src/autodiff/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

const derivative = (f: (x: Value) => Value) => (x: Operand) => numbers((grad((z: Value) => sum(f(z))) as unknown as (x: Operand) => Value)(x));

describe("abs and sign", () => {
  it("at 0, at -0 and beside NaN", () => onEachBackend(() => {
    const x = array([-2, -0, 0, 3, NaN, -Infinity]);
    expect(numbers(abs(x))).toEqual([2, 0, 0, 3, NaN, Infinity]);
    expect(numbers(sign(x))).toEqual([-1, 0, 0, 1, NaN, -1]);
    expect(derivative(abs)(array([-2, -0, 0, 3]))).toEqual([-1, 0, 0, 1]);
    expect(derivative(sign)(array([-2, 0, 3]))).toEqual([0, 0, 0]);
  }));
});

describe("maximum and minimum", () => {
  const pairs: [number, number, number, number][] = [[1, 2, 2, 1], [2, 1, 2, 1], [-1, -1, -1, -1], [NaN, 1, NaN, NaN], [1, NaN, NaN, NaN], [Infinity, NaN, NaN, NaN], [Infinity, 1, Infinity, 1]];
  it("of pairs; NaN wins on either side", () => onEachBackend(() => {
    for (const [a, b, high, low] of pairs) expect([numbers(maximum(a, b))[0], numbers(minimum(a, b))[0]], `${a}, ${b}`).toEqual([high, low]);
  }));
  it("broadcast, and sum each operand's cotangent to its shape", () => onEachBackend(() => {
    const [column, row] = [array([[1], [5]]), array([0, 3, 6])];
    expect(toNested(maximum(column, row) as NdArray)).toEqual([[1, 3, 6], [5, 5, 6]]);
    expect(toNested(minimum(column, row) as NdArray)).toEqual([[0, 1, 1], [0, 3, 5]]);
    expect(vjp((a: Value, b: Value) => maximum(a, b), column, row).pull(array([[1, 2, 4], [8, 16, 32]])).map((ct) => toNested(ct as NdArray))).toEqual([[[1], [24]], [0, 2, 36]]);
    expect(vjp((a: Value, b: Value) => minimum(a, b), column, row).pull(array([[1, 2, 4], [8, 16, 32]])).map((ct) => toNested(ct as NdArray))).toEqual([[[6], [32]], [9, 16, 0]]);
  }));
  it("share a tie equally, also when both operands are one value", () => onEachBackend(() => {
    for (const f of [maximum, minimum]) {
      expect(vjp((a: Value, b: Value) => f(a, b), array([2, 0]), array([2, -0])).pull(array([3, 5])).map((ct) => numbers(ct))).toEqual([[1.5, 2.5], [1.5, 2.5]]);
      expect(numbers(jvp(((a: Value, b: Value) => f(a, b)) as never, [scalar(2), scalar(2)], [scalar(1), scalar(4)]).tangent)).toEqual([2.5]);
      expect(derivative((x) => f(x, x))(array([1, -4]))).toEqual([1, 1]);
    }
  }));
  it("have no curvature, at a tie neither", () => {
    expect(derivative((x) => (grad((z: Value) => sum(maximum(z, 1))) as unknown as (z: Value) => Value)(x))(array([0, 1, 2]))).toEqual([0, 0, 0]);
  });
});

describe("clip", () => {
  const x = array([-2, -1, -0.5, 0.5, 1, NaN]);
  it("on one side, on both, and not at all", () => onEachBackend(() => {
    expect(numbers(clip(x, { low: -1, high: 0.5 }))).toEqual([-1, -1, -0.5, 0.5, 0.5, NaN]);
    expect(numbers(clip(x, { low: 0 }))).toEqual([0, 0, 0, 0.5, 1, NaN]);
    expect(numbers(clip(x, { high: 0 }))).toEqual([-2, -1, -0.5, 0, 0, NaN]);
    expect(numbers(clip(x, {}))).toEqual(numbers(x));
    expect(numbers(clip(x, { low: 0.25, high: 0.25 })).slice(0, 5)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25]);
  }));
  it("has slope 1 strictly inside, 0 outside and at the bounds", () => onEachBackend(() => {
    expect(derivative((z) => clip(z, { low: -1, high: 0.5 }))(array([-2, -1, -0.5, 0.5, 1]))).toEqual([0, 0, 1, 0, 0]);
    expect(derivative((z) => clip(z, { low: -1 }))(array([-2, -1, -0.5, 1e308]))).toEqual([0, 0, 1, 1]);
    expect(derivative((z) => clip(z, { low: 1, high: 1 }))(array([0, 1, 2]))).toEqual([0, 0, 0]);
  }));
  it("sees a bound where float32 rounds it, in value and slope alike", () => onEachBackend(() => {
    for (const bound of [0.1, 0.7]) {
      const edge = Math.fround(bound);
      const at = array([edge - 2 ** -20, edge, edge + 2 ** -20], undefined, "float32");
      expect(numbers(clip(at, { high: bound }))).toEqual([Math.fround(edge - 2 ** -20), edge, edge]);
      expect(derivative((z) => clip(z, { high: bound }))(at)).toEqual([1, 0, 0]);
    }
  }));
  it("names bounds that bound nothing", () => {
    for (const [low, high] of [[1, 0], [NaN, 1], [0, NaN]]) {
      expect(() => clip(x, { low, high })).toThrow(`clip: low = ${low} and high = ${high} bound no interval.\n  Expected low <= high.\n  Mend: leave one out for no bound on that side.`);
    }
  });
});

describe("where", () => {
  it("takes a where the condition is not 0, over three operands that broadcast", () => onEachBackend(() => {
    expect(toNested(where(array([1, 0, -2]), array([[1], [2]]), 9) as NdArray)).toEqual([[1, 9, 1], [2, 9, 2]]);
    expect(toNested(where(array([[1], [0]]), array([1, 2]), array([[[5, 6]]])) as NdArray)).toEqual([[[1, 2], [5, 6]]]);
    expect(numbers(where(array([0, -0]), 1, 2))).toEqual([2, 2]);
    expect([...(where(zeros([0, 1]), zeros([1, 3]), 0) as NdArray).shape]).toEqual([0, 3]);
  }));
  it("chooses cotangents, and sums them to each operand's shape", () => onEachBackend(() => {
    const [, a, b] = vjp((c: Value, p: Value, q: Value) => where(c, p, q), array([1, 0, 1]), array([[1], [2]]), scalar(0)).pull(array([[1, 2, 4], [8, 16, 32]]));
    expect([toNested(a as NdArray), toNested(b as NdArray)]).toEqual([[[5], [40]], 18]);
    expect(numbers(jvp(((p: Value, q: Value) => where(array([1, 0]), p, q)) as never, [zeros([2]), zeros([2])], [array([1, 2]), array([4, 8])]).tangent)).toEqual([1, 8]);
  }));
  it("keeps a cotangent that is not finite with the branch chosen", () => onEachBackend(() => {
    const { pull } = vjp((p: Value, q: Value) => where(array([1, 0, 1]), p, q), zeros([3]), zeros([3]));
    expect(pull(array([NaN, Infinity, 2])).map((ct) => numbers(ct))).toEqual([[NaN, 0, 2], [0, Infinity, 0]]);
  }));
  it("a condition made from what is differentiated adds nothing", () => {
    expect(derivative((x) => where(greater(x, 0), mul(x, x), mul(-3, x)))(array([-1, 0, 2]))).toEqual([-3, -3, 4]);
  });
  it("keeps a NaN or Infinity of the branch not chosen out of the value and the other cotangent", () => onEachBackend(() => {
    const bad = array([NaN, Infinity, -Infinity]);
    expect(numbers(where(0, bad, array([1, 2, 3])))).toEqual([1, 2, 3]);
    expect(derivative((x) => where(0, bad, mul(x, 2)))(array([1, 2, 3]))).toEqual([2, 2, 2]);
    expect(derivative((x) => where(array([1, 1, 1]), x, mul(bad, x)))(array([1, 2, 3]))).toEqual([NaN, NaN, NaN]); // 0 times the bad slopes, by mul
  }));
  it("does not keep 0 times an infinite slope out of the branch not chosen; a harmless argument there does", () => {
    const x = array([0, 4]);
    expect(derivative((z) => where(greater(z, 0), sqrt(z), 0))(x)).toEqual([NaN, 0.25]);
    expect(derivative((z) => where(greater(z, 0), sqrt(where(greater(z, 0), z, 1)), 0))(x)).toEqual([0, 0.25]);
  });
  it("names itself and shapes that do not broadcast, whichever two they are", () => {
    const [two, three] = [zeros([2]), zeros([3])];
    const text = "do not broadcast: axis -1 has";
    for (const [c, a, b] of [[two, three, 0], [two, 0, three], [0, two, three]]) expect(() => where(c, a, b)).toThrow(`where: shapes [2] and [3] ${text} 2 and 3.`);
  });
});

describe("comparisons", () => {
  it("beside equal numbers, zeros of both signs and NaN", () => onEachBackend(() => {
    const [a, b] = [array([1, 2, 3, 0, NaN, 1]), array([2, 2, 2, -0, 1, NaN])];
    expect(numbers(greater(a, b))).toEqual([0, 0, 1, 0, 0, 0]);
    expect(numbers(greaterEqual(a, b))).toEqual([0, 1, 1, 1, 0, 0]);
    expect(numbers(less(a, b))).toEqual([1, 0, 0, 0, 0, 0]);
    expect(numbers(lessEqual(a, b))).toEqual([1, 1, 0, 1, 0, 0]);
  }));
  it("have derivative zero, also at a tie", () => {
    for (const f of [greater, greaterEqual, less, lessEqual, equal]) expect(derivative((x) => mul(x, f(x, 1)))(array([0, 1, 2])), f.name).toEqual(numbers(f(array([0, 1, 2]), 1)));
  });
  it.each([["greater", greater], ["greaterEqual", greaterEqual], ["less", less], ["lessEqual", lessEqual], ["maximum", maximum], ["minimum", minimum]] as const)("%s names itself and the shapes that do not broadcast", (name, op) => {
    expect(() => op(zeros([2, 3]), zeros([2]))).toThrow(`${name}: shapes [2, 3] and [2] do not broadcast: axis -1 has 3 and 2.`);
  });
  it.each(["greater", "greaterEqual", "less", "lessEqual", "equal", "maximum", "minimum"])("%s is as far from its jump as the closest pair after broadcasting", (name) => {
    const { clearance } = registered(name);
    expect(clearance!([array([[0], [10]]), array([3, 9.5])], {})).toBe(0.5);
    expect(clearance!([zeros([0]), zeros([1])], {})).toBe(Infinity);
  });
});
