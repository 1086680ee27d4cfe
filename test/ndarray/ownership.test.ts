/** What an array shares and what is its own. */
import { expect, it } from "vitest";
import { array, copy, full, zeros } from "lemmagrad";
import { view } from "../../src/ndarray/index.ts";

it("a copy shares no element, contiguous or not", () => {
  const data = Float64Array.of(1, 2, 3, 4);
  for (const x of [array(data), array(data, [2, 2]), view(data, [2], [2], 1), view(data, [4], [-1], 3)]) {
    const own = copy(x);
    expect(own.data.buffer).not.toBe(data.buffer);
    own.data.fill(9);
  }
  expect([...data]).toEqual([1, 2, 3, 4]);
});

it("an array keeps its shape when the list that gave it changes", () => {
  const shape = [2, 3];
  const arrays = [array(new Float64Array(6), shape), array([1, 2, 3, 4, 5, 6], shape), zeros(shape), full(shape, 1), view(new Float64Array(6), shape)];
  shape[0] = 6;
  shape.pop();
  for (const x of arrays) expect(x.shape).toEqual([2, 3]);
});
