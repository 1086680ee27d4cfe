/** Training on mini-batches of images, standard or adversarial, from given weights and in an order that the seed alone fixes. */
import { grad, handOut, held, isTraced, near, scratch, type Tree, type Value, valueAndGrad } from "../../autodiff/index.ts";
import { compile } from "../../compile/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { fromBuffer, type NdArray, scalar } from "../../ndarray/index.ts";
import { div, mul, reshape, sum } from "../../ops/index.ts";
import { type Stream, stream } from "../../random/index.ts";
import { epochBatches, oneHotTargets, type Optimizer, type TargetLoss, targetLoss } from "../../training/index.ts";
import { type Ball, boundsOf, checkBall, climb } from "../attacks/ball.ts";
import { moveImage, randomDirection } from "../attacks/result.ts";
import { batchOf, checkImages, countOf, type ImageSet, labelsOf, pixelsOf } from "../image-set.ts";
import type { ImageNetwork } from "../network-type.ts";

/** What is done to a batch before the step: nothing is hidden, the radius is that of its own unit, pixels of 0 to 1. */
export interface TrainingAttack extends Ball {
  /** Ascent steps; 0 leaves the random start as it is (noise), 1 without a random start and with stepSize = radius is fgsm. */
  steps: number;
  /** Length of a step over the radius; default 2.5 / steps. */
  stepShare?: number;
  /** Whether the ascent starts at a random point of the ball; default true. */
  randomStart?: boolean;
  /** Epochs over which the radius rises from 0 to its full size, step by step; default 0. */
  warmUp?: number;
  /** What the ascent climbs; default the cross-entropy. */
  loss?: TargetLoss;
}

export interface ImageTraining {
  network: ImageNetwork;
  /** Weights to start from. */
  params: Tree;
  images: ImageSet;
  optimizer: Optimizer;
  /** Step size; a function of the share of the training that is done, from 0 to 1. */
  rate: number | ((done: number) => number);
  epochs: number;
  batchSize: number;
  /** Fixes the order of the batches, and from another stream the random starts. */
  seed: number;
  attack?: TrainingAttack;
  /** After each epoch, and before the first as epoch 0: weights, and the mean loss over the epoch (NaN before the first). */
  onEpoch?: (epoch: number, params: Tree, loss: number) => void;
  /** After each step: steps done, and of how many. */
  onStep?: (done: number, total: number) => void;
}

/** Fast gradient sign: one step of the whole radius from the clean image. */
export function fgsmAttack(ball: Ball, warmUp = 0): TrainingAttack {
  return { ...ball, steps: 1, stepShare: 1, randomStart: false, warmUp };
}

/**
 * The share of the full radius at a step, counted from 0: linear over the warm-up, then 1.
 *
 * Without it, training at l-infinity 0.3 on MNIST stays at chance.
 */
export function radiusShare(step: number, warmUpSteps: number): number {
  return step >= warmUpSteps ? 1 : (step + 1) / (warmUpSteps + 1);
}

/**
 * Trains and returns the weights; none of the arguments is changed.
 *
 * Two trainings of one seed see the same batches in the same order, whatever their attacks: the random starts have a stream of
 * their own. At radius 0 an adversarial training is the standard one, bit for bit.
 * Errors: ParameterError on a radius of another unit, or epochs, batch sizes or steps out of range.
 * Cost:   a step costs (attack steps + 1) forward and backward passes of its batch.
 * Source: adversarial training: Madry et al., arXiv 1706.06083; fgsm: Goodfellow et al., arXiv 1412.6572.
 */
export function trainImages(training: ImageTraining): Tree {
  const { network, images, optimizer, epochs, batchSize, seed, attack, onEpoch, onStep } = training;
  checkTraining(training);
  const order = stream(seed, "batch order");
  const starts = stream(seed, "attack starts");
  const total = epochs * Math.ceil(countOf(images) / batchSize);
  const warmUpSteps = Math.round((attack?.warmUp ?? 0) * Math.ceil(countOf(images) / batchSize));
  const rateAt = typeof training.rate === "function" ? training.rate : () => training.rate as number;
  const step = compile(stepOf(network, optimizer, attack));
  let { params } = training;
  let state = optimizer.start(params);
  let done = 0;
  onEpoch?.(0, params, NaN);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let loss = 0;
    for (const batch of epochBatches(order, countOf(images), batchSize)) {
      const radius = (attack?.radius ?? 0) * radiusShare(done, warmUpSteps);
      const clean = batchOf(images, batch);
      const given = attack === undefined || attack.radius === 0 ? {} : ballsOf(clean, { norm: attack.norm, radius }, attack, starts);
      const found = step(params, state, clean, oneHotTargets(labelsOf(images, batch), network.classes), given, scalar(rateAt(done / total), "float32"));
      ({ params, state } = found);
      loss += (found.loss as NdArray).data[0] * batch.length;
      done++;
      onStep?.(done, total);
    }
    onEpoch?.(epoch, params, loss / countOf(images));
  }
  return params;
}

