/** The axes of a phase diagram: which values a parameter takes, and where the cells around them end. */
import { ParameterError } from "../../errors/index.ts";
import type { Point, Range } from "../region.ts";

/** One axis as it was asked for. */
export interface AxisRequest {
  /** A parameter of the claim's region, or a derived coordinate. */
  name: string;
  low: number;
  high: number;
  count: number;
  scale: "linear" | "log";
}

/** A quantity that is no parameter itself, such as a ratio, and how a point gets a wanted value of it. */
export interface DerivedCoordinate {
  /** With symbols, such as "A/B (robust over non-robust energy)". */
  label: string;
  /** Which parameters change, in words that begin a sentence; empty where the name says it. */
  means: string;
  /** Parameters that the point must have. */
  needs: readonly string[];
  integer?: boolean;
  /** The point with the quantity at `value`. Errors: a LemmagradError when there is no such point. */
  at: (point: Point, value: number) => Point;
}

export type DerivedCoordinates = Readonly<Record<string, DerivedCoordinate>>;

export interface PhaseAxis {
  name: string;
  label: string;
  /** How a value of the axis becomes a point; empty where its name says it. */
  means: string;
  scale: "linear" | "log";
  integer: boolean;
  values: number[];
}

/**
 * The axis of a request: `count` values from low to high, evenly spread in the scale, rounded where the parameter is an integer.
 *
 * Errors: ParameterError on a name that is neither a parameter of the box nor a derived coordinate, a parameter without numbers, an
 * empty or infinite range, a logarithm of zero, or values that rounding makes equal.
 */
export function phaseAxis(request: AxisRequest, box: Readonly<Record<string, Range>>, derived: DerivedCoordinates): PhaseAxis {
  const { name, low, high, count, scale } = request;
  const where = `axis ${name}`;
  const coordinate = coordinateOf(name, box, derived);
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high || (low === high && count > 1)) {
    throw new ParameterError({ where, problem: `${low} to ${high} is no range.`, expected: "finite ends, the smaller one first.", mend: "write low:high:count, such as 0.1:10:9." });
  }
  if (scale === "log" && low <= 0) throw new ParameterError({ where, problem: `a logarithmic axis cannot begin at ${low}.`, expected: "low > 0.", mend: "raise low, or use a linear axis." });
  if (!Number.isInteger(count) || count < 1) throw new ParameterError({ where, problem: `${count} is no number of cells.`, expected: "an integer >= 1." });
  const integer = coordinate?.integer ?? isInteger(box[name]);
  const place = (share: number) => (scale === "log" ? low * (high / low) ** share : low + (high - low) * share);
  const values = Array.from({ length: count }, (_, i) => (i === count - 1 && count > 1 ? high : place(count === 1 ? 0 : i / (count - 1)))).map((value) => (integer ? Math.round(value) : tidy(value)));
  if (new Set(values).size < values.length) {
    throw new ParameterError({ where, problem: `${count} values from ${low} to ${high} are not all different${integer ? ": it takes integers only" : ""}.`, expected: "fewer values, or a wider range." });
  }
  return { name, label: coordinate?.label ?? name, means: coordinate?.means ?? "", scale, integer, values };
}

/** Twelve digits: a value that a person wrote stays as it was written, and engines whose ** differ in the last bit agree. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** The derived coordinate of that name; undefined when it is a parameter of the box. */
function coordinateOf(name: string, box: Readonly<Record<string, Range>>, derived: DerivedCoordinates): DerivedCoordinate | undefined {
  const coordinate = Object.hasOwn(derived, name) ? derived[name] : undefined;
  if (coordinate?.needs.every((needed) => Object.hasOwn(box, needed))) return coordinate;
  if (!Object.hasOwn(box, name)) {
    const known = [...Object.keys(box), ...Object.keys(derived).filter((own) => derived[own].needs.every((needed) => Object.hasOwn(box, needed)))];
    throw new ParameterError({ where: `axis ${name}`, problem: `the claim's region has no parameter "${name}".`, expected: `one of ${known.join(", ")}.` });
  }
  const range = box[name];
  if (typeof range === "string" || typeof range === "boolean" || (typeof range === "object" && "choices" in range && !range.choices.every((choice) => typeof choice === "number"))) {
    throw new ParameterError({ where: `axis ${name}`, problem: `${name} does not take numbers.`, expected: "a numeric parameter." });
  }
  return undefined;
}

function isInteger(range: Range | undefined): boolean {
  if (typeof range !== "object") return false;
  return "choices" in range ? range.choices.every(Number.isInteger) : range.integer === true;
}

/** The point of the region that an axis does not change: fixed values, the value an interval shrinks towards, the first choice. */
export function basePoint(box: Readonly<Record<string, Range>>, overrides: Point = {}): Point {
  for (const name of Object.keys(overrides)) {
    if (!Object.hasOwn(box, name)) throw new ParameterError({ where: "phase diagram", problem: `the claim's region has no parameter "${name}".`, expected: `one of ${Object.keys(box).join(", ")}.` });
  }
  const entries = Object.entries(box).map(([name, range]) => {
    if (typeof range !== "object") return [name, range] as const;
    if ("choices" in range) {
      if (range.choices.length === 0) throw new ParameterError({ where: "phase diagram", problem: `the region is empty: ${name} has no choice.`, expected: "at least one." });
      return [name, range.choices[0] as number | string | boolean] as const;
    }
    if (!(range.low <= range.high)) throw new ParameterError({ where: "phase diagram", problem: `the region is empty: ${name} lies between ${range.low} and ${range.high}.`, expected: "low <= high." });
    return [name, range.toward ?? range.low] as const;
  });
  return { ...Object.fromEntries(entries), ...overrides };
}

/** The base point with one axis at a value. */
export function placed(point: Point, axis: Pick<PhaseAxis, "name">, value: number, derived: DerivedCoordinates, box: Readonly<Record<string, Range>>): Point {
  const coordinate = coordinateOf(axis.name, box, derived);
  return coordinate === undefined ? { ...point, [axis.name]: value } : coordinate.at(point, value);
}

/** Where the cell of value number `i` begins and ends: half-way to its neighbours, as the axis is drawn. */
export function edges({ values, scale }: Pick<PhaseAxis, "values" | "scale">, i: number): [number, number] {
  const middle = (a: number, b: number) => (scale === "log" ? Math.sqrt(a * b) : (a + b) / 2);
  const value = values[i];
  if (values.length === 1) return scale === "log" ? [value / 1.5, value * 1.5] : [value - 0.5, value + 0.5];
  const beyond = (at: number, other: number) => (scale === "log" ? at * Math.sqrt(at / other) : at + (at - other) / 2);
  return [
    i === 0 ? beyond(value, values[1]) : middle(values[i - 1], value),
    i === values.length - 1 ? beyond(value, values[i - 1]) : middle(value, values[i + 1]),
  ];
}
