/**
 * Functions that bring their own derivative: customRule for users' rules, checkpoint for "run it again on the way back".
 *
 * To the traces such a function is one primitive, made for the call. It has one output as every primitive has; a function
 * that returns a tree is recorded with its leaves in one row, which is cut up again outside.
 */
import { apply, isTraced, isValue, jvp, leafPaths, leavesLike, leavesOf, placed, type Primitive, refill, registered, reshaped, resultTree, scratchFrame, toLeaf, type Tree, type Value, valueDtype, vjp, vmap } from "../autodiff/index.ts";
import { DerivativeError, ParameterError, shapeText } from "../errors/index.ts";
import { checkFunction, optionsOf, shown } from "../errors/options.ts";
import { type Dtype, full, type NdArray, sameBits, sizeOf, zeros } from "../ndarray/index.ts";

/** f's own result, numbers as arrays: such a function is made to be used inside others. */
export type Result<R> = R extends number ? Value : R;

/** What a user's rule may look at. */
export interface RuleSite {
  readonly args: readonly Tree[];
  /** The function's result at them. */
  readonly out: Tree;
}

export interface CustomRule {
  /** Stands on the tape and in messages. */
  name: string;
  /** The cotangents of the arguments, one tree an argument, given a tree of cotangents like the result. Written with ops. */
  vjp?: (ct: never, at: never) => readonly Tree[];
  /** The tangent of the result, given one tree of tangents an argument. Written with ops. */
  jvp?: (tangents: never, at: never) => Tree;
}

const ruleKind = { words: "a function.", holds: (value: unknown) => typeof value === "function" };
const checkRule = optionsOf("customRule", { name: { words: "a name, for the tape and for messages.", holds: (value) => typeof value === "string" && value !== "" }, vjp: ruleKind, jvp: ruleKind }, ["name"]);

/**
 * f with derivatives of your own: for one that is cheaper or steadier than what the ops give, or that is another by
 * intention (a straight-through estimator, a clipped gradient).
 *
 * Give one rule or both: each is linear in its (co)tangent, so the missing one is the transpose of the other, found by
 * differentiating it. Rules are functions of ops and are differentiated for higher orders.
 *
 * Errors:  ParameterError without any rule; DerivativeError when f, or a rule, reads a traced value that is no argument,
 *          or a rule returns another tree than it must.
 * Cost:    f runs unwatched; a transposed rule costs two more passes.
 */
export function customRule<A extends unknown[] = Value[], R = Value>(f: (...args: A) => R, rule: CustomRule): (...args: A) => Result<R> {
  checkFunction("customRule", f);
  checkRule(rule);
  if (rule.vjp === undefined && rule.jvp === undefined) {
    throw new ParameterError({ where: rule.name, problem: "customRule got neither a vjp nor a jvp rule.", expected: "at least one of them." });
  }
  return opaque(rule.name, f as (...args: never[]) => unknown, rule as Rules) as (...args: A) => Result<R>;
}

/**
 * f that keeps no intermediate on the tape and runs again on the way back: memory for time. Values are the same bits, and
 * so are derivatives, but that the cotangents which one call sends to an argument are added up before they meet others.
 *
 * Errors:  DerivativeError when f reads a traced value that is no argument, or gives another value the second time.
 * Cost:    f once more a pull; of its intermediates only one call's are alive at a time.
 * Source:  Griewank & Walther 2000, "Revolve"; a chain cut into sqrt(n) pieces needs memory for 2 sqrt(n) of n steps.
 */
export function checkpoint<A extends unknown[] = Value[], R = Value>(f: (...args: A) => R): (...args: A) => Result<R> {
  checkFunction("checkpoint", f);
  const inner = f as (...args: never[]) => unknown;
  const again = (ct: Tree, { args, out }: RuleSite) => {
    const pulled = () => {
      const { value, pull } = vjp(inner, ...(args as never[]));
      checkRepeats(out, value);
      return pull(ct);
    };
    return [...leavesOf(args), ...leavesOf(ct)].some(isTraced) ? pulled() : scratchFrame(pulled);
  };
  return opaque("checkpoint", inner, { vjp: again, jvp: (tangents, { args }) => jvp<Tree>(inner, args, tangents).tangent }) as (...args: A) => Result<R>;
}

