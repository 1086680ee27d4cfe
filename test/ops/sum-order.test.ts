/** The order of additions is part of a sum's result. The laws draw numbers whose sums are mostly exact, which hides it; these hold terms that cancel. */
import { describe, expect, it } from "vitest";
import { index, reshape, sum, sumTo, type Value, vmap } from "lemmagrad";
import { view } from "../../src/ndarray/index.ts";
import { expectSame, numbers, onEachBackend } from "../support/arrays.ts";

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
/** 2^53 + 1 rounds to 2^53: whether a small term counts depends on what was added before it. */
const cancelling = (shape: readonly number[]) => view(Float64Array.from({ length: size(shape) }, (_, i) => (i % 3 === 0 ? 2 ** 53 : i % 3 === 1 ? 1 : -(2 ** 53) + 2 * i)), shape);

describe("a sum", () => {
  it.each([[[2, 3, 2], []], [[2, 3, 5], [3, 1]], [[3, 2, 5], [1, 2, 1]], [[4, 3], [3]], [[4, 7], [4, 1]]])("of a batch down to a shape has the bits of one example after the other: %j to %j", (own, shape) => onEachBackend(() => {
    const xs = cancelling([3, ...own]);
    const together = vmap((x: Value) => sumTo(x, shape))(xs);
    for (let example = 0; example < 3; example++) expectSame(index(together, example), sumTo(index(xs, example), shape), `example ${example}`);
  }));
  it("reduces a run of neighbouring axes as one axis, and of several runs the last one first; an axis of length 1 that stays ends a run", () => onEachBackend(() => {
    const xs = cancelling([4, 3, 5]);
    const [ahead, behind] = [sum(reshape(xs, [12, 5]), { axes: 0 }), sum(reshape(xs, [4, 15]), { axes: 1 })];
    expectSame(sum(xs, { axes: [0, 1] }), ahead);
    expectSame(sum(xs, { axes: [1, 2] }), behind);
    expectSame(sum(xs, { axes: [0, 2] }), sum(sum(xs, { axes: 2 }), { axes: 0 }));
    expectSame(sum(xs), sum(reshape(xs, [60]), { axes: 0 }));
    expectSame(sumTo(reshape(xs, [4, 1, 15]), [1, 1, 1]), reshape(sum(behind, { axes: 0 }), [1, 1, 1]));
    // each of these would be another number in another order
    expect(numbers(ahead)).not.toEqual(numbers(sum(sum(xs, { axes: 1 }), { axes: 0 })));
    expect(numbers(behind)).not.toEqual(numbers(sum(sum(xs, { axes: 2 }), { axes: 1 })));
    expect(numbers(sum(xs, { axes: [0, 2] }))).not.toEqual(numbers(sum(sum(xs, { axes: 0 }), { axes: 1 })));
    expect(numbers(sum(xs))).not.toEqual(numbers(sum(behind, { axes: 0 })));
  }));
  it("would show another order", () => {
    const forwards = numbers(sumTo(cancelling([9]), []));
    const backwards = numbers(sumTo(view(cancelling([9]).data.reverse(), [9]), []));
    expect(forwards).not.toEqual(backwards);
  });
});
