/**
 * The same bits on every engine: `npm run test:engines`, described in docs/testing.md.
 * Bundles command.ts, which no Node that we support runs as it stands, and runs it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
// inside node_modules, where the packages that stay outside the bundle are found
const scratch = mkdtempSync(join(root, "node_modules/.lemmagrad-engines-"));
const tidy = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]]) {
  process.once(signal, () => {
    tidy();
    process.exit(code);
  });
}
try {
  const file = join(scratch, "command.mjs");
  await build({ input: join(here, "command.ts"), platform: "node", external: ["rolldown", "playwright-core", "vitest"], output: { file }, logLevel: "warn" });
  const { main } = await import(pathToFileURL(file).href);
  process.exitCode = await main(root, scratch);
} finally {
  tidy();
}
