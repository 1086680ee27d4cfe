/** Images that look like something else and have an image's features: argmin_x ||g(x) - g(x_i)||. */
import { ParameterError } from "../../errors/index.ts";
import type { NdArray } from "../../ndarray/index.ts";
import { type Stream, stream } from "../../random/index.ts";
import { steepestInPlace } from "../attacks/result.ts";
import { batchOf, countOf, type ImageSet, labelsOf, pixelsOf } from "../image-set.ts";
import { asImages, chunkSize, inChunks, type Model } from "../model.ts";

export interface MatchOptions {
  /** Normalised steps; 60 to 200. With 30 the features are not yet matched. */
  steps: number;
  /** Length of the first step in pixel units (l2 of the whole image); falls linearly to a twentieth of it. Default 0.025 sqrt(pixels). */
  stepSize?: number;
  /**
   * An image rests once its features are within this share of the distance they began at; default 0.15. Standard networks are matched in a
   * few steps. If their images moved on all the same, they would come to look like what they match.
   */
  enough?: number;
  /** What is changed: an image of another class, or uniform noise. Default image. */
  from?: "image" | "noise";
  /** Fixes from where each image starts. */
  seed: number;
  /** Which images to make, default all; where one starts does not depend on it. */
  indices?: Int32Array;
}

export interface Matched {
  /** The set: new pixels under the labels of the images whose features they have, in the order of the indices. */
  set: ImageSet;
  /** Distance of the features from the goal, before and after, image by image. */
  before: Float32Array;
  after: Float32Array;
  /** Which images were started from; -1 for noise. */
  startedFrom: Int32Array;
}

/**
 * For each image x_i another one with its features: from an image of another class (or noise), `steps` normalised gradient steps on
 * ||g(x) - g(x_i)||, each clipped to pixels of 0 to 1, until it is matched. The nearest point tried is kept. Its label is that of x_i.
 *
 * Of a robust network g this is Ilyas et al.'s robust set, of a standard one their non-robust counterpart.
 * Errors: ParameterError unless steps is an integer >= 1, and when a class has all the images so that no other can be started from.
 * Cost:   (steps + 1) forward and backward passes an image.
 * Source: Ilyas et al., arXiv 1905.02175, their construction of the robust data set; steps and step size: ours.
 */
export function matchFeatures(model: Model, images: ImageSet, { steps, indices, from = "image", seed, enough = 0.15, stepSize = 0.025 * Math.sqrt(pixelsOf(images)) }: MatchOptions, onStep?: () => void): Matched {
  if (!Number.isInteger(steps) || steps < 1) throw new ParameterError({ where: "matchFeatures", problem: `steps = ${steps} is out of range.`, expected: "an integer >= 1." });
  const size = pixelsOf(images);
  const own = indices ?? Int32Array.from({ length: countOf(images) }, (_, i) => i);
  const total = own.length;
  const startOf = from === "noise" ? new Int32Array(countOf(images)).fill(-1) : imagesOfOtherClasses(images, stream(seed, "feature matching starts"));
  const pixels = new Float32Array(total * size);
  const before = new Float32Array(total);
  const after = new Float32Array(total);
  inChunks(own, Math.min(chunkSize, Math.max(1, total)), (chunk, used, at) => {
    const goal = model.features(batchOf(images, chunk));
    const start = from === "noise" ? noiseImages(chunk, size, seed) : (batchOf(images, chunk.map((i) => startOf[i])).data as Float32Array);
    const found = approach(model, start, goal, steps, stepSize, enough, onStep);
    pixels.set(found.pixels.subarray(0, used * size), at * size);
    before.set(found.before.subarray(0, used), at);
    after.set(found.after.subarray(0, used), at);
  });
  return { set: { ...images, pixels, labels: labelsOf(images, own) }, before, after, startedFrom: own.map((i) => startOf[i]) };
}

function approach(model: Model, start: Float32Array, goal: readonly NdArray[], steps: number, stepSize: number, enough: number, onStep?: () => void): { pixels: Float32Array; before: Float32Array; after: Float32Array } {
  const n = goal[0].shape[0];
  const size = start.length / n;
  const pixels = Float32Array.from(start);
  const after = new Float32Array(n).fill(Infinity);
  let before: Float32Array | undefined;
  let at = start;
  for (let step = 0; step <= steps; step++) {
    const { distance, gradient } = model.featureGradient(asImages(at, model.network), goal);
    before ??= Float32Array.from(distance);
    const length = stepSize * (1 - (0.95 * step) / steps);
    const next = new Float32Array(at.length);
    for (let i = 0; i < n; i++) {
      const [low, high] = [i * size, (i + 1) * size];
      if (distance[i] < after[i]) {
        after[i] = distance[i];
        pixels.set(at.subarray(low, high), low);
      }
      steepestInPlace(gradient, low, high, "l2");
      const own = after[i] <= enough * before[i] ? 0 : length;
      for (let p = low; p < high; p++) next[p] = Math.min(1, Math.max(0, at[p] - own * gradient[p]));
    }
    at = next;
    onStep?.();
  }
  return { pixels, before: before!, after };
}

/** For each image a random one of another class. */
function imagesOfOtherClasses(images: ImageSet, random: Stream): Int32Array {
  const total = countOf(images);
  if (new Set(images.labels).size < 2) throw new ParameterError({ where: "matchFeatures", problem: "all images are of one class.", expected: "images of at least two classes to start from." });
  return images.labels.map((label) => {
    for (;;) {
      const other = random.integer(0, total - 1);
      if (images.labels[other] !== label) return other;
    }
  });
}

function noiseImages(chunk: Int32Array, size: number, seed: number): Float32Array {
  const out = new Float32Array(chunk.length * size);
  chunk.forEach((image, i) => {
    const random = stream(seed, `noise of image ${image}`);
    for (let p = 0; p < size; p++) out[i * size + p] = random.uniform();
  });
  return out;
}
