/** The files that a claim is made of: its module, and every module that it or they import by a relative path. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { asWritten } from "./module-hooks.ts";
import { checkSyntax, isTypeScript } from "./typescript.ts";

export interface SourceFile {
  path: string;
  text: string;
}

/** `import ... from "x"`, `export ... from "x"`, `import "x"`, `import("x")`. What stands so in a comment is found too, which does no harm: a file more is hashed, or none is there. */
const imports = /(?:\bfrom|\bimport)\s*\(?\s*(["'])(\.{1,2}\/[^"'\n]+)\1/g;

/**
 * A module and everything reached from it by relative imports, each file once, the module first.
 *
 * Data that a module reads in another way (a JSON file opened by its path) is not seen.
 */
export function sourcesOf(path: string): SourceFile[] {
  const found = new Map<string, SourceFile>();
  const visit = (at: string): void => {
    if (found.has(at)) return;
    const text = textOf(at);
    if (text === undefined) return;
    found.set(at, { path: at, text });
    const parent = pathToFileURL(at).href;
    for (const [, , specifier] of text.matchAll(imports)) visit(fileURLToPath(new URL(asWritten(specifier.split(/[?#]/)[0], parent), parent)));
  };
  visit(path);
  return [...found.values()];
}

/** Undefined where there is no such file; importing it is what says so. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** A hash of all of them, so that what an older version of any of them computed is not taken for theirs. */
export function contentHash(path: string): string {
  const hash = createHash("sha256");
  for (const { text } of sourcesOf(path)) hash.update(`${text.length}\n`).update(text);
  return hash.digest("hex");
}

/** Errors: FileError at the first syntax error of a TypeScript file; with `all`, of a JavaScript file as well. */
export function checkSources(path: string, { all = false } = {}): void {
  for (const { path: at, text } of sourcesOf(path)) {
    if (isTypeScript(at) || (all && /\.m?js$/.test(at))) checkSyntax(text, at);
  }
}