/** Errors: DerivativeError when what ran again gave something else: the pull would be that of another function. */
function checkRepeats(once: Tree, again: Tree): void {
  const was = leavesOf(once) as Value[];
  leavesOf(again).forEach((leaf, at) => {
    if (isTraced(leaf) || isTraced(was[at]) || sameBits(was[at], leaf as NdArray)) return;
    throw new DerivativeError({
      where: "checkpoint", problem: `the function gave another value, of shape ${shapeText(was[at].shape)}, when it ran again on the way back.`, expected: "the same value for the same arguments.",
      mend: "draw random numbers outside of it, and leave the arrays that it closes over as they are until the derivative has been taken.",
    });
  });
}

interface Rules {
  vjp?: (ct: Tree, at: RuleSite) => readonly Tree[];
  jvp?: (tangents: readonly Tree[], at: RuleSite) => Tree;
}

/** f, as one primitive that the traces do not look into. */
function opaque(name: string, f: (...args: never[]) => unknown, rules: Rules): (...args: unknown[]) => Tree {
  return (...args) => {
    const paths = leafPaths(args, "args");
    const leaves = leavesOf(args).map((leaf, at) => toLeaf(leaf, `${name}: ${paths[at]}`));
    const watched = leaves.filter(isTraced);
    if (watched.length === 0) return resultTree(name, f(...(refill(args, leaves) as never[])));
    /** The arguments with `own` in the places of the watched leaves and, in the others, what `rest` makes of them. */
    const argsOf = (own: Tree, rest: (leaf: Value) => Value = (leaf) => leaf): Tree[] => {
      const filling = leavesOf(own);
      let at = 0;
      return refill(args, leaves.map((leaf) => (isTraced(leaf) ? filling[at++] : rest(leaf)))) as Tree[];
    };
    const input = rowOf(watched);
    let output: Row | undefined;
    const site = (x: Value, out: Value): RuleSite => ({ args: argsOf(input.cut(x)), out: output!.cut(out) });
    const { vjp: pull, jvp: push } = rules;
    const result = apply(rowPrimitive(name, {
      run: (x) => {
        output = rowOf(resultTree(name, f(...(argsOf(input.cut(x)) as never[]))));
        return output.joined;
      },
      pull: pull && ((ct, x, out) => {
        const trees = pull(output!.cut(ct), site(x, out));
        const found = leavesLike(trees, args);
        if (found === undefined) throw otherForm(name, "vjp", trees, args);
        return rowOf(fitting(name, "vjp", found.filter((_, at) => isTraced(leaves[at])), watched)).joined;
      }),
      push: push && ((t, x, out) => {
        const at = site(x, out);
        const tree = push(argsOf(input.cut(t), (leaf) => zeros([...leaf.shape], valueDtype(leaf))), at);
        const found = leavesLike(tree, at.out);
        if (found === undefined) throw otherForm(name, "jvp", tree, at.out);
        return rowOf(fitting(name, "jvp", found, leavesOf(at.out) as Value[])).joined;
      }),
    }), [input.joined], {});
    return output!.cut(result);
  };
}

/** What a rule returned is no tree like that of the (co)tangents asked for. */
function otherForm(name: string, mode: "vjp" | "jvp", found: Tree, like: Tree): DerivativeError {
  const [root, whose, expected] = mode === "vjp" ? ["args", "the arguments", "a list of one tree an argument, like it."] : ["the result", "the result", "a tree like it."];
  const [own, paths] = [found, like].map((tree) => leafPaths(tree, root));
  const lost = own.length === paths.length ? `, none for ${paths.find((path) => !own.includes(path))}` : "";
  const mend = mode === "vjp" && !Array.isArray(found) ? { mend: "return a list, as in [ct], also for one argument." } : {};
  return new DerivativeError({ where: name, problem: `the ${mode} rule returned ${own.length} leaves for the ${paths.length} of ${whose}${lost}.`, expected, ...mend });
}

/**
 * What a rule returned, as values that fit the leaves they belong to. One leaf alone may broadcast, as in a primitive's rule;
 * of several the shapes must be right, since they are laid into one row.
 *
 * Errors: DerivativeError naming the rule.
 */
