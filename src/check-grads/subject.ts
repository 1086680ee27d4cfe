/**
 * What is differentiated: a function of trees with trees as results, seen as a function of a flat list of leaves.
 *
 * Its first derivatives are subjects again, and so a check of order n is a check of order 1 of f, and one of order n - 1 of
 *
 *   the pull-back    (x, ct) -> vjp of f at x of ct        (reverse mode)
 *   the push-forward (x, t)  -> jvp of f at x of t         (forward mode)
 */
import { jvp, leafPaths, leavesOf, refill, type Tree, vjp } from "../autodiff/index.ts";
import { DomainError, ParameterError, shapeText } from "../errors/index.ts";
import { checkView, copy, type Dtype, dtypeOf, isNdArray, type NdArray, scalar, sizeOf } from "../ndarray/index.ts";
import { cotangentsFor, sizeForStep, tangentsFor } from "./directions.ts";
import { largest, sum } from "./vectors.ts";

export interface Subject {
  /** "f", or "vjp of f". */
  readonly name: string;
  readonly f: (...args: never[]) => unknown;
  /** The arguments, their leaves plain arrays. */
  readonly args: readonly Tree[];
  readonly leaves: readonly NdArray[];
  readonly paths: readonly string[];
  /** f(args), its leaves, and what each is called: "f.loss", or "vjp of f by args[0]". */
  readonly result: Tree;
  readonly results: readonly NdArray[];
  readonly resultNames: readonly string[];
  /** Size of a result's element as the terms it is made of suggest: its value may have cancelled to rounding noise. */
  readonly scales: readonly number[];
  readonly dtype: Dtype;
  /** How many derivatives of the caller's function this is. */
  readonly depth: number;
}

type Given = Pick<Subject, "name" | "f" | "args" | "paths"> & { depth?: number; namesOf?: (result: Tree) => string[]; scales?: readonly number[] };

/**
 * Runs f once at its arguments.
 *
 * Errors: ParameterError on a leaf that is no array, or a result that is none.
 */
export function subjectOf({ name, f, args, paths, depth = 0, namesOf = (result) => leafPaths(result, name), scales }: Given): Subject {
  const leaves = leavesOf(args).map((leaf, at) => (typeof leaf === "number" ? scalar(leaf) : copy(checkView(`checkGrads: ${paths[at]}`, leaf))));
  const plain = refill(args, leaves) as Tree[];
  const result = f(...(plain as never[]));
  const results = resultLeaves(name, result);
  const dtype: Dtype = [...results, ...leaves].some((x) => dtypeOf(x) === "float32") ? "float32" : "float64";
  const own = results.map(largest);
  return { name, f, args: plain, leaves, paths, result, results, resultNames: namesOf(result), scales: scales?.map((scale, at) => Math.max(scale, own[at])) ?? own, dtype, depth };
}

/** The leaves of f(x); undefined where f is not defined. Errors: ParameterError when its form changes with its arguments. */
export function evaluate({ name, f, args, results }: Subject, leaves: readonly NdArray[]): NdArray[] | undefined {
  let found: NdArray[];
  try {
    found = resultLeaves(name, f(...(refill(args, leaves) as never[])));
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
  const shapes = (own: readonly NdArray[]) => own.map((x) => shapeText(x.shape)).join(", ");
  if (shapes(found) !== shapes(results)) {
    throw new ParameterError({ where: "checkGrads", problem: `${name} returned ${shapes(found)} a step away, ${shapes(results)} at the arguments.`, expected: "results of one form and shape near the arguments." });
  }
  return found;
}

/** (x, ct) -> the vjp of a subject. */
export function pullBackOf(subject: Subject, seed: number): Subject {
  const { f, args, paths, leaves, result, results, scales, name, depth } = subject;
  const ct = refill(result, cotangentsFor(subject, seed));
  const size = sum(results.map((x, at) => scales[at] * sizeOf(x.shape)));
  return subjectOf({
    name: `vjp of ${name}`,
    f: (...own: unknown[]) => vjp(f as (...args: unknown[]) => unknown, ...own.slice(0, args.length)).pull(own[args.length]),
    args: [...args, ct],
    paths: [...paths, ...leafPaths(ct, label("ct", depth))],
    namesOf: () => paths.map((path) => `vjp of ${name} by ${path}`),
    // a derivative by x of terms of this size is of this size over x's
    scales: leaves.map((leaf) => size / sizeForStep(leaf)),
    depth: depth + 1,
  });
}

/** (x, t) -> the jvp of a subject. */
export function pushForwardOf(subject: Subject, seed: number): Subject {
  const { f, args, paths, resultNames, scales, name, depth } = subject;
  const tangents = refill(args, tangentsFor(subject, seed)) as Tree[];
  return subjectOf({
    name: `jvp of ${name}`,
    f: (...own: unknown[]) => jvp(f, own.slice(0, args.length), own.slice(args.length)).tangent,
    args: [...args, ...tangents],
    paths: [...paths, ...leafPaths(tangents, label("t", depth))],
    namesOf: () => resultNames.map((own) => `jvp of ${own}`),
    scales, // tangents are as large as their leaves
    depth: depth + 1,
  });
}

/** Cotangents and tangents are called ct and t at order 2, ct2 and t2 at order 3. */
function label(word: string, depth: number): string {
  return depth === 0 ? word : `${word}${depth + 1}`;
}

function resultLeaves(name: string, result: Tree): NdArray[] {
  const leaves = leavesOf(result);
  const paths = leafPaths(result, `${name}(...)`);
  const fault = (problem: string) => new ParameterError({ where: "checkGrads", problem, expected: "an array or number, or lists and records of them.", mend: "return the result." });
  if (leaves.length === 0) throw fault(`the function returned no array: ${paths.length === 0 ? "its result has no leaf" : String(result)}.`);
  return leaves.map((leaf, at) => {
    if (typeof leaf === "number") return scalar(leaf);
    if (isNdArray(leaf)) return leaf;
    throw fault(`the function returned no array: ${paths[at]} is ${leaf === null ? "null" : `a ${typeof leaf}`}.`);
  });
}
