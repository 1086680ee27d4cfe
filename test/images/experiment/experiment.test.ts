import { join } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Ball, checkDisjoint, type ExperimentRecord, firstImages, type Handed, type ImagePlan, jobsOfPlan, lots, matchFeatures, modelOf, networkOf, otherClasses, type PlannedJob, planOf, plainWeights, pushTowards, readWeights, runExperiment, runImageJob, seedsOfPlan, type SourceRun, weightsLike, writeWeights,
} from "lemmagrad/images";
import { onBackend } from "../../support/arrays.ts";
import { temporaryFolder } from "../../support/command-line.ts";
import { messageOf } from "../../support/message-of.ts";
import { flat } from "../support.ts";
import { barImages } from "../bars.ts";

const plan: ImagePlan = {
  ...planOf("mnist", "quick", { images: 50, heldOut: 20, epochs: 1, seeds: 2 }), widths: [2, 3, 8], controlSeeds: 1, matchSteps: 2, pushSteps: 2, evaluationSteps: 1, ascentSteps: 1, freshImages: 20,
  strong: { pgdSteps: 1, pgdRestarts: 1, apgdSteps: 1, apgdRestarts: 1 },
};
const training = barImages(50, 10, [1, 28, 28], 1);
const heldOut = barImages(20, 10, [1, 28, 28], 2);

function run(concurrency: number, seen: [PlannedJob, Handed][] = [], own = plan): Promise<ExperimentRecord> {
  return runExperiment({
    plan: own, seed: 3, heldOut, concurrency,
    async execute(planned, handed) {
      seen.push([planned, handed]);
      // several at once: of three neighbouring seeds the last ends first
      if (concurrency > 1) await new Promise((resolve) => { setTimeout(resolve, 40 - 15 * (planned.job.seed % 3)); });
      return runImageJob(planned.job, { plan: own, training, heldOut, ...handed });
    },
  });
}

