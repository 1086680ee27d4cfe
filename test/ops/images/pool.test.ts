/** Pooling with channels last: against maxPool2d and averagePool2d, which are checked against loops. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, averagePool2d, checkGrads, compile, elements, grad, maxPool2d, mul, type NdArray, sum, toNested, transpose, type Value, zeros } from "lemmagrad";
import { averagePool, maxPool } from "lemmagrad/images";
import { expectSame, numbers, onEachBackend } from "../../support/arrays.ts";
import { integers } from "../../support/loops.ts";

const two = (low: number, high: number) => fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high }));
const drawn = fc.record({ size: two(1, 3), stride: fc.option(two(1, 3), { nil: undefined }), padding: two(0, 1), plane: two(1, 5), n: fc.nat(2), c: fc.nat(5) })
  .filter(({ size, padding, plane }) => padding.every((width, axis) => 2 * width <= size[axis] && size[axis] <= plane[axis] + 2 * width))
  .chain(({ n, c, plane, ...g }) => fc.tuple(fc.constant(g), integers([n, ...plane, c])));
const gradient = (f: (x: Value) => Value, x: NdArray) => toNested((grad(f) as unknown as (x: Value) => NdArray)(x));

describe("pools with channels last", () => {
  it.each([["maxPool", maxPool, maxPool2d], ["averagePool", averagePool, averagePool2d]] as const)("%s gives what the one with channels first gives, and as much on the way back", (_name, last, first) => onEachBackend(() => fc.assert(fc.property(drawn, ([{ size, stride, padding }, x]) => {
    const turned = (y: Value) => transpose(first(transpose(y, [0, 3, 1, 2]), size, { stride, padding }), [0, 2, 3, 1]);
    const [own, other] = [last(x, size, { stride, padding }), turned(x) as NdArray];
    expect([...own.shape]).toEqual([...other.shape]);
    expect(numbers(own).map((value) => value + 0)).toEqual([...elements(other)].map((value) => value + 0));
    const weighted = (f: (y: Value) => Value) => (y: Value) => { const out = f(y); return sum(mul(out, out)); };
    const [back, otherBack] = [(y: Value) => last(y, size, { stride, padding }), turned].map((f) => numbers((grad(weighted(f)) as unknown as (y: Value) => NdArray)(x)));
    back.forEach((value: number, at: number) => expect(Math.abs(value - otherBack[at])).toBeLessThan(1e-12));
  }), { numRuns: 60 })));
  it("share a window's cotangent among its tied maxima, channel by channel; padding never ties", () => {
    expect(gradient((x) => sum(maxPool(x, 2)), array([[[[1, 5], [1, 0]], [[1, 2], [0, 5]]]]))).toEqual([[[[1 / 3, 0.5], [1 / 3, 0]], [[1 / 3, 0], [0, 0.5]]]]);
    expect(gradient((x) => sum(maxPool(x, 2, { padding: 1 })), array([[[[-3]]]]))).toEqual([[[[1]]]]);
  });
  it("differentiate twice", () => {
    const x = array([3, 1, -2, 5, 0.5, -1, 4, 2, 7, 6, -3, 1.5, 2.5, -4, 0, 8], [1, 4, 2, 2]);
    checkGrads(((y: Value) => { const p = maxPool(y, 2, { stride: 1, padding: 1 }); return mul(p, mul(p, p)); }) as never, [x], { order: 2, directions: 2 });
    checkGrads(((y: Value) => { const p = averagePool(y, [2, 1], { stride: 1, padding: [1, 0] }); return mul(p, p); }) as never, [x], { order: 2, directions: 2 });
  });
  it("are kernel calls of one group when compiled, both ways", () => {
    for (const pool of [maxPool, averagePool]) {
      const f = (x: Value) => grad((y: Value) => { const p = pool(y, 2); return sum(mul(p, p)); })(x as NdArray);
      const x = array(Float32Array.from({ length: 6 * 4 * 6 * 3 }, (_, i) => ((i * 7) % 11) / 4), [6, 4, 6, 3]);
      const fast = compile(f as (x: Value) => Value);
      expectSame(fast(x), f(x));
      const { groups, plainBecause } = fast.plan(x);
      expect(plainBecause).toBe("");
      expect(groups.filter(({ slices }) => slices > 1)).toHaveLength(1);
      expect(groups.flatMap(({ steps }) => steps).filter(({ kernel }) => kernel === "whole")).toEqual([]);
    }
  });
  it("name what is wrong", () => {
    expect(() => maxPool(zeros([1, 2, 2, 1]), 3)).toThrow("maxPool: a window spans 3 x 3 elements, the plane has 2 x 2.");
    expect(() => maxPool(zeros([1, 4, 4, 1]), 2, { padding: 2 })).toThrow("maxPool: padding = [2, 2] is more than half of size = [2, 2].\n  Expected at least one pixel of the image in every window.");
    expect(() => maxPool(zeros([1, 0, 2, 1]), 2, { padding: 1 })).toThrow("maxPool: the images have shape [1, 0, 2, 1].\n  Expected at least one row and one column.");
    expect(() => averagePool(zeros([4, 4, 1]), 2)).toThrow("averagePool: the images have shape [4, 4, 1].");
    expect(() => averagePool(zeros([1, 4, 4, 1]), "2" as never)).toThrow('averagePool: the size is "2".');
    expect(() => averagePool(zeros([1, 4, 4, 1]), 2, { strides: 1 } as never)).toThrow('averagePool: there is no option "strides".');
  });
});
