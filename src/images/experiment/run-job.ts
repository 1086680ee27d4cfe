/** Runs one job of an experiment in this thread. Same plan, data and seeds: the same bits, on either backend and on any number of threads. */
import type { Tree } from "../../autodiff/index.ts";
import { adam, oneHotTargets } from "../../training/index.ts";
import type { Ball } from "../attacks/ball.ts";
import { pgdAttack } from "../attacks/pgd.ts";
import type { Target } from "../attacks/result.ts";
import { cleanRight, robustness, share } from "../attacks/robustness.ts";
import { matchFeatures } from "../feature-sets/match-features.ts";
import { builtByLot, lots, pushedByLot } from "../feature-sets/lots.ts";
import { answersOn, type ConflictSet, otherClasses, pushAtRandom, pushTowards, smallestPush } from "../feature-sets/push.ts";
import { batchOf, countOf, type ImageSet, labelsOf } from "../image-set.ts";
import { answers, type Model, modelOf } from "../model.ts";
import { trainImages, type TrainingAttack } from "../training/train.ts";
import type { ImageJob } from "./jobs.ts";
import { networkOf } from "./network-of.ts";
import type { ImagePlan } from "./plan.ts";
import { type BuiltSet, type EpochRow, type FreshRun, type Mode, type PlainWeights, pushedNames, setNames, type SetName, type SourceRun, type TrackedRun } from "./records.ts";
import { plainWeights, weightsLike } from "./weights.ts";

/** What a job needs: the data, and what earlier stages made. */
export interface JobInputs {
  plan: ImagePlan;
  training: ImageSet;
  heldOut: ImageSet;
  /** Weights of the source networks that build a set: one family, or two between which lots decide. */
  sources?: PlainWeights[][];
  /** Sets that a tracked network is asked about, or that a fresh one is trained on. */
  sets?: BuiltSet[];
  /** Told now and then how much of the job is done, 0 to 1. */
  onProgress?: (done: number) => void;
}

export type JobResult = SourceRun | BuiltSet | TrackedRun | FreshRun;

/** How many held-out images the pictures show. */
export const shownImages = 8;

export function runImageJob(job: ImageJob, inputs: JobInputs): JobResult {
  switch (job.kind) {
    case "source": return trainSource(job, inputs);
    case "set": return buildSet(job, inputs);
    case "tracked": return track(job, inputs);
    case "fresh": return trainFresh(job, inputs);
  }
}

/** The attack of a mode; radius 0 attacks nothing, and must give the standard network. */
export function attackOf(plan: ImagePlan, mode: Mode): TrainingAttack | undefined {
  const { threat, warmUp, ascentSteps } = plan;
  if (mode === "standard") return undefined;
  if (mode === "noise") return { ...threat, warmUp, steps: 0 };
  return { ...threat, warmUp, steps: ascentSteps, ...(mode === "radius 0" ? { radius: 0 } : {}) };
}

function trainingOf(plan: ImagePlan, images: ImageSet, seed: number, attack: TrainingAttack | undefined, onProgress?: (done: number) => void) {
  const network = networkOf(plan);
  return {
    network, params: network.initialise(seed), images, seed, optimizer: adam(), epochs: plan.epochs, batchSize: plan.batchSize,
    rate: (done: number) => plan.rate * (done < 2 / 3 ? 1 : 1 - 2.7 * (done - 2 / 3)),
    ...(attack === undefined ? {} : { attack }),
    onStep: (step: number, total: number) => onProgress?.(step / total),
  };
}

const all = (set: ImageSet) => Int32Array.from({ length: countOf(set) }, (_, i) => i);

/**
 * Whether each image is right under pgd at each of some ascending radii. An image fooled at one is fooled at the larger ones, whose
 * balls contain it, and is not attacked again.
 */
