/**
 * The pieces of a function: which side of which kink its ops' arguments are on.
 *
 * An op with kinks cuts the line of its first argument into intervals; an op whose kinks lie elsewhere (ties of a maximum)
 * says by its clearance whether it is at one; comparisons and choices have one piece for each outcome.
 */
import { apply, enterLevel, leaveLevel, mapTree, outliving, type Primitive, Traced, type Trace, type Tree, type Value, bottom } from "../autodiff/index.ts";
import { broadcastView, dtypeOf, elements, isNdArray, type NdArray, sizeOf } from "../ndarray/index.ts";

export interface Piece {
  /** Such as "0 < x < 0.1" for the first argument x. */
  readonly name: string;
  /** A stretch on which the op is smooth, or a point between two of them. */
  readonly kind: "stretch" | "kink";
  /** Elements of this application that lie there. */
  readonly count: number;
}

/** One application of an op that has pieces. */
export interface OpPieces {
  readonly op: string;
  /** Counts the applications of this op in f, from 0. */
  readonly entry: number;
  readonly kinks: readonly number[];
  readonly pieces: readonly Piece[];
  /** The least and the largest element of its first argument; Infinity and -Infinity when it is empty. */
  readonly low: number;
  readonly high: number;
}

export interface PiecesOfRun {
  /** How many ops met a value that depends on the sample. */
  readonly applications: number;
  readonly ops: readonly OpPieces[];
}

/**
 * Runs f once and says for each of its ops with pieces how many elements lie in which.
 *
 * Only ops applied to what depends on the arrays of `sample` are seen; inside a grad, the rules' ops are seen too.
 */
export function piecesOf<T extends Tree>(f: (sample: T) => unknown, sample: T): PiecesOfRun {
  const found: OpPieces[] = [];
  const entries = new Map<string, number>();
  let applications = 0;
  // heap only: a grad inside f would leave its values in scratch memory, which ends with it
  outliving(() => {
    const watch = new Watch(enterLevel(), (primitive, args, params, out) => {
      applications++;
      const pieces = cut(primitive, args, params, out);
      if (pieces === undefined) return;
      const entry = entries.get(primitive.name) ?? 0;
      entries.set(primitive.name, entry + 1);
      found.push({ op: primitive.name, entry, ...pieces });
    });
    try {
      f(mapTree(sample, (leaf) => (isNdArray(leaf) ? new Traced(watch, leaf) : leaf)) as T);
    } finally {
      watch.open = false;
      leaveLevel();
    }
  });
  return { applications, ops: found };
}

type OnApply = (primitive: Primitive<unknown>, args: readonly NdArray[], params: unknown, out: NdArray) => void;

/** Sees every application of a primitive to a watched value, and lets it run. */
class Watch implements Trace {
  readonly kind = "tape";
  readonly level: number;
  open = true;
  private readonly onApply: OnApply;
  constructor(level: number, onApply: OnApply) {
    this.level = level;
    this.onApply = onApply;
  }

  process<P>(primitive: Primitive<P>, args: readonly Value[], params: P): Value {
    const primals = args.map((arg) => (arg instanceof Traced && arg.trace === this ? arg.primal : arg));
    const out = apply(primitive, primals, params);
    this.onApply(primitive as Primitive<unknown>, primals.map(bottom), params, bottom(out));
    return new Traced(this, out);
  }
}

type Cut = Pick<OpPieces, "kinks" | "pieces" | "low" | "high">;

/** Ops that choose: the outcome of each element, from arguments spread to the result's shape. */
const outcomes: Record<string, { names: readonly [string, string]; first: (args: readonly number[], out: number) => boolean; tie?: (args: readonly number[]) => boolean }> = {
  ...Object.fromEntries(["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"].map((name) => [name, { names: ["true", "false"] as const, first: (_args: readonly number[], out: number) => out !== 0 }])),
  where: { names: ["condition true", "condition false"], first: ([condition]) => condition !== 0 },
  maximum: { names: ["x > y", "x < y"], first: ([x, y]) => x > y, tie: ([x, y]) => x === y },
  minimum: { names: ["x < y", "x > y"], first: ([x, y]) => x < y, tie: ([x, y]) => x === y },
};

function cut(primitive: Primitive<unknown>, args: readonly NdArray[], params: unknown, out: NdArray): Cut | undefined {
  const values: readonly number[] = Array.from(elements(args[0]));
  const [low, high] = [values.reduce((least, x) => Math.min(least, x), Infinity), values.reduce((most, x) => Math.max(most, x), -Infinity)];
  if (Object.hasOwn(outcomes, primitive.name)) return { kinks: [], pieces: byOutcome(primitive.name, args, out), low, high };
  if (primitive.clearance !== undefined) {
    const smooth = primitive.clearance(args, params) > 0;
    const count = sizeOf(args[0].shape) === 0 ? 0 : 1;
    return { kinks: [], low, high, pieces: [{ name: "away from its kinks", kind: "stretch", count: smooth ? count : 0 }, { name: "at a kink", kind: "kink", count: smooth ? 0 : count }] };
  }
  // a joint is where the kernels see it: rounded to the array's dtype
  const round = dtypeOf(args[0]) === "float32" ? Math.fround : (x: number) => x;
  const kinks = [...new Set((primitive.kinks?.(params) ?? []).map(({ at }) => at))].sort((a, b) => a - b);
  return kinks.length === 0 ? undefined : { kinks, pieces: byKink(values, kinks.map(round), kinks), low, high };
}

function byOutcome(name: string, args: readonly NdArray[], out: NdArray): Piece[] {
  const { names, first, tie } = outcomes[name];
  const spread = args.map((arg) => elements(broadcastView(arg, out.shape)));
  const counts = [0, 0, 0];
  elements(out).forEach((value: number, at: number) => {
    const own = spread.map((list) => list[at]);
    counts[tie?.(own) ? 2 : first(own, value) ? 0 : 1]++;
  });
  const stretches = names.map((own, at): Piece => ({ name: own, kind: "stretch", count: counts[at] }));
  return tie === undefined ? stretches : [...stretches, { name: "x = y", kind: "kink", count: counts[2] }];
}

function byKink(values: ArrayLike<number>, joints: readonly number[], kinks: readonly number[]): Piece[] {
  // stretch i lies below joint i, the last one above them all; joint i is piece 2 i + 1
  const counts = new Array<number>(2 * joints.length + 1).fill(0);
  for (let at = 0; at < values.length; at++) {
    const x = values[at];
    if (Number.isNaN(x)) continue;
    let joint = 0;
    while (joint < joints.length && x > joints[joint]) joint++;
    counts[2 * joint + (joint < joints.length && x === joints[joint] ? 1 : 0)]++;
  }
  return counts.map((count, piece) => ({ name: pieceName(kinks, piece), kind: piece % 2 === 0 ? "stretch" : "kink", count }));
}

/** The name of piece number `piece` of the line cut at `kinks`. */
export function pieceName(kinks: readonly (number | string)[], piece: number): string {
  const at = piece >> 1;
  if (piece % 2 === 1) return `x = ${kinks[at]}`;
  if (at === 0) return `x < ${kinks[0]}`;
  return at === kinks.length ? `x > ${kinks[at - 1]}` : `${kinks[at - 1]} < x < ${kinks[at]}`;
}
