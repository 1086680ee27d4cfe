/**
 * Derivatives against differences, with no step size to choose.
 *
 * Along a random direction t, and for a random cotangent ct, phi(h) = <ct, f(x + h t)> has the central differences
 * D(h) = (phi(h) - phi(-h)) / 2h = phi'(0) + c h^2 + O(h^4). Over a ladder of halving h three things are asked for:
 *
 *   order      the error |D(h) - phi'(0)| falls by 4 a halving (order 2) for as long as it stands above rounding;
 *   size       at the best h it is at most |D(2h) - D(h)|, which bounds the truncation, plus rounding / h;
 *   sharpness  that tolerance is at most eps^(1/3) of the gradient's own size sum |g_i t_i|, so that no rule that is wrong
 *              by more can pass (a tolerance of about eps^(2/3) is what central differences reach).
 *
 * Rounding is measured, not guessed: at the ladder's lower end D changes by rounding alone. A wrong rule leaves an error
 * that does not fall at all, a kink at x one that falls by 2 a halving.
 */
import { DerivativeError, DomainError, ParameterError } from "../errors/index.ts";
import { type Dtype, dtypeOf, elements, type FloatArray, type NdArray, allocate, scalar, view } from "../ndarray/index.ts";
import { bottom, isValue, jvp, leafPaths, leavesOf, refill, type Tree, type Value, vjp } from "../autodiff/index.ts";

export type DerivativeMode = "forward" | "reverse";

export interface CheckGradsOptions {
  /** Forward: jvp; reverse: vjp. Both by default, and then also that they are each other's adjoint. */
  modes?: readonly DerivativeMode[];
  /** 2 also checks the second derivative, as the first derivative of the vjp. Default 1. */
  order?: 1 | 2;
  /** Direction i is drawn from seed + i. Default 1. */
  seed?: number;
  /** How many directions to try. Default 3. */
  directions?: number;
}

/** One direction that was measured. */
export interface DirectionCheck {
  /** What was differentiated: "f", or "vjp of f by args[0]". */
  of: string;
  mode: DerivativeMode;
  seed: number;
  /** The order at which the error fell; undefined when it was rounding from the first step on, as for a linear f. */
  foundOrder: number | undefined;
  /** Error at the best step, and what it was held against. */
  error: number;
  tolerance: number;
  /** sum |g_i t_i|, the scale of both. */
  gradientSize: number;
}

export interface CheckGradsReport {
  checks: DirectionCheck[];
}

interface Problem {
  of: string;
  f: (...args: never[]) => unknown;
  args: readonly Tree[];
  leaves: readonly NdArray[];
  paths: readonly string[];
}

const expectedOrder = 2;
/** Halvings below the first step, 1/4 of each leaf's largest element: down to where rounding rules in either dtype. */
const firstStep = 2 ** -2;
const halvings: Record<Dtype, number> = { float64: 32, float32: 14 };
const epsilons: Record<Dtype, number> = { float64: 2 ** -52, float32: 2 ** -23 };
/** Steps at the ladder's lower end that measure rounding. */
const roundingSteps = 6;
/** Coordinates tried in search of the worst element. */
const mostCoordinates = 400;

/**
 * Checks the derivatives of a function of trees of arrays against central differences.
 *
 * Smooth:  f must be twice differentiable (three times for order 2) near `args`; a kink there is reported.
 * Errors:  DerivativeError naming the worst element's path, the direction's seed, the expected and the found order.
 * Cost:    about 70 evaluations of f a direction; order 2 once more for each leaf. No tape beyond one vjp a direction.
 * Source:  textbook (central differences and their error).
 * Example: checkGrads((x) => mul(x, mul(x, x)), [scalar(2)]).checks.length  // => 6
 */
