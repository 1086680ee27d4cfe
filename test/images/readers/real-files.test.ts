/**
 * The datasets themselves, where the environment variable LEMMAGRAD_DATA names a folder with mnist/, cifar10/ and svhn/:
 * counts, images of each class, and mean pixels, against tables made with another program when the files were collected.
 * The tables are of the complete MNIST and of samples of the others; where the complete others are, only their counts
 * are looked at.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkDistinct, classCounts, type Dataset, type DatasetName, type DatasetSplit, imagePixels, loadDataset, selectImages, type Variant } from "../../../src/images/index.ts";
import { messageOf } from "../../support/message-of.ts";

const folder = process.env.LEMMAGRAD_DATA ?? "";
const has = (path: string) => folder !== "" && existsSync(join(folder, path));
/** Datasets of which the complete official files are there and not the samples. */
const complete = new Set<DatasetName>([
  ...(has("cifar10/test_batch.bin") && statSync(join(folder, "cifar10/test_batch.bin")).size === 30_730_000 ? ["cifar10" as const] : []),
  ...(has("svhn/train_32x32.mat") ? ["svhn" as const] : []),
]);
if (folder === "") console.warn("LEMMAGRAD_DATA names no folder: the real image files are not read.");

const md5 = (path: string) => createHash("md5").update(readFileSync(path)).digest("hex");
/** To two decimals, as the tables have them. */
function meanPixels({ pixels, labels, shape: [channels, rows, columns] }: DatasetSplit): string {
  const sums = new Array<number>(channels).fill(0);
  for (let at = 0; at < pixels.length; at++) sums[Math.floor(at / (rows * columns)) % channels] += pixels[at];
  return sums.map((sum) => (sum / (labels.length * rows * columns)).toFixed(2)).join(" ");
}

interface Row { files: string[]; split: "train" | "test"; count: number; classes: number[]; means: string; complete: boolean }
const tables: [DatasetName, Variant, string, Row[]][] = [
  ["mnist", "official", "mnist/train-images-idx3-ubyte.gz", [
    { split: "train", files: ["f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432"], count: 60000, classes: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], means: "33.32", complete: true },
    { split: "test", files: ["9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c"], count: 10000, classes: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], means: "33.79", complete: true },
  ]],
  ["cifar10", "official", "cifar10/data_batch_1.bin", [
    { split: "train", files: ["44ba563fd596271b34040f3f1bf3fbf6"], count: 4750, classes: new Array<number>(10).fill(475), means: "125.98 123.52 114.23", complete: false },
    { split: "test", files: ["fbf16c11d36f0ab03d87b3c6be553d01"], count: 870, classes: new Array<number>(10).fill(87), means: "126.87 124.30 114.81", complete: false },
  ]],
  ["cifar10", "jpeg", "cifar10/jpeg/data_batch_1.bin", [
    { split: "train", files: ["5a5142663b2c457eb7edf61944cf14cd"], count: 10000, classes: [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981], means: "125.79 123.24 114.03", complete: false },
    { split: "test", files: ["11e2161f06e495577766fe4411c65d23"], count: 10000, classes: new Array<number>(10).fill(1000), means: "125.99 123.69 114.85", complete: false },
  ]],
  // labels 1 to 10 there, digits 0 to 9 here
  ["svhn", "official", "svhn/test_32x32.subset.mat", [
    { split: "train", files: ["ef5a1142b367dbf4a98d26e7f4240fdc"], count: 288, classes: [13, 57, 41, 44, 34, 27, 18, 17, 20, 17], means: "118.11 118.24 123.61", complete: false },
    { split: "test", files: ["39eb94fdf1f232e0d9ae17a7f8101c53"], count: 10000, classes: [684, 1968, 1590, 1104, 964, 909, 773, 767, 621, 620], means: "115.70 115.72 119.91", complete: false },
  ]],
  ["svhn", "parts", "svhn/test_32x32.part-a.mat", [
    { split: "train", files: ["e6d60fa9bc0e8c0ec983409a73e0a2a4"], count: 4700, classes: new Array<number>(10).fill(470), means: "116.01 115.99 120.32", complete: false },
    { split: "test", files: ["c36acbcf16c87ccafd055da5ab9c60a1"], count: 1490, classes: new Array<number>(10).fill(149), means: "115.24 115.05 119.04", complete: false },
  ]],
];

const loaded = new Map<string, Dataset>();
const load = (name: DatasetName, variant: Variant): Dataset => {
  const key = `${name} ${variant}`;
  if (!loaded.has(key)) loaded.set(key, loadDataset(name, folder, { variant }));
  return loaded.get(key)!;
};

describe.each(tables)("%s, %s", (name, variant, first, rows) => {
  it.runIf(has(first) && !(variant === "official" && complete.has(name))).each(rows)("$split: counts, classes and means are those of the table", ({ split, files, count, classes, means, complete: whole }) => {
    const { [split]: set, shared } = load(name, variant);
    expect(set.source.files.map(md5)).toEqual(files);
    expect([set.labels.length, set.pixels.length]).toEqual([count, count * set.shape.reduce((a, b) => a * b)]);
    expect(classCounts(set)).toEqual(classes);
    expect(meanPixels(set)).toBe(means);
    expect(set.source.complete).toBe(whole);
    expect(shared.alike).toBe(0);
    const x = imagePixels(set, [0, count - 1]);
    expect(x.shape).toEqual([2, ...set.shape]);
    expect(Math.round(255 * x.data.at(-1)!)).toBe(set.pixels.at(-1));
  });
});

describe.runIf(complete.size > 0)("the complete official files", () => {
  it.each([...complete])("of %s are read whole", (name) => {
    const { train, test } = load(name, "official");
    expect([train.source.complete, test.source.complete]).toEqual([true, true]);
  });
});

describe.runIf(!complete.has("cifar10") && has("cifar10/data_batch_1.bin") && has("cifar10/jpeg/data_batch_1.bin"))("exact and JPEG copies of CIFAR-10", () => {
  it("of one split are refused together, of different splits not", () => {
    const [exact, jpeg] = [load("cifar10", "official"), load("cifar10", "jpeg")];
    // about a fifth of the exact images is of the official first batch, the only one there as JPEG
    expect(Number(/(\d+) of the 4750 images/.exec(messageOf(() => checkDistinct(exact.train, jpeg.train)))?.[1])).toBeGreaterThan(900);
    expect(Number(/(\d+) of the 870 images/.exec(messageOf(() => checkDistinct(jpeg.test, exact.test)))?.[1])).toBeGreaterThan(783);
    expect(checkDistinct(exact.train, jpeg.test)).toEqual({ equal: 0, alike: 0, of: 4750 });
    expect(checkDistinct(jpeg.train, exact.test)).toEqual({ equal: 0, alike: 0, of: 870 });
  });
});

describe.runIf(!complete.has("svhn") && has("svhn/test_32x32.part-a.mat"))("parts of SVHN's test split", () => {
  it("are not to be judged on together with the whole", () => {
    const part = load("svhn", "parts").train;
    const whole = load("svhn", "official").test;
    expect(messageOf(() => checkDistinct(part, whole))).toContain("4700 of the 4700 images of the smaller set are in the other one too, 4700 of them byte for byte.");
    expect(checkDistinct(part, selectImages(whole, Array.from({ length: 2400 }, (_, at) => 7600 + at))).equal).toBe(0);
  });
});
