/**
 * Which of two values is simpler: counts are simplest when small, other numbers when they are the range's own reference value, then with
 * few digits; choices in their order.
 */
import type { Point, Range } from "../claims/index.ts";
import { type Box, isInterval, placeOf, type Value } from "./space.ts";

/** 0 for the simplest value of a range, more for others. Comparable between parameters: about one a digit. */
export function complexity(range: Range, value: Value): number {
  if (typeof range !== "object") return 0;
  if (!isInterval(range)) return Math.max(0, range.choices.indexOf(value));
  const x = value as number;
  if (range.integer) return x === range.low ? 0 : Math.log2(1 + x - range.low) / 2 + significantDigits(x) / 10;
  const toward = simplestOf(range) as number;
  // the distance only breaks ties between values of equal length
  return x === toward ? 0 : significantDigits(x) + Math.abs(placeOf(range, x) - placeOf(range, toward)) / 2;
}

export function pointComplexity(box: Box, point: Point): number {
  return Object.keys(box).reduce((sum, name) => sum + complexity(box[name], point[name]), 0);
}

/** Parameters that are not at their simplest value: what a person has to keep in mind. */
export function notSimplest(box: Box, point: Point): string[] {
  return Object.keys(box).filter((name) => complexity(box[name], point[name]) > 0);
}

/** The simplest value of a range. */
export function simplestOf(range: Range): Value {
  if (typeof range !== "object") return range;
  if (!isInterval(range)) return range.choices[0] as Value;
  return range.integer ? range.low : (range.toward ?? range.low);
}

/** Simpler values to try instead of one, the simplest first: at most fifteen, closing in on the value itself. */
export function simplerValues(range: Range, value: Value): Value[] {
  if (typeof range !== "object") return [];
  if (!isInterval(range)) return range.choices.slice(0, Math.max(0, range.choices.indexOf(value))) as Value[];
  const x = value as number;
  const { low, high, integer = false, scale } = range;
  const toward = simplestOf(range) as number;
  // a half, three quarters, ... of the way from the simplest value to this one
  const between = [1, 2, 3, 4, 5].map((halvings) => 1 - 0.5 ** halvings).map((way) => (scale === "log" && toward > 0 && x > 0 ? toward * (x / toward) ** way : toward + way * (x - toward)));
  const candidates = integer
    ? [low, low + 1, ...between.map(Math.round), rounded(x, 1, Math.floor), x - 1]
    : [toward, ...between.flatMap((y) => [rounded(y, 1, Math.round), rounded(y, 2, Math.round)]), ...[1, 2].flatMap((digits) => [rounded(x, digits, Math.floor), rounded(x, digits, Math.ceil)])];
  const own = complexity(range, x);
  return [...new Set(candidates)].filter((y) => y >= low && y <= high && complexity(range, y) < own).sort((a, b) => complexity(range, a) - complexity(range, b));
}

/** Digits of a number as it is written, without leading and trailing zeros. */
export function significantDigits(x: number): number {
  return Math.abs(x).toExponential().split("e")[0].replace(".", "").length;
}

function rounded(x: number, digits: number, round: (y: number) => number): number {
  if (x === 0) return 0;
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(x))) - digits + 1);
  // through text, so that 0.3 / 0.1 is 3 and 3 * 0.1 is 0.3
  return Number((round(Number((x / unit).toPrecision(12))) * unit).toPrecision(12));
}
