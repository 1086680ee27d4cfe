/** The reverse-mode transformations: grad, valueAndGrad and vjp. */
import { DerivativeError, ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { checkView, type NdArray, full, scalar, zeros } from "../ndarray/index.ts";
import { enterLevel, isWatchedBy, leaveLevel, requireScalar, Tape, type TapeValue } from "./tape.ts";
import { handOut, outliving, placed, scratch } from "./scope.ts";
import { leafPaths, leavesOf, mapTree, refill, type Tree } from "./tree.ts";
import { bottom, isTraced, isValue, type Value, valueDtype } from "./value.ts";

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
export function grad<A extends unknown[]>(f: (...args: A) => unknown, options: GradOptions = {}): (...args: A) => never {
  const both = valueAndGrad(f, options);
  return (...args) => both(...args).gradient;
}

/** The value of a scalar function and its gradient, in one forward and one backward pass. */
export function valueAndGrad<A extends unknown[]>(f: (...args: A) => unknown, options: GradOptions = {}): (...args: A) => { value: never; gradient: never; aux: never } {
  return (...args) =>
    scratch(() => {
      const wanted = options.argument ?? 0;
      const positions = typeof wanted === "number" ? [wanted] : wanted;
      if (new Set(positions).size !== positions.length) {
        throw new ParameterError({ where: "grad", problem: `the arguments ${shapeText(positions)} name one twice.`, expected: "each argument at most once." });
      }
      let aux: Tree;
      const loss = options.aux ? (...own: A) => {
        const [value, rest] = f(...own) as [unknown, Tree];
        aux = rest;
        return value;
      } : f;
      const { tape, output, inputs, result } = record(loss, args, positions);
      const value = result as Value;
      requireScalar("grad", value);
      const found = output === undefined ? [] : tape.pull(output.index, onesLike(output.primal), inputs.flat().map((x) => x.index));
      let next = 0;
      const trees = positions.map((position, at) => refill(args[position], inputs[at].map((x) => found[next++] ?? zerosLike(x.primal))));
      return { value: (output === undefined ? value : output.primal) as never, gradient: (typeof wanted === "number" ? trees[0] : trees) as never, aux: mapTree(aux, (leaf) => (isWatchedBy(tape, leaf) ? leaf.primal : leaf)) as never };
    });
}

/**
 * The value of a function and the map that pulls cotangents of the result back to the arguments.
 *
 * Shapes: `pull` takes one cotangent of the result's shape and returns a list of trees, one an argument.
 * Errors: ShapeError when the cotangent's shape differs from the result's, ParameterError when its dtype does;
 *         DerivativeError when `pull` was kept beyond the grad or jvp inside which vjp was called.
 */
export function vjp<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): { value: Value; pull: (ct: Value | number) => Tree[] } {
  const positions = args.map((_, position) => position);
  const { tape, output, inputs, result } = outliving(() => record(f, args, positions));
  const value = handOut(output === undefined ? result : output.primal) as Value;
  const pull = (ct: Value | number): Tree[] => {
    const cotangent = typeof ct === "number" ? scalar(ct, valueDtype(value)) : isTraced(ct) ? ct : checkView("vjp", ct);
    if (cotangent.shape.length !== value.shape.length || cotangent.shape.some((length, axis) => length !== value.shape[axis])) {
      throw new ShapeError({ where: "vjp", problem: `the cotangent has shape ${shapeText(cotangent.shape)}, the function's value ${shapeText(value.shape)}.`, expected: "equal shapes." });
    }
    if (valueDtype(cotangent) !== valueDtype(value)) {
      throw new ParameterError({ where: "vjp", problem: `the cotangent is ${valueDtype(cotangent)}, the function's value ${valueDtype(value)}.`, expected: "one dtype.", mend: "convert it with astype(x, dtype)." });
    }
    const flat = inputs.flat();
    const found = output === undefined ? [] : tape.pull(output.index, cotangent, flat.map((x) => x.index));
    let at = 0;
    return handOut(args.map((tree, position) => refill(tree, inputs[position].map((x) => found[at++] ?? zerosLike(x.primal))))) as Tree[];
  };
  return { value, pull };
}

interface Recording {
  tape: Tape;
  /** The watched result; undefined when the result does not depend on the inputs. */
  output: TapeValue | undefined;
  inputs: TapeValue[][];
  result: unknown;
}

/** Runs f once with the leaves of the chosen arguments watched. */
function record(f: (...args: never[]) => unknown, args: readonly Tree[], positions: readonly number[]): Recording {
  const tape = new Tape(enterLevel());
  try {
    const inputs: TapeValue[][] = [];
    const watched = [...args];
    for (const position of positions) {
      if (!Number.isInteger(position) || position < 0 || position >= args.length) {
        throw new ParameterError({ where: "grad", problem: `there is no argument ${position}.`, expected: `an integer from 0 to ${args.length - 1}.` });
      }
      const paths = leafPaths(args[position], `args[${position}]`);
      const leaves = leavesOf(args[position]).map((leaf, at) => tape.input(toLeaf(leaf, paths[at])));
      inputs.push(leaves);
      watched[position] = refill(args[position], leaves);
    }
    const raw = placed(false, () => f(...(watched as never[])));
    const result = typeof raw === "number" ? scalar(raw) : raw;
    if (!isValue(result)) {
      throw new DerivativeError({ where: "grad", problem: `the function returned ${result === undefined ? "nothing" : typeof result}.`, expected: "one array (or number).", mend: "return the loss." });
    }
    return { tape, output: isWatchedBy(tape, result) ? result : undefined, inputs, result };
  } finally {
    tape.open = false;
    leaveLevel();
  }
}

function toLeaf(leaf: unknown, path: string): Value {
  if (typeof leaf === "number") return scalar(leaf);
  return isTraced(leaf) ? leaf : checkView(path, leaf);
}

/** Zeros or ones like a value; plain, since a constant needs no trace. */
function zerosLike(x: Value): NdArray {
  return zeros([...x.shape], valueDtype(x));
}
function onesLike(x: Value): NdArray {
  return full([...x.shape], 1, valueDtype(x));
}

/** The tree with every traced leaf replaced by its plain array. */
export function stripTraces(tree: Tree): Tree {
  return mapTree(tree, (leaf) => (isTraced(leaf) ? bottom(leaf) : leaf));
}
