/**
 * Holds a ladder of central differences against a derivative:
 *
 *   order      the error |D(h) - phi'(0)| falls by 4 a halving (order 2) for as long as it stands above rounding;
 *   size       at the best h it is at most 13/9 of the change to its neighbours, which bounds the truncation, plus rounding / h;
 *   sharpness  that tolerance is at most eps^(1/3) of the gradient's own size sum |g_i t_i|, so that no rule that is wrong
 *              by more can pass (a tolerance of about eps^(2/3) is what central differences reach).
 *
 * Rounding is measured, not guessed: at the ladder's lower end D changes by rounding alone. A wrong rule leaves an error
 * that does not fall at all, a kink at x one that falls by 2 a halving.
 */
import type { Dtype } from "../ndarray/index.ts";
import type { Rung } from "./ladder.ts";

export const epsilons: Record<Dtype, number> = { float64: 2 ** -52, float32: 2 ** -23 };
/** The order of central differences of a smooth function. */
export const expectedOrder = 2;
/** What is still taken for it. */
const leastOrder = expectedOrder - 0.5;
/**
 * Falls it takes to call an order too low: an error of about h^2 goes under a rounding of about 64 eps / h after 4 of them
 * in float32 (14 in float64), before they need be regular, one of about h, as at a kink, after 6 (21).
 */
const fewestFalls = 5;
/**
 * The truncation over the larger of a step's two changes, at most. Where it is u + v, of which u falls by 4 a halving and v
 * by 16, the change from the step above is a = 3 u + 15 v and the one to the step below b = 3/4 u + 15/16 v, so that
 * u + v = (64 b - a) / 45. That is 65/45 of the larger where a = -b, as where u and v have opposite signs.
 */
const truncationOverChange = 13 / 9;
/** Steps at the ladder's lower end that measure rounding; and how much shorter than eps^(1/3) those are that do so where they see no truncation. */
const roundingSteps = 6;
const shorter = 64;

/** The sizes that an error is held against. */
export interface Sizes {
  /** sum |g_i t_i|. */
  readonly gradient: number;
  /** Of the terms that make up phi. */
  readonly value: number;
  /** Of the terms that make up its derivative, with those that cancel inside f. */
  readonly terms: number;
  /** Of the largest values inside f that are rounded on the way to phi. */
  readonly rounded: number;
}

/**
 * right      all three hold;
 * wrong      the error stays above the tolerance: this is not the derivative;
 * slow       it falls, but with too low an order, as at a kink;
 * unsettled  the differences are too rough to tell;
 * undefined  too few steps have finite values.
 */
export type Verdict = "right" | "wrong" | "slow" | "unsettled" | "undefined";

export interface Judgement {
  readonly verdict: Verdict;
  /** The order at which the error fell; undefined when it was rounding from the first step on, as for a linear f. */
  readonly order: number | undefined;
  /** The best step, its difference, that one's error and what it is held against. */
  readonly h: number;
  readonly D: number;
  readonly error: number;
  readonly tolerance: number;
}

/** Judges the derivative `exact` of phi at 0. */
export function judge(ladder: readonly Rung[], exact: number, sizes: Sizes, eps: number): Judgement {
  if (ladder.length < roundingSteps + 3) return { verdict: "undefined", order: undefined, h: NaN, D: NaN, error: NaN, tolerance: 0 };
  const rounding = 4 * roundingOf(ladder, Math.max(sizes.value, sizes.rounded), eps);
  const best = bestStep(ladder, rounding);
  const { h, D } = ladder[best.at];
  // a derivative that cancels keeps the rounding of the terms that did, which differences of one value need not show
  const cancelled = 4 * eps * sizes.terms;
  const tolerance = best.tolerance + cancelled;
  const error = Math.abs(D - exact);
  const falls = fallsOf(ladder, exact, rounding, cancelled);
  // the steepest of the last ones, for further up a kink may lie between
  const order = falls.length === 0 ? undefined : Math.max(...falls.slice(-3));
  const found = { order, h, D, error, tolerance };
  if (!(error <= tolerance)) return { ...found, verdict: "wrong" };
  if (order !== undefined && order < leastOrder && falls.length >= fewestFalls) return { ...found, verdict: "slow" };
  // a gradient that is tiny beside f itself is judged on f's scale, since differences see no better
  const sharp = Math.cbrt(eps) * Math.max(sizes.gradient, Math.sqrt(Math.cbrt(eps)) * Math.max(sizes.value, sizes.terms));
  const constant = exact === 0 && ladder.every((rung) => rung.D === 0);
  return { ...found, verdict: constant || tolerance <= sharp ? "right" : "unsettled" };
}

/** The step whose neighbours differ least, beside rounding. */
function bestStep(ladder: readonly Rung[], rounding: number): { at: number; tolerance: number } {
  const change = (k: number) => Math.abs(ladder[k - 1].D - ladder[k].D);
  let best = { at: 1, tolerance: Infinity };
  for (let k = 1; k + 1 < ladder.length; k++) {
    const tolerance = truncationOverChange * Math.max(change(k), change(k + 1)) + rounding / ladder[k].h;
    if (tolerance < best.tolerance) best = { at: k, tolerance };
  }
  return best;
}

/**
 * The orders at which the error falls from step to step while it stands above rounding. A fall that ends under rounding is
 * at least as steep as it shows, and counts when that is steep enough.
 */
function fallsOf(ladder: readonly Rung[], exact: number, rounding: number, cancelled: number): number[] {
  const falls: number[] = [];
  for (let k = 0; k + 1 < ladder.length; k++) {
    const [before, after] = [ladder[k], ladder[k + 1]].map((step) => Math.abs(step.D - exact));
    const floor = (8 * rounding) / ladder[k + 1].h + 2 * cancelled;
    const fall = Math.log2(before / Math.max(after, floor));
    if (before > floor && (after > floor || fall > leastOrder)) falls.push(fall);
  }
  return falls;
}

/**
 * The rounding in phi: what the differences at the lower end of the ladder change by, times their step; at least two units of phi's
 * terms. A change that falls from step to step is truncation, as where f has a scale far below its arguments', and does not count.
 */
export function roundingOf(ladder: readonly Rung[], valueSize: number, eps: number): number {
  const change = (k: number) => Math.abs(ladder[k].D - ladder[k + 1].D);
  const end = ladder.length - roundingSteps;
  let rounding = 2 * eps * valueSize;
  for (let k = Math.max(0, end); k + 1 < ladder.length; k++) rounding = Math.max(rounding, change(k) * ladder[k].h);
  for (let k = end - 1; k > 0 && ladder[k].h <= Math.cbrt(eps) / shorter; k--) {
    const falls = change(k) <= change(k - 1) / 2 && change(k + 1) <= change(k) / 2;
    if (!falls) rounding = Math.max(rounding, change(k) * ladder[k].h);
  }
  return rounding;
}

/** Shorter first steps can never be sharp: 4 roundings of 2 eps over h would be more than the eps^(1/3) that is asked for. */
export function smallestStep(eps: number): number {
  return 8 * eps ** (2 / 3);
}
