import { describe, expect, it } from "vitest";
import { ParameterError } from "../../src/errors/index.ts";
import { examinePoint, observedAt, outcomeOf } from "../../src/falsify/index.ts";
import { number, square, toyRegionClaim } from "./toy.ts";

const seeds = (n: number, from = 1) => Array.from({ length: n }, (_, at) => from + at);
/** The sum of the coordinates; seeds from 100 on add 10, unlucky ones (multiples of 3) break the drawn hypothesis. */
const plane = { box: square, inside: (point: Parameters<typeof number>[0]) => 1.5 - number(point, "x") - number(point, "y"), drawn: (_value: number, seed: number) => (seed % 3 === 0 ? -1 : 1), value: (point: Parameters<typeof number>[0], seed: number) => number(point, "x") + number(point, "y") + (seed >= 100 ? 10 : 0) };

describe("a point of a region", () => {
  const claim = toyRegionClaim(plane);

  it("outside its hypotheses runs nothing, unless told to", () => {
    const examined = examinePoint(claim, { x: 0.9, y: 0.9 }, [1]);
    expect(examined).toMatchObject({ binding: "point inside", trials: [] });
    expect(examined.clearance).toBeCloseTo(-0.3, 12);
    expect(outcomeOf(claim, examined)).toBe("outside");
    const told = examinePoint(claim, { x: 0.9, y: 0.9 }, [1], { outsideToo: true, keepHypotheses: true });
    expect(told.trials).toMatchObject([{ seed: 1, inside: false, holds: false, hypotheses: [{ name: "lucky draw", holds: true }] }]);
    expect(outcomeOf(claim, told)).toBe("outside");
  });

  it("is judged by the seeds that are inside, with the prediction's margin", () => {
    const examined = examinePoint(claim, { x: 0.25, y: 0.25 }, [1, 2, 3]);
    expect(examined.clearance).toBe(1);
    expect(examined.trials.map(({ seed, inside, holds, broken }) => [seed, inside, holds, broken.join()])).toEqual([[1, true, true, ""], [2, true, true, ""], [3, false, true, "lucky draw"]]);
    expect(examined.trials[0].margin).toBeCloseTo(Math.log(2), 12);
    expect(examined.trials[0].hypotheses).toBeUndefined();
    expect(outcomeOf(claim, examined)).toBe("holds");
    expect(outcomeOf(claim, examinePoint(claim, { x: 0, y: 0 }, [3, 6]))).toBe("outside");
    expect(outcomeOf(claim, examinePoint(claim, { x: 0, y: 0 }, [102]))).toBe("outside"); // a multiple of 3
  });

  it("fails with one seed of a claim about every seed, and stops there if told to", () => {
    const examined = examinePoint(claim, { x: 0, y: 0 }, [1, 100, 2], { untilFailure: true });
    expect(examined.trials.map(({ seed }) => seed)).toEqual([1, 100]);
    // a seed outside them is no failure
    expect(examinePoint(claim, { x: 0, y: 0 }, [102, 100], { untilFailure: true }).trials).toMatchObject([{ inside: false, holds: false }, { inside: true, holds: false }]);
    expect(outcomeOf(claim, examined)).toBe("fails");
    expect(observedAt(examined)).toBe("value 10 (outside)");
    expect(examinePoint(claim, { x: 0, y: 0 }, [1, 100, 2]).trials).toHaveLength(3);
  });

  it("of a claim about a share fails only when the share is surely too small", () => {
    const most = toyRegionClaim({ ...plane, drawn: () => 1 }, { required: 0.75 });
    const outcome = (good: number, bad: number) => outcomeOf(most, examinePoint(most, { x: 0, y: 0 }, [...seeds(good), ...seeds(bad, 100)]));
    expect([outcome(3, 1), outcome(2, 2), outcome(0, 2), outcome(4, 8)]).toEqual(["holds", "undecided", "undecided", "fails"]);
    // the exact 95 % bound of 0 of 3 is 1 - 0.05^(1/3) = 0.632 < 0.75, of 0 of 2 0.776
    expect(outcome(0, 3)).toBe("fails");
    expect(outcomeOf(most, examinePoint(most, { x: 0, y: 0 }, seeds(3, 100)), 0.01)).toBe("undecided");
  });

  it("of a pooled claim is judged by all seeds together, if half of them are inside", () => {
    const pooled = toyRegionClaim(plane, {
      prediction: { words: "mean at most 1", describe: ({ value }) => `value ${value}`, judgeAll: (all) => ({ outcome: all.length < 2 ? "undecided" : all.reduce((sum, { value }) => sum + value, 0) <= all.length ? "holds" : "fails", observed: `${all.length} seeds` }) },
    });
    const at = (own: number[]) => examinePoint(pooled, { x: 0, y: 0 }, own);
    expect(outcomeOf(pooled, at([1, 2, 3]))).toBe("holds");
    expect(observedAt(at([1, 2, 3]))).toBe("2 seeds");
    expect(outcomeOf(pooled, at([100, 101]))).toBe("fails");
    expect(outcomeOf(pooled, at([1]))).toBe("undecided");
    expect(outcomeOf(pooled, at([3, 6, 1]))).toBe("outside");
  });

  it("that does not exist is no error of the claim, but a bug in it is", () => {
    const hollow = toyRegionClaim({ ...plane, inside: () => { throw new ParameterError({ where: "toy", problem: "no such toy." }); } });
    expect(examinePoint(hollow, { x: 0, y: 0 }, [1])).toEqual({ clearance: null, binding: "no such toy.", trials: [] });
    const buggy = toyRegionClaim({ ...plane, inside: () => { throw new TypeError("a bug"); } });
    expect(() => examinePoint(buggy, { x: 0, y: 0 }, [1])).toThrow("a bug");
  });

  it("whose margin is not a number lies on the side that its hypothesis says", () => {
    expect(examinePoint(toyRegionClaim({ ...plane, inside: () => NaN }), { x: 0, y: 0 }, [1])).toMatchObject({ clearance: -Infinity, trials: [] });
  });
});
