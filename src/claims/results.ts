/** results.json, as types; the published schema is derived beside it (schema.ts). */
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
  /** n seeds, how many supported, exact Clopper-Pearson lower 95 % bound on the share, and the share asked for. */
  seeds: { n: number; supported: number; lower95: number; required: number };
  /** One line a seed: what was observed and whether it satisfied the prediction. */
  perSeed: { seed: number; holds: boolean; observed: string }[];
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
}
