/**
 * Numbers to fill arrays with: a grid over an interval, the kinks and their neighbours, and extremes.
 *
 * Why not fc.double: it draws representable numbers evenly, and of the doubles between 0 and 1 more than nine in ten lie
 * below 1e-6. A smoothed ReLU with a bend of width 0.1 would be tested at zero, over and over.
 */
import type fc from "fast-check";
import { ParameterError } from "../errors/index.ts";
import type { Dtype } from "../ndarray/index.ts";
import { SimplestFirst } from "./simplest-first.ts";

export interface ElementOptions {
  /** Default -3. */
  low?: number;
  /** Default 3. */
  high?: number;
  /** Where the function under test bends or jumps; inside [low, high]. Default none. */
  kinks?: readonly number[];
  /** Values to try besides, inside the interval or not. Default [low, high]. */
  extremes?: readonly number[];
  /** Every value is rounded to it. Default float64. */
  dtype?: Dtype;
  /** Draw NaN too. Default false. */
  nan?: boolean;
  /** Draw -0 too. Default false. */
  negativeZero?: boolean;
}

/** How many of sixteen elements come from where; what is not asked for goes to the grid. */
export const elementShares = { kinks: 2, neighbours: 3, extremes: 2, nan: 1, negativeZero: 1 } as const;

/**
 * One number. Of sixteen, 2 are a kink, 3 a near neighbour of one (on either side, at eps and at sqrt(eps) of the interval's
 * largest number), 2 an extreme, 1 NaN and 1 -0 where those are asked for, and the rest, 7 to 16, multiples of a power of
 * two, 64 to 129 of them spread evenly over the interval. NaN and -0 are excluded unless asked for; infinities are drawn
 * only as `extremes`.
 *
 * Shrinks towards 0 and short binary fractions. Errors: ParameterError on an interval without inside, or a kink outside it.
 */
export function elementsFrom(options: ElementOptions = {}): fc.Arbitrary<number> {
  const { grid, kinks, neighbours, extremes } = pools(options);
  const others = [
    { share: elementShares.kinks, values: kinks },
    { share: elementShares.neighbours, values: neighbours },
    { share: elementShares.extremes, values: extremes },
    { share: elementShares.nan, values: options.nan ? [NaN] : [] },
    { share: elementShares.negativeZero, values: options.negativeZero ? [-0] : [] },
  ].filter(({ values }) => values.length > 0);
  const rest = 16 - others.reduce((total, { share }) => total + share, 0);
  return new SimplestFirst([{ share: rest, values: grid }, ...others]);
}

export interface Pools { grid: number[]; kinks: number[]; neighbours: number[]; extremes: number[] }

/** The values of each kind, simplest first; at least `least` of them on the grid. */
export function pools(options: ElementOptions, least = 64): Pools {
  const { low = -3, high = 3, kinks = [], dtype = "float64" } = options;
  if (!(low < high) || !Number.isFinite(low) || !Number.isFinite(high)) {
    throw new ParameterError({ where: "arrays", problem: `[${low}, ${high}] is no interval to draw from.`, expected: "finite numbers with low < high." });
  }
  const outside = kinks.find((kink) => !(kink >= low && kink <= high));
  if (outside !== undefined) {
    throw new ParameterError({ where: "arrays", problem: `the kink ${outside} lies outside [${low}, ${high}].`, expected: "kinks that can be reached.", mend: "widen the interval to both sides of it, or leave it out." });
  }
  const round = (x: number) => (dtype === "float32" ? Math.fround(x) : x) + 0; // -0 becomes 0
  const eps = dtype === "float32" ? 2 ** -23 : 2 ** -52;
  const scale = Math.max(Math.abs(low), Math.abs(high));
  const neighbours = kinks.flatMap((kink) => [Math.sqrt(eps), eps].flatMap((near) => [kink + near * scale, kink - near * scale])).filter((x) => x >= low && x <= high);
  return { grid: gridOver(low, high, least).map(round), kinks: kinks.map(round), neighbours: neighbours.map(round), extremes: (options.extremes ?? [low, high]).map(round) };
}

/** Multiples of the largest power of two that gives at least `least` of them between low and high, simplest first. */
function gridOver(low: number, high: number, least: number): number[] {
  const step = 2 ** Math.floor(Math.log2(high / least - low / least));
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  const marks = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  // zeros at the end of a mark's binary form are bits that its value does not need; integers all count as simple
  const bits = (mark: number): number => {
    let [rest, saved] = [mark, 0];
    while (saved < 60 && rest % 2 === 0 && rest !== 0) [rest, saved] = [rest / 2, saved + 1];
    return mark === 0 || rest * 2 ** saved * step % 1 === 0 ? 0 : 60 - saved;
  };
  return marks.sort((a, b) => bits(a) - bits(b) || Math.abs(a) - Math.abs(b) || b - a).map((mark) => mark * step);
}
