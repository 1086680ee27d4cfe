/**
 * Kinks within reach: where the primitives that a function applies are not smooth, as their records state it, and how far
 * a step along a direction may go before one of them is met.
 *
 * Central differences have order 2 wherever the function has two continuous derivatives, so kinks of a higher order do no
 * harm. Nor do those of a primitive whose first argument moves by jumps only, such as a comparison's result: the jumps are
 * the comparison's own. A kink counts as met when an element's difference from it changes sign between x and x + h t or x - h t, or when
 * the arguments of a primitive with a `clearance` move by more than half of it.
 */
import { bottom, type Primitive, refill, trace, type TraceRecord, type Tree } from "../autodiff/index.ts";
import { DomainError } from "../errors/index.ts";
import { elements, type NdArray } from "../ndarray/index.ts";
import { moved } from "./directions.ts";
import { expectedOrder } from "./judgement.ts";
import { firstStep } from "./ladder.ts";
import type { Subject } from "./subject.ts";
import { coordinates, sum } from "./vectors.ts";

/** The kink that keeps the first step small. */
export interface KinkInReach {
  /** The primitive, and its place among those that f applies. */
  readonly op: string;
  readonly entry: number;
  readonly argument: number;
  readonly shape: readonly number[];
  /** The kink's value, its order (the lowest derivative that jumps) and the element that meets it; none where a primitive states its clearance only. */
  readonly element?: { readonly index: readonly number[]; readonly value: number; readonly at: number; readonly order: number };
  /** How far away it is, in the argument's own unit. */
  readonly distance: number;
  /** The largest step (a power of 2) that stays on this side of it; 0 when the arguments lie on it. */
  readonly step: number;
}

/** An application of a primitive that is not smooth everywhere. */
interface Site {
  readonly entry: number;
  readonly primitive: Primitive<unknown>;
  readonly params: unknown;
  readonly args: readonly NdArray[];
}

/** Trials to find a step that meets no kink; each shortens the step by what the one before found. */
const trials = 6;

/** The non-smooth primitives on the way from the arguments to the results. */
export function sitesOf(record: TraceRecord): Site[] {
  const [used, moves] = [entriesUsed(record), entriesMoving(record)];
  return record.entries.flatMap(({ primitive, params, args, from }, entry) => {
    if (primitive === undefined || !used[entry]) return [];
    if (primitive.clearance === undefined && (harmful(primitive, params).length === 0 || from[0] < 0 || !moves[from[0]])) return [];
    return [{ entry, primitive, params, args: args.map(bottom) }];
  });
}

/** Marks the entries that a result depends on. */
export function entriesUsed({ entries, outputs }: TraceRecord): Uint8Array {
  const used = new Uint8Array(entries.length);
  for (const { index } of outputs) if (index !== undefined) used[index] = 1;
  for (let i = entries.length - 1; i >= 0; i--) {
    if (used[i]) for (const source of entries[i].from) if (source >= 0) used[source] = 1;
  }
  return used;
}

/** Marks the entries that depend on an argument otherwise than by jumps. */
function entriesMoving({ entries }: TraceRecord): boolean[] {
  const moves: boolean[] = [];
  for (const { primitive, from } of entries) {
    moves.push(primitive === undefined || from.some((source, position) => source >= 0 && moves[source] && !stopsAt(primitive, position)));
  }
  return moves;
}

/** Whether derivatives stop at an argument of a primitive, since the result does not vary with it but by jumps. */
export function stopsAt(primitive: Primitive<unknown>, position: number): boolean {
  const rule = primitive.vjp[primitive.variadic ? 0 : position];
  return typeof rule === "object" && rule.absent === "zeroTangent";
}

/** The kink that a first step along `tangents` would meet; undefined when there is none. */
export function kinkInReach(subject: Subject, sites: readonly Site[], tangents: readonly NdArray[]): KinkInReach | undefined {
  if (sites.length === 0) return undefined;
  let step = firstStep;
  let found: KinkInReach | undefined;
  for (let trial = 0; trial < trials && step > 0; trial++) {
    const met = nearestMet(subject, sites, tangents, step);
    if (met === undefined) break;
    // a little less than what a straight way to the kink allows, then down to a power of 2, so that steps stay exact
    step = met.share === 0 ? 0 : 2 ** Math.floor(Math.log2(0.9 * met.share * step));
    found = { ...met.kink, step };
  }
  return found;
}

interface Met { share: number; kink: Omit<KinkInReach, "step"> }

/** The kink met first on the way to x + step t or x - step t, and after which share of the way. */
function nearestMet(subject: Subject, sites: readonly Site[], tangents: readonly NdArray[], step: number): Met | undefined {
  let nearest: Met | undefined;
  for (const h of [step, -step]) {
    const there = argumentsAt(subject, tangents, h);
    if (there === undefined) continue; // out of f's domain: the ladder leaves this step out
    for (const site of sites) {
      const met = site.primitive.clearance === undefined ? kinkMet(site, there(site)) : clearanceMet(site, there(site));
      if (met !== undefined && (nearest === undefined || met.share < nearest.share)) nearest = met;
    }
  }
  return nearest;
}

/** What each site's arguments are at x + h t; undefined for a site when f takes another way there. */
function argumentsAt(subject: Subject, tangents: readonly NdArray[], h: number): ((site: Site) => NdArray[] | undefined) | undefined {
  try {
    const { entries } = trace(subject.f as (...args: unknown[]) => unknown, ...(refill(subject.args, subject.leaves.map((leaf, at) => moved(leaf, h, tangents[at]))) as Tree[]));
    return ({ entry, primitive }) => (entries[entry]?.primitive === primitive ? entries[entry].args.map(bottom) : undefined);
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
}

function kinkMet({ entry, primitive, params, args }: Site, there: readonly NdArray[] | undefined): Met | undefined {
  if (there === undefined) return undefined;
  const [from, to] = [elements(args[0]), elements(there[0])];
  let met: Met | undefined;
  for (const { at, order } of harmful(primitive, params)) {
    for (let i = 0; i < from.length; i++) {
      const distance = Math.abs(from[i] - at);
      if (to[i] === from[i] || (from[i] - at) * (to[i] - at) > 0 || Number.isNaN(to[i])) continue;
      const share = distance / Math.abs(to[i] - from[i]);
      if (met !== undefined && share >= met.share) continue;
      const element = { index: coordinates(i, args[0].shape), value: from[i], at, order };
      met = { share, kink: { op: primitive.name, entry, argument: 0, shape: args[0].shape, element, distance } };
    }
  }
  return met;
}

function clearanceMet({ entry, primitive, params, args }: Site, there: readonly NdArray[] | undefined): Met | undefined {
  if (there === undefined) return undefined;
  const distance = primitive.clearance!(args, params);
  // what ties on both sides as well is equal by construction, such as a row's largest element and its maximum
  if (distance === 0 && primitive.clearance!(there, params) === 0) return undefined;
  const way = Math.sqrt(sum(args.map((arg, position) => squaredDistance(arg, there[position]))));
  if (way === 0 || Number.isNaN(way) || 2 * way < distance) return undefined;
  return { share: distance / (2 * way), kink: { op: primitive.name, entry, argument: 0, shape: args[0].shape, distance } };
}

/** The kinks that differences of order 2 would notice. */
function harmful(primitive: Primitive<unknown>, params: unknown): { at: number; order: number }[] {
  return (primitive.kinks?.(params) ?? []).filter(({ order }) => order <= expectedOrder);
}

function squaredDistance(x: NdArray, y: NdArray): number {
  const [a, b] = [elements(x), elements(y)];
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] - b[i]) ** 2;
  return total;
}
