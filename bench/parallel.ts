/**
 * Two cores: seeds of a claim on worker threads, and one big step split over the batch on shared memory. Each pair is
 * interleaved; the ratio is that of the same round.
 *
 *   node bench/run.mjs parallel [--rounds 7] [--claim p03-learning-time] [--seeds 16]
 */
import { spawnSync } from "node:child_process";
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

const { values: asked } = parseArgs({ options: { rounds: { type: "string", default: "7" }, claim: { type: "string", default: "p03-learning-time" }, seeds: { type: "string", default: "16" } } });
const rounds = wholeNumber("rounds", asked.rounds);

/** Milliseconds that a verification takes, from the start of its process to its end. */
function verification(workers: number): number {
  const out = mkdtempSync(join(tmpdir(), "lemmagrad-bench-"));
  try {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [join(root, "dist/cli/main.js"), "verify", asked.claim, "--seeds", asked.seeds, "--workers", String(workers), "--out", out], { encoding: "utf8" });
    if (status !== 0) throw new Error(`verify ${asked.claim} ended with ${status}:\n${stderr}`);
    return performance.now() - start;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function splitStep(dtype: "float64" | "float32", threads: number): () => number {
  const { k, m, P, d, N } = sizes.L;
  const task = stepTask(sizes.L, dtype);
  const { first, second, labels } = draw(task);
  const { adversarial } = stepOf(labels, { activation: { q: task.q, rho: task.rho }, eta: task.eta, eps: task.eps });
  const step = compile((W: NdArray, X: NdArray) => ({ weights: adversarial(W, X).weights }), { threads });
  const X = fromBuffer(first, [N, P, d]);
  const W = fromBuffer(second, [k, m, d]);
  const target = step(W, X);
  return () => {
    const start = performance.now();
    step.into(target, W, X);
    return performance.now() - start;
  };
}

const rows: string[][] = [];
function compare(name: string, one: () => number, two: () => number): void {
  one();
  two();
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(one());
    times[1].push(two());
    console.error(`${name}, round ${round + 1} of ${rounds}: ${digits(times[0][round])} and ${digits(times[1][round])} ms`);
  }
  const gain = spreadOf(ratios(times[0], times[1]));
  rows.push([name, digits(spreadOf(times[0]).median), digits(spreadOf(times[1]).median), `${digits(gain.median)} (${digits(gain.low)}–${digits(gain.high)})`]);
}

compare(`${asked.seeds} seeds of ${asked.claim}, start and report included`, () => verification(1), () => verification(2));
for (const dtype of ["float64", "float32"] as const) compare(`one adversarial step at L, ${dtype}`, splitStep(dtype, 1), splitStep(dtype, 2));

const table = markdown(["", "one, ms", "two, ms", "two over one: median (quartiles)"], rows);
const heading = `${machineWords()}, ${rounds} interleaved rounds, ${new Date().toISOString().slice(0, 10)}.`;
console.log(`${heading}\n\n${table}`);
replaceSection(join(root, "bench/README.md"), "parallel", `${heading}\n\n${table}`);
