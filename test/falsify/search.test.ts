import { describe, expect, it } from "vitest";
import { bounds } from "../../src/claims/index.ts";
import { RegimeError } from "../../src/errors/index.ts";
import { search, seedsOfPoint } from "../../src/falsify/index.ts";
import { hash, number, outOfOrder, recording, square, toyRegionClaim } from "./toy.ts";

type At = Parameters<typeof number>[0];
const sum = (point: At) => number(point, "x") + number(point, "y");
const sound = toyRegionClaim({ box: square, inside: (point) => 1 - sum(point), value: sum });

describe("the search", () => {
  it("tries only points inside, with fresh seeds, half of them drawn evenly, and finds nothing where there is nothing", async () => {
    const { execute, tasks } = recording(sound);
    const { tried, covered, found } = await search(sound, { points: 400, execute });
    expect({ tried, found }).toEqual({ tried: 400, found: undefined });
    expect(tasks.every(({ point }) => sum(point) < 1)).toBe(true);
    const { uniform, edge, climb } = covered.points;
    // of the first round all, since there is nothing to climb from yet
    expect([uniform + edge + climb, uniform]).toEqual([400, 204]);
    expect(Math.min(edge, climb)).toBeGreaterThan(90);
    // the triangle is half of the square; five standard deviations of a share of 400 draws are 0.125
    expect(covered.insideShare.accepted).toBe(204 + edge);
    expect(Math.abs(covered.insideShare.share - 0.5)).toBeLessThan(0.125);
    expect(covered.insideShare.low).toBeLessThan(0.5);
    expect(covered.insideShare.high).toBeGreaterThan(0.5);
    expect(covered.decided).toEqual({ n: 204, failures: 0, upper95: expect.closeTo(1 - 0.05 ** (1 / 204), 12) as number });
    expect(covered.parameters.map(({ name, visited, cells }) => [name, visited, cells])).toEqual([["x", 10, 10], ["y", 10, 10]]);
  });

  it("goes to the edge of the hypotheses and to where the prediction nearly fails", async () => {
    const { execute, tasks } = recording(sound);
    await search(sound, { points: 400, execute });
    const near = tasks.filter(({ point }) => sum(point) > 0.95).length;
    // of 400 even draws from the triangle 1 - 0.95^2, that is 39, would be there; five standard deviations are 30
    expect(near).toBeGreaterThan(39 + 30);
  });

  it("finds a failure that even draws hardly meet: a share of 2e-5 of the region, where the value is largest", async () => {
    const corner = toyRegionClaim({ box: { ...square, z: { low: 0, high: 1 } }, value: (point) => (sum(point) + number(point, "z")) / 2.95 });
    const { tried, found } = await search(corner, { points: 3000, execute: recording(corner).execute });
    expect(found!.origin).not.toBe("uniform");
    expect(sum(found!.point) + number(found!.point, "z")).toBeGreaterThan(2.95);
    expect(found!.observed).toMatch(/^value 1(\.\d+)? \(outside\)$/);
    expect(tried).toBeLessThan(1500);
  });

  it("gives the same result however many points are tried at once, and the same up to where it is cut short", async () => {
    const rare = toyRegionClaim({ box: square, value: (point, seed) => sum(point) / 1.93 + (seed % 50 === 0 ? 0.01 : 0) });
    const one = await search(rare, { seed: 3, points: 600, execute: outOfOrder(rare) });
    expect(one.found).toBeDefined();
    for (const concurrency of [2, 8]) expect(await search(rare, { seed: 3, points: 600, execute: outOfOrder(rare), concurrency })).toEqual(one);
    expect(await search(rare, { seed: 3, points: one.tried, execute: recording(rare).execute })).toEqual(one);
    expect(await search(rare, { seed: 4, points: 600, execute: recording(rare).execute })).not.toEqual(one);
    // by time instead: the seventh question says that time is up
    let asked = 0;
    const short = await search(sound, { seed: 3, timeIsUp: () => ++asked > 14, execute: recording(sound).execute });
    expect(short.tried % 8).not.toBe(0);
    expect(await search(sound, { seed: 3, points: short.tried, execute: recording(sound).execute })).toEqual(short);
  });

  it("tries one point even when time was up at once in the first round", async () => {
    let asked = 0;
    const { tried } = await search(sound, { timeIsUp: () => ++asked > 1, execute: recording(sound).execute });
    expect(tried).toBe(1);
  });

  it("tells what it has covered so far after every point", async () => {
    const seen: number[] = [];
    await search(sound, { points: 12, execute: recording(sound).execute, onPoint: ({ tried, covered }) => { seen.push(tried); expect(covered().points.uniform).toBeGreaterThan(0); } });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("counts points outside by their draws, and which hypothesis kept them out", async () => {
    const unlucky = toyRegionClaim({ box: square, drawn: (_value, seed) => (seed % 2 === 0 ? 1 : -1), value: sum, inside: (point) => 1 - sum(point) });
    const { covered } = await search(unlucky, { points: 200, execute: recording(unlucky).execute });
    expect(covered.outsideBySeed).toBeGreaterThan(0);
    expect(covered.broken).toEqual({ "lucky draw": covered.outsideBySeed });
    expect(covered.decided.n + covered.outsideBySeed).toBe(covered.points.uniform);
  });

  it("ends with a RegimeError on an empty region, naming the hypothesis", async () => {
    const empty = toyRegionClaim({ box: square, inside: () => -1, value: sum });
    await expect(search(empty, { points: 1, execute: recording(empty).execute })).rejects.toThrow(RegimeError);
    await expect(search(empty, { points: 1, execute: recording(empty).execute })).rejects.toThrow("point inside: failed in 100 %");
  });
});

describe("a claim about a share of the seeds", () => {
  const share = (failing: number) => toyRegionClaim({ box: square, value: (_point, seed) => ((seed * 7919) % 100 < failing ? 2 : 0) }, { required: 0.9 });
  it("has four seeds a point, more while they do not decide, and is refuted only on fresh ones", async () => {
    const over = share(40);
    expect(seedsOfPoint(over)).toBe(4);
    const { execute, tasks } = recording(over);
    const { found } = await search(over, { points: 50, execute });
    expect(found!.seeds).toHaveLength(32);
    expect(found!.seeds).toEqual(Array.from({ length: 32 }, (_, at) => found!.seeds[0] + at));
    const before = tasks.slice(0, -1).flatMap(({ seeds }) => seeds);
    expect(before.filter((seed) => found!.seeds.includes(seed))).toEqual([]);
  });
  it("is not refuted when exactly that share fails, in more than one search of twenty", async () => {
    // failures by a hash of point and seed, so that seeds are independent draws
    const fair = toyRegionClaim({ box: square, value: (point, seed) => (hash(`${number(point, "x")}:${seed}`) < 0.1 ? 2 : 0) }, { required: 0.9 });
    let refuted = 0;
    for (let seed = 1; seed <= 40; seed++) if ((await search(fair, { seed: seed * 10_000, points: 100, execute: recording(fair).execute })).found !== undefined) refuted++;
    // at most one in twenty: of 40 searches more than 6 happen with probability 0.3 % at the level itself
    expect(refuted).toBeLessThanOrEqual(6);
  });
});

describe("a pooled claim", () => {
  it("has the seeds of its quick plan, and is refuted on as many fresh ones", async () => {
    const pooled = toyRegionClaim({ box: square, value: sum }, {
      prediction: { words: "mean at most 1.5", describe: ({ value }) => `value ${value}`, judgeAll: (all) => ({ outcome: all.reduce((total, { value }) => total + value, 0) <= 1.5 * all.length ? "holds" : "fails", observed: `${all.length} seeds` }) },
    });
    expect(seedsOfPoint(pooled)).toBe(5);
    const { found } = await search(pooled, { points: 400, execute: recording(pooled).execute });
    expect(found).toMatchObject({ observed: "5 seeds", seeds: { length: 5 } });
    expect(sum(found!.point)).toBeGreaterThan(1.5);
  });
});

describe("more seeds a point", () => {
  it("find failures that few seeds have", async () => {
    const rare = toyRegionClaim({ box: square, value: (_point, seed) => (seed % 40 === 0 ? 2 : 0) }, { prediction: bounds({ value: { atMost: 1 } }, "at most 1") });
    const { found, tried } = await search(rare, { points: 20, seeds: 10, execute: recording(rare).execute });
    expect({ seeds: found?.seeds, tried }).toEqual({ seeds: [40], tried: 4 });
  });
});
