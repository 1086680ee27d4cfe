/** Whole derivatives: Jacobians, Hessians, and the Hessian times a vector, all built of vjp, jvp and vmap. */
import { apply, grad, type HessianOf, type JacobianOf, jvp, leafPaths, leavesOf, type Like, mapTree, refill, registered, reshaped, toLeaf, type Tree, type Value, valueDtype, vjp, vmap } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { checkFunction, checkTangents, kinds, optionsOf } from "../errors/options.ts";
import { type NdArray, sizeOf, zeros } from "../ndarray/index.ts";
import { inNameOf } from "./in-name-of.ts";

export interface JacobianOptions {
  /** Which argument to differentiate by; default 0. */
  argument?: number;
  /** "reverse" costs a pull a number of the result, "forward" a push a number of the argument. By default the fewer. */
  mode?: "reverse" | "forward";
}

const argumentKind = { ...kinds.number, words: "the number of an argument, counted from 0." };
const modeKind = { words: `"reverse" or "forward".`, holds: (value: unknown) => typeof value === "string" };
const checkOptions = optionsOf("jacobian", { argument: argumentKind, mode: modeKind });
const checkHessianOptions = optionsOf("hessian", { argument: argumentKind });

/**
 * The matrix of all first derivatives: a function of f's arguments.
 *
 * Shapes:  for a result leaf of shape t and an argument leaf of shape s: [...t, ...s]. Trees give the result's tree whose
 *          leaves are replaced by trees like the argument: jacobian(f)(w).loss.layers[0].
 * Errors:  ParameterError on an unknown mode or argument.
 * Cost:    one run, and one batched pull (or push): as many times a vjp (jvp) as the result (argument) has numbers, and
 *          that many times its memory.
 * Example: jacobian((x) => mul(x, x))(array([1, 2]))  // => [[2, 0], [0, 4]]
 */
export function jacobian<A extends unknown[] = Value[], R = Value, const O extends JacobianOptions = object>(f: (...args: A) => R, options?: O): <B extends A>(...args: B) => JacobianOf<R, B, O> {
  checkFunction("jacobian", f);
  checkOptions(options);
  const { argument = 0, mode }: JacobianOptions = options ?? {};
  if (mode !== undefined && mode !== "reverse" && mode !== "forward") {
    throw new ParameterError({ where: "jacobian", problem: `there is no mode ${JSON.stringify(mode)}.`, expected: `"reverse" or "forward".` });
  }
  return (...args) => {
    if (!Number.isInteger(argument) || argument < 0 || argument >= args.length) {
      throw new ParameterError({ where: "jacobian", problem: `there is no argument ${argument}.`, expected: args.length === 0 ? "at least one argument: the function was called without any." : `an integer from 0 to ${args.length - 1}.` });
    }
    const paths = leafPaths(args[argument], `args[${argument}]`);
    const at = leavesOf(args[argument]).map((leaf, i) => toLeaf(leaf, `jacobian: ${paths[i]}`));
    return inNameOf("jacobian", f, (own) => {
      const inner = (tree: Tree) => own(...(args.with(argument, tree) as never[]));
      if (mode === "forward") return byColumns(inner, args[argument], at);
      const { value, pull } = vjp(inner, refill(args[argument], at));
      const tall = total(leavesOf(value) as Value[]) > total(at);
      return mode === undefined && tall ? byColumns(inner, args[argument], at) : byRows(value as Tree, pull, args[argument], at);
    }) as never;
  };
}

function total(leaves: readonly Value[]): number {
  return leaves.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** One pull for all basis cotangents at once; row i of what comes back belongs to number i of the result. */
function byRows(value: Tree, pull: (ct: Tree) => Tree[], like: Tree, at: readonly Value[]): Tree {
  const outs = leavesOf(value) as Value[];
  const pulled = outs.map((_, own) => leavesOf(vmap((ct: Tree) => pull(ct)[0])(refill(value, basis(outs, own)))) as Value[]);
  let next = 0;
  return mapTree(value, () => {
    const own = next++;
    return refill(like, pulled[own].map((rows, leaf) => reshaped(rows, [...outs[own].shape, ...at[leaf].shape])));
  });
}

/** One push for all basis tangents at once; the columns come first and are moved last. */
function byColumns(f: (own: Tree) => unknown, like: Tree, at: readonly Value[]): Tree {
  const primal = refill(like, at);
  const pushed = at.map((_, own) => vmap((tangent: Tree) => jvp(f as never, [primal], [tangent]).tangent as Tree)(refill(like, basis(at, own))) as Tree);
  const columns = pushed.map((tree) => leavesOf(tree) as Value[]);
  let next = 0;
  return mapTree(pushed[0], () => {
    const out = next++;
    return refill(like, columns.map((own, leaf) => {
      const { shape } = own[out];
      const rank = shape.length;
      const turned = apply(registered("transpose"), [own[out]], { axes: [...Array.from({ length: rank - 1 }, (_, axis) => axis + 1), 0] });
      return reshaped(turned, [...shape.slice(1), ...at[leaf].shape]);
    }));
  });
}

/** For every number of leaf `own` the tree's leaves with a one there and zeros elsewhere, stacked: [n, ...shape] each. */
function basis(leaves: readonly Value[], own: number): NdArray[] {
  const n = sizeOf(leaves[own].shape);
  return leaves.map((leaf, i) => {
    const stack = zeros([n, ...leaf.shape], valueDtype(leaf));
    if (i === own) for (let j = 0; j < n; j++) stack.data[j * n + j] = 1;
    return stack;
  });
}

/**
 * The matrix of all second derivatives of a scalar function: forward over reverse.
 *
 * Shapes:  for argument leaves of shapes s and t: [...s, ...t], in a tree of trees like the argument.
 * Errors:  as grad and jacobian.
 * Cost:    as many Hessian-vector products as the argument has numbers. For large arguments take `hvp`.
 * Example: hessian((x) => sum(mul(x, mul(x, x))))(array([1, 2]))  // => [[6, 0], [0, 12]]
 */
export function hessian<A extends unknown[] = Value[], const O extends { argument?: number } = object>(f: (...args: A) => unknown, options?: O): <B extends A>(...args: B) => HessianOf<B, O> {
  checkFunction("hessian", f);
  checkHessianOptions(options);
  const { argument = 0 }: { argument?: number } = options ?? {};
  return ((...args: A) => inNameOf("hessian", f, (own) => jacobian(grad(own, { argument }) as (...all: A) => unknown, { argument, mode: "forward" })(...args))) as never;
}

/**
 * The gradient of a scalar function and its Hessian times a vector, without the Hessian: forward over reverse.
 *
 * Shapes:  tangents: one tree an argument, like the primals; so are the gradient and the product.
 * Errors:  as jvp and grad.
 * Cost:    about three times grad.
 * Source:  Pearlmutter 1994, "Fast exact multiplication by the Hessian".
 * Example: hvp((x) => sum(mul(x, mul(x, x))), [array([1, 2])], [array([1, 1])]).product  // => [[6, 12]]
 */
export function hvp<A extends unknown[] = Value[], B extends A = A>(f: (...args: A) => unknown, primals: readonly [...B], tangents: readonly Tree[]): { gradient: Like<B>; product: Like<B> } {
  checkFunction("hvp", f);
  checkTangents("hvp", primals, tangents);
  const all = primals.map((_, position) => position);
  const pushed = inNameOf("hvp", f, (own) => jvp<Tree>(grad(own, { argument: all }) as never, primals, tangents));
  return { gradient: pushed.value as Like<B>, product: pushed.tangent as Like<B> };
}
