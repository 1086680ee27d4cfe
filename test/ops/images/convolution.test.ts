/** Convolutions with channels last, and the patches they are made of: against loops over pixels and against conv2d. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, checkGrads, conv2d, elements, type NdArray, toNested, transpose, type Value, vmap, zeros } from "lemmagrad";
import { convolution, patches } from "lemmagrad/images";
import { expectSame, numbers, onEachBackend } from "../../support/arrays.ts";
import { elementAt, fromIndices, indicesOf, integers } from "../../support/loops.ts";

const two = (low: number, high: number) => fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));
const geometry = fc.record({ size: two(1, 4), stride: two(1, 3), padding: two(0, 2), plane: two(1, 6) })
  .filter(({ size, padding, plane }) => [0, 1].every((at) => size[at] <= plane[at] + 2 * padding[at]));
const expectEqual = (actual: Value, wanted: NdArray) => {
  expect([...actual.shape]).toEqual([...wanted.shape]);
  expect(numbers(actual).map((value) => value + 0)).toEqual([...elements(wanted)].map((value) => value + 0));
};
const ramp = (shape: number[], step: number, dtype: "float64" | "float32" = "float64") => array(Array.from({ length: shape.reduce((p, q) => p * q, 1) }, (_, i) => ((i * step) % 17) / 7 - 1), shape, dtype);

/** How many starts 0, s, 2s, ... leave a whole window on the padded axis: counted, not computed. */
function starts(length: number, size: number, stride: number, padding: number): number {
  let count = 0;
  for (let start = 0; start + size <= length + 2 * padding; start += stride) count++;
  return count;
}
const pixel = (x: NdArray, n: number, i: number, j: number, c: number) => (i >= 0 && j >= 0 && i < x.shape[1] && j < x.shape[2] ? elementAt(x, [n, i, j, c]) : 0);

describe("patches", () => {
  const drawn = geometry.chain((g) => fc.tuple(fc.constant(g), fc.nat(2), fc.nat(3)).chain(([own, n, c]) => fc.tuple(fc.constant(own), integers([n, ...own.plane, c]))));
  it("agree with a loop over the pixels of every window", () => onEachBackend(() => fc.assert(fc.property(drawn, ([{ size, stride, padding, plane }, x]) => {
    const counts = [0, 1].map((at) => starts(plane[at], size[at], stride[at], padding[at]));
    expectEqual(patches(x, { size, stride, padding }), fromIndices([x.shape[0], ...counts, ...size, x.shape[3]], ([n, i, j, k, l, c]) => pixel(x, n, i * stride[0] + k - padding[0], j * stride[1] + l - padding[1], c)));
  }), { numRuns: 100 })));
  it("tile the image unless a stride is named", () => {
    expect(toNested(patches(array([[[[1], [2]], [[3], [4]]]]), { size: [1, 2] }) as NdArray)).toEqual([[[[[[1], [2]]]], [[[[3], [4]]]]]]);
    expect(patches(zeros([2, 28, 28, 1]), { size: 7 }).shape).toEqual([2, 4, 4, 7, 7, 1]);
  });
  it("name what is wrong", () => {
    expect(() => patches(zeros([4, 4, 1]), { size: 2 })).toThrow("patches: the images have shape [4, 4, 1].\n  Expected four axes: [images, rows, columns, channels].\n  Mend: reshape them to [4, 4, 1, 1] if they have one channel, or to [1, 4, 4, 1] if it is one image.");
    expect(() => patches(zeros([1, 4, 4, 1]), { size: 5 })).toThrow("patches: a window spans 5 x 5 elements, the plane has 4 x 4.");
    expect(() => patches(zeros([1, 4, 4, 1]), { size: 2, padding: -1 })).toThrow("patches: padding = [-1, -1] is out of range.");
    expect(() => patches(zeros([1, 4, 4, 1]), {} as never)).toThrow("patches: the option size is missing.");
    expect(() => patches(zeros([1, 4, 4, 1]), { size: 1, dilation: 2 } as never)).toThrow('patches: there is no option "dilation".');
  });
});

