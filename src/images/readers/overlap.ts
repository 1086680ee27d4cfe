/**
 * Whether two sets of images hold the same photographs: a network is not to be judged on images it was trained on.
 *
 * Two tests. *Equal*: every byte is the same (found by a hash, then compared). *Alike*: same class, and the means over
 * blocks of 4x4 pixels differ by at most 4 levels of 255 (root mean square over blocks and channels); that is
 * how a photograph compares with its own copy after JPEG compression. It is asked of colour images only: two digits
 * written alike are not one digit.
 */
import { FileError, ParameterError, shapeText } from "../../errors/index.ts";
import { type DatasetSplit, pixelCount } from "./dataset-split.ts";
import type { LabelledImages } from "./limits.ts";

/** How many images of the smaller set are found again in the other one. */
export interface Overlap {
  /** Byte for byte. */
  equal: number;
  /** Equal, or the same photograph as far as block means tell. */
  alike: number;
  /** Images of the smaller set. */
  of: number;
}

const block = 4;
/** Root mean square over blocks and channels, in levels of 255. */
const alikeWithin = 4;
/** Share of the smaller set from which two sets count as overlapping: the official splits have a few images in common. */
const mostShared = 0.02;

/** What two sets are compared by; made once for each. */
export interface Prints {
  images: LabelledImages;
  /** Of each image. */
  hashes: Int32Array;
  /** Block means, `length` numbers an image; none of grey images. */
  means?: Float32Array;
  length: number;
}

export function printsOf(images: LabelledImages): Prints {
  const size = pixelCount(images);
  const hashes = Int32Array.from(images.labels, (_label, image) => hashOf(images.pixels, image * size, size));
  const [channels, rows, columns] = images.shape;
  const length = channels * Math.ceil(rows / block) * Math.ceil(columns / block);
  return { images, hashes, length, ...(channels > 1 && { means: blockMeans(images) }) };
}

/**
 * How many images of the smaller of two sets are in the other one too.
 *
 * Errors: ParameterError when their images are of different sizes.
 * Cost:   time in the order of all bytes, and of the pairs of one class that are equally bright.
 */
export function overlapOf(a: LabelledImages, b: LabelledImages): Overlap {
  if (a.shape.join() !== b.shape.join()) {
    throw new ParameterError({ where: "overlapOf", problem: `the images are of sizes ${shapeText(a.shape)} and ${shapeText(b.shape)}.`, expected: "two sets of one dataset." });
  }
  return overlapOfPrints(printsOf(a), printsOf(b));
}

function overlapOfPrints(a: Prints, b: Prints): Overlap {
  const [small, large] = a.hashes.length <= b.hashes.length ? [a, b] : [b, a];
  const found = equalImages(small, large);
  const equal = found.reduce((sum, flag) => sum + flag, 0);
  markAlike(small, large, found);
  return { equal, alike: found.reduce((sum, flag) => sum + flag, 0), of: found.length };
}

/**
 * What two sets share, when it is little enough to call them distinct: below 2 % of the smaller one.
 *
 * Errors: FileError when it is more, as with one file under two names, or the JPEG and the exact copy of one batch.
 */
export function checkDistinct(train: DatasetSplit, test: DatasetSplit): Overlap {
  const words = ({ source: { split, files } }: DatasetSplit) => `${split} (${files.join(", ")})`;
  return refuseCopies(printsOf(train), words(train), printsOf(test), words(test), "do not train and judge on the same images: look whether a file was copied under another's name, or exact and JPEG copies of one split were mixed.");
}

/** The same for any two sets, called so in the message. */
export function refuseCopies(a: Prints, wordsA: string, b: Prints, wordsB: string, mend: string): Overlap {
  const shared = overlapOfPrints(a, b);
  if (shared.alike >= 1 && shared.alike >= mostShared * shared.of) {
    throw new FileError({
      where: `${wordsA} and ${wordsB}`, problem: `${shared.alike} of the ${shared.of} images of the smaller set are in the other one too, ${shared.equal} of them byte for byte.`,
      expected: "two sets of different photographs.", mend,
    });
  }
  return shared;
}

