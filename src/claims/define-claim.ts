/**
 * A claim: a sentence that could be false, the experiments that decide it, a prediction written down before looking, and
 * controls under which the prediction must fail.
 */
import { ParameterError } from "../errors/index.ts";
import { fewestToBelow, type SequentialDesign } from "../statistics/index.ts";
import type { Figure } from "./figure.ts";
import { isPooled, type PooledPrediction, type Prediction } from "./predictions.ts";
import type { Region } from "./region.ts";
import type { HypothesisResult, Verdict } from "./results.ts";

/** Something that can be run for a seed. Equal kind and spec mean the same experiment, and it is run once. */
export interface Experiment<Run> {
  /** The theory's name for this kind of run. */
  readonly kind: string;
  /** Everything the run depends on besides the seed, as plain JSON. */
  readonly spec: unknown;
  /** Expected floating-point operations of one run. */
  readonly operations: number;
  /** Expected bytes of the arrays that one run holds at once; left out where they are few. */
  readonly bytes?: number;
  /** Same seed, same result; plain data that structured cloning can copy. */
  run(seed: number): Run;
}

export type Experiments<Runs> = { readonly [Name in keyof Runs]: Experiment<Runs[Name]> };

/** One seed of a claim: its runs, what was observed, and the judgement. */
export interface Sample<Runs, Observation> {
  seed: number;
  runs: Runs;
  observation: Observation;
  holds: boolean;
}

export interface Control<Runs> {
  /** What was changed, in words. */
  change: string;
  /** The experiments that replace those of the same name. */
  experiments: Partial<Experiments<Runs>>;
}

export interface Plan {
  seeds: number;
  controlSeeds: number;
}

export interface ClaimDefinition<Runs, Observation> {
  /** Lower case and dashes, beginning with the prediction's number: p03-learning-time. */
  id: string;
  title: string;
  source: { words: string; formula: string };
  /** Our words, every symbol defined. */
  statement: string;
  /** The statement in LaTeX. */
  maths: string;
  experiments: Experiments<Runs>;
  /** What must be true for the claim to speak; checked on every seed before it is judged. */
  hypotheses: (runs: Runs, seed: number) => HypothesisResult[];
  observable: (runs: Runs) => Observation;
  prediction: Prediction<Observation> | PooledPrediction<Observation>;
  /** Share of seeds that must satisfy the prediction; default 1, every seed. */
  required?: number;
  /**
   * In place of a share of a fixed number of seeds, a sequential test of the failure rate: seeds are run in order until it decides, at most the
   * plan's number. Supported: the rate is below p1, wrong with probability at most beta; contradicted: it is above p0, wrong with probability
   * at most alpha; inconclusive when the plan's seeds do not decide.
   */
  sequential?: Omit<SequentialDesign, "most">;
  /** No seed enters: every seed would give the same. Such a claim makes no statement about a failure rate. */
  seedless?: boolean;
  /** At least one. A claim whose control does not fail is inconclusive, however well the prediction fits. */
  controls: readonly Control<Runs>[];
  /** The verdict on record; verification fails when it comes out otherwise. */
  recorded: Verdict;
  /** Seeds of each plan; `quick: null` for a claim that only the full plan has time for. */
  plan: { quick: Plan | null; full: Plan };
  /** Where else the claim is made; what `falsify` searches and phase diagrams scan. */
  region?: Region<Runs>;
  figure?: (samples: readonly Sample<Runs, Observation>[], which: "main" | "control") => Figure;
}

/** A claim with its types forgotten, as the runner handles it. */
export type Claim = ClaimDefinition<Record<string, unknown>, unknown>;

/**
 * Checks a definition and returns it.
 *
 * Errors: ParameterError on a malformed id, no experiment, no control, a control that changes nothing, or a sequential test that cannot be
 *         made or cannot support the claim within a plan.
 */
export function defineClaim<Runs extends Record<string, unknown>, Observation>(definition: ClaimDefinition<Runs, Observation>): Claim {
  const where = `claim ${definition.id}`;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(definition.id)) {
    throw new ParameterError({ where, problem: `"${definition.id}" is no id.`, expected: "lower-case words joined by dashes, such as p03-learning-time." });
  }
  if (Object.keys(definition.experiments).length === 0) throw new ParameterError({ where, problem: "it has no experiment.", expected: "at least one." });
  if (definition.controls.length === 0) {
    throw new ParameterError({ where, problem: "it has no control.", expected: "at least one change under which the prediction must fail.", mend: "remove the cause the claim names, and see the prediction fail." });
  }
  for (const { change, experiments } of definition.controls) {
    const names = Object.keys(experiments);
    if (names.length === 0 || names.some((name) => !(name in definition.experiments))) {
      throw new ParameterError({ where, problem: `the control "${change}" replaces ${names.length === 0 ? "no experiment" : names.join(", ")}.`, expected: `some of ${Object.keys(definition.experiments).join(", ")}.` });
    }
  }
  const required = definition.required ?? 1;
  if (!(required > 0 && required <= 1)) throw new ParameterError({ where, problem: `required = ${required} is no share.`, expected: "a number in (0, 1]." });
  checkSequential(where, definition as unknown as Claim);
  return definition as unknown as Claim;
}

function checkSequential(where: string, { sequential, required, prediction, plan }: Claim): void {
  if (sequential === undefined) return;
  if (required !== undefined) throw new ParameterError({ where, problem: "it has both a required share and a sequential test.", expected: "one of them: the test's p1 says which failure rate is too high." });
  if (isPooled(prediction)) throw new ParameterError({ where, problem: "its prediction is about all seeds together and its test takes them one by one.", expected: "a prediction about each seed, or no sequential test." });
  for (const name of ["quick", "full"] as const) {
    const most = plan[name]?.seeds;
    if (most === undefined) continue;
    if (fewestToBelow({ ...sequential, most }) <= most) continue;
    const needed = fewestToBelow({ ...sequential, most: 1_000_000 });
    throw new ParameterError({ where, problem: `the ${name} plan's ${most} seeds can never support it.`, expected: `at least ${needed}: so many must pass, without a failure, before the test puts the rate below p1 = ${sequential.p1}.`, mend: "take more seeds, or a larger p1 or beta." });
  }
}

/** Share of seeds that must satisfy the prediction for the claim to be called true at a point; of a sequential claim 1 - p1. */
export function requiredShare({ required = 1, sequential }: Pick<Claim, "required" | "sequential">): number {
  return sequential === undefined ? required : 1 - sequential.p1;
}

/** A canonical text of plain JSON: keys sorted, so that equal specs are equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}

export function experimentKey(experiment: Experiment<unknown>): string {
  return canonical({ kind: experiment.kind, spec: experiment.spec });
}
