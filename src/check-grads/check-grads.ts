/**
 * Derivatives against differences, with no step size to choose.
 *
 * Along a random direction t, and for a random cotangent ct, phi(h) = <ct, f(x + h t)> has the central differences
 * D(h) = (phi(h) - phi(-h)) / 2h = phi'(0) + c h^2 + O(h^4). A ladder of halving h shows whether a derivative is phi'(0):
 * what is asked of it stands in judgement.ts. A higher order asks the same of the derivatives themselves (subject.ts).
 */
import { leafPaths, leavesOf, trace, type TraceRecord, type Tree, valueDtype } from "../autodiff/index.ts";
import { DerivativeError, DomainError, ParameterError, shapeText } from "../errors/index.ts";
import { checkFunction, optionsOf, shown } from "../errors/options.ts";
import { elements, isNdArray, type NdArray } from "../ndarray/index.ts";
import { checkDirection, type DerivativeMode, type DirectionCheck, type Fault } from "./check-direction.ts";
import { entriesUsed } from "./kinks.ts";
import { type Chain, localise } from "./localise.ts";
import { faultError, undefinedError } from "./message.ts";
import { pullBackOf, pushForwardOf, type Subject, subjectOf } from "./subject.ts";
import { coordinates } from "./vectors.ts";

export interface CheckGradsOptions {
  /** Forward: jvp; reverse: vjp. Both by default, and then also that they are each other's adjoint. */
  modes?: readonly DerivativeMode[];
  /** Order k also checks the derivatives of order 2 to k, each as the first derivative of the one before. Default 1. */
  order?: number;
  /** Direction i is drawn from seed + i. Default 1. */
  seed?: number;
  /** How many directions to try; every further order tries half as many, but at least one. Default 3. */
  directions?: number;
}

// what each must be stands in checkOptions
const any = { words: "", holds: () => true };
const checkNames = optionsOf("checkGrads", { modes: any, order: any, seed: any, directions: any });

export interface CheckGradsReport {
  checks: DirectionCheck[];
}

/**
 * Checks the derivatives of a function of trees of arrays, returning an array or a tree of them, against differences.
 *
 * Smooth:  f must be twice differentiable (order + 1 times for a higher order) near `args`. Where a primitive's record says
 *          that it is not, steps are kept so small that the kink is not met, and the report names it.
 * Errors:  DerivativeError naming the worst element's path, the direction's seed, the expected and the found order, and the
 *          rule that is to blame; or the kink, where it is too near to tell. DomainError where f is not finite, and
 *          ParameterError on a bad option, or arguments or results that are no arrays.
 * Cost:    about 70 evaluations of f a direction. Order k checks 2^k - 1 functions (k, with one mode), of which each is
 *          about 3 times as dear as the one it is the derivative of.
 * Source:  textbook (central differences and their error).
 * Example: checkGrads((x) => mul(x, mul(x, x)), [scalar(2)]).checks.length  // => 6
 */
export function checkGrads(f: (...args: never[]) => unknown, args: readonly Tree[], options: CheckGradsOptions = {}): CheckGradsReport {
  checkFunction("checkGrads", f);
  checkNames(options);
  if (!Array.isArray(args)) throw new ParameterError({ where: "checkGrads", problem: `the arguments are ${shown(args)}.`, expected: "a list, with one entry an argument.", mend: "put them into brackets: [x]." });
  const { modes = ["forward", "reverse"], order = 1, seed = 1, directions = 3 } = options;
  checkOptions({ modes, order, seed, directions });
  const base = subjectOf({ name: "f", f, args, paths: leafPaths(args, "args") });
  if (base.leaves.length === 0) throw new ParameterError({ where: "checkGrads", problem: "there is no argument to differentiate by.", expected: "at least one array or number among the arguments." });
  assertFinite(base);
  assertUnchanged(base, args);
  const checks: DirectionCheck[] = [];
  const check = (of: Subject, chain: Chain): void => {
    const record = trace(of.f as (...own: unknown[]) => unknown, ...of.args);
    const subject = roundsToSingle(record) ? { ...of, dtype: "float32" as const } : of;
    if (chain.length === 0) assertRepeats(subject, record.outputs.map(({ value }) => value as NdArray));
    for (let at = 0; at < Math.ceil(directions / 2 ** chain.length); at++) {
      const measured = checkDirection(subject, record, seed + at, modes);
      checks.push(...measured.checks);
      const { fault } = measured;
      if (fault?.kind === "undefined") throw undefinedError(fault, record);
      if (fault !== undefined) throw faultError(fault, chain, localise(base, chain, subject, modesOf(fault, modes), seed));
    }
    if (chain.length + 1 >= order) return;
    for (const mode of modes) check(mode === "reverse" ? pullBackOf(subject, seed) : pushForwardOf(subject, seed), [...chain, mode]);
  };
  check(base, []);
  return { checks };
}