/** 1 for every image of `small` that `large` holds byte for byte. */
function equalImages(small: Prints, large: Prints): Uint8Array {
  const size = pixelCount(small.images);
  const byHash = new Map<number, number[]>();
  for (const [image, hash] of small.hashes.entries()) {
    const sameHash = byHash.get(hash);
    if (sameHash === undefined) byHash.set(hash, [image]);
    else sameHash.push(image);
  }
  const found = new Uint8Array(small.hashes.length);
  for (const [image, hash] of large.hashes.entries()) {
    for (const own of byHash.get(hash) ?? []) {
      if (found[own] === 0 && areEqual(small.images.pixels, own * size, large.images.pixels, image * size, size)) found[own] = 1;
    }
  }
  return found;
}

/** FNV-1a over 32 bits. */
function hashOf(bytes: Uint8Array, start: number, size: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < start + size; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  return hash;
}

function areEqual(a: Uint8Array, startA: number, b: Uint8Array, startB: number, size: number): boolean {
  for (let at = 0; at < size; at++) if (a[startA + at] !== b[startB + at]) return false;
  return true;
}

/** Marks the images of `small` of which `large` holds another copy. */
function markAlike(small: Prints, large: Prints, found: Uint8Array): void {
  const { length } = small;
  const [own, other] = [small.means, large.means];
  if (own === undefined || other === undefined) return;
  const limit = alikeWithin ** 2 * length;
  for (const label of new Set(small.images.labels)) {
    const candidates = brightnessOf(large.images, other, length, label);
    for (const { image, brightness } of brightnessOf(small.images, own, length, label)) {
      if (found[image] === 1) continue;
      // the difference of the means is at most the root mean square of the differences
      for (let at = firstFrom(candidates, brightness - alikeWithin); at < candidates.length && candidates[at].brightness <= brightness + alikeWithin; at++) {
        if (squaredDistance(own, image * length, other, candidates[at].image * length, length, limit) <= limit) {
          found[image] = 1;
          break;
        }
      }
    }
  }
}

/** Mean of every block of every channel of every image; blocks at the edges may be smaller. */
function blockMeans({ pixels, labels, shape: [channels, rows, columns] }: LabelledImages): Float32Array {
  const [blockRows, blockColumns] = [Math.ceil(rows / block), Math.ceil(columns / block)];
  const means = new Float32Array(labels.length * channels * blockRows * blockColumns);
  for (let plane = 0, out = 0; plane < labels.length * channels; plane++) {
    for (let top = 0; top < rows; top += block) {
      for (let left = 0; left < columns; left += block) {
        const [bottom, right] = [Math.min(top + block, rows), Math.min(left + block, columns)];
        let sum = 0;
        for (let row = top; row < bottom; row++) {
          const line = (plane * rows + row) * columns;
          for (let column = left; column < right; column++) sum += pixels[line + column];
        }
        means[out++] = sum / ((bottom - top) * (right - left));
      }
    }
  }
  return means;
}

interface Brightness {
  image: number;
  brightness: number;
}

/** Images of one class by mean brightness. */
function brightnessOf({ labels }: LabelledImages, means: Float32Array, length: number, label: number): Brightness[] {
  const list: Brightness[] = [];
  for (let image = 0; image < labels.length; image++) {
    if (labels[image] !== label) continue;
    let sum = 0;
    for (let at = 0; at < length; at++) sum += means[image * length + at];
    list.push({ image, brightness: sum / length });
  }
  return list.sort((a, b) => a.brightness - b.brightness);
}

function firstFrom(sorted: readonly Brightness[], least: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle].brightness < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Stops when it is beyond the limit. */
function squaredDistance(a: Float32Array, startA: number, b: Float32Array, startB: number, length: number, limit: number): number {
  let sum = 0;
  for (let at = 0; at < length && sum <= limit; at++) sum += (a[startA + at] - b[startB + at]) ** 2;
  return sum;
}
