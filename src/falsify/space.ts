/** The ranges of a region's box as the unit interval: where a value lies in its range, and which value lies at a place. */
import type { Interval, Point, Range } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";

export type Box = Readonly<Record<string, Range>>;
export type Value = Point[string];

export function isInterval(range: Range): range is Interval {
  return typeof range === "object" && "low" in range;
}

/** Parameters of a box that can take more than one value. */
export function freeParameters(box: Box): string[] {
  return Object.keys(box).filter((name) => {
    const range = box[name];
    return typeof range === "object" && (isInterval(range) ? range.high > range.low : range.choices.length > 1);
  });
}

/** Where a value lies in its range, from 0 to 1, in the range's own scale. */
export function placeOf(range: Range, value: Value): number {
  if (typeof range !== "object") return 0;
  if (!isInterval(range)) return range.choices.length < 2 ? 0 : range.choices.indexOf(value) / (range.choices.length - 1);
  const { low, high, scale } = range;
  if (high === low) return 0;
  const x = value as number;
  return scale === "log" ? Math.log(x / low) / Math.log(high / low) : (x - low) / (high - low);
}

/** The value at a place from 0 to 1: integers and choices rounded to the nearest, other numbers to four digits, as they are drawn. */
export function valueAt(range: Range, place: number): Value {
  if (typeof range !== "object") return range;
  const at = Math.min(1, Math.max(0, place));
  if (!isInterval(range)) return range.choices[Math.round(at * (range.choices.length - 1))] as Value;
  const { low, high, integer = false, scale } = range;
  const x = scale === "log" ? low * (high / low) ** at : low + at * (high - low);
  return Math.min(high, Math.max(low, integer ? Math.round(x) : Number(x.toPrecision(4))));
}

/** Cells that a range is divided into to see which of them were visited: its values where they are few, else tenths. */
export function cellsOf(range: Range): number {
  if (typeof range !== "object") return 1;
  if (!isInterval(range)) return range.choices.length;
  return range.integer && range.high - range.low < 10 ? range.high - range.low + 1 : 10;
}

export function cellOf(range: Range, value: Value): number {
  const cells = cellsOf(range);
  if (typeof range === "object" && (!isInterval(range) || (range.integer && range.high - range.low < 10))) {
    return isInterval(range) ? (value as number) - range.low : range.choices.indexOf(value);
  }
  return Math.min(cells - 1, Math.floor(cells * placeOf(range, value)));
}

/** "k=2,P=40,alpha=1.5": what --replay takes. */
export function pointText(point: Point): string {
  return Object.entries(point).map(([name, value]) => `${name}=${String(value)}`).join(",");
}

/**
 * The point of such a text; parameters that it leaves out are those of `base`.
 *
 * Errors: ParameterError on a part without "=", a name that the box does not have, one given twice, or a value that cannot lie there.
 */
export function pointFrom(text: string, box: Box, base: Point): Point {
  const point: Record<string, Value> = {};
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const [name, value] = [part.slice(0, Math.max(0, at)).trim(), part.slice(at + 1).trim()];
    const where = `point ${text}`;
    if (at < 1 || value === "") throw new ParameterError({ where, problem: `"${part}" is not of the form name=value.`, expected: "names and values such as k=2,P=40." });
    if (!Object.hasOwn(box, name)) throw new ParameterError({ where, problem: `the claim's region has no parameter "${name}".`, expected: `one of ${Object.keys(box).join(", ")}.` });
    if (Object.hasOwn(point, name)) throw new ParameterError({ where, problem: `${name} is given twice.`, expected: "each parameter at most once." });
    point[name] = typed(name, value, box[name], where);
  }
  return { ...base, ...point };
}

/** A value of the kind that the range holds; it may lie outside of the range, which is then what the hypotheses judge. */
function typed(name: string, text: string, range: Range, where: string): Value {
  const choices = typeof range !== "object" ? [range] : isInterval(range) ? undefined : range.choices;
  const choice = choices?.find((own) => String(own) === text);
  if (choice !== undefined) return choice as Value;
  if (!Number.isNaN(Number(text)) && (choices === undefined || typeof choices[0] === "number")) return Number(text);
  throw new ParameterError({ where, problem: `${name} = ${text} cannot be.`, expected: choices === undefined ? "a number." : `one of ${choices.join(", ")}.` });
}
