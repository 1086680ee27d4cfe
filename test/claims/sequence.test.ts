/** Claims with a sequential test: which seeds they take, what they conclude, and that workers do not matter. */
import { beforeEach, describe, expect, it } from "vitest";
import { bounds, type ClaimDefinition, defineClaim, requiredShare, verifyClaim, verifyClaims } from "../../src/claims/index.ts";
import { operatingCharacteristic } from "../../src/statistics/index.ts";
import { calls, toyClaim, type ToyObservation, type ToyRun, toyRun } from "./toy.ts";

beforeEach(() => { calls.length = 0; });

const test = { p0: 0.02, p1: 0.2, alpha: 0.05, beta: 0.05 };
const plan = { quick: { seeds: 60, controlSeeds: 5 }, full: { seeds: 60, controlSeeds: 5 } };
/** Fails in the seeds named; the control in all. */
function failingIn(failing: readonly number[], overrides: Partial<ClaimDefinition<{ run: ToyRun }, ToyObservation>> = {}) {
  return toyClaim({
    id: "sequential", sequential: test, plan, observable: ({ run }) => ({ value: run.value < 0 || failing.includes(run.value) ? 0 : 1 }),
    prediction: bounds({ value: { atLeast: 1 } }, "one"), ...overrides,
  });
}
const mainSeeds = () => calls.filter((call) => call.startsWith("0:")).map((call) => Number(call.slice(2))).toSorted((a, b) => a - b);

describe("a claim with a sequential test", () => {
  it("takes seeds until the likelihood ratio is at most beta: ln(0.05)/ln(0.8/0.98) = 14.8, so 15 that pass", async () => {
    const result = await verifyClaim(defineClaim(failingIn([])));
    expect(result).toMatchObject({ verdict: "supported", judged: "seed by seed", seeds: { n: 15, supported: 15, required: 0.8 }, sequential: { ...test, most: 60, decision: "below" } });
    expect(result.sequential!.supportedWrongly).toBe(operatingCharacteristic({ ...test, most: 60 }, 0.2).below);
    expect(result.sequential!.contradictedWrongly).toBe(operatingCharacteristic({ ...test, most: 60 }, 0.02).above);
    expect(mainSeeds()).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
  });
  it("takes more after a failure, stops at the second early one, and gives up where the plan ends", async () => {
    expect(await verifyClaim(defineClaim(failingIn([4])))).toMatchObject({ verdict: "supported", seeds: { n: 28, supported: 27 } });
    expect(await verifyClaim(defineClaim(failingIn([1, 2])))).toMatchObject({ verdict: "contradicted", seeds: { n: 2, supported: 0 }, sequential: { decision: "above" } });
    expect(await verifyClaim(defineClaim(failingIn([])), { seeds: 10 })).toMatchObject({ verdict: "inconclusive", seeds: { n: 10, supported: 10 }, sequential: { most: 10, decision: "undecided" } });
  });
  it("gives the same result whatever runs at once, although more seeds may have been run", async () => {
    for (const failing of [[], [4], [1, 2], [3, 9, 20, 21], [7, 30]]) {
      const one = await verifyClaims([{ claim: defineClaim(failingIn(failing)) }]);
      for (const concurrency of [2, 7, 100]) {
        const delayed = (seed: number) => new Promise((resolve) => { setTimeout(resolve, (seed * 7) % 5); });
        const many = await verifyClaims([{ claim: defineClaim(failingIn(failing)) }], { concurrency, execute: async ({ experiment, seed }) => { await delayed(seed); return experiment.run(seed); } });
        expect(many).toEqual(one);
      }
    }
  });
  it("passes over seeds outside the hypotheses, and is outside them itself when most are", async () => {
    const hypotheses = (inside: (seed: number) => boolean) => (_runs: unknown, seed: number) => [{ name: "h", maths: "h", holds: inside(seed), margin: inside(seed) ? 1 : -1, detail: "" }];
    const some = await verifyClaim(defineClaim(failingIn([2], { hypotheses: hypotheses((seed) => seed % 3 !== 2) })));
    expect(some).toMatchObject({ verdict: "supported", seeds: { n: 15, supported: 15 } });
    expect(some.perSeed).toHaveLength(22);
    expect(some.perSeed[1]).toMatchObject({ seed: 2, inside: false });
    expect(await verifyClaim(defineClaim(failingIn([], { hypotheses: hypotheses((seed) => seed % 3 === 0) })))).toMatchObject({ verdict: "outside hypotheses" });
  });
  it("needs its controls to fail like any other", async () => {
    expect(await verifyClaim(defineClaim(failingIn([], { controls: [{ change: "harmless", experiments: { run: toyRun(0.5) } }] })))).toMatchObject({ verdict: "inconclusive" });
  });
  it("bounds the share by the test's own order of ends, not as if the number of seeds had been fixed", async () => {
    const { seeds } = await verifyClaim(defineClaim(failingIn([4])));
    // P(below after at most 28) at a rate of 1 - lower95 is 5 %
    expect(seeds.lower95).toBeGreaterThan(0.8);
    expect(seeds.lower95).toBeLessThan(0.83);
    expect(operatingCharacteristic({ ...test, most: 28 }, 1 - seeds.lower95).below).toBeCloseTo(0.05, 10);
  });
  it("runs beside claims with a fixed number of seeds, and its progress ends at all of the cost", async () => {
    const seen: number[] = [];
    const results = await verifyClaims([{ claim: defineClaim(toyClaim()) }, { claim: defineClaim(failingIn([])) }], { onProgress: ({ done, total }) => seen.push(done / total), concurrency: 3 });
    expect(results.map(({ seeds }) => seeds.n)).toEqual([10, 15]);
    expect(seen.at(-1)).toBe(1);
    expect(Math.max(...seen)).toBe(1);
    expect(new Set(calls).size).toBe(calls.length);
  });
  it("asks for a share of 1 - p1 where a fixed number of seeds is all there is", () => {
    expect([requiredShare(defineClaim(failingIn([]))), requiredShare(defineClaim(toyClaim()))]).toEqual([0.8, 1]);
  });
  it.each<[string, Partial<ClaimDefinition<{ run: ToyRun }, ToyObservation>>, RegExp]>([
    ["a required share besides", { required: 0.9 }, /both a required share and a sequential test/],
    ["a prediction about all seeds", { prediction: { words: "", judgeAll: () => ({ outcome: "holds", observed: "" }), describe: () => "" } }, /about all seeds together/],
    ["a plan too short to support it", { plan: { ...plan, quick: { seeds: 14, controlSeeds: 5 } } }, /the quick plan's 14 seeds can never support it[\s\S]*at least 15[\s\S]*p1 = 0.2/],
    ["no indifference region", { sequential: { ...test, p0: 0.2 } }, /leave no indifference region/],
  ])("is refused with %s", (_what, overrides, message) => {
    expect(() => defineClaim(failingIn([], overrides))).toThrow(message);
  });
});
