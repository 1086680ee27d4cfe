/** How large an experiment on real images is, and with which numbers. Everything that a result depends on besides data and seeds is here. */
import { ParameterError } from "../../errors/index.ts";
import type { DatasetName } from "../readers/index.ts";
import { type Ball, checkBall, type Norm } from "../attacks/ball.ts";
import type { RobustnessOptions } from "../attacks/robustness.ts";

export interface ImagePlan {
  dataset: DatasetName;
  name: "quick" | "full";
  /** Training and held-out images, the first ones of their files. */
  images: number;
  heldOut: number;
  widths: readonly [number, number, number];
  /** The radius trained against, in pixel units of 0 to 1. */
  threat: Ball;
  /** Epochs over which the radius rises. */
  warmUp: number;
  /** Ascent steps of a training step. */
  ascentSteps: number;
  epochs: number;
  batchSize: number;
  /** Adam's step size, by default its authors' 1e-3 for batches of 50; falls to a tenth over the last third of the training. */
  rate: number;
  /** Networks tracked; the controls take the first few of their seeds. */
  seeds: number;
  controlSeeds: number;
  /** Standard networks in each of the two families that g_S and the placebo are dealt from. */
  standardSources: number;
  matchSteps: number;
  pushSteps: number;
  /** The conflict set's ball: a radius, or the smallest l2 radius of a ladder at which g_S says t on `share` of the images. */
  push: Ball | { norm: "l2"; radii: readonly number[]; share: number };
  /** Radii, ascending, at which robust accuracy is measured after each epoch, with pgd of so many steps. */
  radii: readonly number[];
  evaluationSteps: number;
  /** The attacks on the final network. */
  strong: Required<Omit<RobustnessOptions, "seed">>;
  /** A fresh standard network is trained on sets made of so many training images; 0 leaves it out. */
  freshImages: number;
  freshSeeds: number;
}

const strong = { pgdSteps: 20, apgdSteps: 40, pgdRestarts: 2, apgdRestarts: 1 };

/** Section 9's quick references, and the full plans. */
const plans: Record<`${DatasetName} ${"quick" | "full"}`, ImagePlan> = {
  "mnist quick": {
    dataset: "mnist", name: "quick", images: 2000, heldOut: 300, widths: [8, 16, 64], threat: { norm: "linf", radius: 0.3 }, warmUp: 6, ascentSteps: 4, epochs: 12, batchSize: 50, rate: 1e-3,
    seeds: 5, controlSeeds: 2, standardSources: 3, matchSteps: 60, pushSteps: 20, push: { norm: "linf", radius: 0.3 }, radii: [0.1, 0.2, 0.3], evaluationSteps: 10, strong, freshImages: 1000, freshSeeds: 1,
  },
  "svhn quick": {
    dataset: "svhn", name: "quick", images: 4000, heldOut: 300, widths: [16, 32, 64], threat: { norm: "linf", radius: 8 / 255 }, warmUp: 6, ascentSteps: 3, epochs: 15, batchSize: 50, rate: 1e-3,
    seeds: 3, controlSeeds: 1, standardSources: 3, matchSteps: 60, pushSteps: 20, push: { norm: "linf", radius: 8 / 255 }, radii: [2 / 255, 4 / 255, 8 / 255], evaluationSteps: 10, strong, freshImages: 1000, freshSeeds: 1,
  },
  "cifar10 quick": {
    dataset: "cifar10", name: "quick", images: 8000, heldOut: 300, widths: [16, 32, 64], threat: { norm: "l2", radius: 1 }, warmUp: 4, ascentSteps: 3, epochs: 12, batchSize: 50, rate: 1e-3,
    seeds: 2, controlSeeds: 1, standardSources: 3, matchSteps: 60, pushSteps: 20, push: { norm: "l2", radii: [1, 2, 3, 4], share: 0.7 }, radii: [0.25, 0.5, 1], evaluationSteps: 10, strong, freshImages: 1000, freshSeeds: 1,
  },
  "mnist full": {
    dataset: "mnist", name: "full", images: 60_000, heldOut: 1000, widths: [16, 32, 128], threat: { norm: "linf", radius: 0.3 }, warmUp: 3, ascentSteps: 8, epochs: 10, batchSize: 100, rate: 2e-3,
    seeds: 5, controlSeeds: 2, standardSources: 3, matchSteps: 120, pushSteps: 20, push: { norm: "linf", radius: 0.3 }, radii: [0.1, 0.2, 0.3], evaluationSteps: 20, strong: { ...strong, apgdSteps: 100 }, freshImages: 10_000, freshSeeds: 2,
  },
  "svhn full": {
    dataset: "svhn", name: "full", images: 4700, heldOut: 1000, widths: [16, 32, 128], threat: { norm: "linf", radius: 8 / 255 }, warmUp: 10, ascentSteps: 4, epochs: 30, batchSize: 50, rate: 1e-3,
    seeds: 5, controlSeeds: 2, standardSources: 3, matchSteps: 120, pushSteps: 20, push: { norm: "linf", radius: 8 / 255 }, radii: [2 / 255, 4 / 255, 8 / 255], evaluationSteps: 20, strong: { ...strong, apgdSteps: 100 }, freshImages: 4000, freshSeeds: 2,
  },
  "cifar10 full": {
    dataset: "cifar10", name: "full", images: 10_000, heldOut: 1000, widths: [32, 64, 128], threat: { norm: "l2", radius: 1 }, warmUp: 6, ascentSteps: 4, epochs: 20, batchSize: 50, rate: 1e-3,
    seeds: 5, controlSeeds: 2, standardSources: 3, matchSteps: 120, pushSteps: 20, push: { norm: "l2", radii: [1, 2, 3, 4], share: 0.7 }, radii: [0.25, 0.5, 1], evaluationSteps: 20, strong: { ...strong, apgdSteps: 100 }, freshImages: 4000, freshSeeds: 2,
  },
};

