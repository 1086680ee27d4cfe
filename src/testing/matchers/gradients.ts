/** Gradients against differences: one that the caller made by hand, and those that the rules make. */
import fc from "fast-check";
import { apply, bottom, isValue, leafPaths, leavesLike, leavesOf, type Primitive, type Tree, type Value, zeroTangent } from "../../autodiff/index.ts";
import { checkGrads, type CheckGradsOptions, type CheckGradsReport } from "../../check-grads/index.ts";
import { DerivativeError, DomainError, ParameterError, ShapeError, shapeText } from "../../errors/index.ts";
import { array, type NdArray, scalar, sizeOf, view } from "../../ndarray/index.ts";
import { mul, reshape, sum } from "../../ops/index.ts";
import { piecesOf } from "../pieces.ts";
import { digits, type MatcherResult } from "./result.ts";

/** What to do where differences cannot tell. */
export interface Undecided {
  /**
   * "fail" (the default), with `.not` as without; or "skip", for use inside fc.assert: the sample does not count, as with
   * fc.pre, and neither does a shrunk one, so that a wrong gradient does not shrink to a point that is merely flat.
   */
  undecided?: "fail" | "skip";
}
export type GradientOptions = Pick<CheckGradsOptions, "seed" | "directions"> & Undecided;

/**
 * expect(gradient).toHaveGradientOf(f, x): `gradient`, an array, a tree of them or a function that makes them at x, is the
 * gradient of the scalar function f at x, as central differences of f see it (`checkGrads`, with no step to choose). f need
 * not be made of ops: numbers in, one number out will do (but kinks are known of ops only). Fix f's further arguments by closing over them.
 *
 * Differences cannot tell at a kink, where f is not finite, or where it is flat to many orders; see `undecided`.
 */
export function toHaveGradientOf(received: unknown, f: (x: never) => unknown, x: Tree, { undecided, ...options }: GradientOptions = {}): MatcherResult {
  const gradient: Tree = typeof received === "function" ? (received as (at: Tree) => Tree)(x) : received;
  const paths = leafPaths(x, "x");
  const beside = leavesLike(gradient, x);
  if (beside === undefined) return { pass: false, message: () => `expected a gradient with the ${paths.length} leaves of x (${paths.join(", ")}), received one with ${leavesOf(gradient).length} (${leafPaths(gradient, "x").join(", ")})` };
  const [own, at] = [beside, leavesOf(x)].map((leaves) => leaves.map(toArray));
  const other = at.findIndex((leaf, i) => shapeText(leaf.shape) !== shapeText(own[i].shape));
  if (other >= 0) return { pass: false, message: () => `expected the gradient by ${paths[other]} to have its shape ${shapeText(at[other].shape)}, received shape ${shapeText(own[other].shape)}` };
  const value = followed(f, x) ? f : opaque(f, x);
  const given = givenGradient(own);
  return checked(() => checkGrads((tree: Tree) => apply(given, [scalarOf(value(tree as never)), ...(leavesOf(tree) as Value[])], {}), [x], { ...options, modes: ["reverse"] }), "the gradient", "that of f", undecided);
}

/**
 * expect(f).toHaveCorrectGradients([x, w]): jvp and vjp of f at these arguments agree with central differences and with
 * each other (`checkGrads`); `order: 2` asks for the second derivative too.
 */
export function toHaveCorrectGradients(received: unknown, args: readonly Tree[], { undecided, ...options }: CheckGradsOptions & Undecided = {}): MatcherResult {
  if (typeof received !== "function") throw new ParameterError({ where: "toHaveCorrectGradients", problem: `expect() was given ${received === null ? "null" : `a ${typeof received}`}.`, expected: "a function of arrays." });
  return checked(() => checkGrads(received as (...own: never[]) => unknown, args, options), "the derivatives of f", "those that differences see", undecided);
}

