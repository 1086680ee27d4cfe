/** results.json, as types; the published schema is derived beside it (schema.ts). */
import type { SequentialDesign, SequentialOutcome } from "../statistics/index.ts";
import type { Figure } from "./figure.ts";

export type Verdict = "supported" | "contradicted" | "inconclusive" | "outside hypotheses";

export interface HypothesisResult {
  name: string;
  /** LaTeX of the condition. */
  maths: string;
  holds: boolean;
  /** How far inside (> 0) or outside (< 0): log of the ratio of the two sides, or their difference; see `unit`. */
  margin: number;
  detail: string;
}

export interface ControlResult {
  change: string;
  /** Whether the prediction failed under the control, as it must. */
  fails: boolean;
  /** Seeds tried, and how many of them still satisfied the prediction. */
  seeds: number;
  supporting: number;
  observed: string;
}

/** A sequential test of the failure rate, its exact error rates, and its answer. */
export interface SequentialResult extends SequentialDesign {
  decision: SequentialOutcome["decision"];
  /** Probability of "supported" at a failure rate of p1, and of "contradicted" at p0; exact. */
  supportedWrongly: number;
  contradictedWrongly: number;
}

/** One claim's statement "the failure rate is below `rate`" among those of all claims. */
export interface FamilyMember {
  id: string;
  rate: number;
  /** Seeds judged, and those in which the prediction failed. */
  n: number;
  failures: number;
  /** Exact, of "the failure rate is `rate` or more"; and after Holm's method. */
  pValue: number;
  adjusted: number;
  /** Whether the statement holds at 95 % alone; and together with the others at 95 % for all. */
  alone: boolean;
  together: boolean;
}

export interface FamilyStatement {
  level: number;
  members: FamilyMember[];
  /** Seeds a claim, all passed, with which all statements would hold together. */
  seedsNeeded: number;
  /** Seeds drawn by every claim with a fixed number of them, those in which some claim failed, and the upper 95 % bound on the rate of such seeds. */
  joint: { seeds: number; failing: number; upper95: number };
}

export interface ClaimResult {
  id: string;
  title: string;
  source: { words: string; formula: string };
  /** Plain words. */
  statement: string;
  /** LaTeX. */
  maths: string;
  verdict: Verdict;
  recordedVerdict: Verdict;
  hypotheses: HypothesisResult[];
  prediction: string;
  observed: string;
  judged: "seed by seed" | "all seeds together" | "without seeds";
  /** n seeds, how many supported, exact lower 95 % bound on the share (Clopper-Pearson, or by the sequential test), and the share asked for. */
  seeds: { n: number; supported: number; lower95: number; required: number };
  sequential?: SequentialResult;
  /** One line a seed: what was observed, whether it satisfied the prediction, and whether it lies inside the hypotheses and counts. */
  perSeed: { seed: number; inside: boolean; holds: boolean; observed: string }[];
  controls: ControlResult[];
  figure?: Figure;
  controlFigure?: Figure;
  /** The command that repeats this claim alone. */
  rerun: string;
}

export interface Results {
  schema: string;
  version: string;
  /** Facts of the machine and the clock; the only part that may differ between two equal runs. */
  environment: { node: string; platform: string; backend: string; workers: number; startedAt: string; seconds: number };
  seed: number;
  plan: "quick" | "full" | string;
  seedCount: number;
  claims: ClaimResult[];
  /** What holds of all claims at once. */
  family: FamilyStatement;
}
