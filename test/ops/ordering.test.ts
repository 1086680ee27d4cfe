/** cumsum, gather, sortBy, sort, topK. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, checkGrads, cumsum, elements, gather, grad, mul, type NdArray, sort, sortBy, sum, take, toNested, topK, type Value, vmap, zeros } from "lemmagrad";
import { apply, registered } from "../../src/autodiff/index.ts";
import { expectSame, numbers, onEachBackend } from "../support/arrays.ts";
import { elementAt, fromIndices, integers, shapes, withEntry } from "../support/loops.ts";

const nested = (x: Value) => toNested(x as NdArray);
const gradient = (f: (x: Value) => Value, x: NdArray) => toNested((grad(f) as unknown as (x: Value) => NdArray)(x));
const a = array([[1, 2, 3], [4, 5, 6]]);
const withAxis = shapes(1, 3).chain((shape) => fc.tuple(integers(shape), fc.nat(shape.length - 1)));
/** The elements of the line through an index along an axis. */
const lineOf = (x: NdArray, index: readonly number[], axis: number) => Array.from({ length: x.shape[axis] }, (_, i) => elementAt(x, withEntry(index, axis, i)));
const expectEqual = (actual: Value, wanted: NdArray) => {
  expect([...actual.shape]).toEqual([...wanted.shape]);
  expect(numbers(actual).map((value) => value + 0)).toEqual([...elements(wanted)].map((value) => value + 0));
};

describe("cumsum", () => {
  it("agrees with a loop, either way", () => onEachBackend(() => fc.assert(fc.property(withAxis, fc.boolean(), ([x, axis], reverse) => {
    expectEqual(cumsum(x, { axis, reverse }), fromIndices(x.shape, (index) => {
      const line = lineOf(x, index, axis);
      return (reverse ? line.slice(index[axis]) : line.slice(0, index[axis] + 1)).reduce((p, q) => p + q, 0);
    }));
  }), { numRuns: 150 })));
  it("adds in the documented order, rounding every partial sum", () => onEachBackend(() => {
    expect(numbers(cumsum(array([2 ** 53, 1, 1])))).toEqual([2 ** 53, 2 ** 53, 2 ** 53]);
    expect(numbers(cumsum(array([2 ** 53, 1, 1]), { reverse: true }))).toEqual([2 ** 53 + 2, 2, 1]);
    expect(numbers(cumsum(array([2 ** 24, 1, 1], [3], "float32")))).toEqual([2 ** 24, 2 ** 24, 2 ** 24]);
    expect(Object.is(numbers(cumsum(array([-0, 1])))[0], -0)).toBe(true);
  }));
  it("names an axis that does not exist", () => {
    expect(() => cumsum(a, { axis: 2 })).toThrow("cumsum: axis 2 does not exist in an array of shape [2, 3].");
    expect(() => cumsum(1)).toThrow("cumsum: axis -1 does not exist");
  });
});

