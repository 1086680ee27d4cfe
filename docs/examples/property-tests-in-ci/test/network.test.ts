import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NdArray } from "lemmagrad";
import { arrays } from "lemmagrad/testing";
import { loss, lossGradient, type Weights } from "../src/network.ts";

/** Five samples of two inputs, three hidden neurons; every array as a view half of the time. */
const points = fc.record({
  weights: fc.record({ hidden: arrays({ shape: [2, 3], low: -1, high: 1, views: true }), output: arrays({ shape: [3, 1], low: -1, high: 1, views: true }) }),
  x: arrays({ shape: [5, 2], low: -1, high: 1, views: true }),
  y: arrays({ shape: [5, 1], low: -1, high: 1, views: true }),
});

describe("the network", () => {
  it("is tested on every piece of its activation", () => {
    expect(points).toExercise(({ weights, x, y }) => loss(weights, x, y), { atLeast: 0.2 });
  });

  it("has the gradient that was written by hand", () => {
    fc.assert(fc.property(points, ({ weights, x, y }) => {
      expect(lossGradient(weights, x, y)).toHaveGradientOf((w: Weights) => loss(w, x, y), weights, { undecided: "skip" });
    }), { numRuns: 50 });
  });

  it("does not care about the order of its samples", () => {
    // the loss adds five squares; in another order the sum rounds otherwise, by less than 5 units of its own size
    fc.assert(fc.property(points, ({ weights, x, y }) => {
      expect(loss(weights, reversed(x), reversed(y))).toBeCloseToArray(loss(weights, x, y), { rtol: 5 * 2 ** -52 });
    }));
  });
});

const reversed = (x: NdArray): NdArray => x.step(-1, 1);
