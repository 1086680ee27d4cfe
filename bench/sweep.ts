/**
 * What a sweep costs beside its cells: `node bench/run.mjs sweep [--out FILE]`.
 *
 *   overhead   10,000 cells that do nothing: milliseconds a cell, of one worker
 *   memory     the coordinator's largest resident memory with 100,000 cells over that with 10,000
 *   workers    the time of one worker over that of two, on training runs of about a fifth of a second
 *
 * Every figure is the median of `--repeat` (3) processes; take them on a quiet machine.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./places.ts";

const main = join(root, "dist/cli/main.js");
const { values: { repeat = "3", out = join(root, "bench/results/sweep.json"), only } } = parseArgs({ args: process.argv.slice(2), options: { repeat: { type: "string" }, out: { type: "string" }, only: { type: "string" } } });
const folder = mkdtempSync(join(tmpdir(), "lemmagrad-bench-"));

/** A claim whose cells do nothing, at any of 10 million points. */
const idle = `import { bounds, defineClaim } from "lemmagrad/claims";
const nothing = (x) => ({ kind: "bench/nothing", spec: { x }, operations: 1, run: (seed) => ({ x, seed }) });
export default defineClaim({
  id: "b01-idle", title: "Nothing", source: { words: "none", formula: "none" }, statement: "Nothing.", maths: "0", experiments: { run: nothing(0) }, hypotheses: () => [], observable: ({ run }) => ({ x: run.x }),
  prediction: bounds({ x: { atLeast: 0 } }, "not below 0"), controls: [{ change: "below", experiments: { run: nothing(-1) } }], recorded: "supported", plan: { quick: { seeds: 1, controlSeeds: 1 }, full: { seeds: 1, controlSeeds: 1 } },
  region: { box: { x: { low: 0, high: 1e7 } }, hypotheses: () => [], experiments: ({ x }) => ({ run: nothing(x) }) },
});
`;

interface Ran {
  seconds: number;
  /** Seconds inside cells, all workers together. */
  computing: number;
  /** Largest resident memory of the process, bytes; NaN where it is not to be had. */
  memory: number;
}

/** The process's own account of its memory, printed at its end by a module that is loaded before it. */
const account = join(folder, "account.mjs");
writeFileSync(account, `process.on("exit", () => { process.stderr.write("\\nmaxRSS " + process.resourceUsage().maxRSS + "\\n"); });\n`);

function run(file: string, workers: number): Ran {
  const results = mkdtempSync(join(folder, "out-"));
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", account, main, "sweep", file, "--out", results, "--workers", String(workers), "--json"], { encoding: "utf8", maxBuffer: 1e8 });
  if (status !== 0) throw new Error(stderr);
  const { seconds } = JSON.parse(stdout) as { seconds: number };
  let computing = 0;
  for (const name of readdirSync(join(results, "records"))) {
    for (const [, own] of readFileSync(join(results, "records", name), "utf8").matchAll(/"made":\{"seconds":([\d.e-]+)/g)) computing += Number(own);
  }
  rmSync(results, { recursive: true });
  // kilobytes; every thread of the process counts, so the workers do too
  return { seconds, computing, memory: 1024 * Number([...stderr.matchAll(/maxRSS (\d+)/g)].at(-1)?.[1] ?? NaN) };
}

const median = (all: number[]): number => all.sort((a, b) => a - b)[all.length >> 1];
const times = <T>(make: () => T): T[] => Array.from({ length: Number(repeat) }, make);

try {
  mkdirSync(join(folder, "claims"));
  writeFileSync(join(folder, "claims/b01-idle.mjs"), idle);
  const cells = (count: number): string => {
    const file = join(folder, `cells-${count}.yaml`);
    writeFileSync(file, `claim: b01-idle\nclaims: ./claims\ngrid: { x: { from: 0, step: 1, count: ${count} } }\nseeds: 1\n`);
    return file;
  };
  const result: Record<string, unknown> = { node: process.version, processor: cpus()[0]?.model, cores: availableParallelism(), repeat: Number(repeat) };
  if (only === undefined || only === "overhead" || only === "memory") {
    const small = times(() => run(cells(10_000), 1));
    result.overheadMilliseconds = median(small.map(({ seconds, computing }) => (1000 * (seconds - computing)) / 10_000));
    result.megabytesOf10000 = median(small.map(({ memory }) => memory)) / 1e6;
  }
  if (only === undefined || only === "memory") {
    result.megabytesOf100000 = median(times(() => run(cells(100_000), 1)).map(({ memory }) => memory)) / 1e6;
    result.memoryRatio = Number(result.megabytesOf100000) / Number(result.megabytesOf10000);
  }
  if (only === undefined || only === "workers") {
    const file = join(folder, "runs.yaml");
    writeFileSync(file, "run: { steps: 100, logEvery: 10 }\nset: { N: 10, P: 200 }\nseeds: 100\n");
    const [one, two] = [1, 2].map((workers) => median(times(() => run(file, workers).seconds)));
    Object.assign(result, { secondsOfOneWorker: one, secondsOfTwoWorkers: two, speedUp: one / two });
  }
  writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
  console.log(result);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
