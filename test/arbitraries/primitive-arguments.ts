/** Arguments of registered primitives, drawn from what each record declares: its cases, domain and kinks. */
import fc from "fast-check";
import { allocate, type Dtype, type NdArray, sizeOf, view } from "../../src/ndarray/index.ts";
import { allPrimitives, type Interval, type Kink, type LawCase, type Primitive } from "../../src/autodiff/index.ts";
import "../../src/ops/index.ts";
import "../../src/ops/images/index.ts";

/** One declared case of one registered primitive. */
export interface Use {
  primitive: Primitive<unknown>;
  use: LawCase<unknown>;
  label: string;
}

export const uses: readonly Use[] = allPrimitives().flatMap((record) => {
  const primitive = record as unknown as Primitive<unknown>;
  return primitive.cases.map((use) => ({ primitive, use, label: `${primitive.name} ${JSON.stringify(use.shapes)} ${paramsText(use.params)}` }));
});

function paramsText(params: unknown): string {
  return JSON.stringify(params, (_key, value: unknown) => (value instanceof Int32Array ? [...value] : value));
}

export function kinksOf({ primitive, use }: Use): readonly Kink[] {
  return primitive.kinks?.(use.params) ?? [];
}

/** Where an argument may be drawn from. */
export function domainOf({ primitive }: Use, position: number): Interval {
  return primitive.domain[primitive.variadic ? 0 : position];
}

/** Marks an interval is cut into; an argument of n elements takes n different ones. */
const marks = 96;
/** How far smooth arguments keep from a kink: a step of the difference ladder must fit in between. */
const clearance = 0.06;

/** The drawn arrays as the case wants them: a triangle, a positive definite matrix, ... */
function arranged({ use }: Use, args: readonly NdArray[]): NdArray[] {
  return args.map((x, position) => use.arrange?.[position]?.(x) ?? x);
}

/** Whether the arguments are further from every point of non-smoothness than a step of the difference ladder. */
function isClear({ primitive, use }: Use, args: readonly NdArray[]): boolean {
  return primitive.clearance === undefined || primitive.clearance(args, use.params) > clearance;
}

/**
 * Arguments where the primitive is smooth: different marks of the domain for the elements of one argument (no ties inside
 * it), marks shifted by a share of their distance from one argument to the next (no ties between them), none near a kink,
 * then arranged as the case says and drawn again where the primitive's own clearance is too small. The ends of the domain are among the marks. Excluded by choice: NaN, infinities, -0.
 */
export function smoothArguments(at: Use, dtype: Dtype = "float64"): fc.Arbitrary<NdArray[]> {
  const kinks = kinksOf(at);
  return fc.tuple(...at.use.shapes.map((shape, position) => {
    const allowed = grid(domainOf(at, position), position / at.use.shapes.length)
      .filter((x) => position > 0 || kinks.every((kink) => Math.abs(x - kink.at) > clearance));
    return fc.shuffledSubarray(allowed, { minLength: sizeOf(shape), maxLength: sizeOf(shape) }).map((values) => arrayOf(values, shape, dtype));
  })).map((args) => arranged(at, args)).filter((args) => isClear(at, args));
}

/** Arguments anywhere in the domain: repeated values (ties), its ends, and the kinks themselves with their neighbours; arranged as the case says. */
export function anyArguments(at: Use, dtype: Dtype = "float64"): fc.Arbitrary<NdArray[]> {
  return fc.tuple(...at.use.shapes.map((shape, position) => {
    const interval = domainOf(at, position);
    const near = position > 0 ? [] : kinksOf(at).flatMap((kink) => [kink.at, kink.at + 2 ** -40, kink.at - 2 ** -40]);
    const element = fc.oneof(
      fc.constantFrom(...grid(interval, 0).filter((_, mark) => mark % 12 === 0)),
      fc.double({ min: interval.low, max: interval.high, noNaN: true }).map((x) => x + 0), // -0 becomes 0
      fc.constantFrom(interval.low, interval.high, ...near),
    );
    return fc.array(element, { minLength: sizeOf(shape), maxLength: sizeOf(shape) }).map((values) => arrayOf(values, shape, dtype));
  })).map((args) => arranged(at, args));
}

/** A direction or a cotangent: eighths from -2 to 2, exact in both dtypes, so that sums of a few are exact too. */
export function eighths(shape: readonly number[], dtype: Dtype): fc.Arbitrary<NdArray> {
  const size = sizeOf(shape);
  return fc.array(fc.integer({ min: -16, max: 16 }), { minLength: size, maxLength: size }).map((values) => arrayOf(values.map((x) => x / 8), shape, dtype));
}

function grid({ low, high }: Interval, shift: number): number[] {
  const step = (high - low) / marks;
  const inside = Array.from({ length: marks }, (_, mark) => low + (mark + shift) * step);
  return (shift === 0 ? [...inside, high] : inside).map((x) => x + 0);
}

export function arrayOf(values: readonly number[], shape: readonly number[], dtype: Dtype): NdArray {
  const data = allocate(dtype, values.length);
  data.set(values);
  return view(data, shape);
}
