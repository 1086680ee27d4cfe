import { beforeEach, describe, expect, it } from "vitest";
import { bounds, defineClaim, jobsOf, seedsOf, verdictOf, verifyClaim, verifyClaims } from "../../src/claims/index.ts";
import { calls, toyClaim, toyRun } from "./toy.ts";

beforeEach(() => { calls.length = 0; });

describe("verdicts", () => {
  it("supports a claim that holds in every seed while its control fails", async () => {
    const result = await verifyClaim(defineClaim(toyClaim()));
    expect(result.verdict).toBe("supported");
    expect(result.seeds).toEqual({ n: 10, supported: 10, lower95: expect.closeTo(0.05 ** (1 / 10), 10), required: 1 });
    expect(result.controls[0]).toMatchObject({ fails: true, seeds: 5, supporting: 0 });
  });
  it("contradicts a claim with one failing seed when every seed is required", async () => {
    const result = await verifyClaim(defineClaim(toyClaim({ experiments: { run: toyRun(-1.5) } })));
    expect(result.verdict).toBe("contradicted");
    expect(result.perSeed.filter(({ holds }) => !holds).map(({ seed }) => seed)).toEqual([1]);
  });
  it("is inconclusive when the control does not fail, however well the prediction fits", async () => {
    const result = await verifyClaim(defineClaim(toyClaim({ controls: [{ change: "nothing that matters", experiments: { run: toyRun(5) } }] })));
    expect(result.verdict).toBe("inconclusive");
  });
  it("is inconclusive when only the second of two controls does not fail", async () => {
    const controls = [{ change: "bad", experiments: { run: toyRun(-1000) } }, { change: "harmless", experiments: { run: toyRun(7) } }];
    expect((await verifyClaim(defineClaim(toyClaim({ controls })))).verdict).toBe("inconclusive");
  });
  it("is outside hypotheses when most seeds violate one, and says the margin and in how many seeds it holds", async () => {
    const hypotheses = (_runs: unknown, seed: number) => [{ name: "large seed", maths: "s > 8", holds: seed > 8, margin: seed - 8, detail: `seed ${seed}` }];
    const result = await verifyClaim(defineClaim(toyClaim({ hypotheses })));
    expect(result.verdict).toBe("outside hypotheses");
    expect(result.hypotheses[0]).toMatchObject({ holds: false, margin: -7, detail: "seed 1 (holds in 2 of 10 seeds)" });
  });
  it("shows a margin that is not a number as the worst, never another seed's comfortable one", async () => {
    const hypotheses = (_runs: unknown, seed: number) => [{ name: "odd", maths: "", holds: seed !== 3, margin: seed === 3 ? NaN : 1, detail: "" }];
    expect((await verifyClaim(defineClaim(toyClaim({ hypotheses })))).hypotheses[0].margin).toBeNaN();
  });
  it("sets seeds outside the hypotheses aside and judges the others", async () => {
    const hypotheses = (_runs: unknown, seed: number) => [{ name: "not the first", maths: "s > 1", holds: seed > 1, margin: seed - 1.5, detail: "" }];
    const result = await verifyClaim(defineClaim(toyClaim({ hypotheses, experiments: { run: toyRun(-1.5) } })));
    expect(result.verdict).toBe("supported");
    expect(result.seeds.n).toBe(9);
    expect(result.perSeed[0].observed).toMatch(/^outside the hypotheses/);
  });
  it("tells a shortfall by chance from a contradiction by the exact upper bound", () => {
    const base = { inside: 10, drawn: 10, required: 0.9, controlsFail: true };
    expect(verdictOf({ ...base, supported: 9 })).toBe("supported");
    expect(verdictOf({ ...base, supported: 8 })).toBe("inconclusive");
    expect(verdictOf({ ...base, supported: 5 })).toBe("contradicted");
  });
  it("turns when two claims' observables are exchanged", async () => {
    const low = toyClaim({ id: "low", observable: ({ run }) => ({ value: -run.value }), prediction: bounds({ value: { atMost: 0 } }, "at most 0"), controls: [{ change: "below", experiments: { run: toyRun(-1000) } }] });
    const high = toyClaim({ id: "high" });
    expect((await verifyClaim(defineClaim(low))).verdict).toBe("supported");
    expect((await verifyClaim(defineClaim({ ...low, observable: high.observable }))).verdict).not.toBe("supported");
    expect((await verifyClaim(defineClaim({ ...high, observable: low.observable }))).verdict).not.toBe("supported");
  });
});

