/** Running a function once on watched arguments: what every reverse-mode transformation starts with. */
import { DerivativeError, ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { checkFunction, shown } from "../errors/options.ts";
import { checkView, equalLists, scalar } from "../ndarray/index.ts";
import { checkOpen } from "./apply.ts";
import { outliving, placed } from "./scope.ts";
import { enterLevel, isWatchedBy, leaveLevel, Tape, type TapeEntry, type TapeValue } from "./tape.ts";
import { leafPaths, leavesLike, leavesOf, mapTree, refill, type Tree } from "./tree.ts";
import { isTraced, isValue, type Value, valueDtype } from "./value.ts";

export interface Recording {
  readonly tape: Tape;
  /** The watched leaves of each argument; none for an argument that was not chosen. */
  readonly inputs: readonly (readonly TapeValue[])[];
  /** What f returned, a tree whose leaves are values. */
  readonly result: Tree;
  /** Its leaves one level down, and the entry that made each: undefined where it does not depend on the inputs. */
  readonly outputs: readonly { readonly value: Value; readonly index: number | undefined }[];
}

/**
 * Runs f once with the leaves of the chosen arguments watched.
 *
 * Errors: ParameterError on a leaf that is no array; DerivativeError when f returns something else than arrays.
 */
export function record(where: string, f: (...args: never[]) => unknown, args: readonly Tree[], positions: readonly number[]): Recording {
  checkFunction(where, f);
  const tape = new Tape(enterLevel());
  try {
    const inputs: TapeValue[][] = args.map(() => []);
    const watched = [...args];
    for (const position of positions) {
      if (!Number.isInteger(position) || position < 0 || position >= args.length) {
        throw new ParameterError({ where, problem: `there is no argument ${position}.`, expected: args.length === 0 ? "at least one argument: the function was called without any." : `an integer from 0 to ${args.length - 1}.` });
      }
      const paths = leafPaths(args[position], `args[${position}]`);
      inputs[position] = leavesOf(args[position]).map((leaf, at) => tape.input(toLeaf(leaf, `${where}: ${paths[at]}`), where, paths[at]));
      watched[position] = refill(args[position], inputs[position]);
    }
    const result = resultTree(where, placed(false, () => f(...(watched as never[]))));
    const outputs = (leavesOf(result) as Value[]).map((leaf) => (isWatchedBy(tape, leaf) ? { value: leaf.primal, index: leaf.index } : { value: leaf, index: undefined }));
    return { tape, inputs, result, outputs };
  } finally {
    tape.open = false;
    leaveLevel();
  }
}

/** What f returned with numbers made arrays. Errors: DerivativeError on a leaf that is neither. */
export function resultTree(where: string, raw: unknown): Tree {
  return mapTree(raw, (leaf) => {
    if (typeof leaf === "number") return scalar(leaf);
    if (isTraced(leaf)) checkOpen(where, leaf);
    if (isValue(leaf)) return leaf;
    throw new DerivativeError({ where, problem: `the function returned ${leaf === undefined ? "nothing" : typeof leaf === "string" ? "a string" : shown(leaf)}.`, expected: "an array or number, or lists and records of them.", mend: leaf instanceof Promise ? "await outside: what is differentiated must not be async." : "return the result." });
  });
}

/** An argument's leaf as a value. Errors: ParameterError naming its path when it is no array. */
export function toLeaf(leaf: unknown, path: string): Value {
  if (typeof leaf === "number") return scalar(leaf);
  if (!isTraced(leaf)) return checkView(path, leaf);
  checkOpen(path, leaf);
  return leaf;
}

/**
 * The leaves of a tree of (co)tangents, as values that fit those of the tree they belong to, in its order.
 *
 * Errors: ParameterError when the forms or dtypes differ, ShapeError when shapes do.
 */
export function valuesBeside(where: string, [name, given]: readonly [string, Tree], [whose, like]: readonly [string, Tree], values: readonly Value[]): Value[] {
  const [leaves, paths] = [leavesLike(given, like), leafPaths(like, whose)];
  if (leaves === undefined) {
    const own = leafPaths(given, whose);
    const lost = own.length === paths.length ? `; it has none for ${paths.find((path) => !own.includes(path))}` : "";
    throw new ParameterError({ where, problem: `${name} has ${own.length} leaves, ${whose} ${paths.length}${lost}.`, expected: "trees of one form." });
  }
  return values.map((own, at) => {
    const value = typeof leaves[at] === "number" ? scalar(leaves[at], valueDtype(own)) : toLeaf(leaves[at], `${where}: ${name}`);
    if (!equalLists(value.shape, own.shape)) {
      throw new ShapeError({ where, problem: `${name} has shape ${shapeText(value.shape)}, ${paths[at]} ${shapeText(own.shape)}.`, expected: "equal shapes." });
    }
    if (valueDtype(value) !== valueDtype(own)) {
      throw new ParameterError({ where, problem: `${name} is ${valueDtype(value)}, ${paths[at]} ${valueDtype(own)}.`, expected: "one dtype.", mend: "convert it with astype(x, dtype)." });
    }
    return value;
  });
}

/** The tape of one run, for reading. */
export interface TraceRecord {
  readonly entries: readonly TapeEntry[];
  /** The entries that are f's inputs, by their path in the arguments. */
  readonly inputs: readonly { readonly index: number; readonly path: string }[];
  /** The leaves of f's result; index undefined for one that does not depend on the inputs. */
  readonly outputs: readonly { readonly index: number | undefined; readonly path: string; readonly value: Value }[];
  /**
   * The cotangent of every entry, given one for each output; undefined where none arrives. In contrast to `vjp`, those of
   * intermediate entries are kept.
   */
  pull(cotangents: readonly Value[]): (Value | undefined)[];
}

/**
 * Runs f once and returns its tape: every applied primitive with its arguments and its value, in order.
 *
 * Errors: as vjp.
 * Cost:   one run of f; every intermediate stays on the JavaScript heap for as long as the record is kept.
 */
export function trace<A extends unknown[] = Value[]>(f: (...args: A) => unknown, ...args: A): TraceRecord {
  const { tape, inputs, result, outputs } = outliving(() => record("trace", f, args, args.map((_, position) => position)));
  const inputPaths = args.flatMap((tree, position) => leafPaths(tree, `args[${position}]`));
  const outputPaths = leafPaths(result, "value");
  return {
    entries: tape.entries,
    inputs: inputs.flat().map(({ index }, at) => ({ index, path: inputPaths[at] })),
    outputs: outputs.map(({ value, index }, at) => ({ value, index, path: outputPaths[at] })),
    pull: (given) => {
      const cotangents = valuesBeside("trace", ["the cotangent", given], ["the function's value", leavesOf(result)], outputs.map(({ value }) => value));
      const kept: (Value | undefined)[] = new Array(tape.entries.length).fill(undefined);
      const seeds = outputs.flatMap(({ index }, at) => (index === undefined ? [] : [{ index, cotangent: cotangents[at] }]));
      tape.pull(seeds, inputs.flat().map(({ index }) => index), (index, cotangent) => { kept[index] = cotangent; });
      return kept;
    },
  };
}
