/** The part of a theory's parameter space in which a claim is made: what `falsify` searches and phase diagrams scan. */
import type { Experiments } from "./define-claim.ts";
import type { AxisRequest, DerivedCoordinates } from "./phase/axes.ts";
import type { HypothesisResult } from "./results.ts";

/** Where one parameter may lie: an interval, choices, or a fixed value. */
export type Range = Interval | { readonly choices: readonly unknown[] } | number | string | boolean;

export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Only integers. Default false. */
  readonly integer?: boolean;
  /** Evenly spread ("linear", the default), or evenly spread logarithms ("log", both ends > 0). */
  readonly scale?: "linear" | "log";
  /** The value to shrink towards, such as a reference point's; default low. */
  readonly toward?: number;
}

/** A value for each parameter of the box. */
export type Point = Readonly<Record<string, number | string | boolean>>;

export interface Region<Runs> {
  box: Readonly<Record<string, Range>>;
  /** Hypotheses that the point alone decides; those that need a seed are the claim's own, checked after its runs. */
  hypotheses: (point: Point) => HypothesisResult[];
  /** Hypotheses that need a seed, at the median draw: where half of the seeds satisfy them. A phase diagram's boundary is drawn from them too; no verdict rests on them. */
  typical?: (point: Point) => HypothesisResult[];
  /** The claim's experiments at a point, under their own names. Errors: a LemmagradError where there is no such point. */
  experiments: (point: Point) => Experiments<Runs>;
  /** Axes of phase diagrams that are no parameters of the box, such as a ratio of two. */
  coordinates?: DerivedCoordinates;
  /** Phase diagrams by name. */
  presets?: Readonly<Record<string, PhasePreset>>;
}

/** Two axes, and what is set besides them as far as a region has it. */
export interface PhasePreset {
  x: AxisRequest;
  y: AxisRequest;
  set: Point;
}
