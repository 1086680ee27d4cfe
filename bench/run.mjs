/**
 * Bundles one benchmark and runs it.
 *
 *   node bench/run.mjs NAME [arguments]              bench/NAME.ts
 *   node --cpu-prof bench/run.mjs step --only M      flags of node go to the benchmark
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import { buildSimd } from "../assembly/build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [name, ...rest] = process.argv.slice(2);
const input = join(here, `${name}.ts`);
if (name === undefined || !existsSync(input)) {
  const names = readdirSync(here).filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -".ts".length));
  console.error(`usage: node bench/run.mjs NAME, where NAME is one of ${names.join(", ")}`);
  process.exit(2);
}
await buildSimd();
const file = join(here, `../node_modules/.cache/bench-${name}.mjs`);
await build({ input, platform: "node", output: { file, minify: false }, logLevel: "warn" });
process.exit(spawnSync(process.execPath, [...process.execArgv, file, ...rest], { stdio: "inherit" }).status ?? 1);
