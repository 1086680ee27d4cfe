import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { batchOf, builtByLot, type ConflictSet, convolutionalNetwork, lots, matchFeatures, modelOf, otherClasses, pushAtRandom, pushedByLot, pushTowards, readSet, smallestPush, trainImages, writeSet, answersOn } from "lemmagrad/images";
import { adam } from "lemmagrad/training";
import { temporaryFolder } from "../../support/command-line.ts";
import { messageOf } from "../../support/message-of.ts";
import { describeWithNumpy, runNumpy } from "../../support/numpy.ts";
import { barImages } from "../bars.ts";

const shape = [1, 8, 8] as const;
const classes = 4;
const network = convolutionalNetwork({ image: shape, widths: [4, 8, 32], classes });
const trained = (seed: number) => trainImages({ network, params: network.initialise(seed), images: barImages(80, classes, shape, seed, 120), optimizer: adam(), rate: 0.01, epochs: 6, batchSize: 20, seed });
const [one, two] = [trained(11), trained(12)];
const model = modelOf(network, one);
const images = barImages(130, classes, shape, 5, 120);
const pixelsIn01 = (pixels: ArrayLike<number>) => Array.from(pixels).every((x) => x >= 0 && x <= 1);

describe("matchFeatures", () => {
  it("gives other images with the goal's features under the goal's labels", () => {
    const found = matchFeatures(modelOf(network, one, two), images, { steps: 60, seed: 3 });
    expect(found.set.labels).toEqual(images.labels);
    expect(pixelsIn01(found.set.pixels)).toBe(true);
    const middle = (values: Float32Array) => [...values].sort((a, b) => a - b)[65];
    expect(middle(found.after)).toBeLessThan(0.35 * middle(found.before));
    // said of every image, and true: the distance of the features of what is returned
    const member = model.features(batchOf(found.set, [129]))[0].data;
    const goal = model.features(batchOf(images, [129]))[0].data;
    const alone = matchFeatures(model, images, { steps: 60, seed: 3 });
    const kept = model.features(batchOf(alone.set, [129]))[0].data;
    const away = (own: ArrayLike<number>) => Math.hypot(...Array.from(own, (x, i) => x - goal[i]));
    expect(alone.after[129]).toBeCloseTo(away(kept), 4);
    expect(away(member)).toBeLessThanOrEqual(found.after[129] + 1e-4);
    // never farther than it was
    found.after.forEach((after, i) => expect(after).toBeLessThanOrEqual(found.before[i]));
  });
  it("starts from images of other classes, fixed by the seed, or from noise", () => {
    const starts = [3, 3, 4].map((seed) => matchFeatures(model, images, { steps: 1, seed }));
    starts[0].startedFrom.forEach((from, i) => expect(images.labels[from]).not.toBe(images.labels[i]));
    expect(starts[1].set.pixels).toEqual(starts[0].set.pixels);
    expect(starts[2].startedFrom).not.toEqual(starts[0].startedFrom);
    const noise = matchFeatures(model, images, { steps: 1, seed: 3, from: "noise" });
    expect([...new Set(noise.startedFrom)]).toEqual([-1]);
    expect(noise.set.pixels).not.toEqual(starts[0].set.pixels);
  });
  it("does more with more steps", () => {
    const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
    const [few, many] = [3, 60].map((steps) => mean(matchFeatures(model, images, { steps, seed: 3 }).after));
    expect(many).toBeLessThan(few);
  });
  it("refuses what cannot be done", () => {
    expect(messageOf(() => matchFeatures(model, images, { steps: 0, seed: 1 }))).toMatch(/steps = 0/);
    expect(messageOf(() => matchFeatures(model, { ...images, labels: new Int32Array(130) }, { steps: 2, seed: 1 }))).toMatch(/all images are of one class/);
  });
});

describe("the conflict set", () => {
  const pushedTo = otherClasses(images, 7);
  it("pushes to a class that is never the image's own, each of the others about as often", () => {
    pushedTo.forEach((t, i) => { expect(t).not.toBe(images.labels[i]); expect(t).toBeGreaterThanOrEqual(0); expect(t).toBeLessThan(classes); });
    expect(new Set(Array.from(pushedTo, (t, i) => (t - images.labels[i] + classes) % classes))).toEqual(new Set([1, 2, 3]));
    expect(otherClasses(images, 7)).toEqual(pushedTo);
    expect(otherClasses(images, 8)).not.toEqual(pushedTo);
  });
  it.each([["linf", 0.15], ["l2", 1.2]] as const)("stays in the %s ball, makes the builder say t, and counts its answers", (norm, radius) => {
    const found = pushTowards(model, images, pushedTo, { norm, radius }, 10);
    const clean = batchOf(images, Array.from({ length: 130 }, (_, i) => i)).data;
    for (let i = 0; i < 130; i++) {
      const off = Array.from({ length: 64 }, (_, p) => found.set.pixels[i * 64 + p] - clean[i * 64 + p]);
      expect(norm === "linf" ? Math.max(...off.map(Math.abs)) : Math.hypot(...off)).toBeLessThanOrEqual(radius + 1e-6);
    }
    expect(pixelsIn01(found.set.pixels)).toBe(true);
    const given = answersOn(model, found.set);
    expect(found.saysT).toBe(given.filter((answer, i) => answer === pushedTo[i]).length / 130);
    expect(found.saysC).toBe(given.filter((answer, i) => answer === images.labels[i]).length / 130);
    const before = answersOn(model, images).filter((answer, i) => answer === pushedTo[i]).length / 130;
    expect(found.saysT).toBeGreaterThan(before + 0.2);
    // a random change of the same radius speaks for nothing
    expect(pushAtRandom(model, images, pushedTo, { norm, radius }, 1).saysT).toBeLessThan(before + 0.15);
  });
  it("finds the smallest radius of a ladder at which the builder says t often enough", () => {
    const radii = [0.01, 0.3, 0.6, 1, 1.5, 2, 3];
    const found = smallestPush(radii, 0.7, (radius) => pushTowards(model, images, pushedTo, { norm: "l2", radius }, 10));
    expect(found.saysT).toBeGreaterThanOrEqual(0.7);
    const smaller = radii[radii.indexOf(found.radius) - 1];
    expect(pushTowards(model, images, pushedTo, { norm: "l2", radius: smaller }, 10).saysT).toBeLessThan(0.7);
  });
  it("refuses a radius in grey levels", () => { expect(messageOf(() => pushTowards(model, images, pushedTo, { norm: "linf", radius: 76 }, 10))).toMatch(/pushTowards: the linf radius 76/); });
});

