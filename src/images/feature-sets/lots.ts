/** Which of two families of source networks builds which image, by lot: so that a set and its counterpart differ in nothing but the coin. */
import { stream } from "../../random/index.ts";
import { type ImageSet, labelsOf, pixelsOf } from "../image-set.ts";
import type { ConflictSet, Pushed } from "./push.ts";

/**
 * For each image a fair coin, 0 or 1: the family that builds it; the other one builds its counterpart.
 *
 * Families of networks differ: images made by one may carry over better than those of another, all of them. A comparison of set and
 * counterpart image by image is then no row of fair coins. With lots it is, whatever the families are like.
 */
export function lots(count: number, seed: number): Uint8Array {
  const random = stream(seed, "which family builds an image");
  return Uint8Array.from({ length: count }, () => random.integer(0, 1));
}

/** Builds each image by the family its lot names, and puts the parts, each in the order of its indices, together in the images' order. */
export function builtByLot<Own extends { set: ImageSet | ConflictSet }>(own: Uint8Array, images: ImageSet, build: (family: number, indices: Int32Array) => Own): { set: ImageSet; parts: { indices: Int32Array; part: Own }[] } {
  const size = pixelsOf(images);
  const pixels = new Float32Array(own.length * size);
  const parts = [...new Set(own)].sort().map((family) => {
    const indices = Int32Array.from([...own.keys()].filter((i) => own[i] === family));
    const part = build(family, indices);
    indices.forEach((image, i) => pixels.set(part.set.pixels.subarray(i * size, (i + 1) * size), image * size));
    return { indices, part };
  });
  return { set: { ...images, pixels, labels: labelsOf(images, [...own.keys()]) }, parts };
}

/** Images pushed, each by the family its lot names; the shares are of each family's answers to its own images. */
export function pushedByLot(own: Uint8Array, images: ImageSet, pushedTo: Int32Array, push: (family: number, images: ImageSet, pushedTo: Int32Array) => Pushed): Pushed {
  const { set, parts } = builtByLot(own, images, (family, indices) => push(family, picked(images, indices), indices.map((i) => pushedTo[i])));
  const overall = (value: (part: Pushed) => number) => parts.reduce((sum, { indices, part }) => sum + indices.length * value(part), 0) / own.length;
  return { set: { ...set, pushedTo }, saysT: overall(({ saysT }) => saysT), saysC: overall(({ saysC }) => saysC) };
}

/** The images at these indices, their pixels as they are. */
function picked(images: ImageSet, indices: Int32Array): ImageSet {
  const size = pixelsOf(images);
  const pixels = images.pixels instanceof Float32Array ? new Float32Array(indices.length * size) : new Uint8Array(indices.length * size);
  indices.forEach((image, i) => pixels.set(images.pixels.subarray(image * size, (image + 1) * size), i * size));
  return { ...images, pixels, labels: labelsOf(images, indices) };
}