function rightAtRadii(target: Target, plan: ImagePlan, seed: number): boolean[][] {
  let standing = cleanRight(target);
  return plan.radii.map((radius) => {
    const indices = all(target.images).filter((i) => standing[i]);
    const { fooled } = pgdAttack(target, indices, { norm: plan.threat.norm, radius }, { steps: plan.evaluationSteps, seed });
    standing = [...standing];
    indices.forEach((image, i) => { standing[image] = !fooled[i]; });
    return standing;
  });
}

function trainSource({ role, seed }: Extract<ImageJob, { kind: "source" }>, { plan, training, heldOut, onProgress }: JobInputs): SourceRun {
  const network = networkOf(plan);
  // a stuck g_R is one that learned nothing: adversarial training without a warm-up at a large radius ends where it began
  const params = role === "stuck" ? network.initialise(seed) : trainImages(trainingOf(plan, training, seed, role === "robust" ? attackOf(plan, "adversarial") : undefined, onProgress));
  const target = { model: modelOf(network, params), images: heldOut };
  const right = rightAtRadii(target, plan, seed);
  return { seed, weights: plainWeights(params), clean: share(cleanRight(target)), robust: right.map(share), robustAt: right[right.length - 1] };
}

/** Source networks as one model. */
function sourceModel(plan: ImagePlan, sources: readonly PlainWeights[]): Model {
  const network = networkOf(plan);
  const like = network.initialise(0);
  const params = sources.map((weights, i) => weightsLike(like, weights, `source network ${i}`));
  return modelOf(network, ...params);
}

function buildSet({ name, of, seed }: Extract<ImageJob, { kind: "set" }>, { plan, training, heldOut, sources = [], sets = [], onProgress }: JobInputs): BuiltSet {
  const images = of === "heldOut" ? heldOut : { ...training, pixels: training.pixels.subarray(0, plan.freshImages * training.pixels.length / countOf(training)), labels: training.labels.subarray(0, plan.freshImages) };
  const models = sources.map((family) => sourceModel(plan, family));
  const coins = models.length === 1 ? new Uint8Array(countOf(images)) : lots(countOf(images), seed);
  let steps = 0;
  const chunks = Math.ceil(countOf(images) / 100);
  if (name === "R" || name === "NR1" || name === "placeboR") {
    const onStep = () => onProgress?.(Math.min(1, ++steps / (chunks * (plan.matchSteps + 1))));
    const { set, parts } = builtByLot(coins, images, (family, indices) => matchFeatures(models[family], images, { steps: plan.matchSteps, seed, indices }, onStep));
    const distances = (which: "before" | "after") => middle(parts.flatMap(({ part }) => [...part[which]]));
    return { name, images: set, distance: { before: distances("before"), after: distances("after") } };
  }
  const pushedTo = otherClasses(images, seed);
  const onStep = () => onProgress?.(Math.min(1, ++steps / (chunks * plan.pushSteps)));
  const pushBy = (ball: Ball) => pushedByLot(coins, images, pushedTo, (family, part, to) => pushTowards(models[family], part, to, ball, plan.pushSteps, onStep));
  if (name === "conflict" && of === "heldOut" && "radii" in plan.push) {
    const { norm, radii, share: asked } = plan.push;
    const { set, radius, saysT, saysC } = smallestPush(radii, asked, (length) => pushBy({ norm, radius: length }));
    return { name, images: set, pushed: { radius, saysT, saysC } };
  }
  const ball = "radii" in plan.push ? { norm: plan.push.norm, radius: sets.find((own) => own.name === "conflict")!.pushed!.radius } : plan.push;
  const { set, saysT, saysC } = name === "random" ? pushAtRandom(models[0], images, pushedTo, ball, seed) : pushBy(ball);
  return { name, images: set, pushed: { radius: ball.radius, saysT, saysC } };
}

function middle(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1];
}

