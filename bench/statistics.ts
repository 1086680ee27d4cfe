/** What is said of a list of timings. */
import { quantile } from "../src/report/series.ts";

export interface Spread {
  low: number;
  median: number;
  high: number;
}

/** Median and quartiles of those that are there. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return { low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75) };
}

/** A timing over another of the same round, wherever both were measured: what slows a whole round cancels. */
export function ratios(over: readonly number[], under: readonly number[]): number[] {
  return over.map((value, round) => value / (under[round] ?? NaN)).filter((ratio) => !Number.isNaN(ratio));
}

/** The exponent b of y = a x^b by least squares of the logarithms. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const u = x.map(Math.log);
  const v = y.map(Math.log);
  const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
  const [meanU, meanV] = [mean(u), mean(v)];
  return mean(u.map((at, i) => (at - meanU) * (v[i] - meanV))) / mean(u.map((at) => (at - meanU) ** 2));
}

/** Whether a case that takes part in `wanted` of all rounds does so in this one: evenly spread, the first always. */
export function takesPart(round: number, rounds: number, wanted: number): boolean {
  return Math.floor((round * wanted) / rounds) !== Math.floor(((round - 1) * wanted) / rounds);
}
