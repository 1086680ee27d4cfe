/**
 * Claims outside the package import "lemmagrad/claims" and its sisters. They get the modules of this installation, not of
 * another that may lie nearer to them: a claim and its runner share one engine, one registry and one set of kernels.
 */
import * as nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installation } from "./installation.ts";

type Resolve = (specifier: string, context: { parentURL?: string }) => unknown;
/** Synchronous hooks: Node 22.15 and later. */
type RegisterHooks = (hooks: { resolve(specifier: string, context: { parentURL?: string }, next: Resolve): unknown }) => void;

let registered = false;

/** From here on, in this thread, "lemmagrad" and "lemmagrad/..." are this installation wherever they are imported from. */
export function shareThisInstallation(): void {
  if (registered) return;
  registered = true;
  const parentURL = pathToFileURL(join(installation().root, "package.json")).href;
  const registerHooks = (nodeModule as unknown as { registerHooks?: RegisterHooks }).registerHooks;
  if (registerHooks !== undefined) {
    registerHooks({ resolve: (specifier, context, next) => next(specifier, isOurs(specifier) ? { ...context, parentURL } : context) });
    return;
  }
  // Node 20 runs hooks in a thread of their own, which loads them from a module: here, one written on the spot
  const source = `export const resolve = (specifier, context, next) =>
    next(specifier, ${ours}.test(specifier) ? { ...context, parentURL: ${JSON.stringify(parentURL)} } : context);`;
  nodeModule.register(`data:text/javascript,${encodeURIComponent(source)}`);
}

const ours = /^lemmagrad(\/|$)/;
const isOurs = (specifier: string): boolean => ours.test(specifier);
