/** Builds the wasm before any test runs; costs nothing when it is fresh. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export default function buildFirst(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL("../../assembly/build.mjs", import.meta.url))], { stdio: "inherit" });
}
