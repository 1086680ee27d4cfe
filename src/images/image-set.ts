/** Labelled images in memory, and batches of them as arrays. */
import { ParameterError, ShapeError } from "../errors/index.ts";
import { fromBuffer, type NdArray } from "../ndarray/index.ts";

/** Images one behind the other, channels first. Bytes stand for pixels of 0 to 1 in 255 steps; floats are pixels themselves. */
export interface ImageSet {
  shape: readonly [channels: number, rows: number, columns: number];
  classes: number;
  pixels: Uint8Array | Float32Array;
  labels: Int32Array;
}

export function pixelsOf({ shape: [channels, rows, columns] }: Pick<ImageSet, "shape">): number {
  return channels * rows * columns;
}

export function countOf({ labels }: ImageSet): number {
  return labels.length;
}

/** Errors: ShapeError unless there are as many pixels as labels ask for. */
export function checkImages(where: string, set: ImageSet): ImageSet {
  const expected = set.labels.length * pixelsOf(set);
  if (set.pixels.length !== expected) throw new ShapeError({ where, problem: `${set.pixels.length} pixels came with ${set.labels.length} labels.`, expected: `${expected} pixels: images of ${set.shape.join("x")}.` });
  return set;
}

/** The images at these indices, float32 from 0 to 1, [n, channels, rows, columns]. */
export function batchOf(set: ImageSet, indices: ArrayLike<number>): NdArray {
  const size = pixelsOf(set);
  const out = new Float32Array(indices.length * size);
  const scale = set.pixels instanceof Uint8Array ? 255 : 1;
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * size;
    for (let p = 0; p < size; p++) out[i * size + p] = set.pixels[from + p] / scale;
  }
  return fromBuffer(out, [indices.length, ...set.shape]);
}

export function labelsOf(set: ImageSet, indices: ArrayLike<number>): Int32Array {
  return Int32Array.from(indices, (at) => set.labels[at]);
}

/**
 * The first images of a set.
 *
 * Errors: ParameterError when there are not so many.
 */
export function firstImages(set: ImageSet, count: number, where: string): ImageSet {
  if (count > countOf(set)) {
    throw new ParameterError({ where, problem: `there are ${countOf(set)} images, the plan takes ${count}.`, expected: `at least ${count}.`, mend: "ask for fewer with --images or --held-out, or fetch the whole data set." });
  }
  return { ...set, pixels: set.pixels.subarray(0, count * pixelsOf(set)), labels: set.labels.subarray(0, count) };
}

/**
 * Training and held-out images must be different images.
 *
 * Errors: ParameterError when an image is in both, byte for byte.
 */
export function checkDisjoint(training: ImageSet, heldOut: ImageSet): void {
  const known = new Set(imageKeys(training));
  const shared = imageKeys(heldOut).filter((key) => known.has(key)).length;
  if (shared > 0) {
    throw new ParameterError({
      where: "held-out images", problem: `${shared} of ${countOf(heldOut)} are among the training images too.`, expected: "different images: accuracy on images seen in training says nothing.",
      mend: "take training and held-out images from different files.",
    });
  }
}

/** A text for each image that only an equal image has. */
function imageKeys(set: ImageSet): string[] {
  const size = pixelsOf(set);
  return Array.from({ length: countOf(set) }, (_, i) => {
    const own = set.pixels.subarray(i * size, (i + 1) * size);
    return Buffer.from(own.buffer, own.byteOffset, own.byteLength).toString("latin1");
  });
}
