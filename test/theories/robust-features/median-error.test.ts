import { describe, expect, it } from "vitest";
import { stream } from "../../../src/random/index.ts";
import { medianErrorWithin, shareBeyond } from "../../../src/theories/robust-features/index.ts";

const prediction = medianErrorWithin({ U: 0.05 }, "U within 5 %");
/** Eleven seeds of one moment and four classes, so many of which are off. */
const seeds = (off: readonly number[]) => off.map((n) => ({ U: [[0, 1, 2, 3].map((i) => (i < n ? 0.06 : 0.04))] }));

describe("medianErrorWithin", () => {
  it("holds when clearly fewer than half of the classes are off, fails when clearly more are, and is undecided between", () => {
    expect(prediction.judgeAll(seeds([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 4])).outcome).toBe("holds");
    expect(prediction.judgeAll(seeds([4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 0])).outcome).toBe("fails");
    expect(prediction.judgeAll(seeds([1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3])).outcome).toBe("undecided");
  });
  it("is undecided about a single seed, and about none", () => {
    expect(prediction.judgeAll(seeds([0])).outcome).toBe("undecided");
    expect(prediction.judgeAll([]).outcome).toBe("undecided");
  });
  it("asks for every moment and every quantity", () => {
    const both = medianErrorWithin({ U: 0.05, V: 0.1 }, "both");
    const seed = (U: number, V: number) => ({ U: [[0.01, 0.01], [U, U]], V: [[V, V]] });
    expect(both.judgeAll([seed(0.01, 0.09), seed(0.01, 0.09)]).outcome).toBe("holds");
    expect(both.judgeAll([seed(0.06, 0.09), seed(0.06, 0.09)]).outcome).toBe("fails");
    expect(both.judgeAll([seed(0.01, 0.11), seed(0.01, 0.11)]).outcome).toBe("fails");
  });
  it("counts what is not a number as off", () => {
    expect(prediction.judgeAll([{ U: [[NaN, NaN]] }, { U: [[NaN, NaN]] }]).outcome).toBe("fails");
  });
  it("says the largest median and the share", () => {
    expect(prediction.judgeAll(seeds([0, 0, 1, 1])).observed).toBe("largest median error: U 4 % (at most 12.5 % of classes off by more than 5 %, up to 29.48 % at 95 %)");
    expect(prediction.describe({ U: [[0.01, 0.02, 0.03], [0.01, 0.01, 0.01]] })).toBe("median class at worst: U 2 %");
  });
});

describe("shareBeyond", () => {
  it("contains a true share in about 90 % of 2,000 trials, though classes of a seed go together", () => {
    // a seed is good or bad (probability 0.3); in a bad one each of 5 classes is off with probability 0.8: share 0.24
    const random = stream(7, "coverage of shares");
    let inside = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const { low, high } = shareBeyond(0.05, Array.from({ length: 20 }, () => {
        const bad = random.uniform() < 0.3;
        return Array.from({ length: 5 }, () => (bad && random.uniform() < 0.8 ? 1 : 0));
      }));
      if (low <= 0.24 && 0.24 <= high) inside += 1;
    }
    // Student's interval on 20 skewed values falls a little short of its level
    expect(inside / 2000).toBeGreaterThan(0.85);
    expect(inside / 2000).toBeLessThan(0.95);
  });
});
