/**
 * Reverse mode: an append-only list of applied primitives, walked backwards once.
 *
 * An entry's arguments always stand before it, so the order of indices is a topological order and the backward walk needs
 * no graph search and no recursion: when entry i is reached, every use of its output has already added its cotangent.
 */
import { DerivativeError, ShapeError, shapeText } from "../errors/index.ts";
import { type Dtype, equalLists, type NdArray, scalar, sizeOf } from "../ndarray/index.ts";
import { currentKernels } from "../kernels/index.ts";
import { apply } from "./apply.ts";
import { Fingerprints } from "./fingerprint.ts";
import { applyRule, type Primitive, registered } from "./primitive.ts";
import { placed, scratchGeneration } from "./scope.ts";
import { isTraced, isValue, type Operand, Traced, type Trace, type Value } from "./value.ts";

/** A value watched by a tape: the output of entry `index`. */
export class TapeValue extends Traced {
  declare readonly trace: Tape;
  readonly index: number;
  constructor(tape: Tape, index: number, primal: Value) {
    super(tape, primal);
    this.index = index;
  }
}

/** One applied primitive; an input of the function has no primitive. Values are those one level down. */
export interface TapeEntry {
  readonly primitive: Primitive<unknown> | undefined;
  readonly args: readonly Value[];
  /** For each argument the entry that made it, or -1 for a constant. */
  readonly from: readonly number[];
  readonly params: unknown;
  readonly out: Value;
}

/** Where a backward walk starts: an entry and the cotangent of its output. */
export interface Seed {
  readonly index: number;
  readonly cotangent: Value;
}

/** One empty parameter record and one array a literal serve all entries: in a chain of scalar ops they would weigh as much as the rest. */
const none = {};
const mostLiterals = 256;
function isEmpty(params: unknown): boolean {
  for (const key in params as object) return key === undefined;
  return true;
}

let openTraces = 0;
/** The level of the next trace: one above all that are open. */
export function enterLevel(): number {
  return ++openTraces;
}
export function leaveLevel(): void {
  openTraces--;
}

export class Tape implements Trace {
  readonly kind = "tape";
  readonly level: number;
  open = true;
  readonly entries: TapeEntry[] = [];
  private readonly generation = scratchGeneration();
  private readonly fingerprints = new Fingerprints();
  private readonly literals: { float64?: Map<number, NdArray>; float32?: Map<number, NdArray> } = {};

  constructor(level: number) {
    this.level = level;
  }

  /** Starts watching a value; messages name the transformation and the value's path in its arguments. */
  input(value: Value, where: string, path: string): TapeValue {
    return this.append({ primitive: undefined, args: [], from: [], params: undefined, out: this.note(value, where, `the input ${path}`) });
  }

  process<P>(primitive: Primitive<P>, args: readonly Value[], params: P, operands: readonly Operand[]): TapeValue {
    const from = new Array<number>(args.length);
    const primals = new Array<Value>(args.length);
    for (let position = 0; position < args.length; position++) {
      const arg = args[position];
      const own = arg instanceof TapeValue && arg.trace === this ? arg : undefined;
      from[position] = own === undefined ? -1 : own.index;
      if (own !== undefined) primals[position] = own.primal;
      else primals[position] = typeof operands[position] === "number" ? arg : this.note(arg, primitive.name, `argument ${position}`);
    }
    const out = placed(true, () => apply(primitive, primals, params));
    return this.append({ primitive: primitive as Primitive<unknown>, args: primals, from, params: isEmpty(params) ? none : params, out });
  }

  literal(value: number, dtype: Dtype): NdArray {
    if (Object.is(value, -0)) return scalar(value, dtype); // a Map takes it for 0
    const literals = (this.literals[dtype] ??= new Map());
    const known = literals.get(value);
    if (known !== undefined) return known;
    const made = scalar(value, dtype);
    if (literals.size < mostLiterals) literals.set(value, made);
    return made;
  }

