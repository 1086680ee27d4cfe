/**
 * Finds the rule that is to blame: every primitive that f applied is checked by itself, at the arguments it was given.
 *
 * A fault in a higher derivative of f is looked for in the same higher derivative of the primitives: f's vjp may be right
 * and the vjp of it wrong, since a rule was written with something that does not differentiate.
 */
import { apply, bottom, type Primitive, trace, type TraceRecord, type Value } from "../autodiff/index.ts";
import { DerivativeError } from "../errors/index.ts";
import type { NdArray } from "../ndarray/index.ts";
import { checkDirection, type DerivativeMode, type Fault } from "./check-direction.ts";
import { entriesUsed, stopsAt } from "./kinks.ts";
import { pullBackOf, pushForwardOf, type Subject, subjectOf } from "./subject.ts";

/** Which derivative a subject is of the caller's function: first the step nearest to f. */
export type Chain = readonly DerivativeMode[];

/** An application of a primitive, as messages name it. */
export interface Place {
  readonly op: string;
  readonly entry: number;
  readonly shapes: readonly (readonly number[])[];
}

/** A fault that a rule can have. */
type RuleFault = Extract<Fault, { kind: "derivative" | "adjoint" }>;

export interface Culprit extends Place {
  /** Whose application it is: "f", or the derivative that failed. */
  readonly within: string;
  /** Which derivative of it is wrong; empty for its own rule. */
  readonly chain: Chain;
  readonly fault: RuleFault;
  /** The arguments that were varied, by position; the fault's leaves are these. */
  readonly live: readonly number[];
}

export interface Localisation {
  /** The first application whose own rules fail; undefined when all are right. */
  readonly culprit: Culprit | undefined;
  /** How many applications were checked, of how many primitives, and how many could not be told. */
  readonly checked: number;
  readonly primitives: number;
  readonly untold: number;
  /** Where derivatives stop between arguments and results: applications with an argument on which nothing is said to depend. */
  readonly held: readonly Place[];
  /** Applications whose value neither another one nor a result uses: perhaps it was read out of the trace. */
  readonly dropped: readonly Place[];
}

/** Applications checked, one of each kind (primitive, parameters, shapes) first. */
const mostChecked = 200;
const directionsEach = 2;

/**
 * Checks every application of a primitive on the way to the results of a subject; failing that, the derivatives that lead
 * from the caller's function to the subject, of every application in that function.
 *
 * Cost: at most 400 applications, each about 140 evaluations of that primitive (more for a longer chain).
 */
export function localise(base: Subject, chain: Chain, subject: Subject, modes: readonly DerivativeMode[], seed: number): Localisation {
  const own = search(subject, [], modes, seed);
  return own.culprit !== undefined || chain.length === 0 ? own : search(base, chain, modes, seed);
}

function search(subject: Subject, chain: Chain, modes: readonly DerivativeMode[], seed: number): Localisation {
  const record = trace(subject.f as (...args: unknown[]) => unknown, ...subject.args);
  const used = entriesUsed(record);
  const applications = applicationsOf(record, used);
  const names = new Set<string>();
  let [checked, untold] = [0, 0];
  let culprit: Culprit | undefined;
  for (const { place, primitive, args, params, from } of oneOfEachFirst(applications).slice(0, mostChecked)) {
    const live = args.flatMap((_, position) => (from[position] >= 0 && hasRules(primitive, [...modes, ...chain], position) ? [position] : []));
    if (live.length === 0) continue;
    const fault = faultOf(primitive, args, params, live, chain, modes, seed);
    if (fault === "untold") {
      untold++;
      continue;
    }
    names.add(primitive.name);
    checked++;
    if (fault === undefined) continue;
    culprit = { ...place, fault, live, within: subject.name, chain };
    break;
  }
  const held = applications.filter(({ primitive, from }) => from.some((source, position) => source >= 0 && stopsAt(primitive, position))).map(({ place }) => place);
  return { culprit, checked, primitives: names.size, untold, held, dropped: droppedFrom(record, used) };
}

interface Application {
  readonly place: Place;
  readonly primitive: Primitive<unknown>;
  readonly args: readonly NdArray[];
  readonly params: unknown;
  readonly from: readonly number[];
}

function applicationsOf(record: TraceRecord, used: Uint8Array): Application[] {
  return record.entries.flatMap(({ primitive, params, args, from }, entry) => {
    if (primitive === undefined || !used[entry]) return [];
    return [{ place: placeOf(primitive, entry, args), primitive, params, args: args.map(bottom), from }];
  });
}

function droppedFrom({ entries }: TraceRecord, used: Uint8Array): Place[] {
  const consumed = new Set(entries.flatMap(({ from }) => from));
  return entries.flatMap(({ primitive, args }, entry) => (primitive === undefined || used[entry] || consumed.has(entry) ? [] : [placeOf(primitive, entry, args)]));
}

function placeOf({ name }: Primitive<unknown>, entry: number, args: readonly Value[]): Place {
  return { op: name, entry, shapes: args.map(({ shape }) => shape) };
}

function oneOfEachFirst(applications: readonly Application[]): Application[] {
  const kinds = new Set<string>();
  const [first, rest]: Application[][] = [[], []];
  for (const application of applications) {
    const { place, params } = application;
    const kind = JSON.stringify([place.op, place.shapes, params], (_key, value: unknown) => (ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value));
    (kinds.has(kind) ? rest : first).push(application);
    kinds.add(kind);
  }
  return [...first, ...rest];
}

/** What is wrong with one application; "untold" at a kink or where its derivative is not finite. */
function faultOf(primitive: Primitive<unknown>, args: readonly NdArray[], params: unknown, live: readonly number[], chain: Chain, modes: readonly DerivativeMode[], seed: number): RuleFault | "untold" | undefined {
  const f = (...own: NdArray[]) => apply(primitive, args.map((arg, position) => (live.includes(position) ? own[live.indexOf(position)] : arg)), params);
  try {
    let subject = subjectOf({ name: primitive.name, f: f as never, args: live.map((position) => args[position]), paths: live.map((position) => `args[${position}]`) });
    for (const mode of chain) subject = mode === "reverse" ? pullBackOf(subject, seed) : pushForwardOf(subject, seed);
    const record = trace(subject.f as (...own: unknown[]) => unknown, ...subject.args);
    for (let at = 0; at < directionsEach; at++) {
      const { fault } = checkDirection(subject, record, seed + at, modes);
      if (fault?.kind === "adjoint" || (fault?.kind === "derivative" && fault.judgement.verdict !== "unsettled")) return fault;
      if (fault !== undefined) return "untold";
    }
    return undefined;
  } catch (error) {
    if (error instanceof DerivativeError) return "untold"; // a rule that is declared missing says so by itself
    throw error;
  }
}

/** Whether rules, rather than words for their absence, are there for an argument. */
function hasRules(primitive: Primitive<unknown>, modes: readonly DerivativeMode[], position: number): boolean {
  return modes.every((mode) => typeof primitive[mode === "reverse" ? "vjp" : "jvp"][primitive.variadic ? 0 : position] === "function");
}

/** The application in words: mul (entry 3, shapes [2, 3] and []). */
export function placeText({ op, entry, shapes }: Place): string {
  return `${op} (entry ${entry}, ${shapes.length === 1 ? "shape" : "shapes"} ${shapes.map((shape) => `[${shape.join(", ")}]`).join(" and ")})`;
}
