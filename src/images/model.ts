/**
 * Networks with their weights, as attacks and evaluations see them: images in, numbers out, in chunks of one size so that every
 * call replays one compiled plan.
 */
import { type Tree, type Value, valueAndGrad } from "../autodiff/index.ts";
import { compile } from "../compile/index.ts";
import { type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { add, logSoftmax, mul, sub, sum } from "../ops/index.ts";
import { type TargetLoss, targetLoss } from "../training/index.ts";
import type { ImageNetwork } from "./network-type.ts";

export interface LossGradient {
  /** Loss of each image, [n]. */
  loss: Float32Array;
  /** Gradient of each image's own loss in its pixels, [n pixels]. */
  gradient: Float32Array;
  /** [n classes]. */
  logits: Float32Array;
}

export interface FeatureGradient {
  /** Distance of each image's features from the goal's, [n]. */
  distance: Float32Array;
  /** Gradient of the squared distance in the image's pixels: the direction is that of the distance. */
  gradient: Float32Array;
}

/** One network or several of a kind as one: features side by side, logits the mean of the log-probabilities. */
export interface Model {
  readonly network: ImageNetwork;
  readonly members: readonly Tree[];
  logits(images: NdArray): Float32Array;
  /** Features of each member, [n, width] each. */
  features(images: NdArray): NdArray[];
  lossGradient(images: NdArray, targets: NdArray, loss: TargetLoss): LossGradient;
  featureGradient(images: NdArray, goal: readonly NdArray[]): FeatureGradient;
}

/** Compiled once a network; weights are arguments, so that all models of a network share the plans. */
const compiled = new WeakMap<ImageNetwork, ReturnType<typeof compileNetwork>>();

function compileNetwork(network: ImageNetwork) {
  // sums of terms and not a concatenation: forward and backward then stay in one group of the plan
  const logitsOf = (members: readonly Tree[], images: Value): Value => {
    if (members.length === 1) return network.apply(members[0], images).logits;
    const logs = members.map((params) => logSoftmax(network.apply(params, images).logits));
    return mul(logs.reduce((total, own) => add(total, own)), 1 / members.length);
  };
  return {
    logits: compile((members: readonly Tree[], images: Value) => logitsOf(members, images)),
    features: compile((members: readonly Tree[], images: Value) => members.map((params) => network.apply(params, images).features)),
    lossGradient: compile((members: readonly Tree[], images: Value, targets: Value, loss: TargetLoss) => {
      const { gradient, aux } = valueAndGrad((x: Value) => {
        const logits = logitsOf(members, x);
        const losses = targetLoss(loss, logits, targets);
        return [sum(losses), { losses, logits }] as const;
      }, { aux: true })(images);
      return { loss: aux.losses, gradient: gradient as Value, logits: aux.logits };
    }),
    featureGradient: compile((members: readonly Tree[], images: Value, goal: readonly Value[]) => {
      const { gradient, aux } = valueAndGrad((x: Value) => {
        const squares = members.map((params, i) => {
          const off = sub(network.apply(params, x).features, goal[i]);
          return sum(mul(off, off), { axes: 1 });
        }).reduce((total, own) => add(total, own));
        return [sum(squares), squares] as const;
      }, { aux: true })(images);
      return { squares: aux, gradient: gradient as Value };
    }),
  };
}

/** The weights of one network, or of several of its kind, as one model. */
export function modelOf(network: ImageNetwork, ...members: Tree[]): Model {
  let own = compiled.get(network);
  if (own === undefined) compiled.set(network, (own = compileNetwork(network)));
  const { logits, features, lossGradient, featureGradient } = own;
  const data = (x: NdArray) => x.data as Float32Array;
  return {
    network, members,
    logits: (images) => data(logits(members, images)),
    features: (images) => features(members, images),
    lossGradient(images, targets, loss) {
      const found = lossGradient(members, images, targets, loss);
      return { loss: data(found.loss), gradient: data(found.gradient), logits: data(found.logits) };
    },
    featureGradient(images, goal) {
      const found = featureGradient(members, images, goal);
      return { distance: data(found.squares).map(Math.sqrt), gradient: data(found.gradient) };
    },
  };
}

/** Images of a chunk at most; small enough that the arrays of all layers stay in the processor's caches for the most part. */
export const chunkSize = 100;

/**
 * Calls `body` with chunks of the indices, each of `size`; the last one is filled up with repetitions of its first index, and `used`
 * says how many are its own.
 */
export function inChunks(indices: ArrayLike<number>, size: number, body: (chunk: Int32Array, used: number, from: number) => void): void {
  for (let from = 0; from < indices.length; from += size) {
    const used = Math.min(size, indices.length - from);
    body(Int32Array.from({ length: size }, (_, i) => indices[from + (i < used ? i : 0)]), used, from);
  }
}

/** The class with the largest logit of each row; of tied ones the first. */
export function answers(logits: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: logits.length / classes }, (_, n) => {
    let best = 0;
    for (let j = 1; j < classes; j++) if (logits[n * classes + j] > logits[n * classes + best]) best = j;
    return best;
  });
}

/** Whether each row's label has the largest logit; a tie or NaN counts as wrong. */
export function isRight(logits: Float32Array, labels: ArrayLike<number>, classes: number): boolean[] {
  return Array.from({ length: labels.length }, (_, n) => {
    const own = logits[n * classes + labels[n]];
    for (let j = 0; j < classes; j++) if (j !== labels[n] && !(logits[n * classes + j] < own)) return false;
    return true;
  });
}

/** The pixels of n images as an array. */
export function asImages(data: Float32Array, network: Pick<ImageNetwork, "image">): NdArray {
  return view(data, [data.length / sizeOf(network.image), ...network.image]);
}
