/**
 * TypeScript to JavaScript for claims outside the package: types are taken away, enums and parameter properties written out, imports
 * that only name types left out. Nothing is type-checked.
 *
 * The same transformer on every Node, also where Node could strip types itself: one set of rules, and one wording of errors.
 */
import { createRequire } from "node:module";
import type { Options, TransformOutput } from "@swc/wasm-typescript";
import { FileError } from "../errors/index.ts";

/** A file of the user's that is TypeScript. Not .tsx, whose JSX means nothing here, and not .cts: claims are ECMAScript modules. */
export const isTypeScript = (path: string): boolean => /\.m?ts$/.test(path) && !/\.d\.m?ts$/.test(path);

/** What the transformer throws, a plain object. */
interface SyntaxFault {
  message?: string;
  snippet?: string;
  startLine?: number;
  startColumn?: number;
}

type Transform = (source: string, options: Options) => TransformOutput;
let transform: Transform | undefined;

/** Loaded when the first TypeScript file is met: it takes a fifth of a second. */
function loaded(): Transform {
  transform ??= (createRequire(import.meta.url)("@swc/wasm-typescript") as { transformSync: Transform }).transformSync;
  return transform;
}

/**
 * The JavaScript of a module, with its source map inside, so that stack traces name the TypeScript's lines.
 *
 * Errors: FileError on a syntax error, with the file, line and column, both from 1.
 */
export function javascriptOf(source: string, path: string): string {
  const { code, map } = transformed(source, path, true);
  return map === undefined ? code : `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}

/** Errors: as javascriptOf. JavaScript is TypeScript without types, so that its errors get a place in the same way. */
export function checkSyntax(source: string, path: string): void {
  transformed(source, path, false);
}

function transformed(source: string, path: string, sourceMap: boolean): TransformOutput {
  try {
    return loaded()(source, { filename: path, mode: "transform", module: true, sourceMap, transform: { verbatimModuleSyntax: false, nativeClassProperties: true } });
  } catch (cause) {
    const { message, snippet = "", startLine, startColumn } = Object(cause) as SyntaxFault;
    if (startLine === undefined || startColumn === undefined) throw cause;
    throw new FileError({
      where: `${path}:${startLine}:${startColumn + 1}`, problem: `it does not parse: ${String(message).replace(/\.$/, "")}.${quoted(snippet)}`,
      expected: "a TypeScript or JavaScript module.",
    });
  }
}

/** The lines around the fault, the place marked below. */
function quoted(snippet: string): string {
  return snippet.trimEnd().split("\n").filter((line) => line.trim() !== "").map((line) => `\n    ${line}`).join("");
}
