import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { item } from "../../../src/index.ts";
import { FileError, ParameterError } from "../../../src/errors/index.ts";
import { checkDistinct, classCounts, type DatasetName, imagePixels, loadDataset, overlapOf, selectImages, type Variant } from "../../../src/images/index.ts";
import { temporaryFolder } from "../../support/command-line.ts";
import { messageOf } from "../../support/message-of.ts";
import { cifarFile, gzipped, idxFile, randomBytes, svhnFile } from "../synthetic.ts";

const root = temporaryFolder();
let folders = 0;
/** A new folder with these files. */
function folderOf(files: Record<string, Uint8Array>): string {
  const folder = join(root, `${folders++}`);
  mkdirSync(folder);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

const photographs = (count: number, seed: number) => randomBytes(3072 * count, seed);
const digits = (count: number, seed: number) => randomBytes(784 * count, seed);
const mnist = {
  "train-images-idx3-ubyte.gz": gzipped(idxFile([3, 28, 28], digits(3, 1))), "train-labels-idx1-ubyte.gz": gzipped(idxFile([3], Uint8Array.of(5, 0, 4))),
  "t10k-images-idx3-ubyte.gz": gzipped(idxFile([2, 28, 28], digits(2, 2))), "t10k-labels-idx1-ubyte.gz": gzipped(idxFile([2], Uint8Array.of(7, 2))),
};
const cifar = { "data_batch_1.bin": cifarFile([6, 9], photographs(2, 3)), "data_batch_2.bin": cifarFile([1], photographs(1, 4)), "test_batch.bin": cifarFile([3, 8], photographs(2, 5)) };
const svhn = { "train_32x32.mat": svhnFile([1, 10], photographs(2, 6)), "test_32x32.mat": svhnFile([5], photographs(1, 7), { compressed: false }) };

describe("loadDataset", () => {
  it("reads MNIST", () => {
    const { name, variant, train, test, shared } = loadDataset("mnist", folderOf(mnist));
    expect({ name, variant, shared }).toEqual({ name: "mnist", variant: "official", shared: { equal: 0, alike: 0, of: 2 } });
    expect(train).toMatchObject({ name: "mnist", pixels: digits(3, 1), shape: [1, 28, 28], labels: Int32Array.of(5, 0, 4), classes: 10, source: { split: "training split", complete: false } });
    expect(test).toMatchObject({ pixels: digits(2, 2), labels: Int32Array.of(7, 2), source: { split: "test split" } });
    expect(test.classNames[7]).toBe("7");
    expect(test.source.files.map((path) => path.split("/").at(-1))).toEqual(["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"]);
  });
  it("reads CIFAR-10's batches one after the other, as many as there are", () => {
    const { train, test } = loadDataset("cifar10", folderOf(cifar));
    expect(train).toMatchObject({ shape: [3, 32, 32], labels: Int32Array.of(6, 9, 1) });
    expect(train.pixels).toEqual(new Uint8Array(Buffer.concat([photographs(2, 3), photographs(1, 4)])));
    expect(train.classNames[train.labels[1]]).toBe("truck");
    expect(test.labels).toEqual(Int32Array.of(3, 8));
  });
  it("reads SVHN, label 10 as the digit 0", () => {
    const { train, test } = loadDataset("svhn", folderOf(svhn));
    expect(train).toMatchObject({ pixels: photographs(2, 6), labels: Int32Array.of(1, 0) });
    expect(test).toMatchObject({ pixels: photographs(1, 7), labels: Int32Array.of(5) });
  });
  it.each<[DatasetName, string, Record<string, Uint8Array>]>([
    ["mnist", "mnist", mnist], ["mnist", "MNIST/raw", mnist], ["cifar10", "cifar10", cifar], ["cifar10", "cifar-10-batches-bin", cifar], ["cifar10", "cifar10/cifar-10-batches-bin", cifar], ["svhn", "svhn", svhn],
  ])("finds %s in the folder %s too", (name, inside, files) => {
    const folder = folderOf(Object.fromEntries(Object.entries(files).map(([file, bytes]) => [join(inside, file), bytes])));
    expect(loadDataset(name, folder)).toMatchObject({ train: { pixels: loadDataset(name, join(folder, inside)).train.pixels } });
  });
  it("takes files under the names that unpacking gives them", () => {
    const folder = folderOf({ "train-images-idx3-ubyte": idxFile([3, 28, 28], digits(3, 1)), "train-labels.idx1-ubyte": idxFile([3], Uint8Array.of(1, 2, 3)), "t10k-images.idx3-ubyte": idxFile([1, 28, 28], digits(1, 2)), "t10k-labels-idx1-ubyte": idxFile([1], Uint8Array.of(9)) });
    expect(loadDataset("mnist", folder).train).toMatchObject({ pixels: digits(3, 1), labels: Int32Array.of(1, 2, 3) });
    expect(loadDataset("cifar10", folderOf({ "data_batch_1.bin.gz": gzipped(cifar["data_batch_1.bin"]), "test_batch.bin": cifar["test_batch.bin"] })).train.labels).toEqual(Int32Array.of(6, 9));
  });
  it("reads the variants when asked, and only then", () => {
    const parts = folderOf({ "test_32x32.part-a.mat": svhnFile([1], photographs(1, 8)), "test_32x32.part-b.mat": svhnFile([2], photographs(1, 9)) });
    expect(loadDataset("svhn", parts, { variant: "parts" })).toMatchObject({ variant: "parts", train: { labels: Int32Array.of(1), source: { split: "test split, part a", complete: false } }, test: { labels: Int32Array.of(2), source: { split: "test split, part b" } } });
    expect(() => loadDataset("svhn", parts)).toThrow("missing: train_32x32.mat or train_32x32.subset.mat; test_32x32.mat or test_32x32.subset.mat.");
    const jpeg = folderOf({ ...cifar, "jpeg/data_batch_1.bin": cifarFile([0], photographs(1, 10)), "jpeg/test_batch.bin": cifarFile([1], photographs(1, 11)) });
    expect(loadDataset("cifar10", jpeg, { variant: "jpeg" })).toMatchObject({ train: { labels: Int32Array.of(0), source: { split: "training split, JPEG" } } });
    expect(loadDataset("cifar10", jpeg).train.labels).toHaveLength(3);
  });

  const without = (files: Record<string, Uint8Array>, ...names: string[]) => folderOf(Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name))));
  it("says which files are missing, where they come from, and how to get them", () => {
    const folder = without(mnist, "t10k-labels-idx1-ubyte.gz");
    expect(messageOf(() => loadDataset("mnist", folder))).toBe(`FileError: mnist in ${folder}: missing: t10k-labels-idx1-ubyte.gz or t10k-labels-idx1-ubyte or t10k-labels.idx1-ubyte.
  Expected the four files of http://yann.lecun.com/exdb/mnist/, in ${folder} or ${folder}/mnist or ${folder}/MNIST/raw.
  Mend: npx lemmagrad images fetch --dataset mnist --data ${folder}`);
    const none = join(root, "none");
    expect(messageOf(() => loadDataset("cifar10", none))).toBe(`FileError: cifar10 in ${none}: there is no such folder.
  Expected the .bin files of cifar-10-binary.tar.gz, from https://www.cs.toronto.edu/~kriz/cifar.html.
  Mend: npx lemmagrad images fetch --dataset cifar10 --data ${none}`);
    expect(messageOf(() => loadDataset("svhn", folder, { variant: "parts" }))).toMatch(/missing: test_32x32\.part-a\.mat; test_32x32\.part-b\.mat\..*nobody publishes them.*\n {2}Mend: put them there, or leave the variant out\./s);
  });
  it("does not pass over a batch in the middle", () => {
    const folder = folderOf({ ...cifar, "data_batch_4.bin": cifarFile([1], photographs(1, 12)) });
    expect(() => loadDataset("cifar10", folder)).toThrow("missing: data_batch_3.bin or data_batch_3.bin.gz.");
  });
  it.each<[string, Record<string, Uint8Array>, string]>([
    ["images and labels of different splits", { ...mnist, "t10k-labels-idx1-ubyte.gz": mnist["train-labels-idx1-ubyte.gz"] }, "there are 2 images and 3 labels.\n  Expected one label an image.\n  Mend: take both files of one split."],
    ["labels for images", { ...mnist, "t10k-images-idx3-ubyte.gz": mnist["t10k-labels-idx1-ubyte.gz"] }, "it has 1 axes.\n  Expected images, which have 3."],
    ["images for labels", { ...mnist, "t10k-labels-idx1-ubyte.gz": mnist["t10k-images-idx3-ubyte.gz"] }, "it has 3 axes.\n  Expected labels, which have 1."],
    ["a label beyond 9", { ...mnist, "t10k-labels-idx1-ubyte.gz": gzipped(idxFile([2], Uint8Array.of(1, 10))) }, "the label of image 1 is 10."],
    ["images of another size", { ...mnist, "train-images-idx3-ubyte.gz": gzipped(idxFile([3, 27, 28], digits(3, 1).subarray(0, 3 * 27 * 28))) }, "the images are of size [1, 27, 28].\n  Expected [1, 28, 28]: channels, rows, columns."],
    ["no images", { ...mnist, "train-images-idx3-ubyte.gz": gzipped(idxFile([0, 28, 28], new Uint8Array())), "train-labels-idx1-ubyte.gz": gzipped(idxFile([0], new Uint8Array())) }, "it has no images"],
    ["the training images as test images", { ...mnist, "t10k-images-idx3-ubyte.gz": mnist["train-images-idx3-ubyte.gz"], "t10k-labels-idx1-ubyte.gz": mnist["train-labels-idx1-ubyte.gz"] }, "3 of the 3 images of the smaller set are in the other one too, 3 of them byte for byte.\n  Expected two sets of different photographs."],
  ])("refuses MNIST with %s", (_kind, files, words) => {
    const folder = folderOf(files);
    expect(() => loadDataset("mnist", folder)).toThrow(FileError);
    expect(messageOf(() => loadDataset("mnist", folder))).toContain(words);
  });
  it("refuses a batch under another's name", () => {
    const folder = folderOf({ ...cifar, "data_batch_3.bin": cifar["data_batch_1.bin"] });
    expect(messageOf(() => loadDataset("cifar10", folder))).toMatch(/data_batch_1\.bin and .*data_batch_3\.bin: 2 of the 2 images .* Mend: each batch has photographs of its own/s);
  });
  it("refuses names, variants and options it does not know", () => {
    const folder = folderOf(mnist);
    expect(messageOf(() => loadDataset("imagenet" as DatasetName, folder))).toBe('ParameterError: loadDataset: there is no dataset "imagenet".\n  Expected one of mnist, cifar10, svhn.');
    expect(messageOf(() => loadDataset("mnist", folder, { variant: "jpeg" }))).toBe('ParameterError: loadDataset: mnist has no variant "jpeg".\n  Expected one of official.');
    expect(() => loadDataset("mnist", folder, { variant: "toString" as Variant })).toThrow(ParameterError);
    expect(() => loadDataset("constructor" as DatasetName, folder)).toThrow(ParameterError);
    expect(() => loadDataset("mnist", folder, { split: "train" } as object)).toThrow('there is no option "split"');
  });
  it("names a folder or an unreadable thing in a file's place", () => {
    const folder = folderOf(cifar);
    rmSync(join(folder, "test_batch.bin"));
    mkdirSync(join(folder, "test_batch.bin"));
    expect(messageOf(() => loadDataset("cifar10", folder))).toContain("test_batch.bin: it is no file.");
    expect(messageOf(() => loadDataset("svhn", folderOf(svhn), { maxBytes: 100 }))).toContain("train_32x32.mat: it holds 6");
    renameSync(join(folder, "data_batch_1.bin"), join(folder, "test"));
    expect(messageOf(() => loadDataset("cifar10", join(folder, "test")))).toContain("missing: data_batch_1.bin");
  });
});