describe("gather", () => {
  it("agrees with a loop, with indices in lists and in arrays of any strides", () => onEachBackend(() => fc.assert(fc.property(
    shapes(1, 3).filter((shape) => !shape.includes(0)).chain((shape) => fc.tuple(integers(shape), fc.nat(shape.length - 1), fc.nat(3)))
      .chain(([x, axis, count]) => fc.tuple(fc.constant(x), fc.constant(axis), integers(withEntry(x.shape, axis, count)))),
    ([x, axis, drawn]) => {
      const length = x.shape[axis];
      const indices = fromIndices(drawn.shape, (index) => (elementAt(drawn, index) + 4) % length);
      const wanted = fromIndices(drawn.shape, (index) => elementAt(x, withEntry(index, axis, elementAt(indices, index))));
      expectEqual(gather(x, indices, { axis }), wanted);
      if (drawn.shape.every((own: number) => own > 0)) expectEqual(gather(x, toNested(indices), { axis: axis - x.shape.length }), wanted); // a list cannot say [0, 2]
    },
  ), { numRuns: 100 })));
  it("adds up cotangents of an element that was taken twice, and differentiates again", () => {
    expect(gradient((x) => sum(mul(gather(x, [[2, 2, 0]]), array([[1, 10, 100]]))), array([[5, 6, 7]]))).toEqual([[100, 0, 11]]);
    checkGrads(((x: Value) => { const y = gather(x, [[1, 0, 1]], { axis: 0 }); return mul(y, y); }) as never, [a], { order: 2 });
  });
  it("does not look at the indices again after the call", () => {
    const indices = array([0]);
    expect(gradient((x) => { const y = sum(gather(x, indices)); indices.data[0] = 1; return y; }, array([5, 6]))).toEqual([1, 0]);
  });
  it("gives what take gives, when every row has the same indices", () => expectSame(gather(a, [[2, 0], [2, 0]]), take(a, [2, 0], { axis: 1 })));
  it("names what is wrong", () => {
    expect(() => gather(a, [0, 1])).toThrow("gather: x has shape [2, 3], the indices [2].\n  Expected equal shapes but for axis 1.\n  Mend: for one list of indices that serves every row, use take.");
    expect(() => gather(a, [[0], [0], [0]])).toThrow("gather: x has shape [2, 3], the indices [3, 1].");
    expect(() => gather(a, { data: Int32Array.of(0, 1), shape: [2, 1], stride: [1, 1], offset: 0 } as never)).toThrow(/^gather: the array's data is .*Int32Array\.\n {2}Expected a Float64Array or a Float32Array\./);
    for (const bad of [3, -1, 2 ** 32]) expect(() => gather(a, [[0], [bad]])).toThrow(`gather: index ${bad} is outside an axis of 3 elements.\n  Expected integers from 0 to 2.`);
    expect(() => gather(a, [[3], [0]])).toThrow("gather: index 3 is outside an axis of 3 elements.");
    for (const indices of [[[0], [0.5]], [[0.5], [0]]]) expect(() => gather(a, indices)).toThrow("gather: index 0.5 is no integer.\n  Expected integer indices.");
    expect(() => gather(a, [[0], [NaN]])).toThrow("gather: index NaN is no integer.");
    expect(() => apply(registered("gather"), [a], { axis: 1, count: 1, indices: Int32Array.of(0) })).toThrow("gather: 1 indices came for 2 elements.\n  Expected one index an element.");
    expect(() => apply(registered("scatterAddAlong"), [a], { axis: 1, count: 2, length: 3, indices: new Int32Array(4) })).toThrow("scatterAddAlong: axis 1 of shape [2, 3] does not have 2 entries.\n  Expected one index an entry.");
    expect(() => apply(registered("scatterAddAlong"), [a], { axis: 1, count: 3, length: 3, indices: new Int32Array(4) })).toThrow("scatterAddAlong: 4 indices came for 6 elements.");
    expect(() => gather(a, [[0], [0]], { axis: 2 })).toThrow("gather: axis 2 does not exist");
    expect(() => gradient((x) => sum(gather(a, x as never)), array([[0], [1]]))).toThrow("gather: the indices are an array that is being differentiated.\n  Expected plain integers.\n  Mend: compute the indices outside of the differentiated function.");
  });
});

describe("sort, topK and sortBy", () => {
  it("sort and topK agree with sorted lines, ties included", () => onEachBackend(() => fc.assert(fc.property(withAxis, fc.nat(4), ([x, axis], drawn) => {
    expectEqual(sort(x, { axis }), fromIndices(x.shape, (index) => lineOf(x, index, axis).sort((p, q) => p - q)[index[axis]]));
    const k = Math.min(drawn, x.shape[axis]);
    expectEqual(topK(x, k, { axis: axis - x.shape.length }), fromIndices(withEntry(x.shape, axis, k), (index) => lineOf(x, index, axis).sort((p, q) => q - p)[index[axis]]));
  }), { numRuns: 150 })));
  it("equal keys keep the order of their positions, in either direction", () => onEachBackend(() => {
    const keys = array([1, 0, 1, 0, 1]);
    expect(numbers(sortBy(array([10, 11, 12, 13, 14]), keys))).toEqual([11, 13, 10, 12, 14]);
    expect(numbers(sortBy(array([10, 11, 12, 13, 14]), keys, { descending: true }))).toEqual([10, 12, 14, 11, 13]);
    expect(numbers(sortBy(array([1, 2]), array([0, -0])))).toEqual([1, 2]);
  }));
  it("NaN stands above every number: last in sort, first in topK", () => onEachBackend(() => {
    expect(numbers(sort(array([NaN, 1, Infinity, NaN, -Infinity])))).toEqual([-Infinity, 1, Infinity, NaN, NaN]);
    expect(numbers(topK(array([2, NaN, 3]), 2))).toEqual([NaN, 3]);
  }));
  it("send cotangents back to where the elements came from; of tied ones the first is taken first", () => {
    expect(gradient((x) => sum(mul(sort(x), array([1, 10, 100]))), array([3, 1, 2]))).toEqual([100, 1, 10]);
    expect(gradient((x) => sum(mul(topK(x, 2), array([1, 10]))), array([3, 1, 4]))).toEqual([10, 0, 1]);
    expect(gradient((x) => sum(mul(topK(x, 2), array([1, 10]))), array([5, 5, 5]))).toEqual([1, 10, 0]);
  });
  it("differentiate twice", () => {
    const x = array([[3, 1, 2], [0.5, -1, 4]]);
    for (const axis of [0, 1]) checkGrads(((y: Value) => { const s = sort(y, { axis }); return mul(s, mul(s, y)); }) as never, [x], { order: 2 });
    checkGrads(((y: Value) => { const s = topK(y, 2); return mul(s, mul(s, s)); }) as never, [x], { order: 2 });
  });
  it("give every example of a batch its own order under vmap, in the gradient too", () => {
    const x = array([[3, 1, 2], [0.5, -1, 4]]);
    const weights = array([1, 10, 100]);
    expectSame((vmap(sort as (x: Value) => Value) as (x: NdArray) => Value)(x), sort(x));
    const slopes = (grad((y: Value) => sum(mul(sort(y), weights))) as unknown) as (y: Value) => Value;
    expect(nested((vmap(slopes) as (x: NdArray) => Value)(x))).toEqual([[100, 1, 10], [10, 1, 100]]);
  });
  it("say how far they are from a tie", () => {
    const keys = array([[3, 1, 2.5], [0, 4, -1]]);
    for (const [name, axis, gap] of [["sortBy", 1, 0.5], ["unsortBy", 1, 0.5], ["sortBy", 0, 3]] as const) {
      expect(registered(name).clearance!([keys, keys], { axis, descending: true })).toBe(gap);
    }
    expect(registered("sortBy").clearance!([zeros([1]), zeros([1])], { axis: 0, descending: false })).toBe(Infinity);
  });
  it("name what is wrong", () => {
    for (const bad of [4, -1, 0.5]) expect(() => topK(a, bad)).toThrow(`topK: k = ${bad} is out of range.\n  Expected an integer from 0 to 3, the length of axis 1.`);
    expect(() => topK(a, 1, { axis: 2 })).toThrow("topK: axis 2 does not exist");
    expect(() => sort(1)).toThrow("sort: axis -1 does not exist in an array of shape [].");
    expect(() => sortBy(a, zeros([2]))).toThrow("sortBy: the values have shape [2, 3], the keys [2].\n  Expected one key a value.");
    for (const shape of [[2, 3, 1], [2, 4]]) expect(() => sortBy(a, zeros(shape))).toThrow(`sortBy: the values have shape [2, 3], the keys [${shape.join(", ")}].`);
    expect(() => apply(registered("unsortBy"), [a, zeros([2])], { axis: 1, descending: false })).toThrow("unsortBy: the values have shape [2, 3], the keys [2].\n  Expected one key a value.");
    expect(() => sortBy(a, a, { axis: 2 })).toThrow("sortBy: axis 2 does not exist");
  });
});
