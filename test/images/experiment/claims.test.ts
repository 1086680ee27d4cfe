import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ExperimentRecord, halfTime, type ImageClaim, imageOrdering, judgeImages, lots, type Mode, paired, planOf, setHypotheses, type SetName, setNames, type SetsSummary, signTest, spread, type TrackedRun } from "lemmagrad/images";
import { stream } from "../../../src/random/index.ts";
import { messageOf } from "../../support/message-of.ts";

const folder = new URL("../../../proofs-check/real-images/", import.meta.url);
const files = readdirSync(folder);
const claims = await Promise.all(files.map(async (file) => ((await import(new URL(file, folder).href)) as { imageClaim: ImageClaim }).imageClaim));

const plan = { ...planOf("mnist", "quick"), seeds: 5, controlSeeds: 2 };
const count = 200;
const labels = Int32Array.from({ length: count }, (_, i) => i % 10);
const pushedTo = labels.map((label) => (label + 3) % 10);

/** Answers of which a share are the label, another the class pushed to, and the rest neither; spread evenly over the images. */
function answersOf(c: number, t: number, seed: number): Int32Array {
  return labels.map((label, i) => {
    const u = ((i * 7919 + seed * 104729) % 1000) / 1000;
    return u < c ? label : u < c + t ? pushedTo[i] : (label + 5) % 10;
  });
}

type Shares = Partial<Record<SetName, [c: number, t: number]>>;
/** About what the reference of section 9 gives. */
const standard: Shares = { R: [0.7, 0], NR1: [0.92, 0], conflict: [0.12, 0.85], R2: [0.7, 0.2], placeboR: [0.92, 0], placeboR2: [0.12, 0.84], random: [0.9, 0.01] };
const adversarial: Shares = { R: [0.79, 0], NR1: [0.84, 0], conflict: [0.75, 0.15], R2: [0.6, 0.3], placeboR: [0.84, 0], placeboR2: [0.75, 0.15], random: [0.9, 0.01] };
const noise: Shares = { ...standard, conflict: [0.46, 0.48] };

function runOf(seed: number, mode: Mode, shares: Shares): TrackedRun {
  return { seed, mode, epochs: [], answers: Object.fromEntries(setNames.map((name) => [name, answersOf(...shares[name]!, seed)])), strong: {} as never, weights: {}, shown: {} as never };
}
const sound: SetsSummary = {
  standardClean: 0.92, robustClean: 0.9, standardRobust: 0, robustRobust: 0.47, robustOnly: 94, standardOnly: 0, robustSaysT: 0.15,
  matched: { R: { before: 2, after: 0.2 }, NR1: { before: 2, after: 0.1 } }, conflict: { radius: 0.3, saysT: 0.99, saysC: 0 }, labels, pushedTo, seedsDisjoint: true,
};
const stuck: SetsSummary = { ...sound, robustClean: 0.1, robustRobust: 0.1, robustOnly: 3, standardOnly: 2 };

function record(changes: { standard?: Shares; adversarial?: Shares; summary?: Partial<SetsSummary>; plan?: Partial<ExperimentRecord["plan"]>; odd?: number } = {}): ExperimentRecord {
  const seeds = [1, 2, 3, 4, 5];
  // `odd`: how many seeds come out the other way round, both modes exchanged
  const modeOf = (seed: number, mode: Mode): Shares => {
    const [s, a] = [changes.standard ?? standard, changes.adversarial ?? adversarial];
    if (mode === "noise") return noise;
    const turned = seed <= (changes.odd ?? 0);
    return mode === "adversarial" ? (turned ? s : a) : turned && mode === "standard" ? a : s;
  };
  return {
    plan: { ...plan, ...changes.plan }, seed: 1, sources: [], sets: [], fresh: [], summary: { ...sound, ...changes.summary }, stuckSummary: stuck,
    tracked: seeds.flatMap((seed) => (["standard", "adversarial", "noise", "radius 0"] as const).map((mode) => runOf(seed, mode, modeOf(seed, mode)))),
  };
}
const verdicts = (own: ExperimentRecord) => Object.fromEntries(judgeImages(own, claims, "again").claims.map(({ result }) => [result.id.slice(0, 2), result.verdict]));
const every = (verdict: string) => Object.fromEntries(["a2", "m1", "m2", "m3", "m4", "m5", "s1", "s2", "s3"].map((id) => [id, verdict]));

