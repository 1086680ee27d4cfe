/** Images of one split of a dataset, and pixels of a selection of them as an array. */
import { ParameterError } from "../../errors/index.ts";
import { optionsOf, shown } from "../../errors/options.ts";
import { fromBuffer, type NdArray } from "../../ndarray/index.ts";
import type { DatasetName } from "./catalogue.ts";
import type { LabelledImages } from "./limits.ts";

/** Where images came from. */
export interface SplitSource {
  /** In words: "test split, part a". */
  split: string;
  files: readonly string[];
  /** Whether there are as many images as the official split has. */
  complete: boolean;
  /** How to cite them, and what their makers allow. */
  citation: string;
  licence: string;
}

/** Images, channels first, with the class of each; the same layout for every dataset. */
export interface DatasetSplit extends LabelledImages {
  name: DatasetName;
  /** How many classes there are. */
  classes: number;
  /** Name of each class; labels index them. */
  classNames: readonly string[];
  source: SplitSource;
}

export interface PixelOptions {
  /** Element type of the array; default "float32". */
  dtype?: "float32" | "float64";
}

const checkPixelOptions = optionsOf("imagePixels", { dtype: { words: '"float32" or "float64".', holds: (value) => value === "float32" || value === "float64" } });

/**
 * Pixels of the chosen images (all, when none are named) as numbers from 0 to 1: the byte divided by 255.
 *
 * Shapes:  n indices -> [n, channels, rows, columns].
 * Units:   1 is full brightness.
 * Errors:  ParameterError on an index that is no image.
 * Cost:    4 or 8 bytes a pixel.
 */
export function imagePixels(set: LabelledImages, indices?: ArrayLike<number>, options: PixelOptions = {}): NdArray {
  checkPixelOptions(options);
  const size = pixelCount(set);
  const chosen = indices ?? Array.from(set.labels.keys());
  const data = options.dtype === "float64" ? new Float64Array(chosen.length * size) : new Float32Array(chosen.length * size);
  for (let at = 0, out = 0; at < chosen.length; at++) {
    const start = checkIndex(chosen[at], set, "imagePixels") * size;
    for (let pixel = 0; pixel < size; pixel++) data[out++] = set.pixels[start + pixel] / 255;
  }
  return fromBuffer(data, [chosen.length, ...set.shape]);
}

/** The chosen images as a set of their own, in the order named. Errors: ParameterError on an index that is no image. */
export function selectImages<Images extends LabelledImages>(set: Images, indices: ArrayLike<number>): Images {
  const size = pixelCount(set);
  const pixels = new Uint8Array(indices.length * size);
  const labels = new Int32Array(indices.length);
  for (let at = 0; at < indices.length; at++) {
    const from = checkIndex(indices[at], set, "selectImages");
    pixels.set(set.pixels.subarray(from * size, (from + 1) * size), at * size);
    labels[at] = set.labels[from];
  }
  return { ...set, pixels, labels };
}

/** How many images each class has, in the order of the labels. */
export function classCounts({ labels, classes }: Pick<DatasetSplit, "labels" | "classes">): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label]++;
  return counts;
}

/** Pixels of one image. */
export function pixelCount({ shape: [channels, rows, columns] }: LabelledImages): number {
  return channels * rows * columns;
}

function checkIndex(index: number, { labels }: LabelledImages, where: string): number {
  if (!Number.isInteger(index) || index < 0 || index >= labels.length) {
    throw new ParameterError({ where, problem: `there is no image ${shown(index)}.`, expected: labels.length === 0 ? "no index at all: the set is empty." : `integers from 0 to ${labels.length - 1}: the set has ${labels.length} images.` });
  }
  return index;
}
