/**
 * A dataset from the files in a folder, under the names they are published with, or those of samples of them.
 *
 * Files are looked for in the folder itself and in those that downloads and other tools make in it. What is there in
 * several forms is read in the first form listed.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { FileError, ParameterError, shapeText } from "../../errors/index.ts";
import { optionsOf, shown } from "../../errors/options.ts";
import { catalogue, type DatasetName, datasetNames } from "./catalogue.ts";
import { parseCifar10 } from "./cifar10.ts";
import { type DatasetSplit, pixelCount } from "./dataset-split.ts";
import { parseIdx } from "./idx.ts";
import { damaged, defaultMaxBytes, type LabelledImages, readBytes, type ReadOptions } from "./limits.ts";
import { checkDistinct, type Overlap, printsOf, refuseCopies } from "./overlap.ts";
import { parseSvhn } from "./svhn.ts";

/**
 * "official": the published files (or, under their names, parts of them). "jpeg" (cifar10): batches in a folder jpeg,
 * whose pixels went through JPEG. "parts" (svhn): part a of the test split to fit on, part b of it to judge on.
 */
export type Variant = "official" | "jpeg" | "parts";

export interface LoadOptions extends ReadOptions {
  /** Default "official". */
  variant?: Variant;
}

export interface Dataset {
  name: DatasetName;
  variant: Variant;
  /** To fit on. */
  train: DatasetSplit;
  /** To judge on. */
  test: DatasetSplit;
  /** Images that both have, when they are few; many are an error. */
  shared: Overlap;
}

interface Layout {
  /** Folders inside the named one, in the order they are tried. */
  folders: readonly string[];
  train: Split;
  test: Split;
  /** Said when a file is missing. */
  origin: string;
  /** Whether `lemmagrad images fetch` gets them. */
  fetched: boolean;
}

interface Split {
  words: string;
  /** Files that make up the split; each by its possible names. */
  files: readonly (readonly string[])[];
  /** How many of them are needed; the others may be missing from the end. */
  needed: number;
  read(contents: readonly { path: string; bytes: Uint8Array }[], options: ReadOptions): LabelledImages;
}

const plainOrGzip = (...names: string[]) => [...names, ...names.map((name) => `${name}.gz`)];
const idxFile = (name: string, axes: number) => [`${name}-idx${axes}-ubyte.gz`, `${name}-idx${axes}-ubyte`, `${name}.idx${axes}-ubyte`];
const mnistSplit = (words: string, name: string): Split => ({ words, files: [idxFile(`${name}-images`, 3), idxFile(`${name}-labels`, 1)], needed: 2, read: readMnist });
const cifarFolders = ["", "cifar10", "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin"];
const cifarSplits = (words: string): Pick<Layout, "train" | "test"> => ({
  train: { words: `training split${words}`, files: [1, 2, 3, 4, 5].map((batch) => plainOrGzip(`data_batch_${batch}.bin`)), needed: 1, read: joined(parseCifar10) },
  test: { words: `test split${words}`, files: [plainOrGzip("test_batch.bin")], needed: 1, read: joined(parseCifar10) },
});
const svhnSplit = (words: string, names: readonly string[]): Split => ({ words, files: [names], needed: 1, read: joined(parseSvhn) });

const layouts: Readonly<Record<DatasetName, Partial<Record<Variant, Layout>>>> = {
  mnist: {
    official: {
      folders: ["", "mnist", "MNIST/raw"], train: mnistSplit("training split", "train"), test: mnistSplit("test split", "t10k"),
      origin: `the four files of ${catalogue.mnist.home}`, fetched: true,
    },
  },
  cifar10: {
    official: { folders: cifarFolders, ...cifarSplits(""), origin: `the .bin files of cifar-10-binary.tar.gz, from ${catalogue.cifar10.home}`, fetched: true },
    jpeg: { folders: cifarFolders.map((folder) => join(folder, "jpeg")), ...cifarSplits(", JPEG"), origin: "batches in the official binary layout whose pixels went through JPEG; nobody publishes them in this form", fetched: false },
  },
  svhn: {
    official: {
      folders: ["", "svhn"], train: svhnSplit("training split", ["train_32x32.mat", "train_32x32.subset.mat"]), test: svhnSplit("test split", ["test_32x32.mat", "test_32x32.subset.mat"]),
      origin: `train_32x32.mat and test_32x32.mat of ${catalogue.svhn.home}`, fetched: true,
    },
    parts: {
      folders: ["", "svhn"], train: svhnSplit("test split, part a", ["test_32x32.part-a.mat"]), test: svhnSplit("test split, part b", ["test_32x32.part-b.mat"]),
      origin: "two disjoint parts of the official test split, for use where the training split is not at hand; nobody publishes them in this form", fetched: false,
    },
  },
};

const checkOptions = optionsOf("loadDataset", {
  variant: { words: '"official", "jpeg" (cifar10) or "parts" (svhn).', holds: (value) => typeof value === "string" },
  maxBytes: { words: "a number of bytes.", holds: (value) => typeof value === "number" && value > 0 },
});

/**
 * The training and the test split of a dataset, read from `folder`.
 *
 * CIFAR-10's batches may be missing from the end: what is there from data_batch_1 on is the training split.
 *
 * Shapes: pixels of [N, 1, 28, 28] for mnist, [N, 3, 32, 32] for the others.
 * Errors: ParameterError on an unknown name or variant; FileError when files are missing (the message says which, where
 *         they come from and how to get them), are damaged, do not fit together, or hold the same images in both splits.
 * Cost:   a byte a pixel, and the files one at a time.
 */
