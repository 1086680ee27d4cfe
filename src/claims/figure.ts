/** A picture as plain data: what a claim wants drawn, without saying how. The report turns it into SVG. */
export type ColourRole = "robust" | "nonRobust" | "standard" | "adversarial" | "prediction" | "control" | "neutral";

export interface Axis {
  /** With symbol and unit, such as "step t" or "radius eps (data units)". */
  label: string;
  scale?: "linear" | "log";
  domain?: [number, number];
}

export type Layer =
  /** One faint line a member (a seed, or a class of a seed), their median bold, a 10-90 % band. */
  | { kind: "lines"; name: string; colour: ColourRole; dashed?: boolean; x: number[]; members: number[][] }
  | { kind: "points"; name: string; colour: ColourRole; points: { x: number; y: number; title?: string }[] }
  /** A straight line across the panel at x = value or y = value. */
  | { kind: "rule"; name: string; colour: ColourRole; axis: "x" | "y"; value: number }
  /** The line y = x. */
  | { kind: "diagonal"; name: string };

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
