/**
 * How modules are found and read once claims of a user's own are in play. A program of its own in dist/, because Node 20 runs hooks in a
 * thread of theirs; with nothing in it that waits, so that the same two functions serve as synchronous hooks in later Nodes.
 *
 *   lemmagrad, lemmagrad/...   are this installation, not another one that may lie nearer: a claim and its runner share one engine
 *   ./helper.js, ./helper      are ./helper.ts where there is nothing else of that name, as TypeScript writes its imports
 *   .ts, .mts                  are transformed, outside node_modules
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isTypeScript, javascriptOf } from "./typescript.ts";

export interface HookData {
  /** Address of this installation's package.json. */
  installation: string;
}

interface ResolveContext { parentURL?: string }
type NextResolve = (specifier: string, context: ResolveContext) => unknown;
type NextLoad = (url: string, context: object) => unknown;

let { installation }: HookData = { installation: "" };

/** Called by Node before the others, where hooks run in a thread of their own. */
export function initialize(data: HookData): void {
  ({ installation } = data);
}

export function resolve(specifier: string, context: ResolveContext, next: NextResolve): unknown {
  if (/^lemmagrad(\/|$)/.test(specifier)) return next(specifier, { ...context, parentURL: installation });
  return next(asWritten(specifier, context.parentURL), context);
}

export function load(url: string, context: object, next: NextLoad): unknown {
  if (!url.startsWith("file:")) return next(url, context);
  // a query makes it another module, and is no part of the path
  const path = fileURLToPath(new URL(url.split(/[?#]/)[0]));
  if (!isTypeScript(path) || /[\\/]node_modules[\\/]/.test(path)) return next(url, context);
  return { format: "module", shortCircuit: true, source: javascriptOf(readFileSync(path, "utf8"), path) };
}

const isFile = (url: URL): boolean => existsSync(url) && statSync(url).isFile();

/** A relative import as it must be written for Node: with the ending that the file really has. */
export function asWritten(specifier: string, parentURL: string | undefined): string {
  if (!/^\.{1,2}\//.test(specifier) || parentURL?.startsWith("file:") !== true || isFile(new URL(specifier, parentURL))) return specifier;
  const found = candidates(specifier).find((other) => isFile(new URL(other, parentURL)));
  return found ?? specifier;
}

function candidates(specifier: string): string[] {
  const written = /^(.*)\.(m?)js$/.exec(specifier);
  if (written !== null) return [`${written[1]}.${written[2]}ts`];
  return [".ts", ".mts", ".js", ".mjs", "/index.ts", "/index.js"].map((ending) => `${specifier}${ending}`);
}