/** What a caller may change of a plan. */
export interface PlanChanges {
  images?: number;
  heldOut?: number;
  epochs?: number;
  rate?: number;
  seeds?: number;
  norm?: Norm;
  radius?: number;
}

/** Pixels of one image of each data set. */
const imageShapes = { mnist: [1, 28, 28], cifar10: [3, 32, 32], svhn: [3, 32, 32] } as const;

/** Mean pixel of each training set, of 0 to 1, to two digits: what the networks take for nothing. */
export const meanPixels = { mnist: 0.13, cifar10: 0.47, svhn: 0.45 } as const;

export function imageShapeOf(dataset: DatasetName): readonly [number, number, number] {
  return imageShapes[dataset];
}

/** Held-out images below which the sign tests could not tell chance from the orderings that are looked for. */
export const fewestHeldOut = 20;

/**
 * The plan of a data set, with changes. Another radius scales the warm-up's and the evaluation's radii with it, and the push's in
 * l-infinity; fewer epochs scale the warm-up.
 *
 * Errors: ParameterError on a radius of another unit, a norm that changes without a radius, too few images, or numbers that are no
 *         integers >= 1.
 */
export function planOf(dataset: DatasetName, name: "quick" | "full", changes: PlanChanges = {}): ImagePlan {
  const base = plans[`${dataset} ${name}`];
  const where = `images: the ${name} plan of ${dataset}`;
  const { images = base.images, heldOut = base.heldOut, epochs = base.epochs, rate = base.rate, seeds = base.seeds } = changes;
  for (const [flag, value, least] of [["--images", images, base.batchSize], ["--held-out", heldOut, fewestHeldOut], ["--epochs", epochs, 1], ["--seeds", seeds, 1]] as const) {
    if (!Number.isInteger(value) || value < least) throw new ParameterError({ where, problem: `${flag} ${value} is too few.`, expected: `an integer >= ${least}.` });
  }
  if (!(rate > 0) || !Number.isFinite(rate)) throw new ParameterError({ where, problem: `--rate ${rate} is out of range.`, expected: "Adam's step size, a finite number > 0." });
  const { norm = base.threat.norm, radius = norm === base.threat.norm ? base.threat.radius : undefined } = changes;
  if (radius === undefined) throw new ParameterError({ where, problem: `--norm ${norm} came without a radius, and the plan's is one of ${base.threat.norm}.`, expected: "a radius for the norm.", mend: "add --radius." });
  const threat: Ball = { norm, radius };
  checkBall(where, threat, imageShapeOf(dataset).reduce((a, b) => a * b, 1));
  if (radius === 0) throw new ParameterError({ where, problem: "at radius 0 adversarial training is standard training.", expected: "a radius > 0." });
  const changed = norm !== base.threat.norm || radius !== base.threat.radius;
  return {
    ...base, images, heldOut, epochs, rate, seeds, threat,
    warmUp: epochs === base.epochs ? base.warmUp : Math.max(1, Math.floor((base.warmUp * epochs) / base.epochs)),
    controlSeeds: Math.min(base.controlSeeds, seeds),
    radii: changed ? [radius / 3, (2 * radius) / 3, radius] : base.radii,
    push: changed ? (norm === "linf" ? threat : { norm, radii: [1, 2, 3, 4].map((x) => x * radius), share: 0.7 }) : base.push,
    freshImages: Math.min(base.freshImages, images),
  };
}

/**
 * Seeds of an experiment: the tracked ones, and, never among them, those of the source networks.
 *
 * Errors: ParameterError when the first seed is so large that they would meet.
 */
export function seedsOfPlan(plan: ImagePlan, first: number): { tracked: number[]; families: [number[], number[]]; robust: number; stuck: number } {
  const base = 1_000_000_000;
  if (!Number.isSafeInteger(first) || first < 0 || first + plan.seeds > 1_000_000) throw new ParameterError({ where: "--seed", problem: `${first} is out of range.`, expected: "an integer from 0 to a million; larger ones belong to the source networks." });
  const own = base + 1000 * first;
  const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  return { tracked: range(first, plan.seeds), families: [range(own, plan.standardSources), range(own + 200, plan.standardSources)], robust: own + 100, stuck: own + 300 };
}