/** Arrays of one batch's attack: bounds, where it starts, and the radius in every row. */
interface BatchAttack {
  low: NdArray;
  high: NdArray;
  start: NdArray;
  radius: NdArray;
}

function ballsOf(clean: NdArray, ball: Ball, { randomStart = true }: TrainingAttack, random: Stream): BatchAttack {
  const data = clean.data as Float32Array;
  const count = clean.shape[0];
  const size = data.length / count;
  const rows = (x: Float32Array) => fromBuffer(x, [count, size]);
  const start = Float32Array.from(data);
  if (randomStart) {
    const direction = new Float32Array(data.length);
    for (let from = 0; from < data.length; from += size) {
      randomDirection(direction, from, from + size, ball.norm, random);
      moveImage(start, data, direction, data, from, from + size, ball, ball.radius);
    }
  }
  const { low, high } = boundsOf(data, ball);
  return { low: rows(low), high: rows(high), start: rows(start), radius: fromBuffer(new Float32Array(count).fill(ball.radius), [count, 1]) };
}

/** One step as a function of arrays, so that a radius or rate that changes does not mean a new plan. */
function stepOf(network: ImageNetwork, optimizer: Optimizer, attack: TrainingAttack | undefined) {
  return (params: Tree, state: Tree, images: Value, targets: Value, given: Partial<BatchAttack>, rate: Value): { params: Tree; state: Tree; loss: Value } => scratch(() => {
    const attacked = attack === undefined || given.start === undefined ? images : attackBatch(network, params, images, targets, attack, given as BatchAttack);
    const at = isTraced(attacked) ? attacked : near(attacked);
    const { value, gradient } = valueAndGrad((own: Tree) => div(sum(targetLoss("crossEntropy", network.apply(own, at).logits, targets)), images.shape[0]))(params);
    return { ...optimizer.step(params, gradient as Tree, state, rate), loss: value };
  });
}

/** The batch moved within its balls: no gradient flows through it. */
function attackBatch(network: ImageNetwork, params: Tree, images: Value, targets: Value, attack: TrainingAttack, { low, high, start, radius }: BatchAttack): Value {
  const { norm, steps, loss = "crossEntropy", stepShare = 2.5 / Math.max(1, steps) } = attack;
  const shape = [...images.shape];
  const balls = { norm, clean: reshape(images, [...start.shape]), radius, low, high };
  const step = mul(radius, stepShare);
  let at: Value = start;
  for (let i = 0; i < steps; i++) {
    at = climb(balls, at, constantGradient((x) => sum(targetLoss(loss, network.apply(params, reshape(x, shape)).logits, targets)), at), step);
  }
  return reshape(at, shape);
}

/** The gradient of a number in an array, as a constant: weights that are being differentiated are taken at their values. */
function constantGradient(loss: (x: Value) => Value, at: Value): Value {
  return handOut(held(grad(loss)(at))) as Value;
}

function checkTraining({ network, images, epochs, batchSize, attack }: ImageTraining): void {
  const where = "trainImages";
  checkImages(where, images);
  for (const [name, value, least] of [["epochs", epochs, 1], ["batchSize", batchSize, 1], ["attack.steps", attack?.steps ?? 0, 0]] as const) {
    if (!Number.isInteger(value) || value < least) throw new ParameterError({ where, problem: `${name} = ${value} is out of range.`, expected: `an integer >= ${least}.` });
  }
  if (countOf(images) === 0) throw new ParameterError({ where, problem: "there is no image to train on.", expected: "at least one." });
  if (images.shape.join() !== network.image.join() || images.classes !== network.classes) {
    throw new ParameterError({ where, problem: `images are ${images.shape.join("x")} in ${images.classes} classes, the network takes ${network.image.join("x")} in ${network.classes}.`, expected: "a network for these images." });
  }
  if (attack === undefined) return;
  checkBall(where, attack, pixelsOf(images));
  const { warmUp = 0, stepShare = 1 } = attack;
  if (!(warmUp >= 0 && warmUp <= epochs)) throw new ParameterError({ where, problem: `warmUp = ${warmUp} is out of range.`, expected: `a number of epochs from 0 to ${epochs}.` });
  if (!(stepShare > 0) || !Number.isFinite(stepShare)) throw new ParameterError({ where, problem: `stepShare = ${stepShare} is out of range.`, expected: "a finite number > 0: the length of a step over the radius." });
}