export function loadDataset(name: DatasetName, folder: string, options: LoadOptions = {}): Dataset {
  checkOptions(options);
  const { variant = "official", maxBytes = defaultMaxBytes } = options;
  const layout = layoutOf(name, variant);
  const where = `${name} in ${folder}`;
  if (!existsSync(folder)) throw new FileError({ where, problem: "there is no such folder.", expected: layout.origin + ".", mend: howToGet(name, folder, layout) });
  const inside = layout.folders.map((own) => join(folder, own)).find((own) => [layout.train, layout.test].some(({ files }) => pathOf(own, files[0]) !== undefined)) ?? folder;
  const missing = [layout.train, layout.test].flatMap(({ files, needed }) => {
    const last = files.findLastIndex((names) => pathOf(inside, names) !== undefined);
    return files.slice(0, Math.max(needed, last + 1)).filter((names) => pathOf(inside, names) === undefined);
  });
  if (missing.length > 0) {
    throw new FileError({
      where, problem: `missing: ${missing.map((names) => names.join(" or ")).join("; ")}.`,
      expected: `${layout.origin}, in ${layout.folders.map((own) => join(folder, own)).join(" or ")}.`, mend: howToGet(name, folder, layout),
    });
  }
  const [train, test] = (["train", "test"] as const).map((split) => readSplit(name, layout[split], inside, variant === "official" ? catalogue[name].official[split] : undefined, { maxBytes }));
  return { name, variant, train, test, shared: checkDistinct(train, test) };
}

function layoutOf(name: DatasetName, variant: Variant): Layout {
  if (!Object.hasOwn(layouts, name)) throw new ParameterError({ where: "loadDataset", problem: `there is no dataset ${shown(name)}.`, expected: `one of ${datasetNames.join(", ")}.` });
  const layout = Object.hasOwn(layouts[name], variant) ? layouts[name][variant] : undefined;
  if (layout === undefined) throw new ParameterError({ where: "loadDataset", problem: `${name} has no variant ${shown(variant)}.`, expected: `one of ${Object.keys(layouts[name]).join(", ")}.` });
  return layout;
}

function howToGet(name: DatasetName, folder: string, { fetched }: Layout): string {
  return fetched ? `npx lemmagrad images fetch --dataset ${name} --data ${folder}` : "put them there, or leave the variant out.";
}

/** The first of these names that is a file of the folder. */
function pathOf(folder: string, names: readonly string[]): string | undefined {
  return names.map((name) => join(folder, name)).find((path) => existsSync(path));
}

function readSplit(name: DatasetName, { words, files, read }: Split, folder: string, official: number | undefined, options: ReadOptions): DatasetSplit {
  const { classNames, image, citation, licence } = catalogue[name];
  const paths = files.map((names) => pathOf(folder, names)).filter((path) => path !== undefined);
  const { pixels, labels, shape } = read(paths.map((path) => ({ path, get bytes() { return readBytes(path, options); } })), options);
  if (shape.join() !== image.join()) {
    throw new FileError({ where: paths[0], problem: `the images are of size ${shapeText(shape)}.`, expected: `${shapeText(image)}: channels, rows, columns.`, mend: "take the files as they are published." });
  }
  return { name, pixels, shape, labels, classes: classNames.length, classNames, source: { split: words, files: paths, complete: labels.length === official, citation, licence } };
}

function readMnist([images, labels]: readonly { path: string; bytes: Uint8Array }[], options: ReadOptions): LabelledImages {
  const [image, label] = [parseIdx(images.bytes, images.path, options), parseIdx(labels.bytes, labels.path, options)];
  for (const [{ path }, { shape }, axes, words] of [[images, image, 3, "images"], [labels, label, 1, "labels"]] as const) {
    if (shape.length !== axes) {
      throw new FileError({ where: path, problem: `it has ${shape.length} axes.`, expected: `${words}, which have ${axes}.`, mend: "name the files as they are published: images are idx3, labels idx1." });
    }
  }
  const [count, rows, columns] = image.shape;
  if (count === 0) throw damaged(images.path, "it has no images");
  if (count !== label.shape[0]) {
    throw new FileError({ where: `${images.path} and ${labels.path}`, problem: `there are ${count} images and ${label.shape[0]} labels.`, expected: "one label an image.", mend: "take both files of one split." });
  }
  const wrong = label.data.findIndex((own) => own > 9);
  if (wrong >= 0) throw new FileError({ where: labels.path, problem: `the label of image ${wrong} is ${label.data[wrong]}.`, expected: "labels from 0 to 9." });
  return { pixels: image.data, shape: [1, rows, columns], labels: Int32Array.from(label.data) };
}

/** Reads files one after the other and joins them; two that hold the same images are refused. */
function joined(parse: (bytes: Uint8Array, where: string, options: ReadOptions) => LabelledImages) {
  return (contents: readonly { path: string; bytes: Uint8Array }[], options: ReadOptions): LabelledImages => {
    const parts = contents.map((content) => parse(content.bytes, content.path, options));
    if (parts.length === 1) return parts[0];
    const prints = parts.map(printsOf);
    for (let at = 1; at < parts.length; at++) {
      for (let before = 0; before < at; before++) refuseCopies(prints[before], contents[before].path, prints[at], contents[at].path, "each batch has photographs of its own: look whether one was copied under another's name.");
    }
    const size = pixelCount(parts[0]);
    const count = parts.reduce((sum, { labels }) => sum + labels.length, 0);
    const pixels = new Uint8Array(count * size);
    const labels = new Int32Array(count);
    let at = 0;
    for (const part of parts) {
      pixels.set(part.pixels, at * size);
      labels.set(part.labels, at);
      at += part.labels.length;
    }
    return { pixels, labels, shape: parts[0].shape };
  };
}