describe("the claims about real images", () => {
  it("are one file an ordering, named after its id, and `verify` does not take them for its own", async () => {
    expect(claims.map(({ claim }) => `${claim.id}.ts`)).toEqual(files);
    for (const file of files) expect(Object.keys((await import(new URL(file, folder).href)) as object)).toEqual(["imageClaim"]);
    expect(messageOf(() => claims[0].claim.experiments.standard.run(1))).toMatch(/run without images.\n.*lemmagrad images/);
    for (const { claim } of claims) expect(JSON.stringify([claim.source, claim.statement])).not.toMatch(/(theorem|lemma|equation|proposition)\s*\d/i);
  });
  it("are supported by answers such as the reference's, with every control failing", () => {
    const { claims: judged, stuck: refused } = judgeImages(record(), claims, "again");
    expect(verdicts(record())).toEqual(every("supported"));
    for (const { result } of judged) for (const control of result.controls) expect(control.fails, `${result.id}: ${control.change}, ${control.observed}`).toBe(true);
    expect(refused).toEqual({ fails: true, broken: ["g_R learned", "g_R is more robust"] });
  });
  it.each([
    ["m1", { adversarial: { ...adversarial, R: [0.6, 0] } }],
    ["m2", { adversarial: { ...adversarial, NR1: [0.95, 0] } }],
    ["m3", { adversarial: { ...adversarial, conflict: [0.05, 0.9] } }],
    ["m4", { adversarial: { ...adversarial, conflict: [0.05, 0.02] } }],
    ["m5", { adversarial: { ...adversarial, R: [0.6, 0], NR1: [0.82, 0] } }],
    ["a2", { adversarial: { ...adversarial, conflict: [0.4, 0.42] } }],
    ["s1", { standard: { ...standard, R: [0.93, 0] } }],
    ["s2", { standard: { ...standard, conflict: [0.5, 0.45] } }],
    ["s3", { standard: { ...standard, R2: [0.1, 0.86] } }],
  ] as [string, { standard?: Shares; adversarial?: Shares }][])("%s is not supported when its ordering is the other way round", (id, changes) => {
    expect(verdicts(record(changes))[id]).not.toBe("supported");
  });
  it("are about every seed, or nine in ten", () => {
    // five seeds, one of which goes the other way: not supported, and five are too few to contradict nine in ten
    const found = verdicts(record({ odd: 1 }));
    expect(found.m2).toBe("contradicted");
    expect(found.m5).toBe("inconclusive");
    expect(verdicts(record({ odd: 5 })).m2).toBe("contradicted");
  });
  it("say nothing where a hypothesis is broken", () => {
    for (const summary of [{ robustClean: 0.7 }, { robustOnly: 5, standardOnly: 3 }, { robustSaysT: 0.36 }, { matched: { ...sound.matched, NR1: { before: 2, after: 0.8 } } }, { seedsDisjoint: false }]) {
      expect(verdicts(record({ summary }))).toEqual(every("outside hypotheses"));
    }
    expect(verdicts(record({ summary: { conflict: { radius: 0.1, saysT: 0.69, saysC: 0.2 } } }))).toEqual({ ...every("supported"), s2: "outside hypotheses" });
  });
  it("are not supported when a control holds as well", () => {
    expect(verdicts(record({ standard: { ...standard, placeboR2: [0.7, 0.2] } })).s3).toBe("inconclusive");
    expect(verdicts(record({ adversarial: { ...adversarial, placeboR: [0.97, 0] } })).m1).toBe("inconclusive");
    expect(verdicts(record({ standard: { ...standard, random: [0.3, 0.6] } })).s2).toBe("inconclusive");
  });
  it("are required where section 9 predicts them, and reported elsewhere", () => {
    const required = (dataset: "mnist" | "svhn" | "cifar10", norm: "linf" | "l2") =>
      judgeImages(record({ plan: { dataset, threat: { norm, radius: 0.3 } } }), claims, "again").claims.filter((own) => !own.required).map(({ result }) => result.id.slice(0, 2));
    expect(required("mnist", "linf")).toEqual([]);
    expect(required("svhn", "linf")).toEqual([]);
    expect(required("cifar10", "l2")).toEqual(["m1", "s1"]);
    expect(required("mnist", "l2")).toEqual(["m1", "s1"]);
  });
});

it("every hypothesis has its margin on the right side", () => {
  expect(setHypotheses(sound).every(({ holds, margin }) => holds && margin > 0)).toBe(true);
  expect(setHypotheses(stuck).filter(({ holds }) => !holds).length).toBe(2);
});

it("the sign test is that of fair coins", () => {
  expect(signTest(0, 0)).toBe(1);
  expect(signTest(5, 0)).toBeCloseTo(1 / 32, 12);
  expect(signTest(8, 2)).toBeCloseTo((45 + 10 + 1) / 1024, 12);
  expect(signTest(2, 8)).toBeGreaterThan(0.95);
});

it("half-times are read off between epochs", () => {
  const rows = [0, 0.2, 0.6, 0.8].map((value, epoch) => ({ epoch, value })) as never;
  const value = (row: unknown) => (row as { value: number }).value;
  expect(halfTime(rows, value)).toBeCloseTo(1.5, 12);
  expect(halfTime([{ epoch: 0, value: 0.7 }, { epoch: 1, value: 0.9 }] as never, value)).toBe(0);
});

it("spreads name the median and the range", () => {
  expect(spread([0.7, 0.72, 0.68])).toBe("0.70 (0.68 to 0.72)");
  expect(spread([0.5])).toBe("0.50");
});

describe("lots", () => {
  it("make set and placebo fair coins, however unlike the two families are", () => {
    const random = stream(5, "families that differ");
    const [images, trials] = [300, 1000];
    const passes = { lots: 0, families: 0 };
    for (let trial = 0; trial < trials; trial++) {
      // the images of one family carry over on 92 %, those of the other on 83 %
      const carriesOver = [0.92, 0.83].map((share) => Array.from({ length: images }, () => Number(random.uniform() < share)));
      const coins = lots(images, trial);
      const holds = (score: (image: number) => number) => imageOrdering("", "beyond chance").judge(paired(images, score)).holds;
      passes.lots += Number(holds((image) => carriesOver[coins[image]][image] - carriesOver[1 - coins[image]][image]));
      passes.families += Number(holds((image) => carriesOver[0][image] - carriesOver[1][image]));
    }
    // nominally 1 %, and four standard deviations of 1,000 trials
    expect(passes.lots / trials).toBeLessThan(0.01 + 4 * Math.sqrt((0.01 * 0.99) / trials));
    expect(passes.families / trials).toBeGreaterThan(0.5);
  });
});