export function checkGrads(f: (...args: never[]) => unknown, args: readonly Tree[], options: CheckGradsOptions = {}): CheckGradsReport {
  const { modes = ["forward", "reverse"], order = 1, seed = 1, directions = 3 } = options;
  if (order !== 1 && order !== 2) throw new ParameterError({ where: "checkGrads", problem: `order = ${String(order)} is out of range.`, expected: "1 or 2." });
  if (modes.length === 0 || modes.some((mode) => mode !== "forward" && mode !== "reverse")) {
    throw new ParameterError({ where: "checkGrads", problem: `modes = ${JSON.stringify(modes)} is not known.`, expected: `"forward", "reverse" or both.` });
  }
  const seeds = Array.from({ length: directions }, (_, i) => seed + i);
  const first = problemOf("f", f, args);
  const checks = seeds.flatMap((own) => checkDirection(first, own, modes));
  if (order === 2) {
    const ct = randomLike(valueAt(first, args), seed, 1);
    first.paths.forEach((path, leaf) => {
      const pulled = (...own: unknown[]): unknown => leavesOf(vjp(f as (...args: unknown[]) => unknown, ...own.slice(0, -1)).pull(own.at(-1) as Value))[leaf];
      const second = problemOf(`vjp of f by ${path}`, pulled, [...args, ct]);
      checks.push(...seeds.flatMap((own) => checkDirection(second, own, modes)));
    });
  }
  return { checks };
}

function problemOf(of: string, f: Problem["f"], args: readonly Tree[]): Problem {
  const leaves = leavesOf(args).map((leaf) => (typeof leaf === "number" ? scalar(leaf) : (leaf as NdArray)));
  return { of, f, args, leaves, paths: leafPaths(args, "args") };
}

function checkDirection(problem: Problem, seed: number, modes: readonly DerivativeMode[]): DirectionCheck[] {
  const { args, leaves, f } = problem;
  const value = valueAt(problem, args);
  const tangents = leaves.map((leaf, at) => randomLike(leaf, seed + 1000 * (at + 1), largest(leaf) || 1));
  const ct = randomLike(value, seed, 1);
  const dtype: Dtype = [value, ...leaves].some((x) => dtypeOf(x) === "float32") ? "float32" : "float64";
  const phi = (h: number, along: readonly NdArray[]): number => {
    try {
      return inner(ct, valueAt(problem, refill(args, leaves.map((leaf, at) => moved(leaf, h, along[at]))) as Tree[]));
    } catch (error) {
      if (error instanceof DomainError) return NaN; // a step out of f's domain: the ladder goes on below it
      throw error;
    }
  };
  const difference = (h: number, along: readonly NdArray[]) => (phi(h, along) - phi(-h, along)) / (2 * h);
  const ladder = Array.from({ length: halvings[dtype] + 1 }, (_, k) => {
    const h = firstStep * 2 ** -k;
    return { h, D: difference(h, tangents) };
  }).filter(({ D }) => Number.isFinite(D));

  const cotangents = modes.includes("reverse") ? (leavesOf(vjp(f as (...own: unknown[]) => unknown, ...args).pull(ct)) as Value[]).map(bottom) : undefined;
  const pushed = modes.includes("forward") ? bottom(jvp(f, args, refill(args, tangents) as Tree[]).tangent) : undefined;
  // without the reverse mode there is no gradient to take the size of; the tangent out is the next best
  const gradientSize = cotangents !== undefined ? sum(cotangents.map((g, at) => innerSize(g, tangents[at]))) : innerSize(ct, pushed!);
  const valueSize = innerSize(ct, value) + gradientSize;
  const derivative = {
    reverse: cotangents && sum(cotangents.map((g, at) => inner(g, tangents[at]))),
    forward: pushed && inner(ct, pushed),
  };
  const element = (mode: DerivativeMode, leaf: number, at: number): number => {
    if (mode === "reverse") return elements(cotangents![leaf])[at];
    return inner(ct, bottom(jvp(f, args, refill(args, leaves.map((x, other) => unit(x, other === leaf ? at : -1, 1))) as Tree[]).tangent));
  };
  const checks = modes.map((mode): DirectionCheck => {
    const found = judge(ladder, derivative[mode]!, gradientSize, valueSize, epsilons[dtype]);
    if (found.fault !== undefined) {
      const worst = worstElement(problem, (leaf, at) => element(mode, leaf, at), (leaf, at) => {
        const size = largest(leaves[leaf]) || 1;
        return difference(found.h, leaves.map((x, other) => unit(x, other === leaf ? at : -1, size))) / size;
      });
      throw new DerivativeError({
        where: "checkGrads",
        problem: `the ${mode} derivative of ${problem.of} along direction seed ${seed} is ${derivative[mode]}, central differences give ${found.D}: ${found.fault}.`
          + ` Found order ${found.order === undefined ? "none" : found.order.toFixed(2)}.${worst}`,
        expected: `order ${expectedOrder} (4 times smaller a halving) until rounding, and an error of at most ${found.tolerance.toExponential(2)} in the end.`,
        mend: `replay it with { seed: ${seed}, directions: 1, modes: ["${mode}"] }; look at the rules of the ops that reach the worst element, or move the arguments off a kink.`,
      });
    }
    return { of: problem.of, mode, seed, foundOrder: found.order, error: found.error, tolerance: found.tolerance, gradientSize };
  });
  if (derivative.forward !== undefined && derivative.reverse !== undefined) {
    // both sum the same products in different orders: rounding of that many terms, and what f's own steps were seen to add
    const terms = elements(value).length + sum(leaves.map((leaf) => elements(leaf).length)) + 8;
    const rounding = terms * (epsilons[dtype] * gradientSize + roundingOf(ladder, valueSize, epsilons[dtype]));
    if (!(Math.abs(derivative.forward - derivative.reverse) <= rounding)) {
      throw new DerivativeError({
        where: "checkGrads", problem: `jvp and vjp of ${problem.of} are not adjoint along direction seed ${seed}: <ct, jvp(t)> = ${derivative.forward}, <vjp(ct), t> = ${derivative.reverse}.`,
        expected: `a difference of at most ${rounding.toExponential(2)}, which is rounding.`,
      });
    }
  }
  return checks;
}

