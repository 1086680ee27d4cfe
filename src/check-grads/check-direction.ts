/** One direction of one subject: measures the ladder once, and holds every derivative asked for against it. */
import { bottom, jvp, leavesOf, refill, type TraceRecord, type Tree, type Value, vjp } from "../autodiff/index.ts";
import { type NdArray, sizeOf } from "../ndarray/index.ts";
import { cotangentsFor, tangentsFor, unit } from "./directions.ts";
import { epsilons, judge, type Judgement, roundingOf, smallestStep } from "./judgement.ts";
import { type KinkInReach, kinkInReach, sitesOf } from "./kinks.ts";
import { laddersOf, type Rung } from "./ladder.ts";
import type { Subject } from "./subject.ts";
import { movedRecords, noTerms, termsOf } from "./terms.ts";
import { inner, innerSize, sum } from "./vectors.ts";
import { type WorstElement, worstElement } from "./worst-element.ts";

export type DerivativeMode = "forward" | "reverse";

/** One direction that was measured. */
export interface DirectionCheck {
  /** What was differentiated: "f", or "f.loss" where f returns a record, or "vjp of f by args[0]". */
  readonly of: string;
  readonly mode: DerivativeMode;
  readonly seed: number;
  /** The order at which the error fell; undefined when it was rounding from the first step on, as for a linear f. */
  readonly foundOrder: number | undefined;
  /** Error at the best step, and what it was held against. */
  readonly error: number;
  readonly tolerance: number;
  /** sum |g_i t_i|, the scale of both. */
  readonly gradientSize: number;
  /** The kink that kept the steps small, where one is near. */
  readonly kink?: KinkInReach;
}

/** What is wrong along one direction. */
export type Fault = { readonly subject: Subject; readonly of: string; readonly seed: number; readonly kink: KinkInReach | undefined } & (
  | { readonly kind: "derivative"; readonly mode: DerivativeMode; readonly derivative: number; readonly judgement: Judgement; readonly worst: WorstElement | undefined }
  | { readonly kind: "adjoint"; readonly forward: number; readonly reverse: number; readonly rounding: number }
  | { readonly kind: "kink"; readonly mode: DerivativeMode; readonly kink: KinkInReach }
  | { readonly kind: "undefined" }
);

export interface Measured { readonly checks: readonly DirectionCheck[]; readonly fault?: Fault }

/**
 * Checks a subject, of which `record` is the trace, along the direction of a seed, result by result, until something is wrong.
 *
 * Cost: about 70 evaluations of f, and in the reverse mode two pulls for each result.
 */
export function checkDirection(subject: Subject, record: TraceRecord, seed: number, modes: readonly DerivativeMode[]): Measured {
  const { args, leaves, f, results, resultNames, scales } = subject;
  const eps = epsilons[subject.dtype];
  const tangents = tangentsFor(subject, seed);
  const cts = cotangentsFor(subject, seed);
  const kink = kinkInReach(subject, sitesOf(record), tangents);
  const onThisSide = kink !== undefined && kink.step >= smallestStep(eps) ? laddersOf(subject, tangents, cts, kink.step) : undefined;
  let whole: Rung[][] | undefined;
  const wholeLadder = (result: number) => (whole ??= laddersOf(subject, tangents, cts))[result];

  const gradients = modes.includes("reverse") ? gradientsOf(subject, cts) : undefined;
  const pushed = modes.includes("forward") ? (leavesOf(jvp(f, args, refill(args, tangents) as Tree[]).tangent) as Value[]).map(bottom) : undefined;
  const around = gradients && movedRecords(subject, tangents, Math.sqrt(eps));
  const checks: DirectionCheck[] = [];
  for (let result = 0; result < results.length; result++) {
    const [ct, of] = [cts[result], resultNames[result]];
    const gradient = gradients?.[result];
    // without the reverse mode there is no gradient to take the size of; the tangent out is the next best
    const gradientSize = gradient !== undefined ? sum(gradient.map((g, at) => innerSize(g, tangents[at]))) : innerSize(ct, pushed![result]);
    const inside = around === undefined ? noTerms : termsOf(record, around, cts, result);
    const ends = scales[result] * sizeOf(ct.shape);
    const sizes = { gradient: gradientSize, value: innerSize(ct, results[result]) + gradientSize, terms: Math.max(ends, inside.slopes), rounded: inside.values };
    const forward = pushed && inner(ct, pushed[result]);
    const reverse = gradient && sum(gradient.map((g, at) => inner(g, tangents[at])));
    const about = { subject, of, seed, kink };
    for (const mode of modes) {
      const derivative = (mode === "forward" ? forward : reverse)!;
      const near = onThisSide && judge(onThisSide[result], derivative, sizes, eps);
      // steps on this side of a kink that are too short to tell, and a kink that is none here, are settled by the longer ones
      const judgement = near !== undefined && (near.verdict === "right" || near.verdict === "wrong") ? near : judge(wholeLadder(result), derivative, sizes, eps);
      const { verdict, order, error, tolerance, h } = judgement;
      if (verdict === "undefined") return { checks, fault: { ...about, kind: "undefined" } };
      if (verdict !== "right" && kink !== undefined && judgement !== near) return { checks, fault: { ...about, kind: "kink", mode, kink } };
      if (verdict !== "right") return { checks, fault: { ...about, kind: "derivative", mode, derivative, judgement, worst: worstElement(subject, result, mode, h, ct, gradient) } };
      checks.push({ of, mode, seed, foundOrder: order, error, tolerance, gradientSize, ...(kink !== undefined && { kink }) });
    }
    if (forward === undefined || reverse === undefined) continue;
    // both sum the same products in different orders: rounding of that many terms, also of those that cancel, and what f's own steps were seen to add
    const terms = sizeOf(ct.shape) + sum(leaves.map((leaf) => sizeOf(leaf.shape))) + 8;
    const rounding = terms * (eps * Math.max(gradientSize, sizes.terms) + roundingOf((onThisSide ?? whole)![result], sizes.value, eps));
    if (!(Math.abs(forward - reverse) <= rounding)) return { checks, fault: { ...about, kind: "adjoint", forward, reverse, rounding } };
  }
  return { checks };
}

/** The gradient of each result's phi by every argument leaf. */
function gradientsOf({ f, args, result, results }: Subject, cts: readonly NdArray[]): NdArray[][] {
  const { pull } = vjp(f as (...own: unknown[]) => unknown, ...args);
  return results.map((_, wanted) => {
    const alone = refill(result, results.map((x, at) => (at === wanted ? cts[at] : unit(x, -1, 0))));
    return (leavesOf(pull(alone)) as Value[]).map(bottom);
  });
}
