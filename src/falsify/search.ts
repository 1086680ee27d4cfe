/** The search for a point inside a claim's hypotheses at which its prediction fails. */
import { type Claim, isPooled, type Point, regionOf, requiredShare } from "../claims/index.ts";
import { type Covered, coverageOf } from "./covered.ts";
import { type Examined, observedAt, outcomeOf, type PointOutcome } from "./examine.ts";
import { type Footing, type Origin, Proposer } from "./propose.ts";

/** A point to be tried, in this thread or another. */
export interface Task {
  point: Point;
  seeds: number[];
  untilFailure?: boolean;
}

export type Execute = (task: Task) => Promise<Examined> | Examined;

/** A point, and seeds with which the claim fails there although its hypotheses hold. */
export interface Counterexample {
  point: Point;
  seeds: number[];
  observed: string;
}

export interface SearchOptions {
  /** Default 1: of the points, and the first seed of the runs. */
  seed?: number;
  /** Tries this many points and stops; the result is then always the same. Default: until `timeIsUp`. */
  points?: number;
  timeIsUp?: () => boolean;
  execute: Execute;
  /** Seeds of a point; default 1, 4 or the quick plan's, as told below. */
  seeds?: number;
  /** How many tasks `execute` takes at once; does not change the result. Default 1. */
  concurrency?: number;
  onPoint?: (state: SearchState) => void;
}

export interface SearchState {
  tried: number;
  covered: () => Covered;
}

export interface SearchResult {
  tried: number;
  covered: Covered;
  found?: Counterexample & { origin: Origin };
}

/** Points of a round: every other one is uniform, the others are chosen from what earlier rounds saw. */
export const roundSize = 8;
/** Seeds of a point of a claim that asks for a share: more while they leave it undecided. */
const [firstSeeds, mostSeeds] = [4, 32];

interface Tried extends Task {
  origin: Origin;
  examined: Examined;
  outcome: PointOutcome;
}

/**
 * Tries points until the claim fails at one of them.
 *
 * A claim about every seed has one seed a point. One that asks for a share has 4, and up to 32 while they do not decide; if they refute it,
 * 32 fresh ones must do so again, the n-th time at the level 0.05 / 2^n, so that the whole search cries wolf in at most one run of twenty.
 * A pooled one has the seeds of its quick plan, and as many fresh ones in the same way.
 * Errors: RegimeError when the region is empty; ParameterError on a claim without one; what the claim's runs throw.
 */
export async function search(claim: Claim, options: SearchOptions): Promise<SearchResult> {
  const { seed = 1, points = Infinity, timeIsUp = () => false, execute, concurrency = 1, onPoint } = options;
  const region = regionOf(claim);
  const proposer = new Proposer(region, seed);
  const tried: Tried[] = [];
  const footings: Footing[] = [];
  const counts = { uniform: 0, edge: 0, climb: 0 };
  let nextSeed = seed;
  const fresh = (n: number) => Array.from({ length: n }, () => nextSeed++);
  const every = isAboutEverySeed(claim);
  const perPoint = options.seeds ?? seedsOfPoint(claim);
  const covered = () => coverageOf(region.box, proposer.counts, counts, tried.filter(({ origin }) => origin === "uniform"));

  const propose = (at: number): Task & { origin: Origin } => {
    if (at % 2 === 0 || footings.length < 4) return { point: proposer.uniform(), seeds: fresh(perPoint), origin: "uniform" };
    const climbed = at % 4 === 1 ? proposer.climb(footings) : undefined;
    if (climbed !== undefined) return { point: climbed.point, seeds: every && at % 8 === 1 ? climbed.seeds : fresh(perPoint), origin: "climb" };
    return { point: proposer.edge(), seeds: fresh(perPoint), origin: "edge" };
  };

  let confirmations = 0;
  /** More seeds where they are needed; a failure of a claim that allows some is confirmed on fresh seeds. */
  const settle = async (one: Tried): Promise<Counterexample | undefined> => {
    while (one.outcome === "undecided" && one.seeds.length < mostSeeds && !isPooled(claim.prediction)) {
      const more = fresh(one.seeds.length);
      const examined = await execute({ point: one.point, seeds: more });
      one.seeds.push(...more);
      one.examined = { ...one.examined, trials: [...one.examined.trials, ...examined.trials] };
      one.outcome = outcomeOf(claim, one.examined);
    }
    if (one.outcome !== "fails") return undefined;
    if (every) {
      const failing = one.examined.trials.find(({ inside, holds }) => inside && !holds)!;
      return { point: one.point, seeds: [failing.seed], observed: failing.observed };
    }
    const seeds = fresh(isPooled(claim.prediction) ? perPoint : mostSeeds);
    const again = await execute({ point: one.point, seeds });
    confirmations++;
    one.outcome = outcomeOf(claim, again, 0.05 / 2 ** confirmations);
    return one.outcome === "fails" ? { point: one.point, seeds, observed: observedAt(again) } : undefined;
  };

  while (tried.length < points && !timeIsUp()) {
    // neither the number of tasks at once nor where the search is cut short changes what it does until then: a whole round is proposed
    // before any of it runs, and is read in its order
    const round = Array.from({ length: roundSize }, (_, at) => propose(at));
    const wanted = Math.min(roundSize, points - tried.length);
    const examined: Examined[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < wanted && !(timeIsUp() && next > 0)) {
        const at = next++;
        const { origin: _origin, ...task } = round[at];
        examined[at] = await execute({ ...task, untilFailure: every });
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    for (const [at, own] of examined.entries()) {
      const one: Tried = { ...round[at], examined: own, outcome: outcomeOf(claim, own) };
      tried.push(one);
      counts[one.origin]++;
      const found = await settle(one);
      onPoint?.({ tried: tried.length, covered });
      if (found !== undefined) return { tried: tried.length, covered: covered(), found: { ...found, origin: one.origin } };
      const footing = footingOf(one);
      if (footing !== undefined) insert(footings, footing);
    }
  }
  return { tried: tried.length, covered: covered() };
}

/** Whether one seed that fails refutes the claim. */
export function isAboutEverySeed(claim: Claim): boolean {
  return requiredShare(claim) === 1 && !isPooled(claim.prediction);
}

/** Seeds with which a point is first tried. */
export function seedsOfPoint(claim: Claim): number {
  if (isPooled(claim.prediction)) return (claim.plan.quick ?? claim.plan.full).seeds;
  return isAboutEverySeed(claim) ? 1 : firstSeeds;
}

/** Keeps the footings ordered by their margin, the nearest to failing first; of equal ones the earlier. */
function insert(footings: Footing[], footing: Footing): void {
  let [low, high] = [0, footings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (footings[middle].margin <= footing.margin) low = middle + 1;
    else high = middle;
  }
  footings.splice(low, 0, footing);
}

/** A decided point to climb from; its distance from failing is the prediction's own, or, where that has none, the hypotheses'. */
function footingOf({ point, seeds, examined: { trials, clearance }, outcome }: Tried): Footing | undefined {
  if (outcome === "outside") return undefined;
  const margins = trials.filter(({ inside, margin }) => inside && margin !== null).map(({ margin }) => margin!);
  return { point, seeds, margin: margins.length > 0 ? Math.min(...margins) : (clearance ?? Infinity) };
}
