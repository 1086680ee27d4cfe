/** The reverse-mode transformations: grad, valueAndGrad and vjp. */
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { checkView, full, type NdArray, scalar, zeros } from "../ndarray/index.ts";
import type { AuxOf, GradientOf, Like, Outcome } from "./derivative-types.ts";
import { record, type Recording } from "./record.ts";
import { handOut, outliving, scratch } from "./scope.ts";
import { isWatchedBy, requireScalar } from "./tape.ts";
import { leafPaths, leavesOf, mapTree, refill, type Tree } from "./tree.ts";
import { bottom, isTraced, type Value, valueDtype } from "./value.ts";

export interface GradOptions {
  /** Which arguments to differentiate by; default 0. A list gives a list of gradients. */
  argument?: number | readonly number[];
  /** When true, f returns [loss, aux] and the aux tree comes back beside the gradient, undifferentiated. */
  aux?: boolean;
}

/**
 * The gradient of a scalar function: a function of the same arguments that returns a tree shaped like the chosen one.
 *
 * Shapes:  f returns one number; the gradient of a leaf has the leaf's shape and dtype.
 * Errors:  ShapeError when f returns more than one element; ParameterError on leaves that are no arrays.
 * Cost:    the forward pass and a small constant (2 to 4) times it; memory for every intermediate.
 * Example: grad((x) => mul(x, mul(x, x)))(scalar(2))  // => 12
 */
export function grad<A extends unknown[] = Value[], const O extends GradOptions = object>(f: (...args: A) => unknown, options?: O): <B extends A>(...args: B) => GradientOf<B, O> {
  const both = valueAndGrad(f, options);
  return (...args) => both(...args).gradient;
}

/** The value of a scalar function and its gradient, in one forward and one backward pass. */
export function valueAndGrad<A extends unknown[] = Value[], R = unknown, const O extends GradOptions = object>(
  f: (...args: A) => R, options?: O,
): <B extends A>(...args: B) => { value: NdArray; gradient: GradientOf<B, O>; aux: AuxOf<R> } {
  return (...args) =>
    scratch(() => {
      const wanted = options?.argument ?? 0;
      const positions = typeof wanted === "number" ? [wanted] : wanted;
      if (new Set(positions).size !== positions.length) {
        throw new ParameterError({ where: "grad", problem: `the arguments ${shapeText(positions)} name one twice.`, expected: "each argument at most once." });
      }
      let aux: Tree;
      const loss = options?.aux ? (...own: A) => {
        const [value, rest] = f(...own) as readonly [unknown, Tree];
        aux = rest;
        return value;
      } : f;
      const recording = record("grad", loss, args, positions);
      requireScalar("grad", recording.result);
      const { value } = recording.outputs[0];
      const trees = pullBack(recording, args, [full([...value.shape], 1, valueDtype(value))]);
      const gradients = positions.map((position) => trees[position]);
      const unwatched = mapTree(aux, (leaf) => (isWatchedBy(recording.tape, leaf) ? leaf.primal : leaf));
      return { value: value as never, gradient: (typeof wanted === "number" ? gradients[0] : gradients) as never, aux: unwatched as AuxOf<R> };
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
  const values = recording.outputs.map(({ value }) => handOut(value) as Value);
  const value = refill(recording.result, values);
  const pull = (ct: Tree) => scratch(() => pullBack(recording, args, cotangentsFor(value, values, ct))) as Like<B>;
  return { value: value as Outcome<R>, pull };
}

/** One tree an argument: the cotangents of its watched leaves, given those of the result's leaves. */
function pullBack({ tape, inputs, outputs }: Recording, args: readonly Tree[], cotangents: readonly Value[]): Tree[] {
  const seeds = outputs.flatMap(({ index }, at) => (index === undefined ? [] : [{ index, cotangent: cotangents[at] }]));
  const found = tape.pull(seeds, inputs.flat().map(({ index }) => index));
  let at = 0;
  // plain zeros where nothing arrived: a constant needs no trace
  return args.map((tree, position) => (inputs[position].length === 0 ? tree : refill(tree, inputs[position].map(({ shape, dtype }) => found[at++] ?? zeros([...shape], dtype)))));
}

/** The cotangents as a list of values that fit the result's leaves. */
function cotangentsFor(value: Tree, values: readonly Value[], ct: Tree): Value[] {
  const leaves = leavesOf(ct);
  if (leaves.length !== values.length) {
    throw new ParameterError({ where: "vjp", problem: `the cotangent has ${leaves.length} leaves, the function's value ${values.length}.`, expected: "trees of one form." });
  }
  const paths = leafPaths(value, "");
  return values.map((own, at) => {
    const leaf = leaves[at];
    const cotangent = typeof leaf === "number" ? scalar(leaf, valueDtype(own)) : isTraced(leaf) ? leaf : checkView("vjp", leaf);
    const named = paths[at] === "" ? "value" : `value${paths[at]}`;
    if (cotangent.shape.length !== own.shape.length || cotangent.shape.some((length, axis) => length !== own.shape[axis])) {
      throw new ShapeError({ where: "vjp", problem: `the cotangent has shape ${shapeText(cotangent.shape)}, the function's ${named} ${shapeText(own.shape)}.`, expected: "equal shapes." });
    }
    if (valueDtype(cotangent) !== valueDtype(own)) {
      throw new ParameterError({ where: "vjp", problem: `the cotangent is ${valueDtype(cotangent)}, the function's ${named} ${valueDtype(own)}.`, expected: "one dtype.", mend: "convert it with astype(x, dtype)." });
    }
    return cotangent;
  });
}

/** The tree with every traced leaf replaced by its plain array. */
export function stripTraces(tree: Tree): Tree {
  return mapTree(tree, (leaf) => (isTraced(leaf) ? bottom(leaf) : leaf));
}
