/** From a point where a claim fails to the simplest one: one parameter after another, and several at once where one alone would leave the hypotheses. */
import { type Claim, isPooled, type Point, regionOf } from "../claims/index.ts";
import { type Examined, observedAt, outcomeOf } from "./examine.ts";
import { nearSimplest } from "./near-simplest.ts";
import { Proposer } from "./propose.ts";
import { type Counterexample, type Execute, isAboutEverySeed } from "./search.ts";
import { complexity, notSimplest, pointComplexity, simplerValues, simplestOf } from "./simplicity.ts";
import { type Box, freeParameters, valueAt } from "./space.ts";

export interface ShrinkOptions {
  execute: Execute;
  concurrency?: number;
  /** Most points tried; default 400. */
  most?: number;
  timeIsUp?: () => boolean;
  onImprovement?: (simpler: Counterexample, changed: string[]) => void;
}

export interface Shrunk extends Counterexample {
  /** Points tried, and how many of them were steps on the way. */
  tried: number;
  improvements: number;
  /** Whether nothing simpler of the kinds tried fails, rather than that time or tries ran out. */
  finished: boolean;
}

/** Candidates run side by side; the first in their order that fails is taken, however many run at once. */
const abreast = 4;
/** Sets of parameters tried at their simplest values together, among so many that are least simple. */
const [leapsEach, leapParameters] = [8, 12];
/** Points near the simplest of all tried between two steps: each is tried once. */
const nearEach = 24;
/** Of a parameter that alone cannot be simplified, values tried together with another's, and partners of each of them. */
const [pairValues, partnersEach] = [8, 2];
/** Values that a second parameter may move to. */
const partnerPlaces = 12;
/**
 * Seeds tried besides the failing one: as many as this number of operations pays for, which is about half a second. The smaller the
 * sizes, the fewer draws satisfy the hypotheses, and the less a draw costs.
 */
const [fewestSeeds, mostSeeds, worthTrying] = [3, 16, 1e9];
const firstPart = 8;

/**
 * The simplest point to which the counterexample can be led step by step, failing inside the hypotheses at every one.
 *
 * A claim about every seed may go on with another seed: when sizes change, so do all draws, and the same seed may be a lucky one. One
 * that asks for a share must fail on fresh seeds once more before a step is taken, the n-th time at the level 0.05 / (n(n+1)), so that
 * all of shrinking takes a step to a point where the claim holds in at most one run of twenty.
 */
export async function shrink(claim: Claim, start: Counterexample, options: ShrinkOptions): Promise<Shrunk> {
  const { execute, concurrency = 1, most = 400, timeIsUp = () => false, onImprovement } = options;
  const { box } = regionOf(claim);
  const proposer = new Proposer(regionOf(claim), 0);
  const every = isAboutEverySeed(claim);
  let best = start;
  let [tried, improvements] = [0, 0];
  const over = () => tried >= most || timeIsUp();

  let nextSeed = Math.max(...start.seeds) + 1;
  let confirmations = 0;
  /** Whether a claim that allows failures fails on fresh seeds too, and what it did there. */
  const confirmed = async (point: Point): Promise<Counterexample | undefined> => {
    const seeds = Array.from({ length: start.seeds.length }, () => nextSeed++);
    const examined = await execute({ point, seeds });
    confirmations++;
    return outcomeOf(claim, examined, 0.05 / (confirmations * (confirmations + 1))) === "fails" ? { point, seeds, observed: observedAt(examined) } : undefined;
  };

  /** The first of the candidates that fails, in their order. */
  const firstFailing = async (candidates: readonly Point[]): Promise<Counterexample | undefined> => {
    for (let from = 0; from < candidates.length && !over(); from += abreast) {
      const chunk = candidates.slice(from, from + Math.min(abreast, most - tried));
      const found: (Counterexample | undefined)[] = [];
      let next = 0;
      await Promise.all(Array.from({ length: Math.min(concurrency, chunk.length) }, async () => {
        while (next < chunk.length) {
          const at = next++;
          const seeds = every ? [...new Set([...best.seeds, ...Array.from({ length: seedsWorth(claim, chunk[at]) }, (_, s) => s + 1)])] : best.seeds;
          const examined = await (every || isPooled(claim.prediction) ? execute({ point: chunk[at], seeds, untilFailure: every }) : inTwoParts(execute, chunk[at], seeds));
          if (outcomeOf(claim, examined) !== "fails") continue;
          const failing = examined.trials.find(({ inside, holds }) => inside && !holds);
          found[at] = { point: chunk[at], seeds: every ? [failing!.seed] : seeds, observed: observedAt(examined) };
        }
      }));
      tried += chunk.length;
      for (const one of found) {
        const failing = one === undefined || every ? one : await confirmed(one.point);
        if (failing !== undefined) return failing;
      }
    }
    return undefined;
  };

  const accept = (simpler: Counterexample): void => {
    const changed = Object.keys(box).filter((name) => simpler.point[name] !== best.point[name]);
    best = simpler;
    improvements++;
    onImprovement?.(simpler, changed);
  };

  let near: Point[] | undefined;
  /** The next few points near the simplest of all, as long as they are simpler than the best. */
  const nextNear = (): Point[] => {
    near ??= nearSimplest(box, proposer);
    const own = pointComplexity(box, best.point);
    const simpler = near.slice(0, nearEach).filter((point) => pointComplexity(box, point) < own - 1e-9);
    near = near.slice(nearEach);
    return simpler;
  };

  let progress = true;
  while (progress && !over()) {
    progress = false;
    // first, since small problems are cheap and what they save is much
    const far = await firstFailing(leaps(box, best.point, proposer));
    if (far !== undefined) {
      accept(far);
      progress = true;
      continue;
    }
    for (const name of freeParameters(box)) {
      const simpler = await firstFailing(simplerValues(box[name], best.point[name]).map((value) => ({ ...best.point, [name]: value })).filter((point) => proposer.inside(point)));
      if (simpler === undefined) continue;
      accept(simpler);
      progress = true;
    }
    if (progress) continue;
    const close = await firstFailing(nextNear());
    if (close !== undefined) {
      accept(close);
      progress = true;
      continue;
    }
    for (const name of notSimplest(box, best.point)) {
      const simpler = await firstFailing(pairs(box, best.point, name, proposer));
      if (simpler === undefined) continue;
      accept(simpler);
      progress = true;
      break;
    }
  }
  return { ...best, tried, improvements, finished: !over() };
}

