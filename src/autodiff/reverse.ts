/** The reverse-mode transformations: grad, valueAndGrad and vjp. */
import { DerivativeError, ParameterError, shapeText } from "../errors/index.ts";
import { checkFunction, kinds, optionsOf, shown } from "../errors/options.ts";
import { areDistinct, copy, full, type NdArray, zeros } from "../ndarray/index.ts";
import type { AuxOf, GradientOf, Like, Outcome } from "./derivative-types.ts";
import { record, type Recording, valuesBeside } from "./record.ts";
import { outliving, scratch } from "./scope.ts";
import { isWatchedBy, requireScalar, type Seed } from "./tape.ts";
import { mapTree, refill, type Tree } from "./tree.ts";
import { bottom, isTraced, type Value, valueDtype } from "./value.ts";

export interface GradOptions {
  /** Which arguments to differentiate by; default 0. A list gives a list of gradients. */
  argument?: number | readonly number[];
  /** When true, f returns [loss, aux] and the aux tree comes back beside the gradient, undifferentiated. */
  aux?: boolean;
}

const known = { argument: { words: "the number of an argument, counted from 0, or a list of them.", holds: kinds.axes.holds }, aux: kinds.flag };
const checks = { grad: optionsOf("grad", known), valueAndGrad: optionsOf("valueAndGrad", known) };

/**
 * The gradient of a scalar function: a function of the same arguments that returns a tree shaped like the chosen one.
 *
 * Shapes:  f returns one number; the gradient of a leaf has the leaf's shape and dtype.
 * Errors:  ShapeError when f returns more than one element; ParameterError on leaves that are no arrays.
 * Cost:    the forward pass and a small constant (2 to 4) times it; memory for every intermediate.
 * Example: grad((x) => mul(x, mul(x, x)))(scalar(2))  // => 12
 */
export function grad<A extends unknown[] = Value[], const O extends GradOptions = object>(f: (...args: A) => unknown, options?: O): <B extends A>(...args: B) => GradientOf<B, O> {
  const both = differentiate("grad", f, options);
  return (...args) => both(...args).gradient as never;
}

/** The value of a scalar function and its gradient, in one forward and one backward pass. */
export function valueAndGrad<A extends unknown[] = Value[], R = unknown, const O extends GradOptions = object>(
  f: (...args: A) => R, options?: O,
): <B extends A>(...args: B) => { value: NdArray; gradient: GradientOf<B, O>; aux: AuxOf<R> } {
  return differentiate("valueAndGrad", f, options) as never;
}

function differentiate(where: keyof typeof checks, f: (...args: never[]) => unknown, options?: GradOptions): (...args: Tree[]) => { value: Value; gradient: Tree; aux: Tree } {
  checkFunction(where, f);
  checks[where](options);
  return (...args) =>
    scratch(() => {
      const wanted = options?.argument ?? 0;
      const positions = typeof wanted === "number" ? [wanted] : wanted;
      if (!areDistinct(positions)) throw new ParameterError({ where, problem: `the arguments ${shapeText(positions)} name one twice.`, expected: "each argument at most once." });
      let aux: Tree;
      const loss = options?.aux ? (...own: never[]) => {
        const pair = f(...own) as readonly [unknown, Tree];
        if (!Array.isArray(pair) || pair.length !== 2) throw new DerivativeError({ where, problem: `the function returned ${shown(pair)}.`, expected: "[loss, aux], a list of two, since aux is true." });
        aux = pair[1];
        return pair[0];
      } : f;
      const recording = record(where, loss, args, positions);
      requireScalar(where, recording.result);
      const { value } = recording.outputs[0];
      const trees = pullBack(recording, args, [full([...value.shape], 1, valueDtype(value))]);
      const gradients = positions.map((position) => trees[position]);
      const unwatched = mapTree(aux, (leaf) => (isWatchedBy(recording.tape, leaf) ? leaf.primal : leaf));
      return { value, gradient: typeof wanted === "number" ? gradients[0] : gradients, aux: unwatched };
    });
}

/**
 * The value of a function and the map that pulls cotangents of the result back to the arguments.
 *
 * Shapes:  `pull` takes a tree like the value, of cotangents of its leaves' shapes, and returns one tree an argument.
 * Errors:  ShapeError when a cotangent's shape differs from its value's, ParameterError when its dtype or the tree does;
 *          DerivativeError when `pull` was kept beyond the grad or jvp inside which vjp was called.
 * Cost:    one run of f and, a pull, one or two more; every intermediate is kept for as long as `pull` is.
 * Example: vjp((x) => mul(x, x), array([1, 2])).pull(array([1, 10]))  // => [[2, 40]]
 */
export function vjp<A extends unknown[] = Value[], R = Value, B extends A = A>(f: (...args: A) => R, ...args: B): { value: Outcome<R>; pull: (ct: Tree) => Like<B> } {
  const recording = outliving(() => record("vjp", f, args, args.map((_, position) => position)));
  const values = recording.outputs.map(({ value }) => (isTraced(value) ? value : copy(value))); // of its own: what a user writes into it, the rules must not read
  const value = refill(recording.result, values);
  const pull = (ct: Tree) => scratch(() => pullBack(recording, args, valuesBeside("vjp", ["the cotangent", ct], ["the function's value", value], values))) as Like<B>;
  return { value: value as Outcome<R>, pull };
}

/** One tree an argument: the cotangents of its watched leaves, given those of the result's leaves. */
function pullBack({ tape, inputs, outputs }: Recording, args: readonly Tree[], cotangents: readonly Value[]): Tree[] {
  const seeds: Seed[] = [];
  outputs.forEach(({ index }, at) => { if (index !== undefined) seeds.push({ index, cotangent: cotangents[at] }); });
  const wanted: number[] = [];
  for (const leaves of inputs) for (const { index } of leaves) wanted.push(index);
  const found = tape.pull(seeds, wanted);
  let at = 0;
  // plain zeros where nothing arrived: a constant needs no trace
  return args.map((tree, position) => (inputs[position].length === 0 ? tree : refill(tree, inputs[position].map(({ shape, dtype }) => found[at++] ?? zeros([...shape], dtype)))));
}

/** The tree with every traced leaf replaced by its plain array. */
export function stripTraces(tree: Tree): Tree {
  return mapTree(tree, (leaf) => (isTraced(leaf) ? bottom(leaf) : leaf));
}
