/** A feature set in a file that NumPy opens: images, labels, and of a conflict set the classes pushed towards. */
import { FileError } from "../../errors/index.ts";
import { readNpz, writeNpz } from "../../npz/index.ts";
import { type ImageSet, pixelsOf } from "../image-set.ts";
import type { ConflictSet } from "./push.ts";

/** Writes arrays images [n, channels, rows, columns] (float32 of 0 to 1), labels [n], classes [], and pushedTo [n]. */
export function writeSet(path: string, set: ImageSet | ConflictSet): void {
  const count = set.labels.length;
  writeNpz(path, {
    images: { shape: [count, ...set.shape], data: set.pixels instanceof Float32Array ? set.pixels : Float32Array.from(set.pixels, (byte) => byte / 255) },
    labels: { shape: [count], data: set.labels },
    classes: { shape: [], data: Int32Array.of(set.classes) },
    ...("pushedTo" in set ? { pushedTo: { shape: [count], data: set.pushedTo } } : {}),
  });
}

/** Errors: FileError when the file is missing, damaged, cut short, or holds no feature set. */
export function readSet(path: string): ImageSet | ConflictSet {
  const { images, labels, classes, pushedTo } = readNpz(path);
  const bad = (problem: string) => new FileError({ where: path, problem, expected: "a feature set: arrays images [n, channels, rows, columns], labels [n], classes [], and of a conflict set pushedTo [n].", mend: "write it with writeSet, or run `lemmagrad images` again." });
  if (images === undefined || labels === undefined || classes === undefined) throw bad("it holds no feature set.");
  const [count, ...shape] = images.shape;
  if (shape.length !== 3 || labels.shape.join() !== String(count) || (pushedTo !== undefined && pushedTo.shape.join() !== String(count))) throw bad(`images are [${images.shape.join(", ")}], labels [${labels.shape.join(", ")}].`);
  const own: ImageSet = {
    shape: shape as unknown as ImageSet["shape"], classes: Number(classes.data[0]),
    pixels: Float32Array.from(images.data), labels: Int32Array.from(labels.data as ArrayLike<number>),
  };
  if (own.pixels.length !== count * pixelsOf(own)) throw bad("the images are cut short.");
  return pushedTo === undefined ? own : { ...own, pushedTo: Int32Array.from(pushedTo.data as ArrayLike<number>) };
}
