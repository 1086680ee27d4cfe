/** reshape, transpose, broadcastTo, sumTo, slice, index, embed, take, scatterAdd, oneHot. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, broadcastTo, embed, grad, index, mul, oneHot, reshape, scatterAdd, slice, sum, sumTo, take, toNested, transpose, type NdArray, type Value } from "lemmagrad";
import { apply, registered } from "../../src/autodiff/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

const a = array([[1, 2, 3], [4, 5, 6]]);
const nested = (x: Value) => toNested(x as NdArray);
const gradient = (f: (x: Value) => Value, x: NdArray) => toNested((grad(f) as unknown as (x: Value) => NdArray)(x));

describe("reshape, transpose, broadcastTo and sumTo", () => {
  it("put the elements where they say", () => onEachBackend(() => {
    expect(nested(reshape(a, [3, 2]))).toEqual([[1, 2], [3, 4], [5, 6]]);
    expect(nested(reshape(transpose(a), [2, 3]))).toEqual([[1, 4, 2], [5, 3, 6]]);
    expect(nested(reshape(7, [1, 1]))).toEqual([[7]]);
    expect(nested(transpose(a))).toEqual([[1, 4], [2, 5], [3, 6]]);
    expect(nested(transpose(reshape(a, [1, 2, 3]), [-1, 0, 1]))).toEqual([[[1, 4]], [[2, 5]], [[3, 6]]]);
    expect(nested(broadcastTo(array([[1], [2]]), [2, 2]))).toEqual([[1, 1], [2, 2]]);
    expect(nested(sumTo(a, [3]))).toEqual([5, 7, 9]);
    expect(nested(sumTo(a, [2, 1]))).toEqual([[6], [15]]);
    expect(nested(sumTo(a, []))).toBe(21);
  }));
  it("name what does not fit", () => {
    expect(() => reshape(a, [4])).toThrow("reshape: shape [2, 3] has 6 elements, [4] has 4.\n  Expected the same number of elements.");
    expect(() => reshape(a, [-1])).toThrow("reshape: [-1] is not a shape.");
    expect(() => transpose(a, [0])).toThrow("transpose: axes [0] are no order of the axes of shape [2, 3].\n  Expected each of 0 to 1 once.");
    expect(() => transpose(a, [0, 0])).toThrow("transpose: axes [0, 0] are no order");
    expect(() => transpose(a, [0, 2])).toThrow("transpose: axis 2 does not exist");
    expect(() => broadcastTo(a, [2, 2])).toThrow("broadcastTo: shape [2, 3] does not stretch to [2, 2].\n  Expected equal lengths, or 1, on every axis counted from the last.");
    expect(() => broadcastTo(a, [3])).toThrow("broadcastTo: shape [2, 3] does not stretch to [3].");
    expect(() => broadcastTo(array([[1, 2, 3]]), [3])).toThrow("broadcastTo: shape [1, 3] does not stretch to [3].");
    for (const axes of [[0], [0, 0], [0, 2], [-1, 0]]) expect(() => apply(registered("transpose"), [a], { axes })).toThrow(`transpose: axes [${axes.join(", ")}] are no order of the axes of shape [2, 3].\n  Expected each of 0 to 1 once.`);
    expect(() => sumTo(a, [2])).toThrow("sumTo: shape [2, 3] cannot be summed down to [2].\n  Expected a shape that broadcasts to the operand's.");
    expect(() => sumTo(array([1]), [1, 1])).toThrow("sumTo: shape [1] cannot be summed down to [1, 1].");
  });
});

describe("slice", () => {
  const x = array([0, 1, 2, 3, 4, 5, 6]);
  it("agrees with a loop for every start, stop and step inside the axis", () => fc.assert(fc.property(
    fc.integer({ min: -7, max: 6 }), fc.integer({ min: -7, max: 6 }), fc.integer({ min: -3, max: 3 }).filter((step) => step !== 0),
    (start, stop, step) => {
      const expected: number[] = [];
      const [from, to] = [start, stop].map((at) => (at < 0 ? at + 7 : at));
      for (let at = from; step > 0 ? at < to : at > to; at += step) expected.push(at);
      expect(numbers(slice(x, { start, stop, step }))).toEqual(expected);
    },
  ), { numRuns: 300 }));
  it("has defaults that take everything, either way", () => {
    expect(numbers(slice(x))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(numbers(slice(x, { step: -3 }))).toEqual([6, 3, 0]);
    expect(numbers(slice(x, { start: -2 }))).toEqual([5, 6]);
    expect(nested(slice(a, { axis: -1, start: 1 }))).toEqual([[2, 3], [5, 6]]);
    expect(nested(slice(a, { start: 1, stop: 1 }))).toEqual([]);
  });
  it("sends cotangents back to the places it read", () => {
    expect(gradient((y) => sum(mul(slice(y, { start: 5, stop: 0, step: -2 }), array([1, 2, 3]))), x)).toEqual([0, 3, 0, 2, 0, 1, 0]);
  });
  it("names what leaves the axis", () => {
    expect(() => slice(x, { start: 2, stop: 9 })).toThrow("slice: start 2, count 7 and step 1 leave axis 0, which has 7 elements.\n  Expected integers, a step other than 0, and elements 0 to 6 only.");
    expect(() => slice(x, { start: -8 })).toThrow("slice: start -1, count 8");
    for (const step of [0, 0.5, NaN]) expect(() => slice(x, { step })).toThrow(`slice: step ${step} is out of range.\n  Expected an integer other than 0.`);
    expect(() => slice(x, { start: 0.5 })).toThrow("slice: start 0.5");
    expect(() => slice(x, { axis: 1 })).toThrow("slice: axis 1 does not exist");
  });
});

describe("index", () => {
  it("takes leading axes away, counting from the end when negative", () => {
    expect(nested(index(a, 1))).toEqual([4, 5, 6]);
    expect(nested(index(a, -1, -3))).toBe(4);
    expect(nested(index(a))).toEqual([[1, 2, 3], [4, 5, 6]]);
    expect(gradient((x) => index(x, 0, -1), a)).toEqual([[0, 0, 1], [0, 0, 0]]);
  });
  it("names an index outside", () => {
    expect(() => index(a, 2)).toThrow("index: index 2 is outside axis 0 of shape [2, 3].\n  Expected an integer from -2 to 1.");
    expect(() => index(a, 0, -4)).toThrow("index: index -4 is outside axis 1 of shape [2, 3].");
    expect(() => index(a, 0.5)).toThrow("index: index 0.5 is outside");
    expect(() => index(a, 0, 0, 0)).toThrow("index: 3 indices for an array of shape [2, 3].\n  Expected at most 2.");
  });
});

describe("embed", () => {
  it("is undone by slice, and leaves zeros elsewhere", () => {
    expect(nested(embed(array([5, 6]), { axis: 0, start: 1, count: 2, step: 2 }, 4))).toEqual([0, 5, 0, 6]);
    expect(nested(embed(a, { axis: -1, start: 2, count: 3, step: -1 }, 4))).toEqual([[3, 2, 1, 0], [6, 5, 4, 0]]);
  });
  it("names a range that does not fit", () => {
    expect(() => embed(array([5, 6]), { axis: 0, start: 1, count: 2, step: 2 }, 3)).toThrow("embed: start 1, count 2 and step 2 leave axis 0, which has 3 elements.");
    expect(() => embed(array([5, 6]), { axis: 0, start: 0, count: 1, step: 1 }, 3)).toThrow("embed: axis 0 of shape [2] does not have the range's 1 elements.\n  Expected one place an element.");
    expect(() => embed(array([5]), { axis: 0, start: 0, count: 1, step: 1 }, 1.5)).toThrow("embed: [1.5] is not a shape.");
  });
});

describe("take and scatterAdd", () => {
  it("read and add at repeated indices", () => onEachBackend(() => {
    expect(nested(take(array([5, 6, 7]), [2, 0, 2]))).toEqual([7, 5, 7]);
    expect(nested(take(a, [2, 0], { axis: 1 }))).toEqual([[3, 1], [6, 4]]);
    expect(nested(take(a, [1, 1], { axis: -2 }))).toEqual([[4, 5, 6], [4, 5, 6]]);
    expect(nested(scatterAdd(array([1, 2, 4]), [1, 0, 1], 0, 3))).toEqual([2, 5, 0]);
    expect(nested(scatterAdd(a, [0, 1, 0], -1, 2))).toEqual([[4, 2], [10, 5]]);
    expect(gradient((x) => sum(mul(take(x, [2, 0, 2]), array([1, 10, 100]))), array([5, 6, 7]))).toEqual([10, 0, 101]);
  }));
  it("do not look at the list again after the call", () => {
    const indices = [0];
    expect(gradient((x) => { const y = sum(take(x, indices)); indices[0] = 1; return y; }, array([5, 6]))).toEqual([1, 0]);
  });
  it("name an index outside", () => {
    for (const bad of [3, -1, 0.5]) expect(() => take(array([5, 6, 7]), [bad])).toThrow(`take: index ${bad} is outside an axis of 3 elements.\n  Expected integers from 0 to 2.`);
    expect(() => take(1, [0])).toThrow("take: axis 0 does not exist in an array of shape [].");
    expect(() => scatterAdd(array([1]), [2], 0, 2)).toThrow("scatterAdd: index 2 is outside an axis of 2 elements.");
    expect(() => scatterAdd(array([1, 2]), [0], 0, 2)).toThrow("scatterAdd: axis 0 has 2 entries for 1 indices.\n  Expected one index an entry.");
    expect(() => scatterAdd(array([1]), [0], 1, 2)).toThrow("scatterAdd: axis 1 does not exist");
    expect(() => scatterAdd(array([1]), [0], 0, 1.5)).toThrow("scatterAdd: [1.5] is not a shape.");
  });
});

it("oneHot marks labels, and refuses what is no class", () => {
  expect(toNested(oneHot([1, 0], 3))).toEqual([[0, 1, 0], [1, 0, 0]]);
  expect([...oneHot([], 0).shape]).toEqual([0, 0]);
  expect(oneHot([1], 2, "float32").dtype).toBe("float32");
  for (const bad of [3, -1, 0.5]) expect(() => oneHot([0, bad], 3)).toThrow(`oneHot: label ${bad} of sample 1 is no class.\n  Expected an integer from 0 to 2.`);
});