describe("lots", () => {
  it("are fair coins, image by image, fixed by the seed", () => {
    const coins = lots(20_000, 3);
    expect(lots(20_000, 3)).toEqual(coins);
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    // five standard deviations of a fair coin and of two in a row
    expect(Math.abs(mean(coins) - 0.5)).toBeLessThan(0.018);
    expect(Math.abs(mean(coins.subarray(1).map((coin, i) => coin & coins[i])) - 0.25)).toBeLessThan(0.016);
  });
  it("make a set's images where they belong, whoever makes them", () => {
    const models = [model, modelOf(network, two)];
    const own = lots(130, 9);
    const { set, parts } = builtByLot(own, images, (family, indices) => matchFeatures(models[family], images, { steps: 2, seed: 3, indices }));
    expect(set.labels).toEqual(images.labels);
    const whole = models.map((each) => matchFeatures(each, images, { steps: 2, seed: 3 }));
    parts.forEach(({ indices, part }) => indices.forEach((image, i) => expect(part.startedFrom[i]).toBe(whole[0].startedFrom[image])));
    for (const { indices, part } of parts) expect(part.set.labels).toEqual(indices.map((image) => images.labels[image]));
    own.forEach((family, image) => {
      expect(Math.max(...Array.from({ length: 64 }, (_, p) => Math.abs(set.pixels[64 * image + p] - whole[family].set.pixels[64 * image + p])))).toBeLessThan(1e-4);
    });
    const pushedTo = otherClasses(images, 7);
    const pushed = pushedByLot(own, images, pushedTo, (family, part, to) => pushTowards(models[family], part, to, { norm: "linf", radius: 0.15 }, 3));
    const given = models.map((each) => answersOn(each, pushed.set));
    expect(pushed.set.pushedTo).toEqual(pushedTo);
    expect(pushed.saysT).toBeCloseTo([...own].filter((family, image) => given[family][image] === pushedTo[image]).length / 130, 12);
    expect(pushed.saysC).toBeCloseTo([...own].filter((family, image) => given[family][image] === images.labels[image]).length / 130, 12);
  });
});

describe("a set's file", () => {
  const folder = temporaryFolder();
  const set: ConflictSet = { ...barImages(5, classes, shape, 1), pushedTo: Int32Array.of(1, 2, 3, 0, 1) };
  const path = join(folder, "conflict.npz");
  it("gives back what was written, as pixels of 0 to 1", () => {
    writeSet(path, set);
    const read = readSet(path) as ConflictSet;
    expect(read).toEqual({ ...set, pixels: Float32Array.from(set.pixels, (byte) => byte / 255) });
    expect(batchOf(read, [0, 4]).data).toEqual(batchOf(set, [0, 4]).data);
    writeSet(path, read);
    expect(readSet(path)).toEqual(read);
  });
  it("cut short, or of something else, is an error that names the file", () => {
    writeSet(path, set);
    const whole = readFileSync(path);
    for (const length of [10, whole.length >> 1, whole.length - 1]) {
      writeFileSync(join(folder, "cut.npz"), whole.subarray(0, length));
      expect(messageOf(() => readSet(join(folder, "cut.npz")))).toMatch(/^FileError: .*cut\.npz/);
    }
    expect(messageOf(() => readSet(join(folder, "none.npz")))).toMatch(/there is no such file/);
  });
  describeWithNumpy("in NumPy", () => {
    it("is arrays images, labels, classes and pushedTo, and one that NumPy wrote is read", () => {
      writeSet(path, set);
      const other = join(folder, "numpy.npz");
      const printed = runNumpy("import numpy,sys; z=numpy.load(sys.argv[1]); print(z['images'].shape, z['images'].dtype, z['labels'].tolist(), int(z['classes']), z['pushedTo'].tolist(), round(float(z['images'].max()), 3)); numpy.savez_compressed(sys.argv[2], **z)", path, other);
      expect(printed.trim()).toMatch(/^\(5, 1, 8, 8\) float32 \[0, 1, 2, 3, 0\] 4 \[1, 2, 3, 0, 1\] 0\.7/);
      expect(readSet(other)).toEqual(readSet(path));
    });
  });
});
