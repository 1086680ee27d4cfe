/** A picture as plain data: what a claim wants drawn, without saying how. The report turns it into SVG. */
export type ColourRole = "robust" | "nonRobust" | "standard" | "adversarial" | "prediction" | "control" | "neutral";

export interface Axis {
  /** With symbol and unit, such as "step t" or "radius eps (data units)". */
  label: string;
  scale?: "linear" | "log";
  domain?: [number, number];
  /** Where the labelled ticks stand, such as the rungs of a ladder; default round numbers. */
  ticks?: number[];
}

export type Layer =
  /** One faint line a member (a seed, or a class of a seed), their median bold, a 10-90 % band. */
  | { kind: "lines"; name: string; colour: ColourRole; dashed?: boolean; x: number[]; members: number[][] }
  | { kind: "points"; name: string; colour: ColourRole; points: { x: number; y: number; title?: string }[] }
  /** A straight line across the panel at x = value or y = value. */
  | { kind: "rule"; name: string; colour: ColourRole; axis: "x" | "y"; value: number }
  /** The line y = x. */
  | { kind: "diagonal"; name: string }
  /** A fitted line with the band of its interval: an exponent on a ladder. */
  | { kind: "fit"; name: string; colour: ColourRole; x: number[]; y: number[]; low: number[]; high: number[] }
  /** Values with an interval each: frequencies of a calibration, medians of a ladder. `interval` says which, such as "95 %". */
  | { kind: "intervals"; name: string; colour: ColourRole; interval: string; points: { x: number; y: number; low: number; high: number; title?: string }[] }
  /** Curves given by their points, such as a boundary between regions. */
  | { kind: "curve"; name: string; colour: ColourRole; dashed?: boolean; paths: { x: number; y: number }[][] }
  /** Rectangles of a phase diagram that share a verdict; colour, texture and mark follow from it. */
  | { kind: "cells"; name: string; verdict: CellVerdict; cells: { x: [number, number]; y: [number, number]; title?: string }[] };

/** What a cell of a phase diagram says: whether the point lies inside the hypotheses, and whether the claim held there. */
export type CellVerdict = "inside holds" | "inside breaks" | "outside holds" | "outside breaks" | "undecided" | "impossible";

export interface Panel {
  title: string;
  x: Axis;
  y: Axis;
  layers: Layer[];
}

export interface Figure {
  title: string;
  /** One or two sentences under the picture: what to see, how many seeds, which setting. */
  caption: string;
  /** Text for those who do not see the picture. */
  alt: string;
  panels: Panel[];
}
