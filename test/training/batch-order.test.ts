import fc from "fast-check";
import { expect, it } from "vitest";
import { epochBatches } from "lemmagrad/training";
import { stream } from "../../src/random/index.ts";
import { messageOf } from "../support/message-of.ts";

it("an epoch holds every sample once, in batches of the size, the rest in the last", () => fc.assert(fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 70 }), fc.nat(1000), (count, size, seed) => {
  const batches = epochBatches(stream(seed, "batch order"), count, size);
  expect(batches.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  expect(batches.slice(0, -1).every((batch) => batch.length === size)).toBe(true);
  expect(batches.length).toBe(Math.ceil(count / size));
})));

it("the seed fixes the order; epochs and seeds differ", () => {
  const order = stream(3, "batch order");
  const [first, second] = [epochBatches(order, 50, 10), epochBatches(order, 50, 10)];
  expect(first).not.toEqual(second);
  expect(epochBatches(stream(3, "batch order"), 50, 10)).toEqual(first);
  expect(epochBatches(stream(4, "batch order"), 50, 10)).not.toEqual(first);
});

it("sizes out of range are errors", () => {
  expect(messageOf(() => epochBatches(stream(1, "x"), 0, 5))).toMatch(/count = 0/);
  expect(messageOf(() => epochBatches(stream(1, "x"), 5, 0.5))).toMatch(/size = 0.5/);
});
