/** Claims about real images: orderings of what the two trainings of one seed rely on. */
import { type Claim, type Control, defineClaim, type Experiment, type Experiments, type HypothesisResult, type Prediction } from "../../claims/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { setHypotheses, signTest } from "./hypotheses.ts";
import type { ImagePlan } from "./plan.ts";
import type { Mode, SetName, SetsSummary, TrackedRun } from "./records.ts";

/** What a claim is given for a seed: the network trained in either mode, and what is known of the sets. */
export interface ImageRuns extends Record<string, unknown> {
  standard: TrackedRun;
  adversarial: TrackedRun;
  sets: SetsSummary;
  /** Which set plays each part; a control puts another in a part. */
  parts: SetParts;
}

export interface SetParts {
  R: SetName;
  R2: SetName;
  conflict: SetName;
}

export const usualParts: SetParts = { R: "R", R2: "R2", conflict: "conflict" };

/** Looked up by the runner, which has the data; a claim alone has none. */
function lookedUp<Run>(kind: string, spec: unknown): Experiment<Run> {
  return {
    kind, spec, operations: 0,
    run: () => { throw new ParameterError({ where: kind, problem: "a claim about real images was run without images.", expected: "`lemmagrad images`, which trains the networks for all of them.", mend: "npx lemmagrad images --dataset mnist --data FOLDER" }); },
  };
}

const tracked = (mode: Mode) => lookedUp<TrackedRun>("image network", { mode });
const parts = (changed: Partial<SetParts> = {}) => lookedUp<SetParts>("image sets", { ...usualParts, ...changed });

const experiments: Experiments<ImageRuns> = { standard: tracked("standard"), adversarial: tracked("adversarial"), sets: lookedUp<SetsSummary>("image set summary", {}), parts: parts() };

/** Changes under which a claim must fail. */
export const imageControls = {
  placebo: { change: "placebo: standard networks in the place of g_R", experiments: { parts: parts({ R: "placeboR", R2: "placeboR2" }) } },
  radius0: { change: "adversarial training at radius 0", experiments: { adversarial: tracked("radius 0") } },
  noise: { change: "training on random noise of the same radius in place of attacks", experiments: { adversarial: tracked("noise") } },
  random: { change: "a random change of the same radius in place of the push", experiments: { parts: parts({ conflict: "random" }) } },
} as const satisfies Record<string, Control<ImageRuns>>;

/** A comparison image by image: on how many the first side of an ordering has more than the second, and on how many less. */
export interface Paired {
  gained: number;
  lost: number;
  images: number;
}

/** Of each image a small integer; above 0 it speaks for the ordering, below 0 against it. */
export function paired(count: number, score: (image: number) => number): Paired {
  let [gained, lost] = [0, 0];
  for (let i = 0; i < count; i++) {
    const own = score(i);
    if (own > 0) gained++;
    if (own < 0) lost++;
  }
  return { gained, lost, images: count };
}

/**
 * The level of the sign test where an ordering must be clearer than chance: three orderings meet a placebo that is a fair coin, on up to two
 * control seeds, and all six coins together should seldom pass.
 */
const level = 0.01;

/**
 * An ordering of two shares of the same images. "plain": the first is larger. "beyond chance": and a sign test over the images on which
 * they differ gives at most 0.01; for orderings whose control is a fair coin.
 */
export function imageOrdering(words: string, strength: "plain" | "beyond chance"): Prediction<Paired> {
  return {
    words: strength === "plain" ? words : `${words}, by more than chance over the images (exact sign test, 1 %)`,
    judge({ gained, lost, images }) {
      const p = signTest(gained, lost);
      return {
        holds: gained > lost && (strength === "plain" || p <= level),
        observed: `difference ${((100 * (gained - lost)) / images).toFixed(1)} points: ${gained} of ${images} images for it, ${lost} against (sign test p = ${p < 1e-4 ? p.toExponential(0) : p.toFixed(4)})`,
      };
    },
    margin: ({ gained, lost, images }) => (gained - lost) / images,
  };
}

export interface ImageClaimDefinition {
  id: string;
  title: string;
  statement: string;
  maths: string;
  /** The ordering, in words, as predicted. */
  predicted: string;
  strength: "plain" | "beyond chance";
  /** For and against, image by image: see `paired`. */
  observable: (runs: ImageRuns) => Paired;
  hypotheses?: (sets: SetsSummary) => HypothesisResult[];
  controls: readonly Control<ImageRuns>[];
  /** Share of seeds asked for; default 1. */
  required?: number;
  /** Of which plans a verdict other than "supported" is a failure; elsewhere the verdict is reported only. */
  requiredIn: (plan: ImagePlan) => boolean;
}

/** A claim, and where it is required. */
export interface ImageClaim {
  claim: Claim;
  requiredIn: (plan: ImagePlan) => boolean;
}

export function defineImageClaim({ hypotheses = () => [], predicted, strength, requiredIn, ...rest }: ImageClaimDefinition): ImageClaim {
  const claim = defineClaim<ImageRuns, Paired>({
    ...rest,
    source: { words: "Li & Li, arXiv 2410.08503, abstract", formula: "docs/images" },
    experiments,
    hypotheses: ({ sets }) => [...setHypotheses(sets), ...hypotheses(sets)],
    prediction: imageOrdering(predicted, strength),
    recorded: "supported",
    // the plan of the experiment says how many seeds there are
    plan: { quick: { seeds: 5, controlSeeds: 2 }, full: { seeds: 5, controlSeeds: 2 } },
  });
  return { claim, requiredIn };
}

/** On l-infinity plans of MNIST and SVHN; elsewhere small networks on few images saturate, or turn the ordering round. */
export const onLinfDigits = ({ dataset, threat }: ImagePlan): boolean => threat.norm === "linf" && dataset !== "cifar10";
export const everywhere = (): boolean => true;

/** 1 where a network answers an image of a set with its label (c of a pushed set). */
export function right(run: TrackedRun, set: SetName, labels: Int32Array): (image: number) => number {
  const own = run.answers[set]!;
  return (image) => Number(own[image] === labels[image]);
}

/** 1 where a network answers an image of a pushed set with the class it was pushed to. */
export function saysT(run: TrackedRun, set: SetName, { pushedTo }: SetsSummary): (image: number) => number {
  const own = run.answers[set]!;
  return (image) => Number(own[image] === pushedTo[image]);
}
