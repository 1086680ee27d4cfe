/** Forward mode: every value carries a tangent, and each primitive pushes tangents through at once. */
import { checkTangents, checkFunction } from "../errors/options.ts";
import { equalLists, zeros } from "../ndarray/index.ts";
import { apply } from "./apply.ts";
import { applyRule, type Primitive, registered } from "./primitive.ts";
import { placed, scratch } from "./scope.ts";
import { enterLevel, leaveLevel } from "./tape.ts";
import type { Outcome } from "./derivative-types.ts";
import { resultTree, toLeaf, valuesBeside } from "./record.ts";
import { leafPaths, leavesOf, mapTree, refill, type Tree } from "./tree.ts";
import { Traced, type Trace, type Value, valueDtype } from "./value.ts";

/** A value and its tangent; undefined stands for a tangent that is zero everywhere. */
export class TangentValue extends Traced {
  declare readonly trace: TangentTrace;
  readonly tangent: Value | undefined;
  constructor(trace: TangentTrace, primal: Value, tangent: Value | undefined) {
    super(trace, primal);
    this.tangent = tangent;
  }
}

export class TangentTrace implements Trace {
  readonly kind = "tangent";
  readonly level: number;
  open = true;
  constructor(level: number) {
    this.level = level;
  }

  process<P>(primitive: Primitive<P>, args: readonly Value[], params: P): TangentValue {
    const watched = args.map((arg) => (arg instanceof TangentValue && arg.trace === this ? arg : undefined));
    const primals = args.map((arg, position) => watched[position]?.primal ?? arg);
    const out = apply(primitive, primals, params);
    let tangent: Value | undefined;
    for (let position = 0; position < args.length; position++) {
      const own = watched[position]?.tangent;
      if (own === undefined) continue;
      const contribution = applyRule(primitive, "jvp", own, { args: primals, out, params, position });
      if (contribution === undefined) continue;
      const part = spreadTo(contribution, out.shape);
      tangent = tangent === undefined ? part : apply(registered("add"), [tangent, part], {});
    }
    return new TangentValue(this, out, tangent);
  }
}

function spreadTo(tangent: Value, shape: readonly number[]): Value {
  if (equalLists(tangent.shape, shape)) return tangent;
  return apply(registered("broadcastTo"), [tangent], { shape: [...shape] });
}

/**
 * The value of a function and its directional derivative along `tangents`.
 *
 * Shapes:  tangents: one tree an argument, each leaf of its primal's shape; the tangent out is a tree like the value.
 * Errors:  ShapeError when a tangent's shape differs from its primal's, ParameterError when its dtype or its tree does.
 * Cost:    about two to three times the function, no tape.
 * Example: jvp((x) => mul(x, x), [scalar(3)], [scalar(1)]).tangent  // => 6
 */
export function jvp<R = Value>(f: (...args: never[]) => R, primals: readonly Tree[], tangents: readonly Tree[]): { value: Outcome<R>; tangent: Outcome<R> } {
  checkFunction("jvp", f);
  checkTangents("jvp", primals, tangents);
  // one scope for all: a grad inside f leaves its result's tangent in scratch memory, which must last until it is copied out
  return scratch(() => {
    const trace = new TangentTrace(enterLevel());
    try {
      const watched = primals.map((tree, position) => watchedTree(trace, tree, tangents[position], position));
      const result = resultTree("jvp", placed(false, () => f(...(watched as never[]))));
      const own = (leaf: unknown) => (leaf instanceof TangentValue && leaf.trace === trace ? leaf : undefined);
      const value = mapTree(result, (leaf) => own(leaf)?.primal ?? leaf);
      const tangent = mapTree(result, (leaf) => own(leaf)?.tangent ?? zeros([...(leaf as Value).shape], valueDtype(leaf as Value)));
      return { value: value as Outcome<R>, tangent: tangent as Outcome<R> };
    } finally {
      trace.open = false;
      leaveLevel();
    }
  });
}

/** One argument with each leaf carrying its tangent. */
function watchedTree(trace: TangentTrace, tree: Tree, tangent: Tree, position: number): Tree {
  const paths = leafPaths(tree, `primals[${position}]`);
  const leaves = leavesOf(tree).map((leaf, at) => toLeaf(leaf, `jvp: ${paths[at]}`));
  const directions = valuesBeside("jvp", [`the tangent of argument ${position}`, tangent], [`argument ${position}`, tree], leaves);
  return refill(tree, leaves.map((leaf, at) => new TangentValue(trace, leaf, directions[at])));
}
