/** What a phase diagram found, as plain data: phase.json. */
import type { CellVerdict } from "../figure.ts";
import type { Point } from "../region.ts";
import type { PhaseAxis } from "./axes.ts";

/** One seed at one point. */
export interface PhaseTrial {
  seed: number;
  /** Whether every hypothesis holds: those of the point, and those that this seed's draws decide. */
  inside: boolean;
  /** Whether the prediction held. */
  holds: boolean;
  observed: string;
}

/** What a point and its seeds say. */
export interface Examined {
  verdict: CellVerdict;
  /** The least margin of the point's hypotheses, > 0 inside, and the hypothesis it belongs to; null where there is no such point. */
  margin: number | null;
  binding: string;
  trials: PhaseTrial[];
  /** What the seeds say together, of a claim whose prediction is about all of them. */
  pooled?: { outcome: "holds" | "fails" | "undecided"; observed: string };
}

export interface PhaseCell extends Examined {
  x: number;
  y: number;
}

/** Trials (or cells, of a claim about all seeds together) by what the hypotheses say and what was seen. */
export interface Confusion {
  /** What is counted. */
  unit: "trial" | "cell";
  insideHolds: number;
  /** Must be 0: the hypotheses promise too much. */
  insideBreaks: number;
  /** The hypotheses are cautious here. */
  outsideHolds: number;
  outsideBreaks: number;
  undecided: number;
  /** Share of those inside that broke, and of those outside that held, with exact two-sided 95 % intervals. */
  brokeInside: { low: number; high: number };
  heldOutside: { low: number; high: number };
}

export interface PhaseResult {
  schema: string;
  version: string;
  /** Facts of the machine and the clock; the only part that may differ between two equal diagrams. */
  environment: { node: string; platform: string; backend: string; workers: number; startedAt: string; seconds: number };
  claim: { id: string; title: string; statement: string; prediction: string; required: number };
  x: PhaseAxis;
  y: PhaseAxis;
  /** The point that the axes change. */
  base: Point;
  seed: number;
  /** Seeds a cell; no two cells share a seed. */
  seedsPerCell: number;
  /** Row by row, y ascending, x ascending within. */
  cells: PhaseCell[];
  /** Where the least margin of the hypotheses is zero (at the median draw, where a draw decides), from a grid finer than the cells; no training. */
  boundary: { x: number; y: number }[][];
  confusion: Confusion;
  /** The command that repeats this diagram. */
  rerun: string;
}