  /**
   * Pulls cotangents of entries back to the entries `wanted`; undefined for those that nothing reaches. `visit`, if given,
   * is shown the whole cotangent of every entry on the way.
   *
   * Errors: DerivativeError when a rule is missing, a recorded array was changed in place, or the tape's scope has ended.
   * Cost:   one application of each rule on the path, and memory for the cotangents alive at once.
   */
  pull(seeds: readonly Seed[], wanted: readonly number[], visit?: (index: number, cotangent: Value) => void): (Value | undefined)[] {
    if (this.generation !== 0 && this.generation !== scratchGeneration()) {
      throw new DerivativeError({ where: "vjp", problem: "the pull-back was kept beyond the grad or jvp inside which it was made.", expected: "pull to be called inside that function.", mend: "call vjp outside, or return the cotangents instead of pull." });
    }
    this.fingerprints.verify();
    const last = seeds.reduce((most, { index }) => Math.max(most, index), -1);
    const needed = this.pathTo(wanted, last);
    const cotangents: (Value | undefined)[] = new Array(last + 1).fill(undefined);
    const collect = (index: number, part: Value) => {
      const sum = cotangents[index];
      cotangents[index] = sum === undefined ? part : apply(registered("add"), [sum, part], {});
    };
    for (const { index, cotangent } of seeds) collect(index, cotangent);
    for (let i = last; i >= 0; i--) {
      const ct = cotangents[i];
      if (ct !== undefined) visit?.(i, ct);
      const { primitive, args, from, params, out } = this.entries[i];
      if (ct === undefined || primitive === undefined || !needed[i]) continue;
      for (let position = 0; position < args.length; position++) {
        const source = from[position];
        if (source < 0 || !needed[source]) continue;
        const part = applyRule(primitive, "vjp", ct, { args, out, params, position });
        if (part !== undefined) collect(source, sumToShape(part, args[position].shape));
      }
      cotangents[i] = undefined;
    }
    return wanted.map((entry) => cotangents[entry]);
  }

  /** Marks the entries that lie on a path from a wanted entry to the output; only their rules are run. */
  private pathTo(wanted: readonly number[], index: number): Uint8Array {
    const needed = new Uint8Array(index + 1);
    for (const entry of wanted) if (entry <= index) needed[entry] = 1;
    for (let i = 0; i <= index; i++) {
      for (const source of this.entries[i].from) if (source >= 0 && needed[source]) needed[i] = 1;
    }
    return needed;
  }

  /** Remembers a plain array that a user may change, and returns what the kernels and rules are to read in its place. */
  private note(x: Value, where: string, what: string): Value {
    return isTraced(x) || currentKernels().isScratch(x.data) ? x : placed(true, () => this.fingerprints.note(x, where, what));
  }

  private append(entry: TapeEntry): TapeValue {
    this.entries.push(entry);
    return new TapeValue(this, this.entries.length - 1, entry.out);
  }
}

/**
 * Undoes broadcasting, in this one place: sums a cotangent down to its operand's shape. A rule may also return a cotangent
 * that is constant along axes; it is spread before it is added to others. Decided by axes and not by sizes: an axis of
 * length 1 may meet one of length 0 either way.
 */
function sumToShape(ct: Value, shape: readonly number[]): Value {
  const how = fitting(ct.shape, shape);
  return how === undefined ? ct : apply(registered(how), [ct], { shape: [...shape] });
}

/** Which op makes a rule's cotangent fit its operand; undefined where it does so already. */
export function fitting(own: readonly number[], shape: readonly number[]): "broadcastTo" | "sumTo" | undefined {
  if (equalLists(own, shape)) return undefined;
  const lead = shape.length - own.length;
  return lead >= 0 && own.every((length, axis) => length === 1 || length === shape[axis + lead]) ? "broadcastTo" : "sumTo";
}

/** Errors: ShapeError unless the result is one array of exactly one element. */
export function requireScalar(where: string, result: unknown): void {
  if (isValue(result) && sizeOf(result.shape) === 1) return;
  throw new ShapeError({
    where, problem: `the function returned ${isValue(result) ? `an array of shape ${shapeText(result.shape)}` : "a tree of arrays"}.`, expected: "one number: a gradient is of a scalar function.",
    mend: "reduce it, as in sum(f(x)), or use vjp with a cotangent of that shape, or jacobian.",
  });
}

export function isWatchedBy(tape: Tape, value: unknown): value is TapeValue {
  return isTraced(value) && value instanceof TapeValue && value.trace === tape;
}
