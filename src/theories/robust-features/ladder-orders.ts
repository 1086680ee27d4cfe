/** P13's prediction: each quantity's exponent along a ladder, equal to that of the closed forms within a tolerance fixed before. */
import { qt } from "lib-r-math.js";
import { digits, type Figure, type PooledJudgement, type PooledPrediction } from "../../claims/index.ts";
import { logF64 } from "../../kernels/index.ts";
import { figure, type LadderGroup, ladderPanel } from "./figures.ts";

/** What a seed shows: for each quantity its value at each rung. */
export type LadderObservation<Name extends string> = Record<Name, readonly number[]>;

export interface FittedOrder {
  exponent: number;
  /** 90 % interval. */
  low: number;
  high: number;
}

/** Least-squares slope of ln(values) on ln(sizes); NaN unless all are positive and finite. */
export function exponentAlong(sizes: readonly number[], values: readonly number[]): number {
  if (values.some((value) => !(value > 0 && value < Infinity))) return NaN;
  return slopeWeights(sizes).reduce((sum, weight, at) => sum + weight * logF64(values[at]), 0);
}

/** The slope is sum_i w_i ln(value_i), w_i = (x_i - mean x) / sum_j (x_j - mean x)^2, x = ln size. */
function slopeWeights(sizes: readonly number[]): number[] {
  const logs = sizes.map(logF64);
  const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
  const square = logs.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
  return logs.map((x) => (x - mean) / square);
}

/** How far an exponent can be off when every rung's value is within the factor `accuracy` of its closed form: ln(accuracy) sum_i |w_i|. */
function exponentTolerance(sizes: readonly number[], accuracy: number): number {
  return logF64(accuracy) * slopeWeights(sizes).reduce((sum, weight) => sum + Math.abs(weight), 0);
}

/**
 * The mean of the seeds' exponents, with Student's 90 % interval: seeds are independent, and each gives the whole ladder. Its ends
 * within a tolerance are two one-sided tests at 5 % (equivalence). NaN when a seed's exponent is, or there are fewer than two.
 */
export function fittedOrder(sizes: readonly number[], seeds: readonly (readonly number[])[]): FittedOrder {
  const slopes = seeds.map((values) => exponentAlong(sizes, values));
  const n = slopes.length;
  const mean = slopes.reduce((sum, x) => sum + x, 0) / n;
  const deviation = Math.sqrt(slopes.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (n - 1));
  const half = n < 2 ? NaN : (qt(0.95, n - 1) * deviation) / Math.sqrt(n);
  return { exponent: mean, low: mean - half, high: mean + half };
}

/**
 * `accuracy`: the factor within which each quantity's closed form is taken to hold at every rung, such as 1.1 for 10 %; how far the
 * exponent may then be off is its tolerance. Holds when every quantity's interval lies within the tolerance of its predicted exponent, fails when one lies outside altogether or a
 * quantity is not positive and finite at every rung, and is undecided otherwise. That all must lie within needs no correction
 * for their number: each test alone keeps the level (intersection-union).
 */
export function ordersNear<Name extends string>(sizes: readonly number[], predicted: () => Record<Name, readonly number[]>, accuracy: Record<Name, number>, words: string): PooledPrediction<LadderObservation<Name>> {
  // worked out when first needed: a list of claims need not wait for it
  let known: Record<Name, readonly number[]> | undefined;
  return {
    words,
    judgeAll(seeds): PooledJudgement {
      const outcomes = (Object.entries((known ??= predicted())) as [Name, readonly number[]][]).map(([name, values]) => {
        const aim = exponentAlong(sizes, values);
        const tolerance = exponentTolerance(sizes, accuracy[name]);
        const { exponent, low, high } = fittedOrder(sizes, seeds.map((seed) => seed[name]));
        const inside = low >= aim - tolerance && high <= aim + tolerance;
        const outside = low > aim + tolerance || high < aim - tolerance || (seeds.length > 1 && Number.isNaN(exponent));
        return { inside, outside, line: `${name} ${digits(exponent)} (${digits(low)} to ${digits(high)}; predicted ${digits(aim)} within ${digits(tolerance)})${outside ? " (outside)" : ""}` };
      });
      return {
        outcome: outcomes.some(({ outside }) => outside) ? "fails" : outcomes.every(({ inside }) => inside) ? "holds" : "undecided",
        observed: `exponents in k, with 90 % intervals: ${outcomes.map(({ line }) => line).join(", ")}`,
      };
    },
    describe: (seed) => (Object.entries(seed) as [Name, readonly number[]][]).map(([name, values]) => `${name} ${values.map(digits).join(", ")}`).join("; "),
  };
}

/** Both sizes, and the time, along the ladder on logarithmic axes, with fitted power laws where there are any. */
export function ordersFigure<Time extends "T_u" | "T_v">(title: string, sizes: readonly number[], seeds: readonly LadderObservation<"U" | "V" | Time>[], time: Time): Figure {
  const group = (quantity: "U" | "V" | Time, name: string, colour: LadderGroup["colour"]): LadderGroup => {
    const fit = fittedOrder(sizes, seeds.map((seed) => seed[quantity]));
    return { name, colour, sizes, values: sizes.map((_, at) => seeds.map((seed) => seed[quantity][at])), ...(Number.isNaN(fit.low) ? {} : { fit }) };
  };
  const timed = time === "T_u" ? group(time, "T_u, robust", "robust") : group(time, "T_v, non-robust", "nonRobust");
  return figure(title, `${seeds.length} seed${seeds.length === 1 ? "" : "s"}, a typical class of each. Lines: fitted power laws with 90 % bands.`, [
    ladderPanel("sizes at the end of training", "number of classes k", "largest correlation (weight units)", [group("U", "U, robust", "robust"), group("V", "V, non-robust", "nonRobust")]),
    ladderPanel("learning time", "number of classes k", "steps", [timed]),
  ]);
}
