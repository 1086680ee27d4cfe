/** What the jobs of an experiment return: plain data that crosses between threads and lies in files. */
import type { Robustness } from "../attacks/robustness.ts";
import type { ConflictSet } from "../feature-sets/push.ts";
import type { ImageSet } from "../image-set.ts";

/** A tree of weights as plain data, by path. */
export type PlainWeights = Record<string, { shape: number[]; data: Float32Array }>;

export type SetName = "R" | "NR1" | "conflict" | "R2" | "placeboR" | "placeboR2" | "random";
export const setNames: readonly SetName[] = ["R", "NR1", "conflict", "R2", "placeboR", "placeboR2", "random"];
/** Sets whose images carry two answers, c and t. */
export const pushedNames: readonly SetName[] = ["conflict", "R2", "placeboR2", "random"];

export interface SourceRun {
  seed: number;
  weights: PlainWeights;
  /** On the held-out images: clean, and under pgd at the plan's radii. */
  clean: number;
  robust: number[];
  /** Whether each held-out image is answered right under pgd at the full radius. */
  robustAt: boolean[];
}

export interface BuiltSet {
  name: SetName;
  images: ImageSet | ConflictSet;
  /** Of matched sets: median distance of features from the goal, before and after. */
  distance?: { before: number; after: number };
  /** Of pushed sets: the radius, and the shares of the pushing network's own answers. */
  pushed?: { radius: number; saysT: number; saysC: number };
}

/** What a network says after an epoch. */
export interface EpochRow {
  epoch: number;
  /** Mean training loss of the epoch; NaN before the first. */
  loss: number;
  clean: number;
  /** Under pgd, at each of the plan's radii. */
  robust: number[];
  /** Share of each set answered with its label; of pushed sets with c, and with t. */
  right: Partial<Record<SetName, number>>;
  t: Partial<Record<SetName, number>>;
}

export type Mode = "standard" | "adversarial" | "noise" | "radius 0";

export interface TrackedRun {
  seed: number;
  mode: Mode;
  epochs: EpochRow[];
  /** The final network's answers, image by image. */
  answers: Partial<Record<SetName, Int32Array>>;
  /** Attacked with everything there is, at the full radius. */
  strong: Omit<Robustness, "adversarial" | "robust">;
  weights: PlainWeights;
  /** A few held-out images for the pictures: attacked ones, and the gradient of the loss in their pixels. */
  shown: { adversarial: Float32Array; gradient: Float32Array; answers: Int32Array };
}

/** A standard network trained on a set made of training images, looked at on held-out images. */
export interface FreshRun {
  seed: number;
  trainedOn: FreshSet;
  clean: number;
  robust: number[];
}

export type FreshSet = "images" | "R" | "NR1" | "conflict";
export const freshSets: readonly FreshSet[] = ["images", "R", "NR1", "conflict"];

/** What hypotheses and claims know of the source networks and the sets. */
export interface SetsSummary {
  standardClean: number;
  robustClean: number;
  standardRobust: number;
  robustRobust: number;
  /** Held-out images right under attack by g_R alone, and by g_S alone. */
  robustOnly: number;
  standardOnly: number;
  /** Share of the conflict set that g_R answers with t. */
  robustSaysT: number;
  matched: { R: { before: number; after: number }; NR1: { before: number; after: number } };
  conflict: { radius: number; saysT: number; saysC: number };
  /** Labels of the sets. */
  labels: Int32Array;
  pushedTo: Int32Array;
  seedsDisjoint: boolean;
}
