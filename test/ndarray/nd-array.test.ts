import makeView from "ndarray";
import { describe, expect, it, vi } from "vitest";
import { add, array, checkView, copy, elements, fromBuffer, full, isNdArray, item, scalar, sum, toNested, transpose, zeros } from "lemmagrad";
import { allocate, view } from "../../src/ndarray/index.ts";
import { numbers } from "../support/arrays.ts";

describe("array", () => {
  it.each([
    [5, []], [[1, 2], [2]], [[[1, 2], [3, 4]], [2, 2]], [[], [0]], [[[], []], [2, 0]], [[[[1]]], [1, 1, 1]],
  ])("reads %j as shape %j", (values, shape) => {
    const x = array(values as never);
    expect(x.shape).toEqual(shape);
    expect(toNested(x)).toEqual(values);
    expect(x.dtype).toBe("float64");
  });
  it("copies lists, and takes typed buffers as they are", () => {
    const buffer = Float32Array.of(1, 2, 3, 4);
    expect(array(buffer).data).toBe(buffer);
    expect(array(buffer, [2, 2]).shape).toEqual([2, 2]);
    expect(array([1, 2, 3, 4], [2, 2], "float32").dtype).toBe("float32");
  });
  it("refuses ragged lists", () => {
    expect(() => array([[1, 2], [3]])).toThrow("array: the lists are ragged: one has shape [2], another [1].\n  Expected lists of equal lengths.");
    expect(() => array([[1], 2])).toThrow("array: the lists are ragged: one has shape [1], another [].");
  });
  it("refuses what is no number", () => {
    expect(() => array([1, "2"] as never)).toThrow("array: string 2 is neither a number nor a list.\n  Expected numbers in nested lists, or a Float64Array or Float32Array.");
    expect(() => array([1, undefined] as never)).toThrow("array: undefined is neither");
    expect(() => array(Int32Array.of(1) as never)).toThrow("array: a Int32Array is neither");
    expect(() => array([, 1] as never)).toThrow("array: undefined is neither");
  });
  it("refuses a shape that does not fit, or is none", () => {
    expect(() => array([1, 2, 3], [2, 2])).toThrow("array: 3 numbers do not fill shape [2, 2].\n  Expected 4 numbers.");
    for (const shape of [[1.5], [-1], [NaN], ["2"], 3]) expect(() => array([1], shape as never)).toThrow(`array: ${JSON.stringify(shape)} is not a shape.\n  Expected a list of integers >= 0.`);
  });
});

describe("fromBuffer, zeros, full, scalar, item", () => {
  it("fromBuffer checks the length", () => {
    expect(() => fromBuffer(new Float64Array(3), [2, 2])).toThrow("fromBuffer: a buffer of 3 elements does not fill shape [2, 2].\n  Expected 4 elements.\n  Mend: pass a subarray of the right length, or the shape that the buffer has.");
    expect(fromBuffer(new Float64Array(0), [0, 7]).shape).toEqual([0, 7]);
    expect(fromBuffer(new Float64Array(1), []).shape).toEqual([]);
  });
  it("fill and size as told", () => {
    expect(toNested(zeros([2, 1]))).toEqual([[0], [0]]);
    expect(toNested(full([2], 3, "float32"))).toEqual([3, 3]);
    expect(() => zeros([-1])).toThrow("zeros: [-1] is not a shape.");
    expect(() => full([0.5], 1)).toThrow("full: [0.5] is not a shape.");
  });
  it("item takes exactly one element, at any offset", () => {
    expect(item(scalar(4))).toBe(4);
    expect(item(view(Float64Array.of(1, 2, 3), [1, 1], [5, -5], 2))).toBe(3);
    expect(() => item(array([1, 2]))).toThrow("item: an array of shape [2] is not one number.\n  Expected exactly one element.\n  Mend: index or reduce it first.");
    expect(() => item(array([]))).toThrow("item: an array of shape [0] is not one number.");
  });
});

