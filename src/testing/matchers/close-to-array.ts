import { bottom, isTraced } from "../../autodiff/index.ts";
import { ParameterError, shapeText } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { array, checkView, dtypeOf, elements, isNdArray, type NdArray, type Nested } from "../../ndarray/index.ts";
import { digits, type MatcherResult } from "./result.ts";

/** What stands for an array: an ndarray, a traced one, a typed array, nested lists, or a number. */
export type ArrayLikeValue = NdArray | Float64Array | Float32Array | Nested | { readonly shape: readonly number[] };

export interface Closeness {
  /** Allowed distance as a share of the expected element; default 1e-9, for float32 1e-5, and 0 when atol or ulps is given. */
  rtol?: number;
  /** Allowed distance in the array's unit; default 0. */
  atol?: number;
  /** Allowed distance in numbers of the received array's dtype: 0 asks for the same bits, -0 being 0. */
  ulps?: number;
}

const checkOptions = optionsOf("toBeCloseToArray", { rtol: kinds.number, atol: kinds.number, ulps: kinds.number });

/**
 * expect(x).toBeCloseToArray(expected): the same shape, and each element within atol + rtol |expected|, or within `ulps`.
 *
 * NaN is close to NaN and an infinity to itself, in the same place; nothing else is close to either. Dtypes may differ.
 */
export function toBeCloseToArray(received: unknown, expected: ArrayLikeValue, closeness: Closeness = {}): MatcherResult {
  checkOptions(closeness);
  const { rtol, atol = 0, ulps } = closeness;
  const [x, y] = [plain("received", received), plain("expected", expected)];
  const share = rtol ?? (atol !== 0 || ulps !== undefined ? 0 : dtypeOf(x) === "float32" ? 1e-5 : 1e-9);
  if ([share, atol, ulps ?? 0].some((allowed) => !(allowed >= 0))) throw new ParameterError({ where: "toBeCloseToArray", problem: `rtol ${share}, atol ${atol}, ulps ${ulps} are no distances.`, expected: "numbers >= 0." });
  const allowance = [...(share > 0 || (atol === 0 && ulps === undefined) ? [`rtol ${share}`] : []), ...(atol > 0 ? [`atol ${atol}`] : []), ...(ulps === undefined ? [] : [`${ulps} ulps`])].join(", ");
  if (x.shape.length !== y.shape.length || x.shape.some((length: number, axis: number) => length !== y.shape[axis])) {
    return { pass: false, message: () => `expected an array of shape ${shapeText(y.shape)}, received one of shape ${shapeText(x.shape)}` };
  }
  const [a, b] = [elements(x), elements(y)];
  let far = 0;
  let worst = { at: -1, apart: -1 };
  for (let at = 0; at < a.length; at++) {
    const apart = distance(a[at], b[at]);
    const close = apart === 0 || apart <= atol + share * Math.abs(b[at]) || (ulps !== undefined && ulpsApart(a[at], b[at], dtypeOf(x)) <= ulps);
    if (close && apart < Infinity) continue;
    far++;
    if (apart > worst.apart) worst = { at, apart };
  }
  if (far === 0) {
    return { pass: true, message: () => `expected an array of shape ${shapeText(y.shape)} that is not close to the expected one (${allowance}), but all ${a.length} elements are` };
  }
  return {
    pass: false,
    message: () => {
      const [one, other] = [a[worst.at], b[worst.at]];
      return [
        `expected an array of shape ${shapeText(y.shape)} close to the expected one (${allowance}), but ${far} of ${a.length} elements ${far === 1 ? "is" : "are"} further away`,
        `  worst element  ${shapeText(coordinates(worst.at, x.shape))}`, `  received       ${one}`, `  expected       ${other}`,
        `  apart          ${digits(worst.apart)} (${digits(worst.apart / Math.abs(other))} of the expected, ${digits(ulpsApart(one, other, dtypeOf(x)))} ulps)`,
      ].join("\n");
    },
  };
}

function plain(which: string, x: unknown): NdArray {
  if (isTraced(x)) return bottom(x);
  if (isNdArray(x)) return checkView(which, x);
  if (typeof x === "number" || Array.isArray(x) || x instanceof Float64Array || x instanceof Float32Array) return array(x as Nested);
  throw new ParameterError({ where: "toBeCloseToArray", problem: `the ${which} value is ${x === null ? "null" : typeof x}.`, expected: "an array, nested lists of numbers, or a number." });
}

/** |a - b|; 0 for two NaN or two equal infinities, Infinity where only one of them is one. */
function distance(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const apart = Math.abs(a - b);
  return Number.isNaN(apart) ? Infinity : apart;
}

/** How many representable numbers lie between two, counting the far one. */
export function ulpsApart(a: number, b: number, dtype: "float64" | "float32"): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity;
  return Math.abs(Number(rank(a, dtype) - rank(b, dtype)));
}

/** The position of a number among all of its dtype, in order; 0 and -0 share theirs. */
function rank(x: number, dtype: "float64" | "float32"): bigint {
  const bits = dtype === "float64" ? new BigInt64Array(Float64Array.of(x).buffer)[0] : BigInt(new Int32Array(Float32Array.of(x).buffer)[0]);
  const sign = dtype === "float64" ? -(2n ** 63n) : -(2n ** 31n);
  return bits < 0n ? sign - bits : bits;
}

function coordinates(at: number, shape: readonly number[]): number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1, rest = at; axis >= 0; axis--) {
    index[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}
