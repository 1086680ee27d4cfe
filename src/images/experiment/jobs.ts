/** The pieces of an experiment: one network or one set each, in an order in which everything a piece needs is there before it. */
import { pixelsOf } from "../image-set.ts";
import { networkOf } from "./network-of.ts";
import { type ImagePlan, seedsOfPlan } from "./plan.ts";
import { type FreshSet, freshSets, type Mode, type SetName } from "./records.ts";

export type Role = "standard" | "robust" | "stuck";

export type ImageJob =
  | { kind: "source"; role: Role; seed: number }
  /**
   * `builders`: the robust network; or the family of standard networks that an image's lot names; or the other family.
   * Made of held-out images, or of the training images that fresh networks learn from.
   */
  | { kind: "set"; name: SetName; builders: "robust" | "lot" | "other lot"; of: "heldOut" | "training"; seed: number }
  | { kind: "tracked"; mode: Mode; seed: number }
  | { kind: "fresh"; trainedOn: FreshSet; seed: number };

export interface PlannedJob {
  job: ImageJob;
  /** Jobs of a stage need those of earlier stages only. */
  stage: 0 | 1 | 2 | 3;
  /** Floating-point operations expected. */
  operations: number;
  /** In a few words, for progress and errors. */
  words: string;
}

/** All jobs of a plan, the costly ones of a stage first. */
export function jobsOfPlan(plan: ImagePlan, firstSeed: number): PlannedJob[] {
  const seeds = seedsOfPlan(plan, firstSeed);
  const setSeed = seeds.families[0][0] + 500;
  const planned: PlannedJob[] = [];
  const push = (stage: PlannedJob["stage"], job: ImageJob, operations: number, words: string) => planned.push({ job, stage, operations, words });
  const cost = costs(plan);
  const source = (role: Role, list: number[], operations: number) => list.forEach((seed) => push(0, { kind: "source", role, seed }, operations, `${role} source network, seed ${seed}`));
  source("robust", [seeds.robust], cost.adversarial);
  source("standard", seeds.families.flat(), cost.standard);
  source("stuck", [seeds.stuck], cost.evaluation);

  // the conflict set comes first: where its radius is searched for, other pushes take the one that was found
  const set = (name: SetName, builders: "robust" | "lot" | "other lot", of: "heldOut" | "training") => {
    const first = name === "conflict" ? of === "heldOut" : name === "R" || name === "NR1" || name === "placeboR";
    const steps = name === "random" ? 1 : name === "R" || name === "NR1" || name === "placeboR" ? plan.matchSteps : plan.pushSteps;
    push(first ? 1 : 2, { kind: "set", name, builders, of, seed: setSeed }, (of === "heldOut" ? plan.heldOut : plan.freshImages) * steps * (builders === "robust" ? 1 : plan.standardSources) * cost.inputGradient, `${name} set of ${of === "heldOut" ? "held-out" : "training"} images`);
  };
  set("R", "robust", "heldOut");
  set("NR1", "lot", "heldOut");
  set("conflict", "lot", "heldOut");
  set("R2", "robust", "heldOut");
  set("placeboR", "other lot", "heldOut");
  set("placeboR2", "other lot", "heldOut");
  set("random", "lot", "heldOut");
  const fresh = plan.freshImages > 0 && plan.freshSeeds > 0;
  if (fresh) {
    set("R", "robust", "training");
    set("NR1", "lot", "training");
    set("conflict", "lot", "training");
  }

  seeds.tracked.forEach((seed, i) => {
    push(3, { kind: "tracked", mode: "adversarial", seed }, cost.adversarial + cost.tracking + cost.strong, `adversarial network, seed ${seed}`);
    push(3, { kind: "tracked", mode: "standard", seed }, cost.standard + cost.tracking / 4 + cost.strong / 4, `standard network, seed ${seed}`);
    if (i >= plan.controlSeeds) return;
    push(3, { kind: "tracked", mode: "noise", seed }, cost.standard + cost.tracking / 4 + cost.strong / 4, `network trained on noise, seed ${seed}`);
    push(3, { kind: "tracked", mode: "radius 0", seed }, cost.standard + cost.tracking / 4 + cost.strong / 4, `network trained adversarially at radius 0, seed ${seed}`);
  });
  if (fresh) {
    for (const seed of seeds.tracked.slice(0, plan.freshSeeds)) {
      for (const trainedOn of freshSets) push(3, { kind: "fresh", trainedOn, seed }, (cost.standard * plan.freshImages) / plan.images + cost.evaluation, `fresh network trained on ${trainedOn}, seed ${seed}`);
    }
  }
  return planned.sort((a, b) => a.stage - b.stage || b.operations - a.operations);
}

/** Floating-point operations of the parts; of evaluations by attack at most, since images that are fooled are left alone. */
function costs(plan: ImagePlan) {
  const forward = networkOf(plan).operations;
  // the gradient in the images costs one more pass, that in the weights as well one more
  const inputGradient = 2 * forward;
  const evaluation = plan.heldOut * plan.evaluationSteps * plan.radii.length * inputGradient;
  const { pgdSteps, pgdRestarts, apgdSteps, apgdRestarts } = plan.strong;
  return {
    forward, inputGradient, evaluation,
    standard: plan.epochs * plan.images * 3 * forward,
    adversarial: plan.epochs * plan.images * (3 * forward + plan.ascentSteps * inputGradient),
    tracking: (plan.epochs * evaluation) / 2,
    strong: plan.heldOut * (pgdSteps * pgdRestarts + 2 * apgdSteps * apgdRestarts) * inputGradient,
  };
}

/** Bytes that a worker thread holds at most: images of a batch through all layers a few times over, and the sets. */
export function bytesOfPlan(plan: ImagePlan): number {
  const pixels = pixelsOf({ shape: networkOf(plan).image });
  return 4 * pixels * (9 * plan.heldOut + 4 * plan.freshImages) + 60e6;
}
