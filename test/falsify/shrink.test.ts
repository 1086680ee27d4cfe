import { describe, expect, it } from "vitest";
import type { Claim, Point } from "../../src/claims/index.ts";
import { type Counterexample, examinePoint, notSimplest, outcomeOf, shrink } from "../../src/falsify/index.ts";
import { number, outOfOrder, recording, toyRegionClaim } from "./toy.ts";

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
    expect([finished, improvements]).toEqual([true, 5]);
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

  it("keeps all seeds of a claim about a share of them", async () => {
    const claim = toyRegionClaim({ box, value: (point, seed) => (seed % 2 === 0 && number(point, "a") > 2.5 ? 2 : 0) }, { required: 0.9 });
    const seeds = Array.from({ length: 16 }, (_, at) => 40 + at);
    const shrunk = await shrink(claim, start(claim, messy, seeds), recording(claim));
    expect([shrunk.seeds, shrunk.point.a]).toEqual([seeds, 3]);
  });

  it("gives the same point however many are tried at once", async () => {
    const claim = toyRegionClaim({ box, inside: (point) => (number(point, "N") % number(point, "k") === 0 ? 1 : -1), value: (point, seed) => number(point, "a") * (1 + (seed % 3) / 10) - number(point, "b") });
    const one = await shrink(claim, start(claim, messy), { execute: outOfOrder(claim) });
    expect(one.improvements).toBeGreaterThan(3);
    expect(await shrink(claim, start(claim, messy), { execute: outOfOrder(claim), concurrency: 4 })).toEqual(one);
  });

  it("stops when tries or time run out, with the best so far, and says that it is not finished", async () => {
    const claim = toyRegionClaim({ box, value: () => 2 });
    const few = await shrink(claim, start(claim, messy), { ...recording(claim), most: 4 });
    expect(few).toMatchObject({ tried: 4, improvements: 2, finished: false, point: { k: 2, N: 2, a: 7.123 } });
    const none = await shrink(claim, start(claim, messy), { ...recording(claim), timeIsUp: () => true });
    expect(none).toMatchObject({ tried: 0, finished: false, point: messy });
  });
});