describe("convolution", () => {
  const drawn = fc.tuple(geometry, fc.nat(2), fc.nat(2), fc.nat(2))
    .chain(([g, n, c, f]) => fc.tuple(fc.constant(g), integers([n, ...g.plane, c]), integers([...g.size, c, f])));
  it("agrees with seven loops, for any views, empty axes, strides and paddings", () => onEachBackend(() => fc.assert(fc.property(drawn, ([{ size, stride, padding, plane }, x, w]) => {
    const counts = [0, 1].map((at) => starts(plane[at], size[at], stride[at], padding[at]));
    expectEqual(convolution(x, w, { stride, padding }), fromIndices([x.shape[0], ...counts, w.shape[3]], ([n, i, j, f]) => {
      let total = 0;
      for (const [k, l, c] of indicesOf(w.shape.slice(0, 3))) total += elementAt(w, [k, l, c, f]) * pixel(x, n, i * stride[0] + k - padding[0], j * stride[1] + l - padding[1], c);
      return total;
    }));
  }), { numRuns: 150 })));
  it("is conv2d with the channels last", () => onEachBackend(() => fc.assert(fc.property(drawn, ([{ stride, padding }, x, w]) => {
    const first = conv2d(transpose(x, [0, 3, 1, 2]), transpose(w, [3, 2, 0, 1]), { stride, padding });
    expectEqual(convolution(x, w, { stride, padding }), transpose(first, [0, 2, 3, 1]) as NdArray); // integers: the order of additions does not matter
  }), { numRuns: 50 })));
  it("adds its terms in ascending order of row, column and channel", () => onEachBackend(() => {
    const x = array([[[[1, 1e16], [-1e16, 1]]]]);
    const sums = (w: NdArray) => toNested(convolution(x, w) as NdArray);
    expect(sums(array([[[[1], [1]], [[1], [1]]]]))).toEqual([[[[1]]]]); // ((1 + 1e16) - 1e16) + 1
    expect(sums(array([[[[0], [1]], [[1], [1]]]]))).toEqual([[[[1]]]]);
    expect(sums(array([[[[1], [1]], [[1], [0]]]]))).toEqual([[[[0]]]]);
  }));
  it("differentiates twice by images and filters, with errors that fall with the square of the step", () => {
    for (const options of [{}, { stride: 2, padding: 1 }, { stride: [2, 1], padding: [0, 2] }] as const) {
      checkGrads(((x: Value, w: Value) => convolution(x, w, options)) as never, [ramp([2, 4, 3, 2], 5), ramp([2, 2, 2, 3], 7)], { order: 2, directions: 1 });
    }
  });
  it("keeps float32, with the same bits on both backends", () => {
    const results: Value[] = [];
    onEachBackend(() => {
      const out = convolution(ramp([2, 5, 4, 3], 5, "float32"), ramp([3, 2, 3, 4], 3, "float32"), { padding: 1, stride: 2 });
      expect((out as NdArray).dtype).toBe("float32");
      results.push(out);
    });
    results.forEach((out) => expectSame(out, results[0]));
  });
  it("under vmap over filters, or over images, gives what each gives", () => onEachBackend(() => {
    const [x, w] = [ramp([2, 3, 3, 2], 5), ramp([3, 2, 2, 2, 4], 3)];
    const all = (vmap((own: Value) => convolution(x, own)) as (w: NdArray) => NdArray)(w);
    [0, 1, 2].forEach((at) => expectSame(all.pick(at, null, null, null, null), convolution(x, w.pick(at, null, null, null, null))));
    const batches = ramp([3, 2, 3, 3, 2], 11);
    const both = (vmap((own: Value) => convolution(own, w.pick(0, null, null, null, null), { padding: 1 })) as (x: NdArray) => NdArray)(batches);
    [0, 1, 2].forEach((at) => expectSame(both.pick(at, null, null, null, null), convolution(batches.pick(at, null, null, null, null), w.pick(0, null, null, null, null), { padding: 1 })));
  }));
  it("names what does not fit", () => {
    expect(() => convolution(zeros([2, 4, 4, 3]), zeros([2, 2, 1, 5]))).toThrow("convolution: the images are [2, 4, 4, 3], the filters [2, 2, 1, 5].\n  Expected filters of shape [rows, columns, channels, filters] with 3 channels.");
    expect(() => convolution(zeros([4, 4, 3]), zeros([2, 2, 3, 5]))).toThrow("convolution: the images have shape [4, 4, 3].");
    expect(() => convolution(zeros([1, 4, 4, 3]), zeros([2, 3, 5]))).toThrow("convolution: the images are [1, 4, 4, 3], the filters [2, 3, 5].");
    expect(() => convolution(zeros([1, 4, 4, 1]), zeros([0, 2, 1, 5]))).toThrow("convolution: the filters are [0, 2, 1, 5].\n  Expected filters of at least one pixel.");
    expect(() => convolution(zeros([1, 4, 4, 1]), zeros([5, 1, 1, 1]))).toThrow("convolution: a window spans 5 x 1 elements, the plane has 4 x 4.");
    expect(() => convolution(zeros([1, 4, 4, 1]), zeros([1, 1, 1, 1]), { stride: 0 })).toThrow("convolution: stride = [0, 0] is out of range.");
    expect(() => convolution(zeros([1, 4, 4, 1]), zeros([1, 1, 1, 1], "float32"))).toThrow("convolution: the operands mix float64 and float32.");
  });
});