function checked(check: () => CheckGradsReport, what: string, truth: string, undecided: Undecided["undecided"] = "fail"): MatcherResult {
  try {
    const { checks } = check();
    const worst = checks.reduce((a, b) => (b.error / b.tolerance > a.error / a.tolerance ? b : a));
    return { pass: true, message: () => `expected ${what} not to be ${truth}, but along ${new Set(checks.map(({ seed }) => seed)).size} random directions they agree: the largest error is ${digits(worst.error)}, where ${digits(worst.tolerance)} is rounding` };
  } catch (error) {
    if (!(error instanceof DerivativeError || error instanceof DomainError) || error.parts.where !== "checkGrads") throw error;
    // a kink too near, f not finite nearby, differences that do not settle: no verdict on the gradient
    if (error instanceof DomainError || /cannot (tell|be told)/.test(error.parts.problem)) {
      fc.pre(undecided !== "skip");
      return { pass: undefined, message: () => `differences cannot judge ${what} here\n${error.message}` };
    }
    return { pass: false, message: () => `expected ${what} to be ${truth}\n${error.message}` };
  }
}

/**
 * The value of f, given as the first argument, with the gradient given here by the others: a primitive for one check, not
 * registered. f's own ops are recorded on the way, so that checkGrads knows their kinks and keeps away.
 */
function givenGradient(gradient: readonly NdArray[]): Primitive<unknown> {
  const none = zeroTangent("the gradient under test stands in its place");
  return {
    name: "gradient under test", maths: "f", source: "the caller",
    shape: ([value]) => [...value],
    forward: ([value]) => value,
    vjp: [none, ...gradient.map((own) => (ct: Value) => mul(reshape(ct, []), own))],
    jvp: [none, ...gradient.map((own) => (tangent: Value) => sum(mul(tangent, own)))],
    domain: [none, ...gradient].map(() => ({ low: -1, high: 1 })),
    cases: [],
  };
}

/** Whether f applies ops to what it is given, and nothing but ops. */
function followed(f: (x: never) => unknown, x: Tree): boolean {
  if (leavesOf(x).some((leaf) => typeof leaf === "number")) return false;
  try {
    return piecesOf(f as (own: Tree) => unknown, x).applications > 0;
  } catch {
    // a traced array is no array to code that reads elements; what else is wrong with f shows when it gets plain ones
    return false;
  }
}

/** A function that does not use ops alone, as one that ops and traces go around. */
function opaque(f: (x: never) => unknown, x: Tree): (tree: Tree) => Value {
  const leaves = leavesOf(x).map(() => zeroTangent("the gradient under test stands in its place"));
  const primitive: Primitive<unknown> = {
    name: "f", maths: "f", source: "the caller",
    shape: () => [],
    forward: (args) => {
      const value = scalarOf(f(refilled(x, args) as never)) as NdArray;
      return view(value.data, [], [], value.offset);
    },
    vjp: leaves, jvp: leaves, domain: leaves.map(() => ({ low: -1, high: 1 })), cases: [],
  };
  return (tree) => apply(primitive, leavesOf(tree) as Value[], {});
}

/** Errors: ShapeError unless f returned one number. */
function scalarOf(result: unknown): Value {
  const value = isValue(result) ? result : toArray(result);
  if (sizeOf(value.shape) !== 1) throw new ShapeError({ where: "toHaveGradientOf", problem: `f returned an array of shape ${shapeText(value.shape)}.`, expected: "one number: a gradient is of a scalar function.", mend: "reduce it, as in sum(f(x))." });
  return value;
}

/** The tree with numbers where it had numbers, so that f sees what its caller passed. */
function refilled(tree: Tree, leaves: readonly NdArray[]): Tree {
  let at = 0;
  const fill = (node: Tree): Tree => {
    if (typeof node === "number") return leaves[at].data[leaves[at++].offset];
    if (isValue(node)) return leaves[at++];
    if (Array.isArray(node)) return node.map(fill);
    return Object.fromEntries(Object.entries(node as Record<string, Tree>).map(([key, child]) => [key, fill(child)]));
  };
  return fill(tree);
}

function toArray(leaf: unknown): NdArray {
  if (typeof leaf === "number") return scalar(leaf);
  if (isValue(leaf)) return bottom(leaf);
  if (leaf instanceof Float64Array || leaf instanceof Float32Array) return array(leaf);
  throw new ParameterError({ where: "toHaveGradientOf", problem: `${leaf === null ? "null" : `a ${typeof leaf}`} stands where an array or number must be.`, expected: "arrays and numbers, in lists and records." });
}
