/**
 * What a cell costs on its way through Redis, and what a coordinator's memory grows to. Limits that are broken end the
 * program with 1.
 *
 *   node bench/run.mjs redis [--cells 10000] [--many 100000] [--rounds 3]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startRedis } from "../test/support/redis-server.ts";
import { wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { machine, machineWords, replaceSection, shortJson, writeWhole } from "./results.ts";
import { spreadOf } from "./statistics.ts";
import { digits, markdown } from "./table.ts";

/** Milliseconds a cell, beyond what the local engine takes on as many threads. */
const overheadLimit = 15;
/** Memory of the coordinator of ten times as many cells. */
const growthLimit = 1.5;
const threads = 2;

const { values: asked } = parseArgs({ options: { cells: { type: "string", default: "10000" }, many: { type: "string", default: "100000" }, rounds: { type: "string", default: "3" } } });
const [cells, many, rounds] = [wholeNumber("cells", asked.cells), wholeNumber("many", asked.many), wholeNumber("rounds", asked.rounds)];
const folder = mkdtempSync(join(tmpdir(), "lemmagrad-bench-"));
const redis = await startRedis();

interface Ran { seconds: number; megabytes: number; stdout: string }

/** Runs the built command line; its largest resident memory is what the kernel last said of it. */
async function lemmagrad(...words: string[]): Promise<Ran> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), ...words], { cwd: folder, env: { ...process.env, LEMMAGRAD_REDIS: redis.url }, stdio: ["ignore", "pipe", "ignore"] });
  let [stdout, megabytes] = ["", 0];
  child.stdout.setEncoding("utf8").on("data", (text: string) => { stdout += text; });
  const look = setInterval(() => {
    try {
      megabytes = Math.max(megabytes, Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) / 1000);
    } catch { /* it has ended, or there is no /proc */ }
  }, 50);
  const code = await new Promise<number | null>((resolve) => { child.on("close", resolve); });
  clearInterval(look);
  if (code !== 0) throw new Error(`lemmagrad ${words.join(" ")} ended with ${code}`);
  return { seconds: (performance.now() - started) / 1000, megabytes, stdout };
}

function sweepFile(count: number): string {
  const path = join(folder, `${count}.json`);
  writeFileSync(path, JSON.stringify({ run: { steps: 1 }, set: { N: 1, P: 2, sR: 1, k: 2, m: 1, d: 4 }, grid: { alpha: { from: 1, to: 2, count: 10 } }, seeds: Math.round(count / 10) }));
  return path;
}

/** Submitted with the worker already there, to the table. */
async function throughRedis(count: number, out: string): Promise<{ coordinator: Ran; worker: Ran; redisMegabytes: number }> {
  await redis.client.flushall();
  const file = sweepFile(count);
  // it ends when nothing is left, so that it must not come before the first cell
  const coordinator = lemmagrad("sweep", file, "--engine", "bullmq", "--out", out);
  while ((await redis.client.zcard("lemmagrad:sweeps")) === 0) await new Promise((resolve) => { setTimeout(resolve, 20); });
  const worker = lemmagrad("worker", "--until-done", "--concurrency", String(threads));
  const [first, second] = await Promise.all([coordinator, worker]);
  return { coordinator: first, worker: second, redisMegabytes: Number(/used_memory_peak:(\d+)/.exec(await redis.client.info("memory"))![1]) / 1e6 };
}

try {
  console.error(`${rounds} rounds of ${cells} cells locally and through Redis, then ${many} cells, on ${machineWords()}`);
  const [local, redisSeconds, overhead] = [[], [], []] as number[][];
  let small = 0;
  for (let round = 0; round < rounds; round += 1) {
    const here = await lemmagrad("sweep", sweepFile(cells), "--workers", String(threads), "--out", `local-${round}`);
    const there = await throughRedis(cells, `redis-${round}`);
    for (const kind of ["jsonl", "csv", "parquet"]) {
      if (!readFileSync(join(folder, `local-${round}/table.${kind}`)).equals(readFileSync(join(folder, `redis-${round}/table.${kind}`)))) throw new Error(`the two tables differ (${kind})`);
    }
    local.push(here.seconds);
    redisSeconds.push(there.coordinator.seconds);
    overhead.push(1000 * (there.coordinator.seconds - here.seconds) / cells);
    small = Math.max(small, there.coordinator.megabytes);
    console.error(`round ${round + 1}: ${here.seconds.toFixed(1)} s locally, ${there.coordinator.seconds.toFixed(1)} s through Redis`);
  }
  const large = await throughRedis(many, "many");
  const spread = { local: spreadOf(local), redis: spreadOf(redisSeconds), overhead: spreadOf(overhead) };
  const growth = large.coordinator.megabytes / small;
  const kept = { overhead: spread.overhead.median < overheadLimit, growth: growth < growthLimit };
  const words = `${machineWords()}, ${threads} worker threads, ${rounds} rounds, ${new Date().toISOString().slice(0, 10)}. Whole processes, from their start to the table; tables compared byte for byte.

${markdown(["", "measured", "limit", ""], [
    [`${cells} cells by the local engine, s: median (quartiles)`, quartiles(spread.local), "", ""],
    [`${cells} cells through Redis, s`, quartiles(spread.redis), "", ""],
    ["a cell through Redis more than locally, ms", quartiles(spread.overhead), `${overheadLimit} ms`, kept.overhead ? "kept" : "**broken**"],
    [`memory of the coordinator at ${cells} cells, MB`, digits(small), "", ""],
    [`memory of the coordinator at ${many} cells, MB`, digits(large.coordinator.megabytes), "", ""],
    ["the second over the first", digits(growth), String(growthLimit), kept.growth ? "kept" : "**broken**"],
    [`${many} cells through Redis, ms a cell`, digits(1000 * large.coordinator.seconds / many), "", ""],
    [`memory of the worker at ${many} cells, MB`, digits(large.worker.megabytes), "", ""],
    [`memory of Redis at ${many} cells, MB`, digits(large.redisMegabytes), "", ""],
  ])}`;
  writeWhole(join(root, "bench/results/redis.json"), shortJson({ machine: machine(), threads, rounds, cells, many, local, redis: redisSeconds, overhead, coordinatorMegabytes: { [cells]: small, [many]: large.coordinator.megabytes }, workerMegabytes: large.worker.megabytes, redisMegabytes: large.redisMegabytes, manySeconds: large.coordinator.seconds }));
  replaceSection(join(root, "bench/README.md"), "redis", words);
  console.log(words);
  process.exitCode = kept.overhead && kept.growth ? 0 : 1;
} finally {
  await redis.end();
  rmSync(folder, { recursive: true, force: true });
}

function quartiles({ median, low, high }: ReturnType<typeof spreadOf>): string {
  return `${digits(median)} (${digits(low)}–${digits(high)})`;
}
