import { ParameterError } from "../../errors/index.ts";
import { kinds, optionsOf } from "../../errors/options.ts";
import { digits, type MatcherResult } from "./result.ts";

export interface OrderOptions {
  /** The later one must be larger by more than this; default 0. */
  margin?: number;
  /** The later one must be larger by more than this factor; default 1. For values > 0. */
  factor?: number;
}

const checkOptions = optionsOf("toBeOrdered", { margin: kinds.number, factor: kinds.number });

/**
 * expect({ nonRobust: [3, 4], robust: [10, 12] }).toBeOrdered(["nonRobust", "robust"]): in every class (or seed) each named
 * feature arrives before the next. expect([1, 2, 3]).toBeOrdered(): the numbers increase. The order is strict.
 *
 * Infinity means never: something comes before never, but of two that never come neither is first. NaN is an error.
 */
export function toBeOrdered(received: unknown, names?: readonly string[] | OrderOptions, options: OrderOptions = {}): MatcherResult {
  const given = Array.isArray(names) ? options : ((names as OrderOptions | undefined) ?? options);
  checkOptions(given);
  const { margin = 0, factor = 1 } = given;
  const rows = rowsOf(received, Array.isArray(names) ? (names as readonly string[]) : undefined);
  const before = (a: number, b: number) => a < b && b - a > margin && b > factor * a;
  const faults: { words: string; by: number }[] = [];
  for (let i = 0; i + 1 < rows.length; i++) {
    const [first, second] = [rows[i], rows[i + 1]];
    first.times.forEach((a, at) => {
      const b = second.times[at];
      if (!before(a, b)) faults.push({ words: `${first.name} (${digits(a)}) and ${second.name} (${digits(b)})${first.times.length > 1 ? ` at [${at}]` : ""}`, by: a === b ? 0 : a - b });
    });
  }
  const asked = [...(margin > 0 ? [`by more than ${margin}`] : []), ...(factor > 1 ? [`by more than a factor ${factor}`] : [])].join(" and ");
  const order = `${rows.map(({ name }) => name).join(" before ")}${asked === "" ? "" : `, each ${asked}`}`;
  const pairs = (rows.length - 1) * rows[0].times.length;
  if (faults.length === 0) return { pass: true, message: () => `expected not ${order}, but all ${pairs} pairs are in this order` };
  return {
    pass: false,
    message: () => {
      const worst = faults.reduce((a, b) => (b.by > a.by ? b : a));
      const how = worst.by > 0 ? `out of order by ${digits(worst.by)}` : worst.by === 0 ? "come together" : `in order by only ${digits(-worst.by)}`;
      return `expected ${order}, but ${faults.length} of ${pairs} pairs ${faults.length === 1 ? "is" : "are"} not; worst: ${worst.words} ${how}`;
    },
  };
}

function rowsOf(received: unknown, names: readonly string[] | undefined): { name: string; times: readonly number[] }[] {
  const where = "toBeOrdered";
  const list = Array.isArray(received) || received instanceof Float64Array || received instanceof Float32Array;
  if (typeof received !== "object" || received === null || (list && names !== undefined) || (!list && names === undefined)) {
    throw new ParameterError({ where, problem: "what is to be ordered was not understood.", expected: "a list of numbers and no names, or a record of arrival times and the names of its keys in order." });
  }
  const record = received as Record<string, number | readonly number[]>;
  const missing = names?.find((name) => !Object.hasOwn(record, name));
  if (missing !== undefined) throw new ParameterError({ where, problem: `nothing is named "${missing}".`, expected: `some of ${Object.keys(record).join(", ")}.` });
  const rows = list
    ? Array.from(received as readonly number[], (time, at) => ({ name: `[${at}]`, times: [time] }))
    : names!.map((name) => ({ name, times: typeof record[name] === "number" ? [record[name]] : Array.from(record[name] as ArrayLike<number>) }));
  if (rows.length < 2 || rows[0].times.length === 0) throw new ParameterError({ where, problem: "there is nothing to compare.", expected: "two names or numbers at least, and a time for each." });
  for (const { name, times } of rows) {
    if (times.length !== rows[0].times.length) throw new ParameterError({ where, problem: `${name} has ${times.length} times, ${rows[0].name} has ${rows[0].times.length}.`, expected: "one for each class or seed." });
    if (times.some((time) => typeof time !== "number" || Number.isNaN(time))) throw new ParameterError({ where, problem: `${name} has a time that is no number.`, expected: "numbers; Infinity for what never comes." });
  }
  return rows;
}
