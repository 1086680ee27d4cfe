/** The one element whose derivative and difference are furthest apart. */
import { bottom, jvp, leavesOf, refill, type Tree, type Value } from "../autodiff/index.ts";
import { elements, type NdArray, sizeOf } from "../ndarray/index.ts";
import type { DerivativeMode } from "./check-direction.ts";
import { sizeForStep, unit } from "./directions.ts";
import { difference } from "./ladder.ts";
import type { Subject } from "./subject.ts";
import { coordinates, inner, sum } from "./vectors.ts";

export interface WorstElement {
  /** Which leaf of the arguments, its path, and the element's index there. */
  readonly leaf: number;
  readonly path: string;
  readonly index: readonly number[];
  /** What the rule gives for it, and what a difference does. */
  readonly rule: number;
  readonly measured: number;
  /** How far apart they are, times the size of the leaf: in the unit of a direction's derivative. */
  readonly apart: number;
}

/** Coordinates tried in the search. */
const mostCoordinates = 400;

/**
 * Compares the gradient of <ct, result> with differences, element by element at step h.
 *
 * Cost: two evaluations of f an element, at most 800; the forward mode a jvp each besides.
 */
export function worstElement(subject: Subject, result: number, mode: DerivativeMode, h: number, ct: NdArray, gradient: readonly NdArray[] | undefined): WorstElement | undefined {
  const { leaves, paths, f, args, results } = subject;
  const alone = (leaf: number, at: number, size: number) => leaves.map((x, other) => unit(x, other === leaf ? at : -1, size));
  const cts = results.map((x, at) => (at === result ? ct : unit(x, -1, 0)));
  const derivative = (leaf: number, at: number): number => {
    if (mode === "reverse") return elements(gradient![leaf])[at];
    const { tangent } = jvp(f, args, refill(args, alone(leaf, at, 1)) as Tree[]);
    return inner(ct, bottom(leavesOf(tangent)[result] as Value));
  };
  const stride = Math.max(1, Math.ceil(sum(leaves.map((leaf) => sizeOf(leaf.shape))) / mostCoordinates));
  let worst: WorstElement | undefined;
  let furthest = -1;
  let position = 0;
  leaves.forEach((own, leaf) => {
    const size = sizeForStep(own);
    for (let at = 0; at < sizeOf(own.shape); at++) {
      if (position++ % stride !== 0) continue;
      const rule = derivative(leaf, at);
      const measured = difference(subject, h, alone(leaf, at, size), cts)[result] / size;
      // a small leaf's derivative is large: the direction saw both times the leaf's size
      const apart = Math.abs(rule - measured) * size;
      if (!(apart > furthest || Number.isNaN(apart))) continue;
      furthest = Number.isNaN(apart) ? Infinity : apart;
      worst = { leaf, path: paths[leaf], index: coordinates(at, own.shape), rule, measured, apart };
    }
  });
  return worst;
}
