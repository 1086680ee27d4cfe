/** What an attack on images returns, and steps that every attack shares: on plain arrays, image by image. */
import { type NdArray, sizeOf } from "../../ndarray/index.ts";
import type { Stream } from "../../random/index.ts";
import { batchOf, type ImageSet, labelsOf } from "../image-set.ts";
import { inChunks, type Model } from "../model.ts";
import type { Ball, Norm } from "./ball.ts";

/** Images attacked, one behind the other, and what came of each. */
export interface Attacked {
  /** The image that fooled the network, or the last one tried; float32 pixels. */
  images: Float32Array;
  /** Whether the network was wrong on some image that was tried. */
  fooled: boolean[];
  /** Images whose loss had a gradient of exactly 0 at the first look: a masked gradient makes attacks look weak. */
  zeroGradient: number;
}

export interface Target {
  model: Model;
  images: ImageSet;
}

/** An attack on one chunk of images, of which the first `used` count. */
export type ChunkAttack = (clean: NdArray, labels: Int32Array, used: number, indices: Int32Array) => Attacked;

/** Runs an attack over the images at these indices, chunk by chunk. */
export function attackInChunks({ images }: Target, indices: ArrayLike<number>, size: number, attack: ChunkAttack): Attacked {
  const pixels = sizeOf(images.shape);
  const out: Attacked = { images: new Float32Array(indices.length * pixels), fooled: [], zeroGradient: 0 };
  inChunks(indices, size, (chunk, used, from) => {
    const found = attack(batchOf(images, chunk), labelsOf(images, chunk), used, chunk);
    out.images.set(found.images.subarray(0, used * pixels), from * pixels);
    out.fooled.push(...found.fooled.slice(0, used));
    out.zeroGradient += found.zeroGradient;
  });
  return out;
}

/**
 * One image's next point: at + step * direction, into the ball around the clean one, into the cube. The loop twin of `climb`,
 * with a step of each image's own.
 */
export function moveImage(out: Float32Array, at: Float32Array, direction: Float32Array, clean: Float32Array, from: number, to: number, { norm, radius }: Ball, step: number): void {
  let scale = 1;
  if (norm === "l2") {
    let square = 0;
    for (let p = from; p < to; p++) {
      const change = at[p] - clean[p] + step * direction[p];
      square += change * change;
    }
    scale = square > radius * radius ? radius / Math.sqrt(square) : 1;
  }
  for (let p = from; p < to; p++) {
    let change = at[p] - clean[p] + step * direction[p];
    change = norm === "l2" ? change * scale : Math.min(radius, Math.max(-radius, change));
    out[p] = Math.min(1, Math.max(0, clean[p] + change));
  }
}

/** Steepest directions of an image's gradient, in place; returns whether it was exactly 0. */
export function steepestInPlace(gradient: Float32Array, from: number, to: number, norm: Norm): boolean {
  let size = 0;
  for (let p = from; p < to; p++) size += norm === "l2" ? gradient[p] * gradient[p] : Math.abs(gradient[p]);
  // squares of tiny float32 numbers do not underflow in the doubles that are added here
  if (size === 0) return true;
  const scale = 1 / Math.sqrt(size);
  for (let p = from; p < to; p++) gradient[p] = norm === "l2" ? gradient[p] * scale : Math.sign(gradient[p]);
  return false;
}

/** A random direction of an image: uniform in the cube in l-infinity; in l2 uniform on the sphere, times a uniform length. Within the unit ball. */
export function randomDirection(out: Float32Array, from: number, to: number, norm: Norm, random: Stream): void {
  if (norm === "linf") {
    for (let p = from; p < to; p++) out[p] = 2 * random.uniform() - 1;
    return;
  }
  let square = 0;
  for (let p = from; p < to; p++) {
    out[p] = random.normal();
    square += out[p] * out[p];
  }
  const scale = random.uniform() / Math.sqrt(square);
  for (let p = from; p < to; p++) out[p] *= scale;
}

/** Pixels of one image of an array of images. */
export function imageSize(clean: NdArray): number {
  return sizeOf(clean.shape.slice(1));
}
