/**
 * Speed of matrix products through the public op: cubes, and the three products of a training step.
 *
 *   node bench/run.mjs matmul                        TensorFlow.js and jax-js
 *   node bench/run.mjs matmul --python               and Debian's NumPy and PyTorch
 *   node bench/run.mjs matmul --dtypes float64 --shapes 256,M-forward --rounds 5
 *
 * Both operands are plain row-major matrices in the contestant's own arrays; the product is read out as a typed array.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import type { Dtype } from "../src/index.ts";
import { duration } from "../src/report/numbers.ts";
import { check, estimate, type Group, measure, type Plan } from "./contest.ts";
import { type Contestant, matmulTask, npmPeers, ours, pythonPeers, sizes } from "./contestants.ts";
import { listed, wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { python } from "./process.ts";
import { pythonProblem } from "./python.ts";
import type { ContestOptions } from "./race.ts";
import { machine, machineWords, replaceSection, shortJson, writeWhole } from "./results.ts";
import { ratios, spreadOf } from "./statistics.ts";
import { digits, markdown, timesOf } from "./table.ts";
import { flopsOf } from "./task.ts";

/** [m, n, k] of a [m,k] times b [k,n]. */
const shapes: Record<string, [number, number, number]> = { 256: [256, 256, 256], 512: [512, 512, 512], 1024: [1024, 1024, 1024] };
for (const [size, { k, m, P, d, N }] of Object.entries(sizes)) {
  shapes[`${size}-forward`] = [N * P, k * m, d];
  shapes[`${size}-gradient-X`] = [N * P, d, k * m];
  shapes[`${size}-gradient-W`] = [k * m, d, N * P];
}

const defaultRounds = 15;
const { values: asked } = parseArgs({
  options: {
    rounds: { type: "string", default: String(defaultRounds) }, limit: { type: "string", default: "20" }, budget: { type: "string", default: "20" },
    shapes: { type: "string" }, dtypes: { type: "string" }, python: { type: "boolean", default: false },
  },
});
const named = (peers: readonly Contestant[], id: string, name: string): Contestant => ({ ...peers.find((peer) => peer.id === id)!, name, inFloat32: undefined });
const contestants = [
  named(ours, "tape", "lemmagrad"), named(npmPeers, "tfjs-tuned", "TensorFlow.js wasm"), named(npmPeers, "jax-js-tuned", "jax-js wasm"),
  ...(asked.python ? [named(pythonPeers, "numpy", "NumPy"), named(pythonPeers, "torch", "PyTorch")] : []),
];
const chosenShapes = listed("shapes", asked.shapes, Object.keys(shapes));
const dtypes = listed("dtypes", asked.dtypes, ["float64", "float32"]) as Dtype[];
const options: ContestOptions = {
  rounds: wholeNumber("rounds", asked.rounds), limit: wholeNumber("limit", asked.limit), budget: wholeNumber("budget", asked.budget), contestants,
  say: (line) => console.error(line),
};
const problem = asked.python ? pythonProblem(spawnSync(python, [`${root}bench/peers/blas.py`], { encoding: "utf8" })) : undefined;
if (problem !== undefined) {
  console.error(problem);
  process.exit(2);
}

const plans = dtypes.flatMap((dtype) => chosenShapes.map((name): Plan => ({ title: name, task: matmulTask(...shapes[name], dtype), actions: ["matmul"] })));
options.say(`${plans.length} products, ${contestants.length} contestants, ${options.rounds} rounds: about ${duration(estimate(plans, options))}, on ${machineWords()}`);
const groups: Group[] = [];
for (const plan of plans) {
  options.say(`${plan.title}, ${plan.task.dtype}`);
  const { entries, faults } = await check(plan, options);
  if (faults.length > 0) {
    console.error(faults.join("\n"));
    process.exit(1);
  }
  groups.push(await measure(plan, entries, options));
}

function row(group: Group): string[] {
  const { m, n, k } = group.task as { m: number; n: number; k: number };
  const own = timesOf(group.entries[0], "matmul");
  return [`${group.title}, ${group.task.dtype}`, `${m} × ${n} × ${k}`, ...group.entries.map((entry, at) => {
    const times = timesOf(entry, "matmul");
    if (times.length === 0) return entry.failure ?? "–";
    const { median } = spreadOf(times);
    const gflops = flopsOf(group.task, "matmul") / median / 1e6;
    if (at === 0) return `${digits(median)} ms, ${digits(gflops)} GFLOP/s, ${((100 * gflops) / Math.max(...group.limit)).toFixed(0)} % of the limit`;
    const ratio = spreadOf(ratios(times, own));
    return `**${digits(ratio.median)}** (${digits(ratio.low)}–${digits(ratio.high)}), ${digits(gflops)} GFLOP/s`;
  })];
}

const complete = asked.shapes === undefined && asked.dtypes === undefined && options.rounds >= defaultRounds;
const table = markdown(["product", "m × n × k", ...contestants.map(({ name }) => name)], groups.map(row));
const date = new Date().toISOString().slice(0, 10);
const heading = `${machineWords()}, ${options.rounds} interleaved rounds, ${date}. Bold: time over lemmagrad's in the same round, median (quartiles).`;
const name = asked.python ? "matmul-python" : "matmul";
const folder = complete ? `${root}bench/results/` : `${root}node_modules/.cache/bench/results/`;
writeWhole(`${folder}${name}.json`, shortJson({ machine: machine(), date, rounds: options.rounds, groups }));
if (!complete) writeWhole(`${folder}${name}.md`, `${heading}\n\n${table}\n`);
if (complete) replaceSection(`${root}bench/README.md`, name, `${heading}\n\n${table}`);
console.log(`${heading}\n\n${table}`);
