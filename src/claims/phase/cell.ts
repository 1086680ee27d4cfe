/** One cell: the hypotheses at its point, the runs of its seeds, and its verdict. */
import { LemmagradError, ParameterError } from "../../errors/index.ts";
import { clopperPearson } from "../../statistics/index.ts";
import { type Claim, requiredShare } from "../define-claim.ts";
import type { CellVerdict } from "../figure.ts";
import { isPooled } from "../predictions.ts";
import type { Point, Region } from "../region.ts";
import type { HypothesisResult } from "../results.ts";
import type { Examined, PhaseTrial } from "./result.ts";

/** Least margin of a point's hypotheses, and which one it is; undefined where there is no such point. */
export function leastMargin(region: Pick<Region<never>, "hypotheses">, point: Point): { margin: number; binding: string } | undefined {
  try {
    let least = { margin: Infinity, binding: "none" };
    for (const { name, holds, margin } of region.hypotheses(point)) {
      // the verdict of a hypothesis decides its side, also where its margin is exactly 0 or not a number
      const signed = Number.isNaN(margin) ? (holds ? smallest : -smallest) : holds ? Math.max(margin, smallest) : Math.min(margin, -smallest);
      if (signed < least.margin) least = { margin: signed, binding: name };
    }
    return least;
  } catch (error) {
    if (error instanceof LemmagradError) return undefined;
    throw error;
  }
}

const smallest = 1e-12;

export function regionOf(claim: Claim): Region<Record<string, unknown>> {
  if (claim.region !== undefined) return claim.region;
  throw new ParameterError({
    where: `claim ${claim.id}`, problem: "it has no region: nothing says where else it is made.", expected: "a claim with region: { box, hypotheses, experiments }.",
    mend: "`lemmagrad claims --json` says which have one.",
  });
}

/**
 * Runs the claim's experiments at a point and judges every seed.
 *
 * A point where the region has no experiments (a LemmagradError from `experiments` or `hypotheses`) is "impossible". `onSeed` is told what each
 * seed showed: its observation, and the hypotheses that its runs decide.
 */
export function examineCell(claim: Claim, point: Point, seeds: readonly number[], onSeed?: (seed: number, observation: unknown, hypotheses: readonly HypothesisResult[]) => void): Examined {
  const region = regionOf(claim);
  const least = leastMargin(region, point);
  const experiments = experimentsAt(region, point);
  if (least === undefined || typeof experiments === "string") {
    return { verdict: "impossible", margin: null, binding: typeof experiments === "string" ? experiments : "its hypotheses cannot be computed", trials: [] };
  }
  const drawn = seeds.map((seed) => {
    const runs = Object.fromEntries(Object.entries(experiments).map(([name, experiment]) => [name, experiment.run(seed)]));
    const hypotheses = claim.hypotheses(runs, seed);
    const broken = hypotheses.filter(({ holds }) => !holds).map(({ name }) => name);
    const observation = claim.observable(runs);
    onSeed?.(seed, observation, hypotheses);
    return { seed, observation, inside: least.margin > 0 && broken.length === 0, broken };
  });
  const inside = 2 * drawn.filter((trial) => trial.inside).length > drawn.length;
  // inside the hypotheses only the seeds that are inside too are judged
  const judged = drawn.filter((trial) => !inside || trial.inside);
  const binding = least.margin <= 0 || inside ? least.binding : commonest(drawn.flatMap(({ broken }) => broken));
  if (isPooled(claim.prediction)) {
    const { prediction } = claim;
    const pooled = prediction.judgeAll(judged.map(({ observation }) => observation));
    const trials = drawn.map(({ seed, observation, inside: own }): PhaseTrial => ({ seed, inside: own, holds: pooled.outcome === "holds", observed: prediction.describe(observation) }));
    return { verdict: verdictOfCell(inside, pooled.outcome), margin: least.margin, binding, trials, pooled };
  }
  const { prediction } = claim;
  const trials = drawn.map(({ seed, observation, inside: own }): PhaseTrial => ({ seed, inside: own, ...prediction.judge(observation) }));
  const counted = trials.filter((trial) => !inside || trial.inside);
  const held = counted.filter(({ holds }) => holds).length;
  return { verdict: verdictOfCell(inside, outcomeOf(held, counted.length, requiredShare(claim))), margin: least.margin, binding, trials };
}

/** As verdicts are reached: the share asked for, or more, holds; a share surely below it fails; else there are too few seeds to tell. */
function outcomeOf(held: number, n: number, required: number): "holds" | "fails" | "undecided" {
  if (n > 0 && held >= required * n) return "holds";
  return n > 0 && clopperPearson(held, n).upper < required ? "fails" : "undecided";
}

function verdictOfCell(inside: boolean, outcome: "holds" | "fails" | "undecided"): CellVerdict {
  if (outcome === "undecided") return "undecided";
  return `${inside ? "inside" : "outside"} ${outcome === "holds" ? "holds" : "breaks"}`;
}

/** The experiments, or why there are none. */
function experimentsAt(region: Region<Record<string, unknown>>, point: Point): ReturnType<typeof region.experiments> | string {
  try {
    return region.experiments(point);
  } catch (error) {
    if (error instanceof LemmagradError) return error.parts.problem;
    throw error;
  }
}

/** Floating-point operations of a cell; 0 where there is no such point. */
export function cellOperations(claim: Claim, point: Point, seeds: number): number {
  const experiments = experimentsAt(regionOf(claim), point);
  return typeof experiments === "string" ? 0 : seeds * Object.values(experiments).reduce((sum, { operations }) => sum + operations, 0);
}

function commonest(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? "none";
}
