/** Where this installation of lemmagrad lies, and which one it is. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { InternalError } from "../errors/index.ts";

export interface Installation {
  /** The package's folder, with package.json in it. */
  root: string;
  version: string;
  /** Hash of the sources it was built from: runs of one build are never mixed with another's. */
  build: string;
  /** Folder of the built claims. */
  claims: string;
  /** Module that worker threads run. */
  worker: URL;
  /** Module of the hooks that find and read claims outside the package. */
  hooks: URL;
}

let found: Installation | undefined;

export function installation(): Installation {
  found ??= find(dirname(fileURLToPath(import.meta.url)));
  return found;
}

function find(from: string): Installation {
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = readJson(join(folder, "package.json"));
    if (manifest?.name === "lemmagrad") {
      const { source = "" } = readJson(join(folder, "dist/build.json")) ?? {};
      return {
        root: folder, version: String(manifest.version), build: String(source),
        claims: join(folder, "dist/proofs-check"), worker: pathToFileURL(join(folder, "dist/cli/worker.js")),
        hooks: pathToFileURL(join(folder, "dist/cli/module-hooks.js")),
      };
    }
    if (dirname(folder) === folder) throw new InternalError({ where: "installation", problem: `no package.json of lemmagrad stands above ${from}.` });
  }
}

function readJson(path: string): Record<string, unknown> | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>) : undefined;
}
