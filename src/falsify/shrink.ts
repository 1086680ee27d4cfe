/** From a point where a claim fails to the simplest one: one parameter after another, and two at once where one alone would leave the hypotheses. */
import { type Claim, isPooled, type Point, regionOf, requiredShare } from "../claims/index.ts";
import { observedAt, outcomeOf } from "./examine.ts";
import { Proposer } from "./propose.ts";
import type { Counterexample, Execute } from "./search.ts";
import { complexity, notSimplest, pointComplexity, simplerValues } from "./simplicity.ts";
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
/** Pairs tried for each parameter that alone cannot be simplified. */
const pairsEach = 4;
/** Values that a second parameter may move to. */
const partnerPlaces = 12;

/**
 * The simplest point to which the counterexample can be led step by step, failing inside the hypotheses at every one.
 *
 * A claim about every seed may go on with another seed: when sizes change, so do all draws, and the same seed may be a lucky one.
 */
export async function shrink(claim: Claim, start: Counterexample, options: ShrinkOptions): Promise<Shrunk> {
  const { execute, concurrency = 1, most = 400, timeIsUp = () => false, onImprovement } = options;
  const { box } = regionOf(claim);
  const proposer = new Proposer(regionOf(claim), 0);
  const every = requiredShare(claim) === 1 && !isPooled(claim.prediction);
  let best = start;
  let [tried, improvements] = [0, 0];
  const over = () => tried >= most || timeIsUp();

  /** The first of the candidates that fails, in their order. */
  const firstFailing = async (candidates: readonly Point[]): Promise<Counterexample | undefined> => {
    for (let from = 0; from < candidates.length && !over(); from += abreast) {
      const chunk = candidates.slice(from, from + abreast);
      const seeds = every ? [...new Set([...best.seeds, 1, 2, 3])] : best.seeds;
      const found: (Counterexample | undefined)[] = [];
      let next = 0;
      await Promise.all(Array.from({ length: Math.min(concurrency, chunk.length) }, async () => {
        while (next < chunk.length) {
          const at = next++;
          const examined = await execute({ point: chunk[at], seeds, untilFailure: every });
          if (outcomeOf(claim, examined) !== "fails") continue;
          const failing = examined.trials.find(({ inside, holds }) => inside && !holds);
          found[at] = { point: chunk[at], seeds: every ? [failing!.seed] : seeds, observed: observedAt(examined) };
        }
      }));
      tried += chunk.length;
      const first = found.find((one) => one !== undefined);
      if (first !== undefined) return first;
    }
    return undefined;
  };

  const accept = (simpler: Counterexample): void => {
    const changed = Object.keys(box).filter((name) => simpler.point[name] !== best.point[name]);
    best = simpler;
    improvements++;
    onImprovement?.(simpler, changed);
  };

  let progress = true;
  while (progress && !over()) {
    progress = false;
    for (const name of freeParameters(box)) {
      const simpler = await firstFailing(simplerValues(box[name], best.point[name]).map((value) => ({ ...best.point, [name]: value })).filter((point) => proposer.inside(point)));
      if (simpler === undefined) continue;
      accept(simpler);
      progress = true;
    }
    if (progress) continue;
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

/** Points inside at which `name` is simpler and one other parameter has made room for it; simpler together than before, the simplest first. */
function pairs(box: Box, point: Point, name: string, proposer: Proposer): Point[] {
  const own = pointComplexity(box, point);
  const found: { point: Point; total: number }[] = [];
  for (const value of simplerValues(box[name], point[name])) {
    for (const other of freeParameters(box)) {
      if (other === name) continue;
      const values = new Set([...simplerValues(box[other], point[other]), ...Array.from({ length: partnerPlaces }, (_, i) => valueAt(box[other], i / (partnerPlaces - 1)))]);
      for (const partner of values) {
        if (partner === point[other]) continue;
        const total = own - complexity(box[name], point[name]) + complexity(box[name], value) - complexity(box[other], point[other]) + complexity(box[other], partner);
        if (total >= own - 1e-9) continue;
        const candidate = { ...point, [name]: value, [other]: partner };
        if (proposer.inside(candidate)) found.push({ point: candidate, total });
      }
    }
  }
  return found.sort((a, b) => a.total - b.total).slice(0, pairsEach).map((pair) => pair.point);
}