describe("copies of photographs", () => {
  const set = (pixels: Uint8Array, labels: number[]) => ({ pixels, labels: Int32Array.from(labels), shape: [3, 32, 32] as [number, number, number] });
  /** Smooth random pictures, as photographs are: a few waves in each channel. */
  const smooth = (count: number, seed: number) => {
    const waves = randomBytes(count * 3 * 12, seed);
    return Uint8Array.from({ length: count * 3072 }, (_, at) => {
      const [image, channel, row, column] = [Math.floor(at / 3072), Math.floor(at / 1024) % 3, Math.floor(at / 32) % 32, at % 32];
      let value = 0;
      for (let wave = 0; wave < 4; wave++) {
        const [a, b, c] = waves.subarray((image * 3 + channel) * 12 + 3 * wave);
        value += Math.sin((a - 128) / 600 * row + (b - 128) / 600 * column + c);
      }
      return 128 + 30 * value;
    });
  };
  /** Noise of mean square 65, which is what JPEG did to the samples of CIFAR-10. */
  const noisy = (pixels: Uint8Array) => {
    const noise = randomBytes(pixels.length, 77, 29);
    return Uint8Array.from(pixels, (value, at) => Math.max(0, Math.min(255, value + noise[at] - 14)));
  };
  const labels = Array.from({ length: 50 }, (_, at) => at % 10);
  const pictures = smooth(50, 20);
  it("are counted: the same bytes, and the same picture with noise", () => {
    expect(overlapOf(set(pictures, labels), set(smooth(50, 21), labels))).toEqual({ equal: 0, alike: 0, of: 50 });
    expect(overlapOf(set(pictures, labels), set(pictures, labels))).toEqual({ equal: 50, alike: 50, of: 50 });
    expect(overlapOf(set(pictures, labels), set(noisy(pictures), labels))).toEqual({ equal: 0, alike: 50, of: 50 });
    const some = new Uint8Array(Buffer.concat([smooth(5, 22), noisy(pictures).subarray(0, 2 * 3072), pictures.subarray(2 * 3072, 3 * 3072)]));
    for (const [a, b] of [[set(some, [0, 1, 2, 3, 4, 0, 1, 2]), set(pictures, labels)], [set(pictures, labels), set(some, [0, 1, 2, 3, 4, 0, 1, 2])]]) expect(overlapOf(a, b)).toEqual({ equal: 1, alike: 3, of: 8 });
  });
  it("are not believed of a hash alone", () => {
    // 4e10 pairs and 4.3e9 hashes: nine collisions are to be expected
    const many = (seed: number) => ({ pixels: randomBytes(8 * 200_000, seed), labels: new Int32Array(200_000), shape: [1, 1, 8] as [number, number, number] });
    expect(overlapOf(many(30), many(31))).toEqual({ equal: 0, alike: 0, of: 200_000 });
  });
  it("of another class are none, unless the bytes are the same", () => {
    const others = labels.map((label) => (label + 1) % 10);
    expect(overlapOf(set(pictures, labels), set(noisy(pictures), others))).toEqual({ equal: 0, alike: 0, of: 50 });
    expect(overlapOf(set(pictures, labels), set(pictures, others))).toEqual({ equal: 50, alike: 50, of: 50 });
  });
  it("are refused from 2 % on", () => {
    const named = (pixels: Uint8Array, own: number[], split: string) => ({ ...set(pixels, own), name: "cifar10" as const, classes: 10, classNames: [], source: { split, files: [`${split}.bin`], complete: false, citation: "", licence: "" } });
    const fresh = smooth(50, 23);
    const train = named(fresh, labels, "train");
    expect(checkDistinct(train, named(smooth(60, 24), [...labels, ...labels.slice(0, 10)], "test"))).toEqual({ equal: 0, alike: 0, of: 50 });
    const one = fresh.slice();
    one.set(noisy(pictures).subarray(0, 3072));
    expect(messageOf(() => checkDistinct(named(pictures, labels, "train"), named(one, labels, "test")))).toContain("FileError: train (train.bin) and test (test.bin): 1 of the 50 images of the smaller set are in the other one too, 0 of them byte for byte.");
    const many = new Uint8Array(Buffer.concat([fresh, smooth(51, 25)]));
    many.set(pictures.subarray(0, 3072));
    // one of a hundred and one: below 2 %
    const big = named(many, Array.from({ length: 101 }, (_, at) => at % 10), "test");
    const bigger = named(new Uint8Array(Buffer.concat([pictures, smooth(60, 26)])), Array.from({ length: 110 }, (_, at) => at % 10), "train");
    expect(checkDistinct(bigger, big)).toEqual({ equal: 1, alike: 1, of: 101 });
  });
  it("are looked for among images of one size only", () => {
    expect(() => overlapOf(set(pictures, labels), { ...set(pictures, labels), shape: [1, 28, 28] })).toThrow(ParameterError);
  });
});

