/**
 * Two cores: seeds of a claim on worker threads, beside what two processes that share nothing get out of the machine, and
 * one big step split over the batch on shared memory. Each pair is interleaved; the ratio is that of the same round.
 *
 *   node bench/run.mjs parallel [--rounds 3] [--claim p03-learning-time] [--seeds 24]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compile, fromBuffer, type NdArray } from "../src/index.ts";
import { sizes, stepTask } from "./contestants.ts";
import { draw } from "./data.ts";
import { wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { machineWords, replaceSection } from "./results.ts";
import { ratios, spreadOf } from "./statistics.ts";
import { stepOf } from "./step-of.ts";
import { digits, markdown } from "./table.ts";

const { values: asked } = parseArgs({ options: { rounds: { type: "string", default: "3" }, claim: { type: "string", default: "p03-learning-time" }, seeds: { type: "string", default: "24" } } });
const rounds = wholeNumber("rounds", asked.rounds);

/** Milliseconds that a verification takes, from the start of its process to its end. */
async function verification(workers: number): Promise<number> {
  const out = mkdtempSync(join(tmpdir(), "lemmagrad-bench-"));
  try {
    const start = performance.now();
    const child = spawn(process.execPath, [join(root, "dist/cli/main.js"), "verify", asked.claim, "--seeds", asked.seeds, "--workers", String(workers), "--out", out], { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => { stderr += text; });
    const status = await new Promise<number | null>((ended) => child.once("close", ended));
    if (status !== 0) throw new Error(`verify ${asked.claim} ended with ${status}:\n${stderr}`);
    return performance.now() - start;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The machine's own limit: half the time of two such verifications side by side, each on one worker in a process of its own. */
async function sideBySide(): Promise<number> {
  return Math.max(...(await Promise.all([verification(1), verification(1)]))) / 2;
}

function splitStep(dtype: "float64" | "float32", threads: number): () => Promise<number> {
  const { k, m, P, d, N } = sizes.L;
  const task = stepTask(sizes.L, dtype);
  const { first, second, labels } = draw(task);
  const inDtype = (numbers: Float64Array) => (dtype === "float32" ? Float32Array.from(numbers) : numbers);
  const { adversarial } = stepOf(labels, { activation: { q: task.q, rho: task.rho }, eta: task.eta, eps: task.eps });
  const step = compile((W: NdArray, X: NdArray) => ({ weights: adversarial(W, X).weights }), { threads });
  const X = fromBuffer(inDtype(first), [N, P, d]);
  const W = fromBuffer(inDtype(second), [k, m, d]);
  const target = step(W, X);
  return () => {
    const start = performance.now();
    step.into(target, W, X);
    return Promise.resolve(performance.now() - start);
  };
}

const rows: string[][] = [];
/** Times of one against each of the others, all in the same rounds. */
async function compare(name: string, one: () => Promise<number>, others: Record<string, () => Promise<number>>): Promise<void> {
  const all = { one, ...others };
  for (const way of Object.values(all)) await way();
  const times = Object.fromEntries(Object.keys(all).map((way) => [way, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [way, run] of Object.entries(all)) times[way].push(await run());
    console.error(`${name}, round ${round + 1} of ${rounds}: ${Object.entries(times).map(([way, list]) => `${way} ${digits(list[round])} ms`).join(", ")}`);
  }
  for (const way of Object.keys(others)) {
    const gain = spreadOf(ratios(times.one, times[way]));
    rows.push([`${name}: ${way}`, digits(spreadOf(times.one).median), digits(spreadOf(times[way]).median), `${digits(gain.median)} (${digits(gain.low)}–${digits(gain.high)})`]);
  }
}

await compare(`${asked.seeds} seeds of ${asked.claim}, start and report included`, () => verification(1), { "two workers": () => verification(2), "the machine's limit, two processes that share nothing (time a process)": sideBySide });
for (const dtype of ["float64", "float32"] as const) await compare(`one adversarial step at L, ${dtype}`, splitStep(dtype, 1), { "two threads": splitStep(dtype, 2) });

const table = markdown(["", "one, ms", "two, ms", "two over one: median (quartiles)"], rows);
const heading = `${machineWords()}, ${rounds} interleaved rounds, ${new Date().toISOString().slice(0, 10)}.`;
console.log(`${heading}\n\n${table}`);
replaceSection(join(root, "bench/README.md"), "parallel", `${heading}\n\n${table}`);
