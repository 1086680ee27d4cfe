/**
 * A claim: a sentence that could be false, the experiments that decide it, a prediction written down before looking, and
 * controls under which the prediction must fail.
 */
import { ParameterError } from "../errors/index.ts";
import type { Figure } from "./figure.ts";
import type { PooledPrediction, Prediction } from "./predictions.ts";
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
 * Errors: ParameterError on a malformed id, no experiment, no control, or a control that changes nothing.
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
  return definition as unknown as Claim;
}

/** A canonical text of plain JSON: keys sorted, so that equal specs are equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}

export function experimentKey(experiment: Experiment<unknown>): string {
  return canonical({ kind: experiment.kind, spec: experiment.spec });
}
