import { describe, expect, it } from "vitest";
import type { Claim, Point } from "../../src/claims/index.ts";
import { type Counterexample, examinePoint, notSimplest, outcomeOf, shrink } from "../../src/falsify/index.ts";
import { pointComplexity } from "../../src/falsify/simplicity.ts";
import { hash, number, outOfOrder, recording, toyRegionClaim } from "./toy.ts";

const box = { k: { low: 2, high: 6, integer: true }, N: { low: 2, high: 12, integer: true }, a: { low: 0.1, high: 10, scale: "log", toward: 2 }, b: { low: 0, high: 1, toward: 0.5 }, q: { choices: [3, 4] } } as const;
const start = (claim: Claim, point: Point, seeds = [7]): Counterexample => {
  expect(outcomeOf(claim, examinePoint(claim, point, seeds))).toBe("fails");
  return { point, seeds, observed: "as it was" };
};
const messy = { k: 5, N: 10, a: 7.123, b: 0.8317, q: 4 };

describe("shrinking", () => {
  it("leaves nothing that is not needed: a claim that fails everywhere, at the simplest point of all", async () => {
    const claim = toyRegionClaim({ box, value: () => 2 });
    const { point, finished, improvements } = await shrink(claim, start(claim, messy), recording(claim));
    expect(point).toEqual({ k: 2, N: 2, a: 2, b: 0.5, q: 3 });
    // all at once
    expect([finished, improvements]).toEqual([true, 1]);
  });

  it("keeps what the failure needs, with few digits", async () => {
    const claim = toyRegionClaim({ box, value: (point) => (number(point, "q") === 4 && number(point, "a") > 5.3 && number(point, "N") >= 7 ? 2 : 0) });
    const { point } = await shrink(claim, start(claim, messy), recording(claim));
    expect(point).toEqual({ k: 2, N: 7, a: 6, b: 0.5, q: 4 });
    expect(notSimplest(box, point)).toEqual(["N", "a", "q"]);
  });

  it("tries nothing outside the hypotheses, and never accepts a point where the claim holds", async () => {
    const claim = toyRegionClaim({ box, inside: (point) => number(point, "b") - 0.7 + 0.001, value: (point) => number(point, "a") / 3 });
    const { execute, tasks } = recording(claim);
    const improved: Point[] = [];
    const { point } = await shrink(claim, start(claim, messy), { execute, onImprovement: (simpler) => { improved.push(simpler.point); } });
    expect(tasks.every(({ point: tried }) => number(tried, "b") > 0.699)).toBe(true);
    for (const one of improved) expect(number(one, "a")).toBeGreaterThan(3);
    expect(point).toEqual({ k: 2, N: 2, a: 4, b: 0.7, q: 3 });
  });

  it("moves two parameters at once where one alone would leave the hypotheses: N a multiple of k", async () => {
    const claim = toyRegionClaim({ box, inside: (point) => (number(point, "N") % number(point, "k") === 0 ? 1 : -1), value: () => 2 });
    const { point } = await shrink(claim, start(claim, { k: 5, N: 5, a: 2, b: 0.5, q: 3 }), recording(claim));
    expect(point).toEqual({ k: 2, N: 2, a: 2, b: 0.5, q: 3 });
  });

  it("may go on with another seed of a claim about every seed, and says which", async () => {
    // with 2 classes seed 7 is a lucky one
    const claim = toyRegionClaim({ box, value: (point, seed) => (seed === 7 && number(point, "k") === 2 ? 0 : 2) });
    const { point, seeds, observed } = await shrink(claim, start(claim, messy), recording(claim));
    expect({ k: point.k, seeds, observed }).toEqual({ k: 2, seeds: [1], observed: "value 2 (outside)" });
  });

  it("takes only steps that make the point simpler, where one parameter can only give way to another", async () => {
    const claim = toyRegionClaim({ box, inside: (point) => number(point, "k") + number(point, "N") - 9.5, value: () => 2 });
    const steps = [pointComplexity(box, messy)];
    const { point, finished } = await shrink(claim, start(claim, messy), { ...recording(claim), onImprovement: (simpler) => { steps.push(pointComplexity(box, simpler.point)); } });
    expect(steps).toEqual([...new Set(steps)].sort((a, b) => b - a));
    expect([number(point, "k") + number(point, "N"), finished]).toEqual([10, true]);
  });

  it("moves three at once where two would leave them", async () => {
    const three = { ...box, M: { low: 2, high: 12, integer: true } } as const;
    const claim = toyRegionClaim({ box: three, inside: (point) => (number(point, "N") % number(point, "k") === 0 && point.M === point.N ? 1 : -1), value: () => 2 });
    const { point } = await shrink(claim, start(claim, { ...messy, k: 5, N: 5, M: 5 }), recording(claim));
    expect(point).toEqual({ k: 2, N: 2, a: 2, b: 0.5, q: 3, M: 2 });
  });

  it("finds a point near the simplest of all where three parameters hold each other", async () => {
    // b < c < a < 2.4 b: no one and no two of them can go to their simplest values 2, 0.4, 0.5, but with a below 0.96 the other two can
    const held = { a: { low: 0.5, high: 4, scale: "log", toward: 2 }, b: { low: 0.1, high: 1, scale: "log", toward: 0.4 }, c: { low: 0.1, high: 2, scale: "log", toward: 0.5 }, k: { low: 2, high: 4, integer: true } } as const;
    const inside = (at: Point) => {
      const [a, b, c] = ["a", "b", "c"].map((name) => number(at, name));
      return Math.min(c - b, a - c, 2.4 * b - a);
    };
    const claim = toyRegionClaim({ box: held, inside, value: () => 2 });
    const { point } = await shrink(claim, start(claim, { a: 2.175, b: 0.91, c: 1.363, k: 4 }), recording(claim));
    expect(point).toEqual({ a: 0.9, b: 0.4, c: 0.5, k: 2 });
  });

  it("tries more seeds where they are cheap, since fewer draws of a small problem satisfy the hypotheses", async () => {
    const claim = toyRegionClaim({ box, drawn: (_value, seed) => (seed === 7 || seed === 13 ? 1 : -1), value: (point, seed) => (number(point, "k") > 2 || seed === 13 ? 2 : 0) });
    const { point, seeds } = await shrink(claim, start(claim, messy), recording(claim));
    expect({ k: point.k, seeds }).toEqual({ k: 2, seeds: [13] });
  });

  it("confirms every step of a claim about a share of the seeds on fresh ones", async () => {
    const claim = toyRegionClaim({ box, value: (point, seed) => (seed % 3 === 0 && number(point, "a") > 2.5 ? 2 : 0) }, { required: 0.9 });
    const seeds = Array.from({ length: 32 }, (_, at) => 40 + at);
    const { execute, tasks } = recording(claim);
    const shrunk = await shrink(claim, start(claim, messy, seeds), { execute });
    expect(shrunk.point.a).toBe(3);
    expect(shrunk.seeds).toHaveLength(32);
    expect(outcomeOf(claim, examinePoint(claim, shrunk.point, shrunk.seeds))).toBe("fails");
    // the seeds with which a point is accepted have never been used before
    const last = tasks.findIndex(({ seeds: own }) => own[0] === shrunk.seeds[0]);
    expect(tasks.slice(0, last).flatMap(({ seeds: own }) => own).filter((seed) => shrunk.seeds.includes(seed))).toEqual([]);
  });

  it("takes no step that only the seeds of the find speak for", async () => {
    const claim = toyRegionClaim({ box, value: (_point, seed) => (seed < 32 ? 2 : 0) }, { required: 0.9 });
    const shrunk = await shrink(claim, start(claim, messy, Array.from({ length: 32 }, (_, at) => at)), { ...recording(claim), most: 60 });
    expect([shrunk.improvements, shrunk.point]).toEqual([0, messy]);
  });

  it("does not walk to where exactly the promised share holds, but in one run of twenty at most", async () => {
    const lucky = (point: Point, seed: number) => hash(`${number(point, "N")}:${number(point, "M")}:${seed}`);
    const claim = toyRegionClaim({ box: { k: box.k, N: box.N, M: box.N }, value: (point, seed) => (lucky(point, seed) < (point.k === 2 ? 0.2 : 0.8) ? 2 : 0) }, { required: 0.8 });
    let wrong = 0;
    for (let run = 0; run < 40; run++) {
      const seeds = Array.from({ length: 32 }, (_, at) => 5000 * run + at);
      if ((await shrink(claim, start(claim, { k: 5, N: 10, M: 11 }, seeds), recording(claim))).point.k === 2) wrong++;
    }
    // at the level itself 2 of 40 are expected, and more than 6 have probability 0.3 %
    expect(wrong).toBeLessThanOrEqual(6);
  });

  it("gives the same point however many are tried at once", async () => {
    const claim = toyRegionClaim({ box, inside: (point) => (number(point, "N") % number(point, "k") === 0 ? 1 : -1), value: (point, seed) => (number(point, "q") === 4 && number(point, "b") > 0.61 && number(point, "k") > 3 ? number(point, "a") * (1 + (seed % 3) / 10) / 3 : 0) });
    const one = await shrink(claim, start(claim, messy), { execute: outOfOrder(claim) });
    expect(one.improvements).toBeGreaterThan(2);
    expect(one.point).toMatchObject({ k: 4, N: 4, b: 0.7, q: 4 });
    expect(await shrink(claim, start(claim, messy), { execute: outOfOrder(claim), concurrency: 4 })).toEqual(one);
  });

  it("stops when tries or time run out, with the best so far, and says that it is not finished", async () => {
    const claim = toyRegionClaim({ box, value: (point) => (number(point, "a") > 7 ? 2 : 0) });
    const few = await shrink(claim, start(claim, messy), { ...recording(claim), most: 20 });
    expect(few).toMatchObject({ finished: false, tried: 20, point: { k: 2, N: 2 } });
    const none = await shrink(claim, start(claim, messy), { ...recording(claim), timeIsUp: () => true });
    expect(none).toMatchObject({ tried: 0, finished: false, point: messy });
  });
});
