/** Projected gradient ascent on images, with restarts. */
import { ParameterError } from "../../errors/index.ts";
import type { NdArray } from "../../ndarray/index.ts";
import { stream } from "../../random/index.ts";
import { oneHotTargets, type TargetLoss } from "../../training/index.ts";
import { asImages, chunkSize, isRight } from "../model.ts";
import { type Ball, checkBall } from "./ball.ts";
import { type Attacked, attackInChunks, imageSize, moveImage, randomDirection, steepestInPlace, type Target } from "./result.ts";

export interface ImagePgdOptions {
  steps: number;
  loss?: TargetLoss;
  /** Length of a step in pixel units; default 2.5 radius / steps. */
  stepSize?: number;
  /** The first start is the clean image when `randomStart` is false; further restarts are random. Default 1 and true. */
  restarts?: number;
  randomStart?: boolean;
  /** Fixes the random starts, image by image: they do not depend on which other images are attacked. */
  seed?: number;
}

/**
 * pgd: steps along the sign (l-infinity) or the normalised gradient (l2), brought back into the ball and the cube after each.
 *
 * An image counts as fooled when the network was wrong on any point tried, and is left at the first such point; a radius of 0
 * tries the clean image alone.
 * Errors: ParameterError on a radius of another unit, or steps or restarts that are no integers >= 1.
 * Cost:   restarts (steps + 1) forward and backward passes, less where all images of a chunk are fooled early.
 * Source: Madry et al., arXiv 1706.06083; counting any point tried: ours, and never weaker.
 */
export function pgdAttack(target: Target, indices: ArrayLike<number>, ball: Ball, options: ImagePgdOptions): Attacked {
  const { steps, loss = "crossEntropy", restarts = 1, randomStart = true, seed = 0 } = options;
  for (const [name, value] of [["steps", steps], ["restarts", restarts]] as const) {
    if (!Number.isInteger(value) || value < 1) throw new ParameterError({ where: "pgdAttack", problem: `${name} = ${value} is out of range.`, expected: "an integer >= 1." });
  }
  const { model } = target;
  const { classes } = model.network;
  const size = imageSize({ shape: [1, ...model.network.image] } as NdArray);
  checkBall("pgdAttack", ball, size);
  const stepSize = options.stepSize ?? (2.5 * ball.radius) / steps;
  return attackInChunks(target, indices, Math.min(chunkSize, Math.max(1, indices.length)), (clean, labels, used, own) => {
    const cleanData = clean.data as Float32Array;
    const targets = oneHotTargets(labels, classes);
    const best = Float32Array.from(cleanData);
    const fooled = new Array<boolean>(labels.length).fill(false);
    let zeroGradient = 0;
    const note = (logits: Float32Array, at: Float32Array) => {
      const right = isRight(logits, labels, classes);
      for (let i = 0; i < used; i++) {
        if (fooled[i]) continue;
        best.set(at.subarray(i * size, (i + 1) * size), i * size);
        fooled[i] = !right[i];
      }
    };
    const done = () => fooled.slice(0, used).every(Boolean);
    for (let restart = 0; restart < (ball.radius === 0 ? 1 : restarts) && !done(); restart++) {
      let at: Float32Array = Float32Array.from(cleanData);
      if (ball.radius > 0 && (randomStart || restart > 0)) at = startAt(cleanData, own, size, ball, seed, restart);
      for (let step = 0; step < (ball.radius === 0 ? 0 : steps) && !done(); step++) {
        const { gradient, logits } = model.lossGradient(asImages(at, model.network), targets, loss);
        note(logits, at);
        const next = new Float32Array(at.length);
        for (let i = 0; i < labels.length; i++) {
          const zero = steepestInPlace(gradient, i * size, (i + 1) * size, ball.norm);
          if (zero && i < used && step === 0 && restart === 0) zeroGradient++;
          moveImage(next, at, gradient, cleanData, i * size, (i + 1) * size, ball, stepSize);
        }
        at = next;
      }
      if (!done()) note(model.logits(asImages(at, model.network)), at);
    }
    return { images: best, fooled, zeroGradient };
  });
}

/** Random points of the balls, each image's from a stream of its own. */
export function startAt(clean: Float32Array, indices: ArrayLike<number>, size: number, ball: Ball, seed: number, restart: number): Float32Array {
  const direction = new Float32Array(clean.length);
  const out = new Float32Array(clean.length);
  for (let i = 0; i < indices.length; i++) {
    randomDirection(direction, i * size, (i + 1) * size, ball.norm, stream(seed, `attack start ${restart} of image ${indices[i]}`));
    moveImage(out, clean, direction, clean, i * size, (i + 1) * size, ball, ball.radius);
  }
  return out;
}