/** Whether float32 stands on the way from the arguments to the results: differences then see its rounding, whatever comes after. */
function roundsToSingle(record: TraceRecord): boolean {
  const used = entriesUsed(record);
  return record.entries.some(({ out }, entry) => used[entry] && valueDtype(out) === "float32");
}

function modesOf(fault: Fault, modes: readonly DerivativeMode[]): readonly DerivativeMode[] {
  return "mode" in fault ? [fault.mode] : modes;
}

/** Errors: ParameterError naming the option. */
function checkOptions({ modes, order, seed, directions }: Required<CheckGradsOptions>): void {
  const refuse = (problem: string, expected: string) => new ParameterError({ where: "checkGrads", problem, expected });
  if (!Number.isInteger(order) || order < 1) throw refuse(`order = ${String(order)} is out of range.`, "an integer >= 1.");
  if (!Number.isInteger(directions) || directions < 1) throw refuse(`directions = ${String(directions)} is out of range.`, "an integer >= 1.");
  if (!Number.isInteger(seed)) throw refuse(`seed = ${String(seed)} is no integer.`, "an integer.");
  if (!Array.isArray(modes) || modes.length === 0 || modes.some((mode) => mode !== "forward" && mode !== "reverse")) {
    throw refuse(`modes = ${JSON.stringify(modes)} is not known.`, `"forward", "reverse" or both.`);
  }
}

/** Errors: DomainError naming the argument's element that is NaN or infinite. */
function assertFinite({ leaves, paths }: Subject): void {
  leaves.forEach((leaf, l) => {
    const flat = elements(leaf);
    const at = flat.findIndex((value: number) => !Number.isFinite(value));
    if (at >= 0) throw new DomainError({ where: "checkGrads", problem: `${paths[l]}${shapeText(coordinates(at, leaf.shape))} is ${flat[at]}.`, expected: "finite arguments." });
  });
}

/** Errors: DerivativeError when f wrote into its arguments: `base` ran on copies. */
function assertUnchanged({ leaves, paths }: Subject, args: readonly Tree[]): void {
  leavesOf(args).forEach((given, l) => {
    const before = isNdArray(given) ? elements(given as NdArray) : [given as number];
    const at = elements(leaves[l]).findIndex((value: number, i: number) => value !== before[i]);
    if (at < 0) return;
    throw new DerivativeError({
      where: "checkGrads", problem: `f changed its argument ${paths[l]} in place: element ${shapeText(coordinates(at, leaves[l].shape))} was ${before[at]} and is ${elements(leaves[l])[at]}.`,
      expected: "a function that leaves its arguments as they are.", mend: "copy(x) before writing into it, or use ops.",
    });
  });
}

/** Errors: DerivativeError when f gave another value the second time. */
function assertRepeats({ results, resultNames }: Subject, again: readonly NdArray[]): void {
  results.forEach((result, l) => {
    const [once, twice] = [elements(result), elements(again[l])];
    const at = once.findIndex((value: number, i: number) => !Object.is(value, twice[i]));
    if (at < 0) return;
    throw new DerivativeError({
      where: "checkGrads", problem: `f is not a function of its arguments: element ${shapeText(coordinates(at, result.shape))} of ${resultNames[l]} was ${once[at]} and then ${twice[at]} for the same ones.`,
      expected: "the same value for the same arguments.", mend: "draw random numbers outside f, keep no state between calls, and read the arguments by ops only.",
    });
  });
}
