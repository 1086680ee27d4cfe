/** Arbitraries of arrays, of directions at a point, and of a primitive's own arguments. */
import fc from "fast-check";
import { leavesOf, type Primitive, refill, type Tree } from "../autodiff/index.ts";
import { ParameterError } from "../errors/index.ts";
import { allocate, type Dtype, dtypeOf, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { type ElementOptions, elementsFrom, pools } from "./elements.ts";
import { shapes } from "./shapes.ts";
import { simplestOf } from "./simplest-first.ts";
import { arrayText, laidOut, type Layout, layouts } from "./views.ts";

export interface ArrayOptions extends ElementOptions {
  /** One shape, or an arbitrary of them; default shapes(). */
  shape?: readonly number[] | fc.Arbitrary<readonly number[]>;
  /** No value twice in an array, so that a maximum has no ties. The values are then equally likely. Default false. */
  distinct?: boolean;
  /** Half of the arrays as views: transposed, read backwards, or with gaps between their elements. Default false. */
  views?: boolean;
}

/**
 * Arrays: a shape, elements as in `elementsFrom`, and a layout in memory. A counterexample is printed as code.
 *
 * Shrinks towards fewer elements, then simpler numbers, then contiguous memory.
 *
 * Errors: ParameterError on an interval without inside or a kink outside it; with `distinct`, also when nan is asked for.
 */
export function arrays(options: ArrayOptions = {}): fc.Arbitrary<NdArray> {
  const { shape = shapes(), dtype = "float64", distinct = false, views = false } = options;
  if (distinct && options.nan) throw new ParameterError({ where: "arrays", problem: "nan and distinct contradict each other.", expected: "one of them: NaN may come twice." });
  const element = elementsFrom(options);
  const own = Array.isArray(shape) ? fc.constant(shape as readonly number[]) : (shape as fc.Arbitrary<readonly number[]>);
  return own.chain((drawn) => {
    const size = sizeOf(drawn);
    const values = distinct ? distinctFrom(options, size) : fc.array(element, { minLength: size, maxLength: size, size: "max" });
    return fc.tuple(values, views ? someLayout : fc.constant<Layout>("contiguous")).map(([list, layout]) => printable(laidOut(filled(list, drawn, dtype), layout)));
  });
}

const someLayout = simplestOf([0, 0, 0, 1, 2, 3].map((layout): Layout => layouts[layout]));

function distinctFrom(options: ElementOptions, size: number): fc.Arbitrary<number[]> {
  const { grid, kinks, neighbours, extremes } = pools(options, Math.max(64, 2 * size));
  const pool = [...new Set([...grid, ...kinks, ...neighbours, ...extremes])];
  if (pool.length < size) throw new ParameterError({ where: "arrays", problem: `the interval has ${pool.length} numbers of this dtype for ${size} distinct elements.`, mend: "widen it, or use float64." });
  return fc.uniqueArray(simplestOf(pool), { minLength: size, maxLength: size, size: "max" });
}

/**
 * A tree of directions for a tree of arrays: each leaf shaped like its own, of eighths from -2 to 2 other than 0. Exact in
 * both dtypes, so that sums of a few are exact too; no zeros, because a direction that is zero somewhere does not test there.
 *
 * Shrinks towards ones.
 */
export function directions<T extends Tree>(at: T): fc.Arbitrary<T> {
  const leaves = leavesOf(at).map((leaf) => (typeof leaf === "number" ? nonZeroEighth : arrayOf(nonZeroEighth, leaf as NdArray)));
  return fc.tuple(...(leaves as fc.Arbitrary<unknown>[])).map((drawn) => refill(at, drawn) as T);
}

const nonZeroEighth = simplestOf([8, 16, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15].flatMap((eighths) => [eighths / 8, -eighths / 8]));

function arrayOf(element: fc.Arbitrary<number>, like: NdArray): fc.Arbitrary<NdArray> {
  const size = sizeOf(like.shape);
  return fc.array(element, { minLength: size, maxLength: size, size: "max" }).map((values) => printable(filled(values, like.shape, dtypeOf(like))));
}

/** One use of a primitive: what `apply(primitive, args, params)` takes. */
export interface PrimitiveUse<P> {
  args: NdArray[];
  params: P;
}

/**
 * Arguments of a primitive from what its record declares: one of its cases, each argument from its domain, the first with
 * the kinks that lie in it, and arranged as the case says.
 */
export function argumentsOf<P>(primitive: Primitive<P>, options: Pick<ArrayOptions, "dtype" | "distinct" | "views"> = {}): fc.Arbitrary<PrimitiveUse<P>> {
  return fc.oneof(...primitive.cases.map(({ shapes: own, params, arrange }) => fc.tuple(...own.map((shape, position) => {
    const { low, high } = primitive.domain[primitive.variadic ? 0 : position];
    const kinks = position > 0 ? [] : (primitive.kinks?.(params) ?? []).map(({ at }) => at).filter((at) => at >= low && at <= high);
    return arrays({ ...options, shape, low, high, kinks });
  })).map((args) => ({ args: args.map((x, position) => arrange?.[position]?.(x) ?? x), params }))));
}

function filled(values: readonly number[], shape: readonly number[], dtype: Dtype): NdArray {
  const data = allocate(dtype, values.length);
  data.set(values);
  return view(data, shape);
}

/** Gives fast-check the text to print; hidden from everything that lists an array's properties. */
function printable(x: NdArray): NdArray {
  return Object.defineProperty(x, fc.toStringMethod, { value: () => arrayText(x), enumerable: false });
}