/** The first few seeds, and the others only if one of those fails inside the hypotheses: most candidates of a claim about a share do not fail at all. */
async function inTwoParts(execute: Execute, point: Point, seeds: readonly number[]): Promise<Examined> {
  const first = await execute({ point, seeds: seeds.slice(0, firstPart) });
  if (seeds.length <= firstPart || !first.trials.some(({ inside, holds }) => inside && !holds)) return first;
  const rest = await execute({ point, seeds: seeds.slice(firstPart) });
  return { ...first, trials: [...first.trials, ...rest.trials] };
}

function seedsWorth(claim: Claim, point: Point): number {
  const each = Object.values(regionOf(claim).experiments(point)).reduce((sum, { operations }) => sum + operations, 0);
  return Math.min(mostSeeds, Math.max(fewestSeeds, Math.floor(worthTrying / Math.max(1, each))));
}

/** Points inside at which several parameters are at their simplest values together, the simplest first. */
function leaps(box: Box, point: Point, proposer: Proposer): Point[] {
  const own = (name: string) => complexity(box[name], point[name]);
  const names = notSimplest(box, point).sort((a, b) => own(b) - own(a)).slice(0, leapParameters);
  const candidates = Array.from({ length: 2 ** names.length }, (_, set) => names.filter((_name, bit) => (set >> bit) & 1))
    .filter((set) => set.length > 1)
    .map((set) => ({ ...point, ...Object.fromEntries(set.map((name) => [name, simplestOf(box[name])])) }))
    .map((candidate) => ({ candidate, total: pointComplexity(box, candidate) }))
    .sort((a, b) => a.total - b.total);
  const found: Point[] = [];
  for (const { candidate } of candidates) {
    if (found.length === leapsEach) break;
    if (proposer.inside(candidate)) found.push(candidate);
  }
  return found;
}

/** Points inside at which `name` is simpler and one other parameter has made room for it; simpler together than before, the simplest first. */
function pairs(box: Box, point: Point, name: string, proposer: Proposer): Point[] {
  const own = complexity(box[name], point[name]);
  const others = freeParameters(box).filter((other) => other !== name);
  return simplerValues(box[name], point[name]).slice(0, pairValues).flatMap((value) => {
    const gain = own - complexity(box[name], value);
    const candidates = others.flatMap((other) => {
      const before = complexity(box[other], point[other]);
      const values = new Set([...simplerValues(box[other], point[other]), ...Array.from({ length: partnerPlaces }, (_, i) => valueAt(box[other], i / (partnerPlaces - 1)))]);
      return [...values].filter((partner) => partner !== point[other]).map((partner) => ({ other, partner, cost: complexity(box[other], partner) - before }));
    }).filter(({ cost }) => cost < gain - 1e-9).sort((a, b) => a.cost - b.cost);
    const found: { candidate: Point; total: number }[] = [];
    for (const { other, partner, cost } of candidates) {
      if (found.length === partnersEach) break;
      const candidate = { ...point, [name]: value, [other]: partner };
      if (proposer.inside(candidate)) found.push({ candidate, total: cost - gain });
    }
    return found;
  }).sort((a, b) => a.total - b.total).map(({ candidate }) => candidate);
}