describe("selections", () => {
  const { train } = loadDataset("cifar10", folderOf(cifar));
  it("become pixels from 0 to 1, channels first", () => {
    const x = imagePixels(train, [2, 0, 2]);
    expect([x.shape, x.data.constructor]).toEqual([[3, 3, 32, 32], Float32Array]);
    for (const [at, image] of [2, 0, 2].entries()) {
      for (const [channel, row, column] of [[0, 0, 0], [1, 2, 3], [2, 31, 30]]) expect(x.get(at, channel, row, column)).toBe(Math.fround(train.pixels[image * 3072 + channel * 1024 + row * 32 + column] / 255));
    }
    const all = imagePixels(train, undefined, { dtype: "float64" });
    expect([all.shape, all.data[5]]).toEqual([[3, 3, 32, 32], train.pixels[5] / 255]);
    expect(item(imagePixels({ pixels: Uint8Array.of(255), shape: [1, 1, 1], labels: Int32Array.of(0) }))).toBe(1);
    expect(imagePixels(train, []).shape).toEqual([0, 3, 32, 32]);
  });
  it("become sets of their own", () => {
    const chosen = selectImages(train, [2, 0]);
    expect(chosen.labels).toEqual(Int32Array.of(1, 6));
    expect(chosen.pixels).toEqual(new Uint8Array(Buffer.concat([photographs(1, 4), photographs(2, 3).subarray(0, 3072)])));
    expect(classCounts(train)).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 0, 1]);
    expect(classCounts(selectImages(train, []))).toEqual(new Array(10).fill(0));
  });
  it.each([3, -1, 0.5, NaN])("refuse the index %d", (index) => {
    expect(messageOf(() => imagePixels(train, [0, index]))).toBe(`ParameterError: imagePixels: there is no image ${index}.\n  Expected integers from 0 to 2: the set has 3 images.`);
    expect(() => selectImages(train, [index])).toThrow(ParameterError);
  });
  it("refuse another element type", () => {
    expect(() => imagePixels(train, [0], { dtype: "int8" as "float32" })).toThrow('the option dtype is "int8"');
  });
});
