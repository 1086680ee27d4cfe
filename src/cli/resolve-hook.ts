/** From the first claim outside the package on, modules are found and read as module-hooks.ts says: in this thread, whichever it is. */
import * as nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installation } from "./installation.ts";
import { type HookData, initialize, load, resolve } from "./module-hooks.ts";

/** Synchronous hooks: Node 22.15 and later. */
type RegisterHooks = (hooks: { resolve: typeof resolve; load: typeof load }) => void;

let registered = false;

/** From here on, in this thread, "lemmagrad" and "lemmagrad/..." are this installation wherever they are imported from, and TypeScript is read. */
export function shareThisInstallation(): void {
  if (registered) return;
  registered = true;
  const { root, hooks } = installation();
  const data: HookData = { installation: pathToFileURL(join(root, "package.json")).href };
  // stack traces name the lines that the user wrote
  process.setSourceMapsEnabled(true);
  const registerHooks = (nodeModule as unknown as { registerHooks?: RegisterHooks }).registerHooks;
  if (registerHooks === undefined) {
    // Node 20 runs hooks in a thread of their own, which loads them from a module
    nodeModule.register(hooks.href, { data });
    return;
  }
  initialize(data);
  registerHooks({ resolve, load });
}