interface Judgement { fault?: string; order: number | undefined; h: number; D: number; error: number; tolerance: number }

/** Holds a ladder of differences against the derivative; `valueSize` is the size of the terms that make up phi. */
function judge(ladder: readonly { h: number; D: number }[], exact: number, gradientSize: number, valueSize: number, eps: number): Judgement {
  if (ladder.length < roundingSteps + 3) return { fault: "f is not finite around the arguments", order: undefined, h: firstStep, D: NaN, error: NaN, tolerance: 0 };
  const rounding = 4 * roundingOf(ladder, valueSize, eps);
  const change = (k: number) => Math.abs(ladder[k - 1].D - ladder[k].D);
  let best = { k: 1, tolerance: Infinity };
  for (let k = 1; k + 1 < ladder.length; k++) {
    const tolerance = Math.max(change(k), change(k + 1)) + rounding / ladder[k].h;
    if (tolerance < best.tolerance) best = { k, tolerance };
  }
  const { h, D } = ladder[best.k];
  const error = Math.abs(D - exact);
  // the last falls that end above rounding or go under it; the steepest of them counts, for further up a kink may lie between
  const orders: number[] = [];
  for (let k = 0; k + 1 < ladder.length; k++) {
    const [before, after] = [ladder[k], ladder[k + 1]].map((step) => Math.abs(step.D - exact));
    const floor = (8 * rounding) / ladder[k + 1].h;
    if (before > floor) orders.push(Math.log2(before / Math.max(after, floor)));
  }
  const order = orders.length === 0 ? undefined : Math.max(...orders.slice(-3));
  const found = { order, h, D, error, tolerance: best.tolerance };
  if (!(error <= best.tolerance)) return { ...found, fault: `the error ${error.toExponential(2)} does not fall to rounding` };
  if (order !== undefined && order < expectedOrder - 0.5) return { ...found, fault: "the error does not fall as fast as it must" };
  // a gradient that is tiny beside f itself is judged on f's scale, since differences see no better
  if (!(best.tolerance <= Math.cbrt(eps) * Math.max(gradientSize, Math.sqrt(Math.cbrt(eps)) * valueSize))) {
    return { ...found, fault: "the differences do not settle, so they cannot tell" };
  }
  return found;
}

