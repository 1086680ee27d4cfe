/** Points kept as files beside the claims, in a folder named examples: where they go, and those that are there. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { canonical } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import { exampleFrom, exampleText, type KeptExample } from "../falsify/index.ts";
import { installation } from "./installation.ts";
import { writeWhole } from "./output.ts";

/**
 * The folder for examples of a claim: beside its source in a clone, beside its module with --claims.
 *
 * Errors: ParameterError for a claim of an installed package, whose folder is not the user's.
 */
export function examplesFolder(id: string, claims?: string): string {
  const root = claims === undefined ? join(installation().root, "proofs-check") : resolve(claims);
  const source = existsSync(root) ? readdirSync(root, { recursive: true, encoding: "utf8" }).find((path) => new RegExp(String.raw`(^|[\\/])${id}\.m?[jt]s$`).test(path)) : undefined;
  if (source === undefined) throw new ParameterError({ where: "--keep", problem: `there is no source of ${id} beside which an example could lie.`, expected: "a clone of the repository, or --claims with a folder of your own." });
  return join(root, dirname(source), "examples");
}

/** Writes `<claim>.<n>.json` with the least n that is free; an example with the same point and seeds is written over instead. Returns its path. */
export function keepExample(folder: string, example: KeptExample): string {
  mkdirSync(folder, { recursive: true });
  const same = readExamples(folder).find(({ example: other }) => other.claim === example.claim && canonical([other.point, other.seeds]) === canonical([example.point, example.seeds]));
  let n = 1;
  while (existsSync(join(folder, `${example.claim}.${n}.json`))) n++;
  const path = same?.path ?? join(folder, `${example.claim}.${n}.json`);
  writeWhole(path, exampleText(example));
  return path;
}

/** Every example of a folder, by file name. Errors: FileError on a .json file that is none. */
export function readExamples(folder: string): { path: string; example: KeptExample }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(".json")).sort().map((name) => {
    const path = join(folder, name);
    return { path, example: exampleFrom(readFileSync(path, "utf8"), path) };
  });
}