describe("an experiment", () => {
  it("gives the same bits one job after the other and several at once, and on the plain backend", async () => {
    const one = await run(1);
    expect(await run(3)).toEqual(one);
    const [first] = one.tracked;
    const planned = jobsOfPlan(plan, 3).find(({ job }) => job.kind === "tracked" && job.seed === first.seed && job.mode === first.mode)!;
    expect(onBackend("reference", () => runImageJob(planned.job, { plan, training, heldOut, sets: one.sets }))).toEqual(first);
    // at radius 0 the network is the standard one, and so is all that it answers
    const [standard, zero] = (["standard", "radius 0"] as const).map((mode) => one.tracked.find((own) => own.mode === mode && own.seed === 3)!);
    expect({ ...zero, mode: "standard" }).toEqual(standard);
    expect(one.tracked.map(({ seed, mode }) => `${seed} ${mode}`)).toEqual(["3 adversarial", "3 noise", "3 radius 0", "3 standard", "4 adversarial", "4 standard"]);
  });
  it("hands every job what it needs: the weights of its own builders, the sets to be asked about, the set to learn from", async () => {
    const seen: [PlannedJob, Handed][] = [];
    const record = await run(2, seen);
    const weightsOf = (seeds: number[]) => seeds.map((seed) => record.sources.find(({ run: own }) => own.seed === seed)!.run.weights);
    const { families, robust } = seedsOfPlan(plan, 3);
    const builders = { robust: [weightsOf([robust])], lot: families.map(weightsOf), "other lot": [families[1], families[0]].map(weightsOf) };
    for (const [{ job }, { sources, sets }] of seen) {
      if (job.kind === "set") expect(sources).toEqual(builders[job.builders]);
      if (job.kind === "tracked") expect(sets.map(({ name }) => name).sort()).toEqual(["NR1", "R", "R2", "conflict", "placeboR", "placeboR2", "random"]);
      if (job.kind === "fresh") expect(sets.map(({ name }) => name)).toEqual(job.trainedOn === "images" ? [] : [job.trainedOn]);
      if (job.kind === "fresh" && job.trainedOn !== "images") expect(sets[0].images.labels.length).toBe(20);
    }
    expect(families.map((family) => family.length)).toEqual([3, 3]);
    expect(record.fresh.map(({ trainedOn }) => trainedOn)).toEqual(["NR1", "R", "conflict", "images"]);
    // sets are made of held-out images, in their order and with their labels
    for (const { images } of record.sets) expect(images.labels).toEqual(heldOut.labels);
  });
  it("deals each image's set and placebo to the two families by lot", async () => {
    const { sets, sources } = await run(1);
    const { families } = seedsOfPlan(plan, 3);
    const network = networkOf(plan);
    const models = families.map((family) => modelOf(network, ...family.map((seed) => weightsLike(network.initialise(0), sources.find(({ run: own }) => own.seed === seed)!.run.weights, "x"))));
    const named = (name: string) => sets.find((set) => set.name === name)!.images;
    const setSeed = families[0][0] + 500;
    const [byOne, byTwo] = models.map((model) => matchFeatures(model, heldOut, { steps: plan.matchSteps, seed: setSeed }).set.pixels);
    const [pushedByOne, pushedByTwo] = models.map((model) => pushTowards(model, heldOut, otherClasses(heldOut, setSeed), plan.push as Ball, plan.pushSteps).set.pixels);
    const coins = lots(20, setSeed);
    expect(new Set(coins).size).toBe(2);
    coins.forEach((coin, i) => {
      const at = (pixels: ArrayLike<number>) => Array.from(pixels).slice(784 * i, 784 * (i + 1));
      // rounding may differ with an image's place in a batch
      const near = (pixels: ArrayLike<number>, expected: ArrayLike<number>) => expect(Math.max(...at(pixels).map((x, p) => Math.abs(x - at(expected)[p])))).toBeLessThan(1e-4);
      near(named("NR1").pixels, coin === 0 ? byOne : byTwo);
      near(named("placeboR").pixels, coin === 0 ? byTwo : byOne);
      near(named("conflict").pixels, coin === 0 ? pushedByOne : pushedByTwo);
      near(named("placeboR2").pixels, coin === 0 ? pushedByTwo : pushedByOne);
    });
  });
  it("trains no source network on a tracked seed, and refuses seeds that could meet", () => {
    for (const first of [0, 1, 77, 999_990]) {
      const seeds = seedsOfPlan(plan, first);
      const sources = [...seeds.families.flat(), seeds.robust, seeds.stuck];
      expect(new Set(sources).size).toBe(sources.length);
      for (const seed of seeds.tracked) expect(sources).not.toContain(seed);
    }
    expect(messageOf(() => seedsOfPlan(plan, 1_000_000_000))).toMatch(/--seed: 1000000000 is out of range/);
  });
  it("looks for the radius of an l2 push, and gives the other pushes the same", async () => {
    const own: ImagePlan = { ...plan, seeds: 1, freshImages: 0, threat: { norm: "l2", radius: 1 }, radii: [0.5, 1], push: { norm: "l2", radii: [0.5, 1], share: 0 } };
    const { sets } = await run(1, [], own);
    expect(sets.filter(({ pushed }) => pushed !== undefined).map(({ pushed }) => pushed!.radius)).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

describe("planOf", () => {
  it("is section 9's reference for the quick plan of MNIST", () => {
    expect(planOf("mnist", "quick")).toMatchObject({ images: 2000, heldOut: 300, widths: [8, 16, 64], threat: { norm: "linf", radius: 0.3 }, warmUp: 6, ascentSteps: 4, epochs: 12, standardSources: 3, matchSteps: 60, pushSteps: 20, seeds: 5 });
  });
  it("has networks that read pixels about the data set's mean", () => {
    expect(["mnist", "svhn", "cifar10"].map((name) => networkOf(planOf(name as "mnist", "quick")).name.split(", ").at(-1))).toEqual(["pixels less 0.13", "pixels less 0.45", "pixels less 0.47"]);
  });
  it("scales warm-up and radii with what is changed", () => {
    expect(planOf("mnist", "quick", { epochs: 4, radius: 0.15, seeds: 1 })).toMatchObject({ warmUp: 2, threat: { norm: "linf", radius: 0.15 }, radii: [0.05, 0.1, 0.15].map((x) => expect.closeTo(x, 12) as number), push: { norm: "linf", radius: 0.15 }, controlSeeds: 1 });
    expect([planOf("svhn", "quick").rate, planOf("svhn", "quick", { rate: 0.01 }).rate]).toEqual([1e-3, 0.01]);
    expect(planOf("svhn", "quick", { norm: "l2", radius: 1 }).push).toMatchObject({ norm: "l2", share: 0.7 });
  });
  it("refuses radii of another unit, a norm without a radius, and too few images", () => {
    expect(messageOf(() => planOf("mnist", "quick", { radius: 8 }))).toMatch(/^ParameterError: images: the quick plan of mnist: the linf radius 8 .*\n.*\n  Mend: if 8 is in grey levels, pass 8\/255/);
    expect(messageOf(() => planOf("cifar10", "quick", { radius: 76 }))).toMatch(/the l2 radius 76/);
    expect(messageOf(() => planOf("mnist", "quick", { norm: "l2" }))).toMatch(/--norm l2 came without a radius/);
    expect(messageOf(() => planOf("mnist", "quick", { rate: Infinity }))).toMatch(/--rate Infinity is out of range/);
    expect(messageOf(() => planOf("mnist", "quick", { images: 10 }))).toMatch(/--images 10 is too few/);
    expect(messageOf(() => planOf("mnist", "quick", { heldOut: 5 }))).toMatch(/--held-out 5 is too few.\n  Expected an integer >= 20/);
  });
});

describe("images", () => {
  it("too few for a plan are an error that says how many there are", () => {
    expect(messageOf(() => firstImages(training, 51, "mnist, training images"))).toMatch(/mnist, training images: there are 50 images, the plan takes 51/);
    expect(firstImages(training, 7, "x").labels.length).toBe(7);
  });
  it("seen in training may not be held out", () => {
    expect(messageOf(() => checkDisjoint(training, heldOut))).toBe("nothing was thrown");
    const mixed = { ...heldOut, pixels: Uint8Array.from(heldOut.pixels) };
    mixed.pixels.set(training.pixels.subarray(5 * 784, 6 * 784), 3 * 784);
    expect(messageOf(() => checkDisjoint(training, mixed))).toMatch(/1 of 20 are among the training images too/);
  });
});

describe("weights in a file", () => {
  const folder = temporaryFolder();
  const network = networkOf(plan);
  const params = network.initialise(8);
  const path = join(folder, "weights.npz");
  it("come back bit for bit", () => {
    writeWeights(path, plainWeights(params));
    expect(flat(readWeights(path, network.initialise(1)))).toEqual(flat(params));
  });
  it("cut short, of another network, or missing, are errors that name the file", () => {
    const whole = readFileSync(path);
    writeFileSync(join(folder, "cut.npz"), whole.subarray(0, whole.length - 30));
    expect(messageOf(() => readWeights(join(folder, "cut.npz"), params))).toMatch(/^FileError: .*cut\.npz/);
    expect(messageOf(() => readWeights(path, networkOf({ dataset: "mnist", widths: [4, 4, 4] }).initialise(1)))).toMatch(/^FileError: .*weights\.npz: the array "convolution1\.weights" is \[4, 4, 1, 2\]/);
    expect(messageOf(() => readWeights(path, { other: params }))).toMatch(/the array "other\.convolution1\.weights" is missing/);
  });
  it("of a source network answer as the network did", () => {
    const job = jobsOfPlan(plan, 3).find(({ job: own }) => own.kind === "source" && own.role === "standard")!.job;
    const source = runImageJob(job, { plan, training, heldOut }) as SourceRun;
    writeWeights(path, source.weights);
    expect(plainWeights(readWeights(path, params))).toEqual(source.weights);
  });
});
