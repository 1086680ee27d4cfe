/** windows, conv2d, maxPool2d, averagePool2d against loops over pixels. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, averagePool2d, checkGrads, conv2d, elements, grad, maxPool2d, mul, type NdArray, sum, toNested, type Value, vmap, windows, zeros } from "lemmagrad";
import { apply, registered } from "../../src/autodiff/index.ts";
import { expectSame, numbers, onEachBackend } from "../support/arrays.ts";
import { elementAt, fromIndices, indicesOf, integers } from "../support/loops.ts";

const nested = (x: Value) => toNested(x as NdArray);
const gradient = (f: (x: Value) => Value, x: NdArray) => toNested((grad(f) as unknown as (x: Value) => NdArray)(x));
const expectEqual = (actual: Value, wanted: NdArray) => {
  expect([...actual.shape]).toEqual([...wanted.shape]);
  expect(numbers(actual).map((value) => value + 0)).toEqual([...elements(wanted)].map((value) => value + 0));
};
const two = (low: number, high: number) => fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));
const geometry = fc.record({ size: two(1, 3), stride: two(1, 3), dilation: two(1, 2), padding: two(0, 2), plane: two(0, 6) });

/** How many starts 0, s, 2s, ... leave a whole window on the padded axis: counted, not computed. */
function starts(length: number, size: number, stride: number, dilation: number, padding: number): number {
  let count = 0;
  for (let start = 0; start + (size - 1) * dilation < length + 2 * padding; start += stride) count++;
  return count;
}
/** The pixel of a plane with a border. */
function pixel(x: NdArray, lead: readonly number[], i: number, j: number, border: number): number {
  const [rows, columns] = x.shape.slice(-2);
  return i >= 0 && j >= 0 && i < rows && j < columns ? elementAt(x, [...lead, i, j]) : border;
}

describe("windows", () => {
  const drawn = geometry.chain((g) => fc.tuple(fc.constant(g), fc.array(fc.nat(2), { maxLength: 2 }).chain((lead) => integers([...lead, ...g.plane]))));
  it("agree with a loop over every element of every window", () => onEachBackend(() => fc.assert(fc.property(drawn, ([{ size, stride, dilation, padding, plane }, x]) => {
    const counts = [0, 1].map((axis) => starts(plane[axis], size[axis], stride[axis], dilation[axis], padding[axis]));
    if (counts.includes(0)) {
      expect(() => windows(x, { size, stride, dilation, padding })).toThrow("windows: a window spans");
      return;
    }
    const lead = x.shape.length - 2;
    expectEqual(windows(x, { size, stride, dilation, padding }), fromIndices([...x.shape.slice(0, lead), ...counts, ...size], (index) => {
      const [i, j, k, l] = index.slice(lead);
      return pixel(x, index.slice(0, lead), i * stride[0] + k * dilation[0] - padding[0], j * stride[1] + l * dilation[1] - padding[1], 0);
    }));
  }), { numRuns: 200 })));
  it("are a view: no element is copied", () => {
    const x = zeros([2, 4, 4]);
    expect((windows(x, { size: 2 }) as NdArray).data).toBe(x.data);
  });
  it("send an element's cotangents back from every window that saw it", () => {
    expect(gradient((x) => sum(windows(x, { size: 2 })), zeros([3, 3]))).toEqual([[1, 2, 1], [2, 4, 2], [1, 2, 1]]);
    checkGrads(((x: Value) => { const y = windows(x, { size: [2, 2], stride: [1, 2], dilation: [1, 2], padding: 1 }); return mul(y, y); }) as never, [array([[1, 2, 3], [4, -5, 6]])], { order: 2 });
  });
  it("name what is wrong", () => {
    const x = zeros([2, 5]);
    expect(() => windows(x, { size: 3 })).toThrow("windows: a window spans 3 x 3 elements, the plane has 2 x 5.\n  Expected at least one window to fit in.\n  Mend: pad the plane, or take a smaller window or dilation.");
    expect(() => windows(x, { size: [3, 3], dilation: 3, padding: [1, 0] })).toThrow("windows: a window spans 7 x 7 elements, the plane has 4 x 5 with its padding.");
    expect(() => windows(x, { size: 0 })).toThrow("windows: size = [0, 0] is out of range.\n  Expected integers >= 1, for rows and columns.");
    expect(() => windows(x, { size: 1, stride: [1, 0.5] })).toThrow("windows: stride = [1, 0.5] is out of range.");
    expect(() => windows(x, { size: 1, dilation: 0 })).toThrow("windows: dilation = [0, 0] is out of range.");
    for (const padding of [[-1, 0], [0, -1]] as const) expect(() => windows(x, { size: 1, padding })).toThrow(`windows: padding = [${padding.join(", ")}] is out of range.`);
    expect(() => windows(x, { size: 1, padding: -1 })).toThrow("windows: padding = [-1, -1] is out of range.\n  Expected integers >= 0, for rows and columns.");
    expect(() => windows(zeros([3]), { size: 1 })).toThrow("windows: the operand has shape [3].\n  Expected at least two axes, the last two being rows and columns.");
  });
  it("have an adjoint that names an operand that is no stack of windows", () => {
    const params = { size: [2, 2], stride: [1, 1], dilation: [1, 1], plane: [3, 3] };
    expect(() => apply(registered("overlapAdd"), [zeros([2, 2, 2, 1])], params)).toThrow("overlapAdd: the operand has shape [2, 2, 2, 1].\n  Expected last axes [2, 2, 2, 2]: the windows of a plane of 3 x 3.");
    expect(() => apply(registered("overlapAdd"), [zeros([2, 2, 2, 2])], { ...params, plane: [1, 3] })).toThrow("overlapAdd: a window spans 2 x 2 elements, the plane has 1 x 3.");
  });
});

