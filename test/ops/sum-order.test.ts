/** The order of additions is part of a sum's result. The laws draw numbers whose sums are mostly exact, which hides it; these hold terms that cancel. */
import { describe, expect, it } from "vitest";
import { index, sumTo, type Value, vmap } from "lemmagrad";
import { view } from "../../src/ndarray/index.ts";
import { expectSame, numbers, onEachBackend } from "../support/arrays.ts";

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
/** 2^53 + 1 rounds to 2^53: whether a small term counts depends on what was added before it. */
const cancelling = (shape: readonly number[]) => view(Float64Array.from({ length: size(shape) }, (_, i) => (i % 3 === 0 ? 2 ** 53 : i % 3 === 1 ? 1 : -(2 ** 53) + 2 * i)), shape);

describe("a batch of sums down to a shape", () => {
  it.each([[[2, 3, 2], []], [[2, 3, 5], [3, 1]], [[3, 2, 5], [1, 2, 1]], [[4, 3], [3]], [[4, 7], [4, 1]]])("has the bits of one example after the other: %j to %j", (own, shape) => onEachBackend(() => {
    const xs = cancelling([3, ...own]);
    const together = vmap((x: Value) => sumTo(x, shape))(xs);
    for (let example = 0; example < 3; example++) expectSame(index(together, example), sumTo(index(xs, example), shape), `example ${example}`);
  }));
  it("would show another order", () => {
    const forwards = numbers(sumTo(cancelling([9]), []));
    const backwards = numbers(sumTo(view(cancelling([9]).data.reverse(), [9]), []));
    expect(forwards).not.toEqual(backwards);
  });
});
