/** What a claim observed, as columns: whatever shape its observable has. */
import type { Row, Value } from "./cell.ts";

/**
 * A number, truth or text becomes a column of its own; the numbers of a list become four: .min, .median, .max, and .n, how many of them are
 * finite. Names are paths from the observation, joined by dots; a list of records is taken as a record of lists.
 *
 * Values that are not finite are null: a median is null when that place in the order holds an infinite one.
 */
export function observationColumns(observation: unknown): Row {
  const singles: Record<string, Value> = {};
  const lists = new Map<string, number[]>();
  collect(observation, ["obs"], false);
  for (const [name, values] of lists) Object.assign(singles, listColumns(name, values));
  return singles;

  function collect(value: unknown, path: readonly string[], inList: boolean): void {
    const name = path.join(".");
    if (typeof value === "number" || typeof value === "boolean") {
      if (inList) listOf(name).push(Number(value));
      else singles[name] = typeof value === "number" ? finite(value) : value;
    } else if (typeof value === "string") {
      if (!inList) singles[name] = value;
    } else if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
      // an empty list has its columns too, so that the table does not depend on which cells found something
      const items = value as ArrayLike<unknown>;
      if (items.length === 0) listOf(name);
      for (let i = 0; i < items.length; i++) collect(items[i], path, true);
    } else if (typeof value === "object" && value !== null) {
      for (const [key, part] of Object.entries(value)) collect(part, [...path, key], inList);
    }
  }

  function listOf(name: string): number[] {
    let list = lists.get(name);
    if (list === undefined) lists.set(name, (list = []));
    return list;
  }
}

/** The four columns of a list. NaN takes no part in the order. */
export function listColumns(name: string, values: Iterable<number>): Row {
  const all = Float64Array.from(values);
  const sorted = all.filter((x) => !Number.isNaN(x)).sort();
  const middle = sorted.length >> 1;
  const median = sorted.length === 0 ? NaN : sorted.length % 2 === 1 ? sorted[middle] : sorted[middle - 1] + (sorted[middle] - sorted[middle - 1]) / 2;
  return {
    [`${name}.min`]: finite(sorted[0] ?? NaN), [`${name}.median`]: finite(median), [`${name}.max`]: finite(sorted[sorted.length - 1] ?? NaN),
    [`${name}.n`]: sorted.filter(Number.isFinite).length,
  };
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);
