/** concatenate, stack, split, pad, flip, outer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, checkGrads, concatenate, elements, flip, grad, mul, type NdArray, outer, pad, scalar, split, stack, sum, toNested, type Value, zeros } from "lemmagrad";
import { numbers, onEachBackend } from "../support/arrays.ts";
import { elementAt, fromIndices, indicesOf, integers, shapes, withEntry } from "../support/loops.ts";

const nested = (x: Value) => toNested(x as NdArray);
const a = array([[1, 2, 3], [4, 5, 6]]);
const expectEqual = (actual: Value, wanted: NdArray) => {
  expect([...actual.shape]).toEqual([...wanted.shape]);
  expect(numbers(actual)).toEqual([...elements(wanted)]);
};
/** A shape, one of its axes, and lengths for that axis. */
const joints = shapes(1, 3).chain((shape) => fc.tuple(fc.constant(shape), fc.nat(shape.length - 1), fc.array(fc.nat(3), { minLength: 1, maxLength: 4 })));

describe("concatenate, stack and split", () => {
  it("concatenate agrees with a loop over parts, for any views", () => onEachBackend(() => fc.assert(fc.property(
    joints.chain(([shape, axis, lengths]) => fc.tuple(fc.constant(axis), fc.tuple(...lengths.map((length) => integers(withEntry(shape, axis, length)))))),
    ([axis, parts]) => {
      const places = parts.flatMap((part) => Array.from({ length: part.shape[axis] }, (_, i) => ({ part, i })));
      expectEqual(concatenate(parts, { axis }), fromIndices(withEntry(parts[0].shape, axis, places.length), (index) => {
        const { part, i } = places[index[axis]];
        return elementAt(part, withEntry(index, axis, i));
      }));
    },
  ), { numRuns: 150 })));
  it("split undoes concatenate, for sizes and for equal parts", () => onEachBackend(() => fc.assert(fc.property(
    joints.chain(([shape, axis, lengths]) => fc.tuple(fc.constant(axis), fc.tuple(...lengths.map((length) => integers(withEntry(shape, axis, length)))))),
    ([axis, parts]) => {
      const sizes = parts.map((part) => part.shape[axis]);
      const joined = concatenate(parts, { axis: axis - parts[0].shape.length });
      const cut = split(joined, sizes, { axis });
      expect(cut).toHaveLength(parts.length);
      cut.forEach((part, i) => expectEqual(part, parts[i]));
      const equal = split(concatenate(parts.map(() => parts[0]), { axis }), parts.length, { axis });
      expect(equal).toHaveLength(parts.length);
      equal.forEach((part) => expectEqual(part, parts[0]));
    },
  ), { numRuns: 100 })));
  it("stack puts part i at i of the new axis, wherever it stands", () => onEachBackend(() => fc.assert(fc.property(
    shapes(0, 3, 3).chain((shape) => fc.tuple(fc.nat(shape.length), fc.array(integers(shape), { minLength: 1, maxLength: 3 }))),
    ([axis, parts]) => {
      const shape = [...parts[0].shape.slice(0, axis), parts.length, ...parts[0].shape.slice(axis)];
      const wanted = fromIndices(shape, (index) => elementAt(parts[index[axis]], index.filter((_, at) => at !== axis)));
      expectEqual(stack(parts, { axis }), wanted);
      expectEqual(stack(parts, { axis: axis - shape.length }), wanted);
    },
  ), { numRuns: 100 })));
  it("send each part its own cotangent, also when one array is joined with itself", () => {
    expect(toNested((grad((x: Value) => sum(mul(concatenate([x, array([9]), x]), array([1, 2, 3, 4, 5])))) as unknown as (x: NdArray) => NdArray)(array([0, 0])))).toEqual([5, 7]);
    checkGrads(((x: Value, y: Value) => mul(concatenate([x, y, x], { axis: 1 }), 2)) as never, [a, array([[1], [2]])], { order: 2 });
    checkGrads(((x: Value, y: Value) => { const z = stack([x, y, mul(x, y)], { axis: 1 }); return mul(z, z); }) as never, [a, mul(a, 0.5)], { order: 2 });
    checkGrads(((x: Value) => { const [p, q] = split(x, [1, 2], { axis: 1 }); return mul(p, q); }) as never, [a], { order: 2 });
  });
  it("numbers stand as scalars", () => expect(nested(stack([1, scalar(2)]))).toEqual([1, 2]));
  it("name what does not fit", () => {
    expect(() => concatenate([])).toThrow("concatenate: there is nothing to join.\n  Expected a list of at least one array.\n  Mend: pass the arrays as one list: concatenate([a, b]).");
    expect(() => concatenate(a as never)).toThrow("concatenate: there is nothing to join.");
    expect(() => concatenate([a, zeros([3, 3]), zeros([2, 2])])).toThrow("concatenate: part 0 has shape [2, 3], part 2 has [2, 2].\n  Expected equal shapes but for axis 0, along which the parts are joined.\n  Mend: to join along a new axis, use stack.");
    expect(() => concatenate([a, zeros([2])])).toThrow("concatenate: part 0 has shape [2, 3], part 1 has [2].");
    expect(() => concatenate([1, 2])).toThrow("concatenate: axis 0 does not exist in an array of shape [].");
    expect(() => concatenate([a, zeros([1, 3], "float32")])).toThrow("concatenate: the operands mix float64 and float32.");
    expect(() => stack([])).toThrow("stack: there is nothing to join.\n  Expected a list of at least one array.\n  Mend: pass the arrays as one list: stack([a, b]).");
    expect(() => stack([a, zeros([3, 3])])).toThrow("stack: part 0 has shape [2, 3], part 1 has [3, 3].\n  Expected equal shapes.\n  Mend: to join along an axis that the parts have already, use concatenate.");
    expect(() => stack([a], { axis: 3 })).toThrow("stack: axis 3 does not exist in an array of shape [2, 3, 1].");
    expect(() => split(a, 2, { axis: 1 })).toThrow("split: an axis of 3 elements does not fall into 2 equal parts.\n  Expected a divisor of 3.\n  Mend: give the sizes of the parts as a list.");
    for (const bad of [0, 1.5]) expect(() => split(a, bad)).toThrow(`split: ${bad} is no number of parts.\n  Expected an integer >= 1, or a list of sizes.`);
    expect(() => split(a, [1, -1])).toThrow("split: -1 is no size of a part.\n  Expected integers >= 0.");
    expect(() => split(a, [1, 2])).toThrow("split: parts of 1, 2 elements make 3, the axis has 2.\n  Expected sizes that add up to the axis.");
    expect(() => split(1, 1)).toThrow("split: axis 0 does not exist");
  });
});

