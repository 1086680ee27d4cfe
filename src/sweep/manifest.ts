/** sweep.json in a results folder: which sweep its records belong to, and which lemmagrad computes them. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "../claims/index.ts";
import { FileError, ParameterError } from "../errors/index.ts";
import type { Identity } from "./cell.ts";
import type { SweepDefinition } from "./definition.ts";
import { writeFault, writeWhole } from "./files.ts";

export const manifestName = "sweep.json";
export const sweepFormat = "lemmagrad-sweep-1";

export interface Manifest extends Identity {
  format: typeof sweepFormat;
  /** What the cells follow from: the definition without what changes none. */
  definition: SweepDefinition;
  cells: number;
}

export function manifestOf(definition: SweepDefinition, identity: Identity, cells: number): Manifest {
  // where the claims lie, what may be spent and what is drawn changes no cell
  const { $schema: _schema, title: _title, budget: _budget, figure: _figure, claims: _claims, ...what } = definition;
  return { format: sweepFormat, ...identity, cells, definition: what };
}

/**
 * The manifest of a folder; undefined where there is none.
 *
 * Errors: FileError on one that is damaged.
 */
export function readManifest(out: string): Manifest | undefined {
  const path = join(out, manifestName);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new FileError({ where: path, problem: `it cannot be read: ${message}.`, expected: "the description of a sweep." }, { cause });
  }
  const damaged = new FileError({ where: path, problem: "it is damaged, or describes no sweep.", expected: `a file written by \`lemmagrad sweep\`, format ${sweepFormat}.`, mend: "use another --out, or remove the folder if nothing in it is needed." });
  try {
    const value = JSON.parse(text) as Manifest;
    if (value?.format === sweepFormat && typeof value.version === "string" && typeof value.cells === "number" && typeof value.definition === "object") return value;
  } catch (cause) {
    throw new FileError(damaged.parts, { cause });
  }
  throw damaged;
}

/**
 * Sees that a folder is this sweep's, and makes it so if it is nobody's.
 *
 * Errors: ParameterError when it holds another sweep, or this one by another version or with other claims; FileError when it cannot be
 *         written.
 */
export function claimFolder(out: string, own: Manifest): void {
  const found = readManifest(out);
  if (found === undefined) {
    try {
      mkdirSync(out, { recursive: true });
    } catch (cause) {
      throw writeFault(out, cause);
    }
    writeWhole(join(out, manifestName), `${JSON.stringify(own, null, 2)}\n`);
    return;
  }
  const refuse = (problem: string, expected: string): never => {
    throw new ParameterError({ where: `--out ${out}`, problem, expected, mend: "use another --out." });
  };
  if (found.version !== own.version) refuse(`its results were made by lemmagrad ${found.version}, this is ${own.version}.`, "one version a results folder: rows of two are not mixed.");
  const differing = [...new Set([...Object.keys(found.definition), ...Object.keys(own.definition)])].filter((key) => part(found.definition, key) !== part(own.definition, key));
  if (differing.length > 0) refuse(`it holds the results of another sweep, with other ${differing.join(", ")}.`, "the same sweep file.");
  if (found.claims !== own.claims) refuse("the claims have changed since its results were made.", "the same claim files.");
}

const part = (definition: SweepDefinition, key: string): string | undefined => canonical((definition as Record<string, unknown>)[key]);
