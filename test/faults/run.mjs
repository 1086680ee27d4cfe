/**
 * Plants faults and sees them caught: `npm run test:faults`, described in docs/planted-faults.md.
 * Bundles command.ts, which no Node that we support runs as it stands, into a temporary folder, and runs it there.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "rolldown";

const here = dirname(fileURLToPath(import.meta.url));
const scratch = mkdtempSync(join(realpathSync(tmpdir()), "lemmagrad-faults-"));
try {
  const file = join(scratch, "command.mjs");
  await build({ input: join(here, "command.ts"), platform: "node", output: { file }, logLevel: "warn" });
  const { main } = await import(pathToFileURL(file).href);
  process.exitCode = await main(join(here, "../.."), scratch, process.argv.slice(2));
} catch (error) {
  rmSync(scratch, { recursive: true, force: true });
  throw error;
}