describe("checkView, which every op applies to its arguments", () => {
  const data = Float64Array.of(1, 2, 3, 4, 5, 6);
  it("accepts views with negative and zero strides that stay in the buffer", () => {
    for (const [shape, strides, offset, expected] of [
      [[3], [-2], 5, [6, 4, 2]], [[2, 3], [-3, 1], 3, [4, 5, 6, 1, 2, 3]], [[2, 2], [0, 0], 1, [2, 2, 2, 2]], [[], [], 5, [6]], [[0, 9], [100, 100], 77, []],
    ] as const) {
      const x = makeView(data, [...shape], [...strides], offset);
      expect(checkView("test", x)).toBe(x);
      expect(numbers(x)).toEqual(expected);
      expect(numbers(add(x as never, 0))).toEqual(expected);
      expect(toNested(copy(x as never))).toEqual(toNested(x as never));
    }
  });
  it.each([
    [[7], [1], 0, "reaches elements 0 to 6"], [[3], [1], 4, "reaches elements 4 to 6"], [[3], [-1], 1, "reaches elements -1 to 1"], [[2, 2], [-4, 3], 2, "reaches elements -2 to 5"],
  ])("refuses shape %j with strides %j and offset %i: it %s", (shape, strides, offset, words) => {
    expect(() => add(makeView(data, shape, strides, offset) as never, 1)).toThrow(`add: shape [${shape.join(", ")}] with strides [${strides.join(", ")}] and offset ${offset} ${words}.\n  Expected elements 0 to 5, the buffer's.\n  Mend: make the view with array(data, shape), which checks it.`);
  });
  it("refuses strides and shapes that are no integers or do not belong together", () => {
    const crooked = (parts: object) => ({ data, shape: [2], stride: [1], offset: 0, ...parts });
    expect(() => checkView("f", crooked({ stride: [1, 1] }))).toThrow("f: strides [1,1] and offset 0 do not fit shape [2].\n  Expected one integer stride an axis.");
    expect(() => checkView("f", crooked({ stride: [0.5] }))).toThrow("f: strides [0.5]");
    expect(() => checkView("f", crooked({ offset: 0.5 }))).toThrow("offset 0.5 do not fit");
    expect(() => checkView("f", crooked({ stride: undefined }))).toThrow("f: strides undefined");
    expect(() => checkView("f", crooked({ shape: [1.5] }))).toThrow("f: [1.5] is not a shape.");
    expect(() => checkView("f", crooked({ shape: 2 }))).toThrow("f: 2 is not a shape.");
  });
  it("refuses what is no float array", () => {
    expect(() => sum([1, 2] as never)).toThrow("sum: a plain list is not an array.\n  Expected a number or an ndarray of float64 or float32.\n  Mend: wrap nested lists as array([...]).");
    expect(() => add(null as never, 1)).toThrow("add: null is not an array.");
    expect(() => add("a" as never, 1)).toThrow("add: string a is not an array.");
    expect(() => add(makeView(Int32Array.of(1)) as never, 1)).toThrow("add: the array's data is a Int32Array.\n  Expected a Float64Array or a Float32Array.\n  Mend: copy it into one, as in array(Float64Array.from(x.data), x.shape).");
    expect(() => add(makeView([1, 2]) as never, 1)).toThrow("add: the array's data is a plain list.");
    expect(isNdArray({ shape: [] })).toBe(false);
  });
});

describe("view", () => {
  const lengths = [3, 2, 5, 4, 1, 2];
  it.each([0, 1, 2, 3, 4, 5, 6])("of rank %i has the strides of the package's own view, row-major or given, and its own lists", (rank) => {
    for (const dtype of ["float64", "float32"] as const) {
      for (const shape of [lengths.slice(0, rank), lengths.slice(0, rank).map((length, axis) => (axis === 1 ? 0 : length))]) {
        const data = allocate(dtype, 1000);
        const [own, whole] = [view(data, shape), makeView(data, [...shape])];
        expect([own.shape, own.stride, own.offset, own.constructor]).toEqual([whole.shape, whole.stride, 0, whole.constructor]);
        const strides = shape.map((_, axis) => 7 - 3 * axis);
        const crooked = view(data, shape, strides, 40);
        expect([crooked.shape, crooked.stride, crooked.offset]).toEqual([shape, strides, 40]);
        expect(crooked.data).toBe(data);
        for (const x of [own, crooked]) expect([x.shape === shape, (x.stride as number[]) === strides]).toEqual([false, false]);
      }
    }
  });
});

it("elements shares memory with contiguous views and copies others", () => {
  const x = array([[1, 2], [3, 4]]);
  expect(elements(x).buffer).toBe(x.data.buffer);
  const turned = transpose(x) as typeof x;
  expect(turned.data).toBe(x.data);
  expect([...elements(turned)]).toEqual([1, 3, 2, 4]);
  expect(elements(turned).buffer).not.toBe(x.data.buffer);
});

describe("room for numbers", () => {
  it.each([0, 1, 4095, 4096, 100_000])("of %i elements is a buffer of its own, whole, and not cleared for nothing", (size) => {
    for (const [dtype, type] of [["float64", Float64Array], ["float32", Float32Array]] as const) {
      const [one, other] = [allocate(dtype, size), allocate(dtype, size)];
      expect(one).toBeInstanceOf(type);
      expect([one.length, one.byteOffset, one.buffer.byteLength]).toEqual([size, 0, one.BYTES_PER_ELEMENT * size]);
      expect(one.buffer).not.toBe(other.buffer);
      if (size >= 4096) expect(one.every(Number.isNaN)).toBe(true); // what the tests put where Node clears nothing
    }
  });
  it("is never part of a buffer that others use", () => {
    const pool = new ArrayBuffer(100_000);
    const made = vi.spyOn(Buffer, "allocUnsafeSlow").mockImplementation((bytes) => Buffer.from(pool, 8, bytes));
    try {
      expect(allocate("float64", 5000).buffer.byteLength).toBe(40_000);
      expect(made).toHaveBeenCalledOnce();
    } finally {
      made.mockRestore();
    }
  });
  it("is not asked for as a Buffer that Node may refuse for its size", () => {
    const made = vi.spyOn(Buffer, "allocUnsafeSlow");
    try {
      expect(allocate("float64", 2 ** 27 + 1)).toHaveLength(2 ** 27 + 1);
      expect(made).not.toHaveBeenCalled();
    } finally {
      made.mockRestore();
    }
  });
  it("is cleared where zeros are asked for", () => {
    expect(zeros([100, 100]).data.every((x) => x === 0)).toBe(true);
    expect(zeros([100, 100], "float32").data.every((x) => x === 0)).toBe(true);
  });
});