describe("runs", () => {
  it("runs an experiment once for each seed, however many claims share it", async () => {
    const claims = ["a", "b"].map((id) => ({ claim: defineClaim(toyClaim({ id })) }));
    await verifyClaims(claims, { seeds: 3 });
    expect(calls.toSorted()).toEqual(["-1000:1", "-1000:2", "-1000:3", "0:1", "0:2", "0:3"]);
  });
  it("gives equal results in any order of execution and with any concurrency", async () => {
    const claims = [{ claim: defineClaim(toyClaim()) }];
    const delayed = (seed: number) => new Promise((resolve) => { setTimeout(resolve, (seed * 7) % 5); });
    const one = await verifyClaims(claims, { seeds: 6 });
    const three = await verifyClaims(claims, { seeds: 6, concurrency: 3, execute: async ({ experiment, seed }) => { await delayed(seed); return experiment.run(seed); } });
    expect(three).toEqual(one);
  });
  it("starts costly runs first, and control seeds are among the claim's own", () => {
    const claim = defineClaim(toyClaim({ experiments: { run: toyRun(0, 5) }, controls: [{ change: "costly", experiments: { run: toyRun(-1000, 50) } }] }));
    const jobs = jobsOf([{ claim }], (own) => seedsOf(own, "quick", 11, 4));
    expect(jobs.map(({ seed, experiment }) => [seed, experiment.operations])).toEqual([[11, 50], [12, 50], [13, 50], [14, 50], [11, 5], [12, 5], [13, 5], [14, 5]]);
  });
  it("reports progress up to all of the cost", async () => {
    const seen: number[] = [];
    await verifyClaims([{ claim: defineClaim(toyClaim()) }], { seeds: 2, onProgress: ({ done, total }) => seen.push(done / total) });
    expect(seen).toEqual([0.25, 0.5, 0.75, 1]);
  });
});

describe("a claim's own faults", () => {
  it("an observable without the quantity that the prediction names is said in the claim's name", async () => {
    const claim = defineClaim(toyClaim({ prediction: bounds({ growth: { atLeast: 0 } }, "growth at least 0") as never }));
    await expect(verifyClaim(claim)).rejects.toThrow(/^claim toy-claim: prediction: the observable has no "growth"\.\n.*the observable gives value\./);
  });
  it("what an observable throws is said in the claim's name, with the way to see more", async () => {
    const observable = ({ run }: { run: { value: number } }) => ({ value: (run as unknown as { training: { loss: number } }).training.loss });
    await expect(verifyClaim(defineClaim(toyClaim({ observable })))).rejects.toThrow(/^claim toy-claim: judging it threw TypeError: Cannot read properties of undefined \(reading 'loss'\)\.\n[^]*--debug/);
  });
});

describe("a claim without a quick plan", () => {
  it("has the seeds of its full plan, and says so when the quick one is asked for", () => {
    const long = defineClaim(toyClaim({ plan: { quick: null, full: { seeds: 3, controlSeeds: 2 } } }));
    expect(seedsOf(long, "full", 5)).toEqual({ seeds: [5, 6, 7], controlSeeds: [5, 6] });
    expect(() => seedsOf(long, "quick", 1)).toThrow(/toy-claim takes too long for the quick plan and has none\.[^]*add --plan full/);
  });
});