function track({ mode, seed }: Extract<ImageJob, { kind: "tracked" }>, { plan, training, heldOut, sets = [], onProgress }: JobInputs): TrackedRun {
  const network = networkOf(plan);
  const epochs: EpochRow[] = [];
  let last: TrackedRun["answers"] = {};
  const params = trainImages({
    ...trainingOf(plan, training, seed, attackOf(plan, mode), (done) => onProgress?.(0.95 * done)),
    onEpoch(epoch, own, loss) {
      const model = modelOf(network, own);
      last = answersOnSets(model, sets);
      epochs.push({ epoch, loss, ...lookAt({ model, images: heldOut }, plan, seed), ...shares(sets, last) });
    },
  });
  const target = { model: modelOf(network, params), images: heldOut };
  const { adversarial, robust: _robust, ...strong } = robustness(target, plan.threat, { ...plan.strong, seed });
  return { seed, mode, epochs, answers: last, strong, weights: plainWeights(params), shown: shownOf(target, adversarial) };
}

function lookAt(target: Target, plan: ImagePlan, seed: number): Pick<EpochRow, "clean" | "robust"> {
  return { clean: share(cleanRight(target)), robust: rightAtRadii(target, plan, seed).map(share) };
}

function answersOnSets(model: Model, sets: readonly BuiltSet[]): TrackedRun["answers"] {
  return Object.fromEntries(setNames.flatMap((name) => {
    const set = sets.find((own) => own.name === name);
    return set === undefined ? [] : [[name, answersOn(model, set.images)]];
  }));
}

function shares(sets: readonly BuiltSet[], given: TrackedRun["answers"]): Pick<EpochRow, "right" | "t"> {
  const right: EpochRow["right"] = {};
  const t: EpochRow["t"] = {};
  for (const { name, images } of sets) {
    const own = given[name];
    if (own === undefined) continue;
    right[name] = agreement(own, images.labels);
    if (pushedNames.includes(name)) t[name] = agreement(own, (images as ConflictSet).pushedTo);
  }
  return { right, t };
}

/** Share of equal entries. */
export function agreement(given: Int32Array, labels: Int32Array): number {
  return given.reduce((sum, answer, i) => sum + Number(answer === labels[i]), 0) / given.length;
}

/** The first held-out images attacked, the network's answers to them, and the gradient of the loss in the clean ones. */
function shownOf({ model, images }: Target, adversarial: Float32Array): TrackedRun["shown"] {
  const count = Math.min(shownImages, countOf(images));
  const indices = Int32Array.from({ length: count }, (_, i) => i);
  const size = adversarial.length / countOf(images);
  const attacked = adversarial.slice(0, count * size);
  const { gradient } = model.lossGradient(batchOf(images, indices), oneHotTargets(labelsOf(images, indices), images.classes), "crossEntropy");
  return { adversarial: attacked, gradient: Float32Array.from(gradient), answers: answers(model.logits(batchOf({ ...images, pixels: attacked, labels: labelsOf(images, indices) }, indices)), images.classes) };
}

function trainFresh({ trainedOn, seed }: Extract<ImageJob, { kind: "fresh" }>, { plan, training, heldOut, sets = [], onProgress }: JobInputs): FreshRun {
  const network = networkOf(plan);
  const size = training.pixels.length / countOf(training);
  const plain: ImageSet = { ...training, pixels: training.pixels.subarray(0, plan.freshImages * size), labels: training.labels.subarray(0, plan.freshImages) };
  const built = sets.find(({ name }) => name === (trainedOn as SetName))?.images;
  // the conflict set is learned under the labels it was pushed to: to people they look wrong, and only its small details bear them out
  const images = trainedOn === "images" ? plain : trainedOn === "conflict" ? { ...built!, labels: (built as ConflictSet).pushedTo } : built!;
  const params: Tree = trainImages(trainingOf(plan, images, seed, undefined, onProgress));
  return { seed, trainedOn, ...lookAt({ model: modelOf(network, params), images: heldOut }, plan, seed) };
}

