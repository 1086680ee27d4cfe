/** A ladder of central differences: D(h) = (phi(h) - phi(-h)) / 2h over halving h, with phi(h) = <ct, f(x + h t)>. */
import type { Dtype, NdArray } from "../ndarray/index.ts";
import { moved } from "./directions.ts";
import { evaluate, type Subject } from "./subject.ts";
import { inner } from "./vectors.ts";

export interface Rung { readonly h: number; readonly D: number }

/** The first step: tangents are as large as their leaves, so it is a quarter of each leaf's largest element. */
export const firstStep = 2 ** -2;
/** Halvings below the first step: down to where rounding rules in either dtype. */
const halvings: Record<Dtype, number> = { float64: 32, float32: 14 };
/** A ladder that starts lower still has this many rungs below its first, so that its end can measure rounding. */
const fewestHalvings = 12;

/** One ladder for each result, from the same evaluations; steps at which it is not finite (outside f's domain) are left out. */
export function laddersOf(subject: Subject, tangents: readonly NdArray[], cts: readonly NdArray[], first = firstStep): Rung[][] {
  const last = Math.min(firstStep * 2 ** -halvings[subject.dtype], first * 2 ** -fewestHalvings);
  const ladders: Rung[][] = cts.map(() => []);
  for (let h = first; h >= last; h /= 2) {
    difference(subject, h, tangents, cts).forEach((D, at) => {
      if (Number.isFinite(D)) ladders[at].push({ h, D });
    });
  }
  return ladders;
}

/** The central difference of each result's phi; NaN where f is not defined. */
export function difference(subject: Subject, h: number, along: readonly NdArray[], cts: readonly NdArray[]): number[] {
  const [above, below] = [h, -h].map((step) => evaluate(subject, subject.leaves.map((leaf, at) => moved(leaf, step, along[at]))));
  return cts.map((ct, at) => (above === undefined || below === undefined ? NaN : (inner(ct, above[at]) - inner(ct, below[at])) / (2 * h)));
}
