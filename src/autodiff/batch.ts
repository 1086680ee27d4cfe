/** vmap: a function of single examples becomes one of whole batches, by one batched application of each primitive. */
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { checkFunction, kinds, optionsOf } from "../errors/options.ts";
import { zeros } from "../ndarray/index.ts";
import { apply } from "./apply.ts";
import { type Primitive, registered } from "./primitive.ts";
import type { Outcome } from "./derivative-types.ts";
import { resultTree, toLeaf } from "./record.ts";
import { placed, scratch } from "./scope.ts";
import { enterLevel, leaveLevel } from "./tape.ts";
import { leafPaths, leavesOf, mapTree, type Tree } from "./tree.ts";
import { Traced, type Trace, type Value, valueDtype } from "./value.ts";

/** One example of a batch, as the function under vmap sees it; its primal has the batch as an additional leading axis. */
class BatchedValue extends Traced {
  constructor(trace: BatchTrace, primal: Value) {
    super(trace, primal, primal.shape.slice(1));
  }
}

class BatchTrace implements Trace {
  readonly kind = "batch";
  readonly level: number;
  readonly size: number;
  open = true;
  constructor(level: number, size: number) {
    this.level = level;
    this.size = size;
  }

  process<P>(primitive: Primitive<P>, args: readonly Value[], params: P): BatchedValue {
    const batched = args.map((arg) => arg instanceof BatchedValue && arg.trace === this);
    const { batch } = primitive;
    if (batch === "aligned") {
      const rank = Math.max(...args.map(({ shape }) => shape.length));
      return new BatchedValue(this, apply(primitive, args.map((arg, at) => (batched[at] ? aligned((arg as Traced).primal, rank + 1) : arg)), params));
    }
    const whole = args.map((arg, at) => (batched[at] ? (arg as Traced).primal : spread(arg, this.size)));
    if (batch !== undefined) return new BatchedValue(this, batch(whole, params));
    return new BatchedValue(this, this.size === 0 ? zeros([0, ...primitive.shape(args.map(({ shape }) => shape), params)], valueDtype(args[0])) : this.slices(primitive, whole, params));
  }

  /** Without a rule: the primitive on one example after the other. */
  private slices<P>(primitive: Primitive<P>, whole: readonly Value[], params: P): Value {
    const results = Array.from({ length: this.size }, (_, start) => {
      const out = apply(primitive, whole.map((x) => reshaped(apply(registered("slice"), [x], { axis: 0, start, count: 1, step: 1 }), x.shape.slice(1))), params);
      return reshaped(out, [1, ...out.shape]);
    });
    return apply(registered("concatenate"), results, { axis: 0 });
  }
}

/** x [B, ...s] with axes of length 1 behind the first, up to a rank. */
function aligned(x: Value, rank: number): Value {
  if (x.shape.length === rank) return x;
  return reshaped(x, [x.shape[0], ...new Array<number>(rank - x.shape.length).fill(1), ...x.shape.slice(1)]);
}
function spread(x: Value, size: number): Value {
  return apply(registered("broadcastTo"), [x], { shape: [size, ...x.shape] });
}
/** x under another shape, by the op of that name. */
export function reshaped(x: Value, shape: readonly number[]): Value {
  return apply(registered("reshape"), [x], { shape: [...shape] });
}

export interface VmapOptions {
  /** For each argument whether its leaves carry the batch axis; default all. One that does not is the same for every example. */
  over?: readonly boolean[];
}

const checkOptions = optionsOf("vmap", { over: { words: "a list of true and false, one an argument.", holds: (value) => Array.isArray(value) && value.every(kinds.flag.holds) } });

/**
 * Turns a function of single examples into one of batches: every leaf of its arguments gets a leading axis of one common
 * length B, and so does every leaf of its result. Nests, and may stand inside or around grad, jvp and the others.
 *
 * Shapes:  leaves [B, ...s] -> results [B, ...t], where f takes s to t.
 * Errors:  ShapeError when a leaf has no leading axis, or another length than the first; ParameterError when no argument is batched.
 * Cost:    one batched application of each primitive that f applies; B applications of those few without a batching rule.
 *          The same bits as one example after the other.
 * Source:  the idea of JAX's vmap.
 * Example: vmap((x, y) => sum(mul(x, y)))(array([[1, 2], [3, 4]]), array([[1, 0], [0, 1]]))  // => [1, 4]
 */
export function vmap<A extends unknown[] = Value[], R = Value>(f: (...args: A) => R, options: VmapOptions = {}): (...args: A) => Outcome<R> {
  checkFunction("vmap", f);
  checkOptions(options);
  return (...args) => {
    const over = options.over ?? args.map(() => true);
    if (over.length !== args.length) throw new ParameterError({ where: "vmap", problem: `over names ${over.length} arguments of ${args.length}.`, expected: "one true or false an argument." });
    const size = batchSize(args, over);
    return scratch(() => {
      const trace = new BatchTrace(enterLevel(), size);
      try {
        const watched = args.map((tree, position) => (over[position] ? mapTree(tree, (leaf) => new BatchedValue(trace, toLeaf(leaf, `vmap: args[${position}]`))) : tree));
        const result = resultTree("vmap", placed(false, () => f(...(watched as A))));
        return mapTree(result, (leaf) => (leaf instanceof BatchedValue && leaf.trace === trace ? leaf.primal : spread(leaf as Value, size))) as Outcome<R>;
      } finally {
        trace.open = false;
        leaveLevel();
      }
    });
  };
}

function batchSize(args: readonly Tree[], over: readonly boolean[]): number {
  let first: { size: number; path: string } | undefined;
  args.forEach((tree, position) => {
    if (!over[position]) return;
    const paths = leafPaths(tree, `args[${position}]`);
    leavesOf(tree).forEach((leaf, at) => {
      const { shape } = toLeaf(leaf, `vmap: ${paths[at]}`);
      if (shape.length === 0) throw new ShapeError({ where: "vmap", problem: `${paths[at]} is a single number.`, expected: "a leading axis, the batch.", mend: `pass { over: [...] } with false for argument ${position} if it is the same for every example.` });
      first ??= { size: shape[0], path: paths[at] };
      if (shape[0] !== first.size) throw new ShapeError({ where: "vmap", problem: `${first.path} has a batch of ${first.size}, ${paths[at]}, of shape ${shapeText(shape)}, one of ${shape[0]}.`, expected: "one length of the leading axis." });
    });
  });
  if (first === undefined) throw new ParameterError({ where: "vmap", problem: "no argument carries a batch.", expected: "at least one array with a leading axis." });
  return first.size;
}
