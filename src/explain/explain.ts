/** Runs a function once on a tape and once backward, and puts what happened together for reading. */
import { leafPaths, leavesOf, isTraced, trace, type TraceRecord, type Tree, type Value, valueDtype } from "../autodiff/index.ts";
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { checkFunction, optionsOf } from "../errors/options.ts";
import { checkView, full, isNdArray, scalar } from "../ndarray/index.ts";
import { Explanation } from "./explanation.ts";
import { collectingLabels } from "./label.ts";
import { namesOf } from "./names.ts";
import { constantsOf, walkBack } from "./walk.ts";
import { valueMaths } from "./rule-maths.ts";

export interface ExplainOptions {
  /** One name an argument, instead of args[0], args[1], ... */
  names?: readonly string[];
  /** Names of arrays that the function captures: they are told by identity. */
  constants?: Readonly<Record<string, Value>>;
  /** The cotangent of the result, a tree like it; ones by default. */
  cotangent?: Tree;
}

const checkOptions = optionsOf("explain", {
  names: { words: "a list of names, one an argument.", holds: (value) => Array.isArray(value) && value.every((name) => typeof name === "string") },
  constants: { words: "a record of arrays by their names.", holds: (value) => typeof value === "object" && value !== null && !isNdArray(value) },
  cotangent: { words: "a tree like the result.", holds: () => true },
});

/**
 * The tape of f at the given arguments: every node with its value, its cotangent and the maths of its rule.
 *
 * The result's cotangent is ones, so the cotangents are gradients of the sum of the result's elements.
 * Errors:  as vjp; ParameterError when there is no argument.
 * Cost:    one run of f and two of its backward pass; every intermediate and every cotangent is kept.
 * Example: explain((a) => mul(a, a), scalar(3)).nodes.map(({ name, op }) => op ?? name)  // => ["args[0]", "mul"]
 */
export function explain<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): Explanation {
  return explainWith({}, f, ...args);
}

/**
 * The same, with names for the arguments and a cotangent of your own.
 *
 * Errors:  further ShapeError or ParameterError when the cotangent does not fit the result, or names do not fit the arguments.
 * Example: explainWith({ names: ["a"] }, (a) => mul(a, a), scalar(3)).nodes[0].name  // => "a"
 */
export function explainWith<A extends unknown[]>(options: ExplainOptions, f: (...args: A) => unknown, ...args: A): Explanation {
  checkFunction("explain", f);
  checkOptions(options);
  if (leavesOf(args).length === 0) {
    throw new ParameterError({ where: "explain", problem: "there is no argument, so there is nothing to differentiate by.", expected: "at least one array or number as an argument.", mend: "pass what the function depends on: explain(f, x)." });
  }
  if (options.names !== undefined && options.names.length !== args.length) {
    throw new ParameterError({ where: "explain", problem: `${options.names.length} names were given for ${args.length} arguments.`, expected: "one name an argument." });
  }
  const labels = new Map<number, string>();
  const labelled = (...watched: A) => collectingLabels({ trace: leavesOf(watched).find(isTraced)?.trace, names: labels }, () => f(...watched));
  const record = trace(labelled, ...args);
  const cotangents = startOf(record, options.cotangent);
  const constants = constantsOf(record.entries);
  const names = namesOf(record, { labels, args: options.names, constants, captured: options.constants ?? {} });
  const back = walkBack(record, cotangents, names);
  return new Explanation({
    nodes: record.entries.map(({ primitive, params, out, args: operands, from }, index) => ({
      index, name: names.nodes[index], op: primitive?.name, params,
      arguments: from.map((source, position) => (source >= 0 ? { kind: "node", at: source } : { kind: "constant", at: constants.indexOf(operands[position]) })),
      shape: [...out.shape], dtype: valueDtype(out), value: out,
      maths: primitive && valueMaths(primitive, { args: names.argumentsOf(index), result: names.nodes[index] }),
      ...back[index],
    })),
    constants: constants.map((value, at) => ({ name: names.constants[at], value })),
    inputs: record.inputs.map(({ index }) => index),
    outputs: record.outputs.map(({ path, index, value }) => ({ path, node: index, value })),
    start: options.cotangent === undefined ? "ones" : "given",
  });
}

/** The cotangents the walk starts from, one a leaf of the result, told by their places in the tree. */
function startOf({ outputs }: TraceRecord, given: Tree): Value[] {
  if (given === undefined) return outputs.map(({ value }) => full([...value.shape], 1, valueDtype(value)));
  const paths = leafPaths(given, "value");
  const leaves = new Map(leavesOf(given).map((leaf, at) => [paths[at], leaf]));
  const lost = outputs.find(({ path }) => !leaves.has(path));
  if (paths.length !== outputs.length || lost !== undefined) {
    const none = paths.length === outputs.length ? `; it has none for the function's ${lost!.path}` : "";
    throw new ParameterError({ where: "explain", problem: `the cotangent has ${paths.length} leaves, the function's value ${outputs.length}${none}.`, expected: "trees of one form." });
  }
  return outputs.map(({ value, path }) => {
    const leaf = leaves.get(path);
    const cotangent = typeof leaf === "number" ? scalar(leaf, valueDtype(value)) : isTraced(leaf) ? leaf : checkView("explain", leaf);
    if (shapeText(cotangent.shape) !== shapeText(value.shape)) {
      throw new ShapeError({ where: "explain", problem: `the cotangent has shape ${shapeText(cotangent.shape)}, the function's ${path} ${shapeText(value.shape)}.`, expected: "equal shapes." });
    }
    if (valueDtype(cotangent) !== valueDtype(value)) {
      throw new ParameterError({ where: "explain", problem: `the cotangent is ${valueDtype(cotangent)}, the function's ${path} ${valueDtype(value)}.`, expected: "one dtype.", mend: "convert it with astype(x, dtype)." });
    }
    return cotangent;
  });
}
