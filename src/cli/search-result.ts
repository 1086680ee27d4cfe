/** What a search wrote down: the file in report/falsify, and its words for a terminal. */
import { basePoint, type Claim, type Point, regionOf } from "../claims/index.ts";
import { type Counterexample, type Covered, notSimplest, type Origin, pointText, type SearchResult, type Shrunk } from "../falsify/index.ts";
import type { SearchSummary } from "../report/index.ts";
import { counted, duration, shellWord, shown, table } from "./table.ts";

/** What report/falsify/<claim>.json says. */
export interface SearchFile extends SearchSummary {
  schema: "lemmagrad search";
  version: string;
  /** `searchSeconds`: until it was found, or the search ended; `seconds` of the whole includes the shrinking, `coreSeconds` what the processors worked for it. */
  environment: { node: string; platform: string; backend: string; workers: number; startedAt: string; searchSeconds: number; coreSeconds: number };
  seed: number;
  seedsPerPoint: number;
  points: Covered["points"];
  inside: Covered["insideShare"];
  outsideBySeed: number;
  broken: Covered["broken"];
  undecided: number;
  parameters: Covered["parameters"];
  found?: NonNullable<SearchSummary["found"]> & {
    values: Point;
    /** Parameters that are not at their simplest value. */
    notSimplest: string[];
    /** Where it was first seen failing, and what shrinking did. */
    from: { values: Point; seeds: number[]; observed: string; origin: Origin };
    shrinking: { tried: number; steps: number; finished: boolean };
  };
}

export interface SearchSettings extends Pick<SearchFile, "version" | "environment" | "seed" | "seedsPerPoint" | "seconds" | "rerun"> {
  claim: Claim;
  /** What --replay needs besides the point and its seeds, such as --claims. */
  replayFlags: string;
}

export function searchFile({ tried, covered, found }: SearchResult, shrunk: Shrunk | undefined, { claim, replayFlags, ...settings }: SearchSettings): SearchFile {
  const { box } = regionOf(claim);
  const { points, insideShare, decided, outsideBySeed, broken, undecided, parameters } = covered;
  return {
    schema: "lemmagrad search", claim: { id: claim.id, title: claim.title }, ...settings,
    tried, points, inside: insideShare, decided, outsideBySeed, broken, undecided, parameters,
    ...(found === undefined || shrunk === undefined ? {} : {
      found: {
        point: shortText(claim, shrunk.point), seeds: shrunk.seeds, observed: shrunk.observed, replay: replayLine(claim, shrunk, replayFlags), values: shrunk.point, notSimplest: notSimplest(box, shrunk.point),
        from: { values: found.point, seeds: found.seeds, observed: found.observed, origin: found.origin },
        shrinking: { tried: shrunk.tried, steps: shrunk.improvements, finished: shrunk.finished },
      },
    }),
  };
}

/** What differs from the region's own values; --replay fills in the rest. */
export function shortText(claim: Claim, point: Point): string {
  const { box } = regionOf(claim);
  const base = basePoint(box);
  const own = pointText(Object.fromEntries(Object.entries(point).filter(([name, value]) => value !== base[name])));
  // at least one part, so that the text is a point
  return own === "" ? pointText(point) : own;
}

export function replayLine(claim: Claim, { point, seeds }: Pick<Counterexample, "point" | "seeds">, flags = ""): string {
  return `npx lemmagrad falsify ${shellWord(claim.id)} --replay ${shellWord(shortText(claim, point))} --seed ${seeds[0]}${seeds.length === 1 ? "" : ` --seeds ${seeds.length}`}${flags}`;
}

/** What was covered, in a few lines. */
export function coveredText(tried: number, { points, insideShare, decided, outsideBySeed, broken, undecided, parameters }: Covered): string {
  const percent = (share: number) => `${shown(100 * share)} %`;
  const kept = Object.entries(broken).map(([name, count]) => `${name} ${count}`).join(", ");
  const lines = [
    `tried: ${counted(tried, "point")} inside the hypotheses of the point (${points.uniform} drawn evenly, ${points.edge} at the edge, ${points.climb} near failing)`,
    `the box: ${percent(insideShare.share)} of it lies inside them (${percent(insideShare.low)} to ${percent(insideShare.high)})`,
    ...(outsideBySeed + undecided === 0 ? [] : [`of the even points: ${outsideBySeed} outside the claim's own hypotheses by their draws${kept === "" ? "" : ` (${kept})`}, ${undecided} undecided`]),
    decided.n === 0 ? "so: no even point was decided" : `so: it fails in at most ${percent(decided.upper95)} of the region (95 %, exact; ${decided.failures} of ${counted(decided.n, "even point")} failed)`,
  ];
  const rows = parameters.map(({ name, visited, cells, low, middle, high }) => [name, `${visited} of ${cells}`, ...[low, middle, high].map(String)]);
  return `${lines.map((line) => `  ${line}\n`).join("")}${rows.length === 0 ? "" : `\n${table(["parameter", "cells visited", "least", "middle", "most"], rows)}`}`;
}

export function searchText({ claim, seconds, environment: { coreSeconds }, tried, found, points, inside, decided, outsideBySeed, broken, undecided, parameters }: SearchFile): string {
  const covered = coveredText(tried, { points, insideShare: inside, decided, outsideBySeed, broken, undecided, parameters });
  if (found === undefined) return `${claim.id}: nothing found in ${duration(coreSeconds)} of core time, ${duration(seconds)} on the clock.\n${covered}`;
  const { shrinking: { tried: tries, steps, finished } } = found;
  return `${claim.id} fails inside its hypotheses, at
  ${found.point}
  ${found.seeds.length === 1 ? `seed ${found.seeds[0]}` : `seeds ${found.seeds[0]} to ${found.seeds.at(-1)}`}: ${found.observed}
  not at its simplest value: ${found.notSimplest.length === 0 ? "nothing" : found.notSimplest.join(", ")}
  shrunk in ${counted(steps, "step")} (${counted(tries, "point")} tried${finished ? "" : "; time or tries ran out"}) from ${pointText(found.from.values)}
${covered}
replay: ${found.replay}
`;
}
