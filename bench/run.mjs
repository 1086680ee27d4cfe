/**
 * Bundles one benchmark and runs it.
 *
 *   node bench/run.mjs NAME [arguments]              bench/NAME.ts
 *   node --cpu-prof bench/run.mjs kernels            flags of node go to the benchmark
 *
 * The first benchmark against the peers installs them into bench/peers, from its lockfile.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";
import { buildAll } from "../.config/build.mjs";
import { buildSimd } from "../assembly/build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
/** What each benchmark needs: `contest` the worker and the contestants, `peers` those from npm, `dist` the built package. */
const benchmarks = {
  kernels: {},
  step: { contest: true, peers: true },
  cnn: { contest: true, peers: true },
  matmul: { contest: true, peers: true },
  growth: { contest: true },
  profile: {},
  startup: { dist: true, external: ["rolldown"] },
  parallel: { dist: true },
  guarantees: {},
  reduced: {},
  mnist: {},
  sweep: { dist: true },
  redis: { dist: true, external: ["ioredis"] },
};
const [name, ...rest] = process.argv.slice(2);
if (!Object.hasOwn(benchmarks, name ?? "")) {
  console.error(`usage: node bench/run.mjs NAME, where NAME is one of ${Object.keys(benchmarks).join(", ")}`);
  process.exit(2);
}
const { contest, peers, dist, external = [] } = benchmarks[name];
if (dist) await buildAll();
else await buildSimd();
if (peers && !existsSync(join(here, "peers/node_modules/.package-lock.json"))) {
  console.error("installing the peers into bench/peers (300 MB)");
  execFileSync("npm", ["ci", "--ignore-scripts"], { cwd: join(here, "peers"), stdio: ["ignore", 2, 2] });
}
// of its own, so that two runs do not pull the ground from under each other
const folder = join(here, `../node_modules/.cache/bench/${name}-${process.pid}`);
await build({
  input: {
    [name]: join(here, `${name}.ts`),
    ...(contest ? { worker: join(here, "worker.ts"), lemmagrad: join(here, "contestants/lemmagrad.ts"), probe: join(here, "contestants/probe.ts") } : {}),
  },
  external, platform: "node", logLevel: "warn",
  output: { dir: folder, entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs", minify: false },
});
// an interrupt goes to the benchmark, which tidies up; this process waits for it
process.on("SIGINT", () => undefined);
const { status } = spawnSync(process.execPath, [...process.execArgv, join(folder, `${name}.mjs`), ...rest], { stdio: "inherit" });
rmSync(folder, { recursive: true, force: true });
process.exit(status ?? 1);
