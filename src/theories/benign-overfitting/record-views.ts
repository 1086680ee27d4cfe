/** What claims read from a run's record. */
import { learnedLevel, learningTimes, type LearningTimes, predictedThreshold, signalTimes } from "./closed-forms.ts";
import { coefficientDynamics, type CoefficientRun, type DynamicsInput } from "./coefficient-dynamics.ts";
import type { ThresholdRecord } from "./experiment.ts";
import type { RunRecord } from "./run-record.ts";

/** What predictions are told about a run: its initial weights' products with its data. */
export function inputOf({ initialSignal, initialNoise, gram, signs, labels }: Pick<RunRecord, "initialSignal" | "initialNoise" | "gram" | "signs" | "labels">): DynamicsInput {
  return { initial: { signal: initialSignal, noise: initialNoise }, gram, signs, labels };
}

/** The coefficients' own dynamics at the run's logged steps: exact with cross terms, reduced without. */
export function dynamicsOf(run: RunRecord, cross: boolean): CoefficientRun {
  return coefficientDynamics(run.spec.setting, inputOf(run), { steps: run.steps, cross });
}

/** The step at which a logged column first reaches the level, linear between logged steps; Infinity when it never does. */
export function crossing(steps: readonly number[], column: ArrayLike<number>, level = learnedLevel): number {
  for (let s = 0; s < steps.length; s++) {
    if (!(column[s] >= level)) continue;
    return s === 0 ? steps[0] : steps[s - 1] + ((level - column[s - 1]) / (column[s] - column[s - 1])) * (steps[s] - steps[s - 1]);
  }
  return Infinity;
}

export function observedTimes({ steps, signalPart, noisePart }: Pick<CoefficientRun, "steps"> & { signalPart: ArrayLike<number>; noisePart: ArrayLike<number> }): LearningTimes {
  return { signal: crossing(steps, signalPart), noise: crossing(steps, noisePart) };
}

/** Closed-form times of a run, and of each sign's signal. */
export function predictedTimes(run: RunRecord): LearningTimes {
  return learningTimes(run.spec.setting, inputOf(run));
}
export function predictedSignalTimes(run: RunRecord): [number, number] {
  return signalTimes(run.spec.setting, inputOf(run));
}

/** The n SNR^q at which the closed forms put the threshold of a search's draw. */
export function predictedThresholdOf(run: ThresholdRecord): number {
  return predictedThreshold({ ...run.spec.setting, mu: 1 }, inputOf(run));
}

/** The n SNR^q at which a search found it. */
export function observedThresholdOf({ spec: { setting }, threshold }: ThresholdRecord): number {
  return setting.n * threshold ** setting.q;
}

/** Largest |a - b| over largest |b|, rows and columns taken together. */
export function relativeDistance(rows: readonly Float64Array[], others: readonly Float64Array[]): number {
  let [distance, size] = [0, 0];
  rows.forEach((row, s) => row.forEach((value, i) => {
    distance = Math.max(distance, Math.abs(value - others[s][i]));
    size = Math.max(size, Math.abs(others[s][i]));
  }));
  return rows.length === 0 ? NaN : distance / size;
}

export const last = (column: ArrayLike<number>): number => column[column.length - 1];
