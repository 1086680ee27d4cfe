/** The conflict set: images of one class whose small details speak for another. */
import { ParameterError } from "../../errors/index.ts";
import { stream } from "../../random/index.ts";
import { oneHotTargets } from "../../training/index.ts";
import { type Ball, checkBall } from "../attacks/ball.ts";
import { startAt } from "../attacks/pgd.ts";
import { moveImage, steepestInPlace } from "../attacks/result.ts";
import { batchOf, countOf, type ImageSet, pixelsOf } from "../image-set.ts";
import { answers, asImages, chunkSize, inChunks, type Model } from "../model.ts";

/** Images that carry two answers: the class c they are of, and the class t they were pushed towards. */
export interface ConflictSet extends ImageSet {
  /** `labels` are the classes c; these are the t, none equal to its c. */
  pushedTo: Int32Array;
}

export interface Pushed {
  set: ConflictSet;
  /** Share of images that the pushing network itself answers with t, and with c. */
  saysT: number;
  saysC: number;
}

/** A random class for each image, never its own. */
export function otherClasses({ labels, classes }: Pick<ImageSet, "labels" | "classes">, seed: number): Int32Array {
  if (classes < 2) throw new ParameterError({ where: "otherClasses", problem: "there is one class.", expected: "at least two." });
  const random = stream(seed, "classes to push towards");
  return labels.map((label) => (label + random.integer(1, classes - 1)) % classes);
}

/**
 * Pushes each image towards its other class under g: steps down g's cross-entropy of t inside the ball, each of 2.5 radius / steps.
 *
 * The last point is kept, so that sets of one radius and number of steps have had equal budgets.
 * Errors: ParameterError on a radius of another unit, or steps that are no integer >= 1.
 * Cost:   (steps + 1) forward and backward passes an image.
 * Source: Ilyas et al., arXiv 1905.02175, their construction of the non-robust data sets; both answers counted: ours.
 */
export function pushTowards(model: Model, images: ImageSet, pushedTo: Int32Array, ball: Ball, steps: number, onStep?: () => void): Pushed {
  if (!Number.isInteger(steps) || steps < 1) throw new ParameterError({ where: "pushTowards", problem: `steps = ${steps} is out of range.`, expected: "an integer >= 1." });
  const size = pixelsOf(images);
  const total = countOf(images);
  checkBall("pushTowards", ball, size);
  const pixels = new Float32Array(total * size);
  inChunks(Int32Array.from({ length: total }, (_, i) => i), Math.min(chunkSize, total), (chunk, used, from) => {
    const clean = batchOf(images, chunk).data as Float32Array;
    const targets = oneHotTargets(chunk.map((i) => pushedTo[i]), images.classes);
    let at = clean;
    for (let step = 0; step < steps; step++) {
      const { gradient } = model.lossGradient(asImages(at, model.network), targets, "crossEntropy");
      const next = new Float32Array(at.length);
      for (let i = 0; i < chunk.length; i++) {
        steepestInPlace(gradient, i * size, (i + 1) * size, ball.norm);
        moveImage(next, at, gradient, clean, i * size, (i + 1) * size, ball, (-2.5 * ball.radius) / steps);
      }
      at = next;
      onStep?.();
    }
    pixels.set(at.subarray(0, used * size), from * size);
  });
  return counted(model, { ...images, pixels, pushedTo });
}

/** In place of a push, a random change of the same radius: nothing in it speaks for t. */
export function pushAtRandom(model: Model, images: ImageSet, pushedTo: Int32Array, ball: Ball, seed: number): Pushed {
  const size = pixelsOf(images);
  checkBall("pushAtRandom", ball, size);
  const all = Int32Array.from({ length: countOf(images) }, (_, i) => i);
  const clean = batchOf(images, all).data as Float32Array;
  return counted(model, { ...images, pixels: startAt(clean, all, size, ball, seed, 0), pushedTo });
}

function counted(model: Model, set: ConflictSet): Pushed {
  const given = answersOn(model, set);
  const shareOf = (labels: Int32Array) => given.reduce((sum, answer, i) => sum + Number(answer === labels[i]), 0) / given.length;
  return { set, saysT: shareOf(set.pushedTo), saysC: shareOf(set.labels) };
}

/**
 * The smallest radius of a ladder at which what pushes says t itself on this share of the images, and its set; the last of the ladder
 * where none is large enough.
 */
export function smallestPush(radii: readonly number[], share: number, push: (radius: number) => Pushed): Pushed & { radius: number } {
  let found: (Pushed & { radius: number }) | undefined;
  for (const radius of radii) {
    found = { ...push(radius), radius };
    if (found.saysT >= share) break;
  }
  if (found === undefined) throw new ParameterError({ where: "smallestPush", problem: "the ladder of radii is empty.", expected: "at least one radius." });
  return found;
}

/** A model's answer to each image. */
export function answersOn(model: Model, images: ImageSet): Int32Array {
  const out = new Int32Array(countOf(images));
  inChunks(Int32Array.from({ length: countOf(images) }, (_, i) => i), Math.min(chunkSize, countOf(images)), (chunk, used, from) => {
    out.set(answers(model.logits(batchOf(images, chunk)), model.network.classes).subarray(0, used), from);
  });
  return out;
}
