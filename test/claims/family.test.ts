import { describe, expect, it } from "vitest";
import { bounds, defineClaim, familyOf, verifyClaims } from "../../src/claims/index.ts";
import { passesForAll } from "../../src/claims/family.ts";
import { toyClaim } from "./toy.ts";

/** Claims that fail in the seeds named, by their ids. */
const claimsFailing = (failing: Record<string, number[]>, required: Record<string, number> = {}) => Object.entries(failing).map(([id, seeds]) => ({
  claim: defineClaim(toyClaim({
    id, ...(id in required ? { required: required[id] } : {}), observable: ({ run }) => ({ value: run.value < 0 || seeds.includes(run.value) ? 0 : 1 }), prediction: bounds({ value: { atLeast: 1 } }, "one"),
  })),
}));

describe("familyOf", () => {
  it("says of 59 seeds that all pass: each claim alone, none together, the seeds that would do, and the joint bound that needs no more", async () => {
    const family = familyOf(await verifyClaims(claimsFailing({ a: [], b: [], c: [] }), { plan: "full" }));
    expect(family.members.map(({ id, alone, together }) => [id, alone, together])).toEqual([["a", true, false], ["b", true, false], ["c", true, false]]);
    expect(family.members[0]).toMatchObject({ rate: 0.05, n: 59, failures: 0, pValue: expect.closeTo(0.95 ** 59, 12), adjusted: expect.closeTo(3 * 0.95 ** 59, 12) });
    // 0.95^n <= 0.05/3
    expect(family.seedsNeeded).toBe(80);
    expect(family.joint).toEqual({ seeds: 59, failing: 0, upper95: expect.closeTo(1 - 0.05 ** (1 / 59), 10) });
    expect(family.joint.upper95).toBeLessThan(0.05);
    const enough = familyOf(await verifyClaims(claimsFailing({ a: [], b: [], c: [] }), { seeds: 80 }));
    expect(enough.members.every(({ together }) => together)).toBe(true);
  });
  it("tests a claim that asks for 80 % of the seeds at a rate of 20 %, and steps down after it", async () => {
    const family = familyOf(await verifyClaims(claimsFailing({ a: [], b: [1, 2, 3] }, { b: 0.8 }), { plan: "full" }));
    expect(family.members.map(({ id, rate, failures, together }) => [id, Number(rate.toFixed(12)), failures, together])).toEqual([["a", 0.05, 0, true], ["b", 0.2, 3, true]]);
    // three different seeds failed
    expect(family.joint).toMatchObject({ seeds: 59, failing: 3 });
  });
  it("counts a seed once in the joint statement however many claims fail in it, and not outside the hypotheses", async () => {
    const [a, b] = claimsFailing({ a: [1, 2], b: [2, 3] });
    const outside = { claim: { ...b.claim, hypotheses: (_runs: unknown, seed: number) => [{ name: "h", maths: "h", holds: seed !== 3, margin: 1, detail: "" }] } };
    expect(familyOf(await verifyClaims([a, b])).joint).toMatchObject({ seeds: 10, failing: 3 });
    expect(familyOf(await verifyClaims([a, outside])).joint).toMatchObject({ seeds: 10, failing: 2 });
  });
  it("takes the p-value of a sequential test from the test, and leaves it out of the joint statement", async () => {
    const sequential = defineClaim(toyClaim({ id: "s", sequential: { p0: 0, p1: 0.2, alpha: 0.05, beta: 0.05 }, plan: { quick: { seeds: 20, controlSeeds: 5 }, full: { seeds: 20, controlSeeds: 5 } } }));
    const family = familyOf(await verifyClaims([...claimsFailing({ a: [] }), { claim: sequential }]));
    expect(family.members[1]).toMatchObject({ id: "s", rate: 0.2, n: 14, failures: 0, pValue: expect.closeTo(0.8 ** 14, 12) });
    expect(family.joint.seeds).toBe(10);
  });
  it("leaves out claims without seeds, and those about all seeds together", async () => {
    const seedless = defineClaim(toyClaim({ id: "seedless", seedless: true }));
    const pooled = defineClaim(toyClaim({ id: "pooled", prediction: { words: "", judgeAll: () => ({ outcome: "holds", observed: "" }), describe: () => "" } }));
    const results = await verifyClaims([{ claim: seedless }, { claim: pooled }]);
    expect(results.map(({ judged }) => judged)).toEqual(["without seeds", "all seeds together"]);
    expect(familyOf(results)).toEqual({ level: 0.95, members: [], seedsNeeded: 0, joint: { seeds: 0, failing: 0, upper95: 1 } });
  });
});

describe("passesForAll", () => {
  it("is 59 for one claim; for more, what the last steps of Holm's method ask for", () => {
    expect(passesForAll([0.05])).toBe(59);
    expect(passesForAll(new Array<number>(13).fill(0.05))).toBe(109);
    // five at 20 % go first, and leave eight
    expect(passesForAll([...new Array<number>(8).fill(0.05), ...new Array<number>(5).fill(0.2)])).toBe(99);
  });
});