describe("pad", () => {
  it("agrees with a loop over the padded array", () => onEachBackend(() => fc.assert(fc.property(
    shapes(0, 3, 3).chain((shape) => fc.tuple(integers(shape), fc.tuple(fc.nat(2), fc.nat(2)), fc.subarray(shape.map((_, axis) => axis)), fc.constantFrom(0, 7, -Infinity, NaN))),
    ([x, [before, after], axes, value]) => {
      const shape = x.shape.map((length: number, axis: number) => (axes.includes(axis) ? before + length + after : length));
      expectEqual(pad(x, [before, after], { axes, value }), fromIndices(shape, (index) => {
        const own = index.map((at, axis) => (axes.includes(axis) ? at - before : at));
        return own.every((at, axis) => at >= 0 && at < x.shape[axis]) ? elementAt(x, own) : value;
      }));
    },
  ), { numRuns: 150 })));
  it("passes the cotangent inside the border, and keeps the dtype", () => {
    checkGrads(((x: Value) => { const y = pad(x, [1, 2], { value: 3 }); return mul(y, y); }) as never, [a], { order: 2 });
    expect((pad(zeros([1], "float32"), [1, 0]) as NdArray).dtype).toBe("float32");
    expect(nested(pad(5, [1, 1]))).toBe(5);
  });
  it("names what is wrong", () => {
    for (const bad of [[1], [1, -1], [0.5, 1], 2]) expect(() => pad(a, bad as never)).toThrow(`pad: ${JSON.stringify(bad)} are no widths of a border.\n  Expected [before, after], two integers >= 0.`);
    expect(() => pad(a, [1, 1], { axes: 2 })).toThrow("pad: axis 2 does not exist");
  });
});

describe("flip", () => {
  it("agrees with a loop, for any axes, without a copy", () => fc.assert(fc.property(
    shapes(0, 3).chain((shape) => fc.tuple(integers(shape), fc.subarray(shape.map((_, axis) => axis)))), ([x, axes]) => {
      const out = flip(x, { axes }) as NdArray;
      expectEqual(out, fromIndices(x.shape, (index) => elementAt(x, index.map((at, axis) => (axes.includes(axis) ? x.shape[axis] - 1 - at : at)))));
      expect(out.data).toBe(x.data);
    },
  ), { numRuns: 100 }));
  it("turns all axes by default, and differentiates", () => {
    expect(nested(flip(a))).toEqual([[6, 5, 4], [3, 2, 1]]);
    checkGrads(((x: Value) => mul(flip(x), x)) as never, [a], { order: 2 });
  });
  it("names an axis that does not exist", () => expect(() => flip(a, { axes: 2 })).toThrow("flip: axis 2 does not exist"));
});

describe("outer", () => {
  it("multiplies every element by every element", () => onEachBackend(() => fc.assert(fc.property(shapes(0, 2).chain(integers), shapes(0, 2).chain(integers), (x, y) => {
    const rank = x.shape.length;
    const wanted = indicesOf([...x.shape, ...y.shape]).map((index) => elementAt(x, index.slice(0, rank)) * elementAt(y, index.slice(rank)));
    const out = outer(x, y);
    expect([...out.shape]).toEqual([...x.shape, ...y.shape]);
    expect(numbers(out).map((value) => value + 0)).toEqual(wanted.map((value) => value + 0));
  }), { numRuns: 100 })));
  it("differentiates by both", () => { checkGrads(outer as never, [array([1, 2]), a], { order: 2 }); });
  it("names what is no array", () => expect(() => outer([1] as never, a)).toThrow("outer: a plain list is not an array."));
});
