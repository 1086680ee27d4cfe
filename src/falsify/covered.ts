/** How much of a region was searched, so that "found nothing" means something. */
import { clopperPearson, type Point } from "../claims/index.ts";
import type { DrawCounts } from "../testing/index.ts";
import type { Examined, PointOutcome } from "./examine.ts";
import { type Box, cellOf, cellsOf, freeParameters, type Value } from "./space.ts";

export interface ParameterCoverage {
  name: string;
  /** Least, middle and largest value among the uniform points tried. */
  low: Value;
  middle: Value;
  high: Value;
  /** Of the cells its range is divided into (its values, or tenths), those with a point. */
  visited: number;
  cells: number;
}

export interface Covered {
  /** Points inside the hypotheses that were tried, by how they were chosen. */
  points: { uniform: number; edge: number; climb: number };
  /** Share of the box that lies inside the hypotheses of the point, with an exact two-sided 95 % interval. */
  insideShare: { drawn: number; accepted: number; share: number; low: number; high: number };
  /** Uniform points at which the claim was decided (their seeds satisfied the hypotheses too), how often it failed, and the upper 95 % bound on the share where it fails. */
  decided: { n: number; failures: number; upper95: number };
  /** Of the uniform points: those none of whose seeds satisfied the claim's own hypotheses, those hypotheses with the number of points each of them kept out, and points with too few seeds to tell. */
  outsideBySeed: number;
  broken: Record<string, number>;
  undecided: number;
  parameters: ParameterCoverage[];
}

/** Coverage of the region by uniform points `tried`. */
export function coverageOf(box: Box, { drawn, accepted }: DrawCounts, points: Covered["points"], tried: readonly { point: Point; outcome: PointOutcome; examined: Pick<Examined, "trials"> }[]): Covered {
  const { lower, upper } = clopperPearson(accepted, drawn, 0.025);
  const decided = tried.filter(({ outcome }) => outcome === "holds" || outcome === "fails");
  const failures = decided.filter(({ outcome }) => outcome === "fails").length;
  return {
    points,
    insideShare: { drawn, accepted, share: drawn === 0 ? 0 : accepted / drawn, low: drawn === 0 ? 0 : lower, high: drawn === 0 ? 1 : upper },
    decided: { n: decided.length, failures, upper95: clopperPearson(failures, decided.length).upper },
    outsideBySeed: tried.filter(({ outcome }) => outcome === "outside").length,
    broken: brokenIn(tried.filter(({ outcome }) => outcome === "outside")),
    undecided: tried.filter(({ outcome }) => outcome === "undecided").length,
    parameters: decided.length === 0 ? [] : freeParameters(box).map((name) => parameterCoverage(name, box, decided.map(({ point }) => point[name]))),
  };
}

/** How many of the points each hypothesis kept out, the one that did so most often first. */
function brokenIn(points: readonly { examined: Pick<Examined, "trials"> }[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { examined } of points) for (const name of new Set(examined.trials.flatMap(({ broken }) => broken))) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

function parameterCoverage(name: string, box: Box, values: readonly Value[]): ParameterCoverage {
  const range = box[name];
  const order = typeof range === "object" && "choices" in range ? (value: Value) => range.choices.indexOf(value) : Number;
  const sorted = [...values].sort((a, b) => order(a) - order(b));
  return {
    name, low: sorted[0], middle: sorted[sorted.length >> 1], high: sorted[sorted.length - 1],
    visited: new Set(values.map((value) => cellOf(range, value))).size, cells: cellsOf(range),
  };
}