describe("conv2d", () => {
  const drawn = fc.tuple(geometry, fc.nat(2), fc.nat(2), fc.nat(2))
    .chain(([g, n, c, o]) => fc.tuple(fc.constant(g), integers([n, c, ...g.plane]), integers([o, c, ...g.size])));
  it("agrees with seven loops, for any views, empty axes, strides, paddings and dilations", () => onEachBackend(() => fc.assert(fc.property(drawn, ([{ size, stride, dilation, padding, plane }, x, w]) => {
    const counts = [0, 1].map((axis) => starts(plane[axis], size[axis], stride[axis], dilation[axis], padding[axis]));
    fc.pre(!counts.includes(0));
    expectEqual(conv2d(x, w, { stride, dilation, padding }), fromIndices([x.shape[0], w.shape[0], ...counts], ([n, o, i, j]) => {
      let total = 0;
      for (const [c, k, l] of indicesOf(w.shape.slice(1))) {
        total += elementAt(w, [o, c, k, l]) * pixel(x, [n, c], i * stride[0] + k * dilation[0] - padding[0], j * stride[1] + l * dilation[1] - padding[1], 0);
      }
      return total;
    }));
  }), { numRuns: 150 })));
  it("does not turn the kernel: cross-correlation", () => {
    expect(nested(conv2d(array([[[[1, 2, 4]]]]), array([[[[1, 10]]]])))).toEqual([[[[21, 42]]]]);
  });
  it("differentiates twice by image and kernel", () => {
    const x = array(Array.from({ length: 2 * 2 * 4 * 3 }, (_, i) => ((i * 7) % 11) / 4 - 1), [2, 2, 4, 3]);
    const w = array(Array.from({ length: 3 * 2 * 2 * 2 }, (_, i) => ((i * 5) % 7) / 3 - 1), [3, 2, 2, 2]);
    for (const options of [{}, { stride: [2, 1], padding: [1, 0], dilation: [2, 1] }] as const) checkGrads(((u: Value, v: Value) => conv2d(u, v, options)) as never, [x, w], { order: 2, directions: 1 });
  });
  it("keeps float32, with the same bits on both backends", () => {
    const single = (shape: number[], step: number) => array(Array.from({ length: shape.reduce((p, q) => p * q, 1) }, (_, i) => ((i * step) % 17) / 7 - 1), shape, "float32");
    const results: Value[] = [];
    onEachBackend(() => {
      const out = conv2d(single([2, 3, 5, 4], 5), single([4, 3, 3, 2], 3), { padding: 1, stride: 2 });
      expect((out as NdArray).dtype).toBe("float32");
      results.push(out);
    });
    results.forEach((out) => expectSame(out, results[0]));
  });
  it("under vmap over kernels gives what each kernel gives", () => onEachBackend(() => {
    const x = array(Array.from({ length: 18 }, (_, i) => i % 5), [1, 2, 3, 3]);
    const kernels = array(Array.from({ length: 2 * 3 * 2 * 4 }, (_, i) => (i % 7) - 3), [2, 3, 2, 2, 2]);
    const both = (vmap((w: Value) => conv2d(x, w)) as (w: NdArray) => NdArray)(kernels);
    [0, 1].forEach((at) => expectSame(both.pick(at, null, null, null, null), conv2d(x, kernels.pick(at, null, null, null, null))));
  }));
  it("names what does not fit", () => {
    expect(() => conv2d(zeros([1, 2, 3]), zeros([1, 2, 1, 1]))).toThrow("conv2d: x is [1, 2, 3], w is [1, 2, 1, 1].\n  Expected four axes each: [samples, channels, rows, columns] and [outputs, channels, rows, columns].");
    expect(() => conv2d(zeros([1, 2, 3, 3]), zeros([4, 3, 1, 1]))).toThrow("conv2d: channels differ: x is [1, 2, 3, 3], w is [4, 3, 1, 1].\n  Expected x.shape[1] === w.shape[1], got 2 and 3.");
    expect(() => conv2d(zeros([1, 1, 3, 3]), zeros([1, 1, 0, 2]))).toThrow("conv2d: w is [1, 1, 0, 2].\n  Expected a kernel of at least one element.");
    expect(() => conv2d(zeros([1, 1, 3, 3]), zeros([1, 1, 2, 0]))).toThrow("conv2d: w is [1, 1, 2, 0].");
    expect(() => conv2d(zeros([1, 2, 3, 3]), zeros([1, 2, 1]))).toThrow("conv2d: x is [1, 2, 3, 3], w is [1, 2, 1].\n  Expected four axes each");
    expect(() => conv2d(zeros([1, 1, 3, 3]), zeros([1, 1, 4, 4]))).toThrow("conv2d: a window spans 4 x 4 elements, the plane has 3 x 3.");
    expect(() => conv2d(zeros([1, 1, 3, 3]), zeros([1, 1, 1, 1]), { stride: 0 })).toThrow("conv2d: stride = [0, 0] is out of range.");
    expect(() => conv2d(zeros([1, 1, 3, 3]), zeros([1, 1, 1, 1]), { padding: 0.5 })).toThrow("conv2d: padding = [0.5, 0.5] is out of range.");
  });
});

