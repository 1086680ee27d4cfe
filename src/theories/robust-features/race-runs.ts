/**
 * P3's race, predicted before it is run: short standard runs over a grid of settings, of which only who was first is kept.
 *
 * Source: docs/theory, P3 (race).
 */
import type { Experiment } from "../../claims/index.ts";
import { learnedLevel } from "./closed-forms.ts";
import { operationsOf } from "./experiment.ts";
import type { RunRecord, RunSpec } from "./run-record.ts";
import { energies, makeSetting, type Setting } from "./setting.ts";
import { simulate } from "./simulate.ts";

/** A point of the grid. */
export interface RacePoint {
  k: number;
  m: number;
  q: number;
  /** A/B. */
  energyRatio: number;
  /** Which block of seeds it draws from: points of different blocks are independent, also at the same seed of a claim. */
  block: number;
}

/** Steps until each class has learned its robust, and its non-robust, feature; Infinity if not within the run. */
export interface LearningTimes {
  robust: number[];
  nonRobust: number[];
}

export type RaceExperiment = Experiment<LearningTimes> & { readonly spec: { setting: Setting; steps: number; block: number } };

/**
 * The setting of a point: one sample a class, 40 patches, hardly any noise, alpha from A/B, and a step of 0.008 k, which keeps
 * growth below a third of a correlation in one step. alpha is cut to six digits, so that every engine trains the same setting; q = 4 grows more slowly from the same weights, so it starts from three times larger ones.
 */
export function raceSetting({ k, m, q, energyRatio }: Omit<RacePoint, "block">): Setting {
  const base = { k, m, q, N: k, P: 40, d: 2 * k + 2, sigmaN: 1e-4, sigma0: q === 3 ? 0.01 : 0.03, eta: 0.008 * k };
  return makeSetting({ ...base, alpha: Number(((energyRatio * energies(makeSetting(base)).B) ** (1 / q)).toPrecision(6)) });
}

const seedsPerBlock = 1_000_000;

/** Standard training at a point, as an experiment: kind "robust-features/race". */
export function raceRun(point: RacePoint, steps = 300): RaceExperiment {
  const setting = raceSetting(point);
  const spec: RunSpec = { setting, mode: "standard", threat: { name: "gradientAscent", loss: "margin" }, steps, logEvery: 1, cosineEvery: 0, evaluate: [] };
  return {
    kind: "robust-features/race", spec: { setting, steps, block: point.block }, operations: operationsOf(spec),
    run: (seed) => learningTimes(simulate(spec, seed + seedsPerBlock * point.block).record),
  };
}

/** The times at which each class's patches first add the level to F_y, linear between logged steps. */
export function learningTimes(record: RunRecord): LearningTimes {
  const { k } = record.spec.setting;
  const crossing = (column: Float64Array, i: number) => {
    const part = (s: number) => column[s * k + i];
    const s = record.steps.findIndex((_, at) => part(at) >= learnedLevel);
    if (s <= 0) return s < 0 ? Infinity : 0;
    return record.steps[s - 1] + ((learnedLevel - part(s - 1)) / (part(s) - part(s - 1))) * (record.steps[s] - record.steps[s - 1]);
  };
  const all = (column: Float64Array) => Array.from({ length: k }, (_, i) => crossing(column, i));
  return { robust: all(record.robustPart), nonRobust: all(record.nonRobustPart) };
}
