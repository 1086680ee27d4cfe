import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array } from "lemmagrad";
import { broadcastShapes, broadcastView, copy, elements, isContiguous, normalizeAxes, normalizeAxis, reducedShape, rowMajorStrides, sizeOf, toNested, transposeView, view } from "../../src/ndarray/index.ts";

/** Any view into a buffer of known content, with the elements found by walking the indices one by one. */
const strided = fc.array(fc.record({ length: fc.integer({ min: 0, max: 4 }), stride: fc.integer({ min: -5, max: 5 }) }), { maxLength: 4 }).map((axes) => {
  const low = axes.reduce((at, { length, stride }) => at + Math.min(0, (length - 1) * stride), 0);
  const offset = Math.max(0, -low);
  const shape = axes.map(({ length }) => length);
  const strides = axes.map(({ stride }) => stride);
  const x = view(Float64Array.from({ length: 200 }, (_, i) => i), shape, strides, offset);
  const walk = (axis: number, at: number): number[] => (axis === shape.length ? [at] : Array.from({ length: shape[axis] }, (_, i) => walk(axis + 1, at + i * strides[axis])).flat());
  return { x, expected: walk(0, offset) };
});

describe("views of any strides", () => {
  it("are read in row-major order", () => fc.assert(fc.property(strided, ({ x, expected }) => {
    expect([...elements(x)]).toEqual(expected);
    expect([...copy(x).data]).toEqual(expected);
  }), { numRuns: 300 }));
  it("are contiguous exactly when their elements lie side by side", () => fc.assert(fc.property(strided, ({ x, expected }) => {
    expect(isContiguous(x)).toBe(expected.every((value, i) => value === expected[0] + i));
  }), { numRuns: 300 }));
});

it("strides and sizes of a shape", () => {
  expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
  expect(rowMajorStrides([])).toEqual([]);
  expect([sizeOf([]), sizeOf([2, 3]), sizeOf([2, 0, 3])]).toEqual([1, 6, 0]);
});

it("transposing and broadcasting only rearrange strides", () => {
  const x = array([[1, 2, 3], [4, 5, 6]]);
  expect(toNested(transposeView(x, [1, 0]))).toEqual([[1, 4], [2, 5], [3, 6]]);
  expect(toNested(broadcastView(array([[1], [2]]), [2, 2, 3]))).toEqual([[[1, 1, 1], [2, 2, 2]], [[1, 1, 1], [2, 2, 2]]]);
  expect(toNested(broadcastView(array(7), [2]))).toEqual([7, 7]);
  expect(toNested(broadcastView(array([[1, 2]]), [0, 2]))).toEqual([]);
});

it("a number read as a whole array is that number everywhere, taken from where it lies", () => {
  const number = view(Float64Array.of(1, 2, 3), [], [], 1);
  expect(Array.from(elements(broadcastView(number, [2, 3])))).toEqual([2, 2, 2, 2, 2, 2]);
  expect(Array.from(copy(broadcastView(number, [1, 2])).data)).toEqual([2, 2]);
});

describe("broadcastShapes", () => {
  it.each([[[2, 3], [3], [2, 3]], [[], [4], [4]], [[2, 1], [1, 5], [2, 5]], [[0, 3], [1, 3], [0, 3]], [[1], [0], [0]], [[], [], []]])("%j and %j give %j, either way round", (a, b, c) => {
    expect(broadcastShapes("f", a, b)).toEqual(c);
    expect(broadcastShapes("f", b, a)).toEqual(c);
  });
  it("names both shapes and the axis", () => {
    expect(() => broadcastShapes("f", [2, 3], [4, 3])).toThrow("f: shapes [2, 3] and [4, 3] do not broadcast: axis -2 has 2 and 4.\n  Expected equal lengths, or 1, on every axis counted from the last.\n  Mend: reshape one operand so that its axes line up.");
    expect(() => broadcastShapes("f", [0], [2])).toThrow("axis -1 has 0 and 2");
  });
});

describe("axes", () => {
  it("count from the end when negative, are sorted, and are all by default", () => {
    expect(normalizeAxis("f", -1, [2, 3])).toBe(1);
    expect(normalizeAxes("f", [-1, 0], [2, 3, 4])).toEqual([0, 2]);
    expect(normalizeAxes("f", undefined, [2, 3])).toEqual([0, 1]);
    expect(normalizeAxes("f", 1, [2, 3])).toEqual([1]);
    expect(reducedShape([2, 3, 4], [0, 2], false)).toEqual([3]);
    expect(reducedShape([2, 3, 4], [0, 2], true)).toEqual([1, 3, 1]);
  });
  it("must exist, be integers, and come once", () => {
    for (const axis of [2, -3, 0.5, NaN]) expect(() => normalizeAxis("f", axis, [2, 3])).toThrow(`f: axis ${axis} does not exist in an array of shape [2, 3].\n  Expected an integer from -2 to 1.`);
    expect(() => normalizeAxis("f", 0, [])).toThrow("f: axis 0 does not exist in an array of shape [].\n  Expected no axis: the array is a scalar.");
    expect(() => normalizeAxes("f", [0, -2], [2, 3])).toThrow("f: axes [0, -2] name one axis twice.\n  Expected each of 0 to 1 at most once.");
  });
});
