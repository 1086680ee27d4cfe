/** What lies beside a report and is shown in it: phase diagrams in phase/, searches for counterexamples in falsify/. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PhaseResult } from "../claims/index.ts";
import type { SearchSummary } from "../report/index.ts";
import { installation } from "./installation.ts";

/** What a search's file says at its top. */
export const searchSchema = "lemmagrad search";

interface Versioned {
  version: string;
  rerun: string;
}

type Parts<T> = { [Key in keyof T]?: unknown } & { claim?: { id?: unknown } };

/** Every phase diagram of a folder, by file name; one that is damaged, or was made by another version, is passed over with a notice. */
export function readPhases(folder: string, notice: (words: string) => void): PhaseResult[] {
  return readWhole<PhaseResult>(folder, "phase diagram", notice, ({ schema, cells, boundary, confusion, claim, x, y }) => {
    const [columns, rows] = [x, y].map((axis) => (axis as { values?: unknown } | undefined)?.values);
    return schema === "phase.schema.json" && Array.isArray(cells) && Array.isArray(boundary) && confusion !== undefined && typeof claim?.id === "string"
      && Array.isArray(columns) && Array.isArray(rows) && cells.length === columns.length * rows.length;
  });
}

/** The same for searches. */
export function readSearches(folder: string, notice: (words: string) => void): SearchSummary[] {
  return readWhole<SearchSummary & Versioned & { schema: string }>(folder, "search", notice, ({ schema, claim, seconds, tried, inside, decided, parameters, found }) =>
    schema === searchSchema && typeof claim?.id === "string" && typeof seconds === "number" && typeof tried === "number" && inside !== undefined && decided !== undefined
      && Array.isArray(parameters) && (found === undefined || Array.isArray((found as { seeds?: unknown }).seeds)));
}

function readWhole<T extends Versioned>(folder: string, what: string, notice: (words: string) => void, isWhole: (value: Parts<T>) => boolean): T[] {
  if (!existsSync(folder)) return [];
  const { version } = installation();
  return readdirSync(folder).filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json")).sort().flatMap((name) => {
    const path = join(folder, name);
    const value = parsed(path) as (T & Parts<T>) | undefined;
    if (value === undefined || !isWhole(value)) notice(`${path} is no ${what}, or is damaged; the report does without it.`);
    else if (value.version !== version) notice(`${path} was made by lemmagrad ${value.version}, this is ${version}; the report does without it. Make it again:\n  ${value.rerun}`);
    else return [value];
    return [];
  });
}

/** An object from a file; undefined when it holds none. */
function parsed(path: string): object | undefined {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as unknown;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