describe("maxPool2d and averagePool2d", () => {
  const drawn = fc.record({ size: two(1, 3), stride: fc.option(two(1, 3), { nil: undefined }), padding: two(0, 1), plane: two(1, 5) })
    .filter(({ size, padding, plane }) => padding.every((width, axis) => 2 * width <= size[axis] && size[axis] <= plane[axis] + 2 * width))
    .chain((g) => fc.tuple(fc.constant(g), fc.array(fc.nat(2), { maxLength: 2 }).chain((lead) => integers([...lead, ...g.plane]))));
  it("agree with loops over the pixels of every window", () => onEachBackend(() => fc.assert(fc.property(drawn, ([{ size, stride, padding, plane }, x]) => {
    const step = stride ?? size;
    const lead = x.shape.length - 2;
    const counts = [0, 1].map((axis) => starts(plane[axis], size[axis], step[axis], 1, padding[axis]));
    const pixels = (index: number[], border: number) => indicesOf(size).map(([k, l]) => pixel(x, index.slice(0, lead), index[lead] * step[0] + k - padding[0], index[lead + 1] * step[1] + l - padding[1], border));
    const shape = [...x.shape.slice(0, lead), ...counts];
    expectEqual(maxPool2d(x, size, { stride, padding }), fromIndices(shape, (index) => Math.max(...pixels(index, -Infinity))));
    expectEqual(averagePool2d(x, size, { stride, padding }), fromIndices(shape, (index) => pixels(index, 0).reduce((p, q) => p + q, 0) / (size[0] * size[1])));
  }), { numRuns: 150 })));
  it("share a window's cotangent among its tied maxima; padding never ties", () => {
    expect(gradient((x) => sum(maxPool2d(x, 2)), array([[1, 1, 5, 0], [1, 0, 2, 5]]))).toEqual([[1 / 3, 1 / 3, 0.5, 0], [1 / 3, 0, 0, 0.5]]);
    expect(gradient((x) => sum(maxPool2d(x, 2, { padding: 1 })), array([[-3]]))).toEqual([[1]]);
  });
  it("differentiate twice", () => {
    const x = array([[3, 1, -2, 5], [0.5, -1, 4, 2], [7, 6, -3, 1.5]]);
    checkGrads(((y: Value) => { const p = maxPool2d(y, [2, 2], { stride: 1, padding: 1 }); return mul(p, mul(p, p)); }) as never, [x], { order: 2, directions: 2 });
    checkGrads(((y: Value) => { const p = averagePool2d(y, 2, { stride: 1, padding: 1 }); return mul(p, p); }) as never, [x], { order: 2, directions: 2 });
  });
  it("name what is wrong", () => {
    expect(() => maxPool2d(zeros([2, 2]), 3)).toThrow("maxPool2d: a window spans 3 x 3 elements, the plane has 2 x 2.");
    expect(() => maxPool2d(zeros([4, 4]), 2, { padding: 2 })).toThrow("maxPool2d: padding = [2, 2] is more than half of size = [2, 2].\n  Expected at least one element of the plane in every window.");
    for (const padding of [[1, 0], [0, 1]] as const) expect(() => maxPool2d(zeros([4, 4]), 1, { padding })).toThrow(`maxPool2d: padding = [${padding.join(", ")}] is more than half of size = [1, 1].`);
    expect(() => maxPool2d(zeros([0, 2]), 2, { padding: 1 })).toThrow("maxPool2d: the operand has shape [0, 2].\n  Expected at least one row and one column.");
    expect(() => maxPool2d(zeros([2, 2]), 1.5)).toThrow("maxPool2d: size = [1.5, 1.5] is out of range.");
    expect(() => averagePool2d(zeros([2, 2]), 3)).toThrow("averagePool2d: a window spans 3 x 3 elements, the plane has 2 x 2.");
    expect(() => averagePool2d(zeros([2, 2]), 1, { stride: 0 })).toThrow("averagePool2d: stride = [0, 0] is out of range.");
  });
});
