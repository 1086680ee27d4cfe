/** Writes the report's three files so that a reader never meets half of one. */
import { randomBytes } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Results } from "../claims/results.ts";
import { FileError } from "../errors/index.ts";
import { resultsJson, resultsJsonSchema } from "./results-schema.ts";

export interface WrittenReport {
  results: string;
  schema: string;
  page: string;
}

const problems: Record<string, string> = {
  EEXIST: "it, or a folder above it, is a file.",
  ENOTDIR: "it, or a folder above it, is a file.",
  EISDIR: "a folder stands where one of its files should be.",
  EACCES: "permission is denied.",
  EPERM: "permission is denied.",
  EROFS: "the disk is read-only.",
  ENOSPC: "the disk is full.",
};

function fileError(dir: string, cause: unknown): FileError {
  const code = (cause as { code?: string }).code ?? "";
  return new FileError({
    where: `report folder ${dir}`,
    problem: `cannot write the report: ${problems[code] ?? `${(cause as Error).message}.`}`,
    expected: "a folder that can be written, or a path where one can be made.",
    mend: code === "ENOSPC" ? "free some space and run again." : "name another folder with --out, or move what is in the way.",
  }, { cause });
}

/**
 * Writes results.json (without figures), results.schema.json and index.html into `dir`, which is made if need be. Each
 * goes to a temporary name in the same folder first and is renamed when all are complete.
 *
 * Errors:  FileError when the folder cannot be made or written; no temporary file stays behind.
 */
export async function writeReport(dir: string, results: Results, html: string): Promise<WrittenReport> {
  const written: WrittenReport = {
    results: join(dir, "results.json"),
    schema: join(dir, "results.schema.json"),
    page: join(dir, "index.html"),
  };
  const texts: [path: string, text: string][] = [
    [written.results, resultsJson(results)],
    [written.schema, `${JSON.stringify(resultsJsonSchema, null, 2)}\n`],
    [written.page, html],
  ];
  const mark = `.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    await mkdir(dir, { recursive: true });
    for (const [path, text] of texts) await writeFile(path + mark, text, { flag: "wx" });
    for (const [path] of texts) await rename(path + mark, path);
  } catch (cause) {
    for (const [path] of texts) await rm(path + mark, { force: true }).catch(() => undefined);
    throw fileError(dir, cause);
  }
  return written;
}