function fitting(name: string, mode: "vjp" | "jvp", found: readonly unknown[], like: readonly Value[]): Value[] {
  return found.map((leaf, at) => {
    const value = typeof leaf === "number" ? full([], leaf, valueDtype(like[at])) : leaf;
    if (!isValue(value)) throw new DerivativeError({ where: name, problem: `the ${mode} rule returned ${shown(leaf)}.`, expected: `an array of shape ${shapeText(like[at].shape)}.`, mend: "return what the ops in the rule give." });
    const [narrower, wider] = [stretches(value.shape, like[at].shape), stretches(like[at].shape, value.shape)];
    if (!(like.length > 1 ? narrower && wider : narrower || (wider && mode === "vjp"))) {
      throw new DerivativeError({ where: name, problem: `the ${mode} rule returned an array of shape ${shapeText(value.shape)}.`, expected: `shape ${shapeText(like[at].shape)}.`, mend: "sum over the axes along which the function broadcasts." });
    }
    if (valueDtype(value) !== valueDtype(like[at])) throw new DerivativeError({ where: name, problem: `the ${mode} rule returned an array of ${valueDtype(value)}.`, expected: `${valueDtype(like[at])}.`, mend: "convert it with astype(x, dtype)." });
    return value;
  });
}

/** Whether an array of shape `a` broadcasts to shape `b`. */
function stretches(a: readonly number[], b: readonly number[]): boolean {
  return a.length <= b.length && a.every((length, axis) => length === 1 || length === b[axis + b.length - a.length]);
}

/** The leaves of a tree as one value, and how to get such a tree back from such a value. Leaves of both dtypes lie in a row of float64, which holds either exactly. */
interface Row {
  readonly joined: Value;
  cut(row: Value): Tree;
}

function rowOf(tree: Tree): Row {
  const leaves = leavesOf(tree) as Value[];
  if (leaves.length === 1) return { joined: leaves[0], cut: (row) => refill(tree, [row]) };
  const own = leaves.map((leaf) => ({ shape: leaf.shape, dtype: valueDtype(leaf) }));
  const mixed = own.some(({ dtype }) => dtype !== own[0].dtype);
  const as = (x: Value, dtype: Dtype) => (mixed ? apply(registered("astype"), [x], { dtype }) : x);
  const joined = apply(registered("concatenate"), leaves.map((leaf) => as(reshaped(leaf, [sizeOf(leaf.shape)]), "float64")), { axis: 0 });
  return {
    joined,
    cut: (row) => {
      let start = 0;
      return refill(tree, own.map(({ shape, dtype }) => {
        const count = sizeOf(shape);
        const piece = reshaped(apply(registered("slice"), [row], { axis: 0, start, count, step: 1 }), shape);
        start += count;
        return as(piece, dtype);
      }));
    },
  };
}

/** What an opaque function does, on rows. */
interface RowFunction {
  run(x: Value): Value;
  pull?: ((ct: Value, x: Value, out: Value) => Value) | undefined;
  push?: ((t: Value, x: Value, out: Value) => Value) | undefined;
}

function rowPrimitive(name: string, { run, pull, push }: RowFunction): Primitive<unknown> {
  const like = (x: Value) => zeros([...x.shape], valueDtype(x));
  return {
    name, maths: "b = f(a)", source: "the user's own rule",
    shape: () => [], // known only by running it; forward gives the output its own
    forward: ([x]) => {
      const out = placed(false, () => run(x));
      if (!isTraced(out)) return out;
      throw new DerivativeError({ where: name, problem: "the function reads a traced value that is none of its arguments.", expected: "everything that is differentiated to come in as an argument.", mend: "pass the value as a further argument instead of closing over it." });
    },
    // either rule is linear in its (co)tangent, and so the transpose of the other
    vjp: [(ct, { args: [x], out }) => (pull ? pull(ct, x, out) : vjp((t: Value) => push!(t, x, out), like(x)).pull(ct)[0] as Value)],
    jvp: [(t, { args: [x], out }) => (push ? push(t, x, out) : vjp((ct: Value) => pull!(ct, x, out), like(out)).pull(t)[0] as Value)],
    domain: [{ low: -1, high: 1 }],
    cases: [],
    batch: ([xs]) => apply(rowPrimitive(name, {
      run: (whole) => vmap(run)(whole),
      pull: pull && ((cts, whole, outs) => vmap(pull)(cts, whole, outs)),
      push: push && ((ts, whole, outs) => vmap(push)(ts, whole, outs)),
    }), [xs], {}),
  };
}
