/** A copy of the repository to plant faults in: the original is read only, and node_modules is shared by a link. */
import { cpSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type Fault, planted } from "./fault.ts";

/** Folders of the root that the tests do not need, or that were made from what is planted in. */
const leftOut = new Set([".git", "dist", "report", "docs-api", "coverage"]);
/** What assembly/build.mjs makes: put back with the sources, so that restoring a kernel costs no build. */
const builds = ["src/simd/wasm-binary.generated.ts", "pkg"];

export interface Workspace {
  readonly folder: string;
  /** Plants a fault; the function that is returned puts everything back. Errors: as planted. */
  plant(fault: Fault): () => void;
}

export function copyRepository(root: string, folder: string): Workspace {
  const isKept = (path: string) => {
    const parts = relative(root, path).split(sep);
    return !leftOut.has(parts[0]) && !parts.includes("node_modules");
  };
  cpSync(root, folder, { recursive: true, filter: isKept });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return {
    folder,
    plant(fault) {
      const path = join(folder, fault.file);
      const content = readFileSync(path, "utf8");
      const wrong = planted(fault, content);
      const kept = /^(assembly|src\/simd)\//.test(fault.file) ? keep(folder) : undefined;
      writeFileSync(path, wrong);
      return () => {
        writeFileSync(path, content);
        kept?.();
      };
    },
  };
}

/** Sets the built files aside; the function that is returned brings them back. */
function keep(folder: string): () => void {
  const aside = join(folder, ".built");
  rmSync(aside, { recursive: true, force: true });
  const copyAll = (from: string, to: string) => {
    for (const path of builds.filter((own) => existsSync(join(from, own)))) cpSync(join(from, path), join(to, path), { recursive: true });
  };
  copyAll(folder, aside);
  return () => copyAll(aside, folder);
}
