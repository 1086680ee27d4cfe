/** Ways to read a RunRecord: by class, at a step, from the initial weights. */
import { seedHypotheses, settingHypotheses, type InitialSizes } from "./hypotheses.ts";
import type { InitialState } from "./reduced-dynamics.ts";
import type { RunRecord } from "./run-record.ts";

type NeuronColumn = "U" | "V" | "nu";
type ClassColumn = "trueProbability" | "robustPart" | "nonRobustPart" | "cosine";

/** The entries of one class at logged step number s; [m]. */
export function neuronsAt(record: RunRecord, column: NeuronColumn, s: number, i: number): Float64Array {
  const { k, m } = record.spec.setting;
  return record[column].subarray((s * k + i) * m, (s * k + i + 1) * m);
}

/** U_i or V_i = max_r, at every logged step; [S]. */
export function largestOverTime(record: RunRecord, column: NeuronColumn, i: number): number[] {
  return record.steps.map((_, s) => Math.max(...neuronsAt(record, column, s, i)));
}

/** U_i or V_i = max_r of every class at logged step number s (negative counts from the end); [k]. */
export function largestAt(record: RunRecord, column: NeuronColumn, s: number): number[] {
  const at = s < 0 ? s + record.steps.length : s;
  return classesOf(record).map((i) => Math.max(...neuronsAt(record, column, at, i)));
}

/** A per-class column at logged step number s (negative counts from the end); [k]. */
export function classColumnAt(record: RunRecord, column: ClassColumn, s: number): number[] {
  const { k } = record.spec.setting;
  const at = s < 0 ? s + record.steps.length : s;
  return Array.from(record[column].subarray(at * k, (at + 1) * k));
}

/** The share of F_y that robust patches carry, by class, at logged step number s. */
export function robustShareAt(record: RunRecord, s: number): number[] {
  const robust = classColumnAt(record, "robustPart", s);
  const nonRobust = classColumnAt(record, "nonRobustPart", s);
  return robust.map((part, i) => part / (part + nonRobust[i]));
}

export function classesOf(record: RunRecord): number[] {
  return Array.from({ length: record.spec.setting.k }, (_, i) => i);
}

/** Initial correlations and residual norms, [k,m] each. */
export function initialSizes(record: RunRecord): InitialSizes {
  const { k, m } = record.spec.setting;
  return { u: record.U.slice(0, k * m), v: record.V.slice(0, k * m), nu: record.nu.slice(0, k * m) };
}

/** What the reduced dynamics start from. */
export function initialState(record: RunRecord): InitialState {
  const { u, v } = initialSizes(record);
  return { u, v, residualGram: record.initialResidualGram };
}

/** Every hypothesis of docs/theory, section 8, on a run's setting and on its own initial weights. */
export function hypothesesOf(record: RunRecord): ReturnType<typeof settingHypotheses> {
  return [...settingHypotheses(record.spec.setting), ...seedHypotheses(record.spec.setting, initialSizes(record))];
}

/** A robust accuracy measured on the final weights, by the threat's name and radius; NaN if it was not measured. */
export function accuracyUnder(record: RunRecord, threat: string, radius: number): number {
  return record.robustAccuracy.find((entry) => entry.threat.startsWith(threat) && entry.radius === radius)?.accuracy ?? NaN;
}
