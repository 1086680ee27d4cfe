/** The workload as one file that imports nothing, so that Node and browsers run the very same code. */
import { join } from "node:path";
import { build, type Plugin } from "rolldown";

/** Errors: says so when something of the workload would still be imported. */
export async function bundleWorkload(root: string, file: string, plugins: Plugin[] = []): Promise<void> {
  const { output } = await build({ input: join(root, "test/engines/workload/index.ts"), platform: "browser", plugins, output: { file, format: "esm" }, logLevel: "warn" });
  const imported = output.flatMap((chunk) => (chunk.type === "chunk" ? [...chunk.imports, ...chunk.dynamicImports] : []));
  if (imported.length > 0 || output.length !== 1) throw new Error(`the workload is not one file without imports: ${imported.join(", ")}`);
}
