/** The axes of a sweep: which values each takes, in which order the cells run through them. */
import { ParameterError } from "../errors/index.ts";
import type { AxisDefinition, SweepDefinition } from "./definition.ts";

export type AxisValue = number | string;

/** One or more parameters that change together: a parameter of the grid, or the ladder with all of its. */
export interface Axis {
  names: string[];
  /** Place by place, a value for each name. */
  places: AxisValue[][];
}

/** Parameters that take integers: values of a range are rounded. */
export const integerNames: ReadonlySet<string> = new Set(["k", "m", "P", "sR", "d", "q", "N", "batch", "T", "steps", "attackSteps"]);

/**
 * The ladder, if there is one, and then the grid's parameters in the file's order; the last changes fastest.
 *
 * Errors: ParameterError on an axis without values, a value twice, rungs of different lengths, or a name that stands in two places.
 */
export function axesOf({ set = {}, grid = {}, ladder = {} }: SweepDefinition, where: string): Axis[] {
  const places = { set, grid, ladder };
  for (const [first, second] of [["set", "grid"], ["set", "ladder"], ["ladder", "grid"]] as const) {
    const both = Object.keys(places[first]).find((name) => Object.hasOwn(places[second], name));
    if (both !== undefined) throw new ParameterError({ where, problem: `${both} stands in ${first} and in ${second}.`, expected: "each parameter in one of set, grid and ladder.", mend: `leave ${both} out of one of them.` });
  }
  const axes = Object.entries(grid).map(([name, definition]): Axis => ({ names: [name], places: valuesOf(name, definition, `${where}: grid.${name}`).map((value) => [value]) }));
  // the values of a range differ: that was seen to when they were made
  for (const { names: [name], places: own } of axes) if (Array.isArray(grid[name])) refuseTwice(own, `${where}: grid.${name}`, "a value");
  const rungs = rungsOf(ladder, `${where}: ladder`);
  return rungs === undefined ? axes : [rungs, ...axes];
}

function rungsOf(ladder: Readonly<Record<string, AxisDefinition>>, where: string): Axis | undefined {
  const columns = Object.entries(ladder).map(([name, definition]) => ({ name, values: valuesOf(name, definition, `${where}.${name}`) }));
  if (columns.length === 0) return undefined;
  const uneven = columns.find(({ values }) => values.length !== columns[0].values.length);
  if (uneven !== undefined) throw new ParameterError({ where, problem: `${columns[0].name} has ${columns[0].values.length} rungs, ${uneven.name} has ${uneven.values.length}.`, expected: "lists of one length, a value a rung." });
  const places = columns[0].values.map((_, rung) => columns.map(({ values }) => values[rung]));
  refuseTwice(places, where, "a rung");
  return { names: columns.map(({ name }) => name), places };
}

function refuseTwice(places: readonly AxisValue[][], where: string, what: string): void {
  const seen = new Set<string>();
  for (const place of places) {
    const key = JSON.stringify(place);
    if (seen.has(key)) throw new ParameterError({ where, problem: `${place.join(", ")} stands there twice.`, expected: `${what} once: its cells would be duplicates.`, mend: "leave one out; for more runs of a point, raise seeds." });
    seen.add(key);
  }
}

function valuesOf(name: string, definition: AxisDefinition, where: string): AxisValue[] {
  if (Array.isArray(definition)) {
    const bad = definition.find((value) => typeof value === "number" && !Number.isFinite(value));
    if (bad !== undefined) throw new ParameterError({ where, problem: `${bad} is no value.`, expected: "finite numbers, or words." });
    return definition;
  }
  const { from, count } = definition;
  const place = rangeOf(definition, where);
  const values = Array.from({ length: count }, (_, i) => (integerNames.has(name) ? Math.round(place(i)) : tidy(place(i))));
  if (!values.every(Number.isFinite)) throw new ParameterError({ where, problem: `the range from ${from} leaves the finite numbers.`, expected: "fewer values, or a smaller step." });
  if (new Set(values).size < count) {
    throw new ParameterError({ where, problem: `its ${count} values are not all different: ${values.slice(0, 8).join(", ")}${count > 8 ? ", ..." : ""}.`, expected: `a wider range or fewer values${integerNames.has(name) ? `; ${name} takes integers only` : ""}.` });
  }
  return values;
}

/** The value at place i. */
function rangeOf(range: Exclude<AxisDefinition, readonly unknown[]>, where: string): (i: number) => number {
  const { from, count } = range;
  if ("step" in range) return (i) => from + i * range.step;
  if ("factor" in range) return (i) => from * range.factor ** i;
  const { to, scale = "linear" } = range;
  if (scale === "log" && !(from > 0 && to > 0)) throw new ParameterError({ where, problem: `a logarithmic range cannot go from ${from} to ${to}.`, expected: "both ends > 0.", mend: "use scale: linear, or other ends." });
  if (count === 1 && from !== to) throw new ParameterError({ where, problem: `one value cannot be both ${from} and ${to}.`, expected: "count: 2 or more." });
  return (i) => {
    if (i === count - 1) return to;
    return scale === "log" ? from * (to / from) ** (i / (count - 1)) : from + ((to - from) * i) / (count - 1);
  };
}

/** Twelve digits: values that a person would write, and the same on engines whose ** differs in the last bit. */
const tidy = (value: number): number => Number(value.toPrecision(12));

/** The seeds of every cell. Errors: ParameterError on a seed twice. */
export function seedsOfSweep(seeds: SweepDefinition["seeds"] = 3, where = "seeds"): number[] {
  if (Array.isArray(seeds)) {
    refuseTwice(seeds.map((seed) => [seed]), where, "a seed");
    return seeds;
  }
  const { first = 1, count } = typeof seeds === "number" ? { count: seeds } : seeds;
  return Array.from({ length: count }, (_, i) => first + i);
}