/** The rounding in phi: what the differences at the lower end of the ladder change by, times their step; at least two units of phi's terms. */
function roundingOf(ladder: readonly { h: number; D: number }[], valueSize: number, eps: number): number {
  let rounding = 2 * eps * valueSize;
  for (let k = Math.max(0, ladder.length - roundingSteps); k + 1 < ladder.length; k++) rounding = Math.max(rounding, Math.abs(ladder[k].D - ladder[k + 1].D) * ladder[k].h);
  return rounding;
}

/** In words: the element whose derivative and difference are furthest apart. */
function worstElement({ leaves, paths }: Problem, derivative: (leaf: number, at: number) => number, difference: (leaf: number, at: number) => number): string {
  let words = "";
  let furthest = -1;
  const total = sum(leaves.map((leaf) => elements(leaf).length));
  const stride = Math.max(1, Math.ceil(total / mostCoordinates));
  let position = 0;
  leaves.forEach((leaf, l) => {
    for (let at = 0; at < elements(leaf).length; at++) {
      if (position++ % stride !== 0) continue;
      const [rule, measured] = [derivative(l, at), difference(l, at)];
      const apart = Math.abs(rule - measured);
      if (apart > furthest || Number.isNaN(apart)) {
        furthest = Number.isNaN(apart) ? Infinity : apart;
        words = ` Worst element: ${paths[l]}[${coordinates(at, leaf.shape).join(", ")}], where the rule gives ${rule} and a difference ${measured}.`;
      }
    }
  });
  return words;
}

function coordinates(at: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = at % shape[axis];
    at = Math.floor(at / shape[axis]);
  }
  return index;
}

function valueAt({ f }: Problem, args: readonly Tree[]): NdArray {
  const value = f(...(args as never[]));
  if (typeof value === "number") return scalar(value);
  if (!isValue(value)) throw new ParameterError({ where: "checkGrads", problem: "the function returned no array.", expected: "one array (or number)." });
  return bottom(value);
}

/** An array shaped like x of numbers from a quarter to one times `size`, of either sign: none so small that its element goes unseen. */
function randomLike(x: NdArray, seed: number, size: number): NdArray {
  const data = allocate(dtypeOf(x), elements(x).length);
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  for (let i = 0; i < data.length; i++) {
    // mulberry32: good enough to point anywhere, and small enough to live here
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    const uniform = ((t ^ (t >>> 14)) >>> 0) / 2 ** 31 - 1;
    data[i] = size * (Math.sign(uniform) || 1) * (0.25 + 0.75 * Math.abs(uniform));
  }
  return view(data, x.shape);
}

/** x + h along. */
function moved(x: NdArray, h: number, along: NdArray): NdArray {
  const from = elements(x);
  const direction = elements(along);
  return view(from.map((value: number, i: number) => value + h * direction[i]) as FloatArray, x.shape);
}

/** Zeros like x with `size` at one element; none at -1. */
function unit(x: NdArray, at: number, size: number): NdArray {
  const data = allocate(dtypeOf(x), elements(x).length);
  if (at >= 0) data[at] = size;
  return view(data, x.shape);
}

function inner(x: NdArray, y: NdArray): number {
  const other = elements(y);
  return sum(Array.from(elements(x), (value, i) => value * other[i]));
}
function innerSize(x: NdArray, y: NdArray): number {
  const other = elements(y);
  return sum(Array.from(elements(x), (value, i) => Math.abs(value * other[i])));
}
function largest(x: NdArray): number {
  let most = 0;
  for (const value of elements(x)) most = Math.max(most, Math.abs(value));
  return most;
}
function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
