/**
 * Speed of training a small convolutional network (src/images/network) in float32: this project and its peers.
 *
 *   node bench/run.mjs cnn                                      TensorFlow.js
 *   node bench/run.mjs cnn --python                             and Debian's PyTorch
 *   node bench/run.mjs cnn --networks MNIST --samples 64 --contestants compiled,tape --rounds 5
 *
 * A complete run with --python writes bench/results/cnn.json and the tables of bench/README.md; a narrower one writes both to
 * node_modules/.cache/bench/results/.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { duration } from "../src/report/numbers.ts";
import { tolerance } from "./agreement.ts";
import { check, estimate, type Group, measure, type Plan } from "./contest.ts";
import { cnnPeers, cnnPythonPeers, type CnnSizeName, cnnSizes, cnnTask, ours } from "./contestants.ts";
import { listed, wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { python } from "./process.ts";
import { pythonProblem } from "./python.ts";
import type { ContestOptions } from "./race.ts";
import { machine, machineWords, replaceSection, shortJson, writeWhole } from "./results.ts";
import { spreadOf } from "./statistics.ts";
import { groupTable, markdown, timesOf } from "./table.ts";
import type { CnnTask } from "./task.ts";

const defaultRounds = 9;
const { values: asked } = parseArgs({
  options: {
    "rounds": { type: "string", default: String(defaultRounds) }, "limit": { type: "string", default: "20" }, "budget": { type: "string", default: "30" },
    "samples": { type: "string", default: "64" }, "networks": { type: "string" }, "contestants": { type: "string" }, "python": { type: "boolean", default: false },
  },
});
const say = (line: string): void => console.error(line);
const everyone = [...ours.filter(({ id }) => id !== "scratch"), ...cnnPeers, ...(asked.python ? cnnPythonPeers : [])];
const chosen = listed("contestants", asked.contestants, everyone.map(({ id }) => id));
const networks = listed("networks", asked.networks, Object.keys(cnnSizes)) as CnnSizeName[];
const samples = wholeNumber("samples", asked.samples);
const options: ContestOptions = {
  rounds: wholeNumber("rounds", asked.rounds), limit: wholeNumber("limit", asked.limit), budget: wholeNumber("budget", asked.budget),
  contestants: everyone.filter(({ id }) => chosen.includes(id)), say,
};
const complete = asked.python && samples === 64 && chosen.length === everyone.length && networks.length === Object.keys(cnnSizes).length && options.rounds >= defaultRounds;
const problem = options.contestants.some(({ runtime }) => runtime === "python") ? pythonProblem(spawnSync(python, [`${root}bench/peers/blas.py`], { encoding: "utf8" })) : undefined;
if (problem !== undefined) {
  console.error(problem);
  process.exit(2);
}

const plans = networks.map((name): Plan => ({ title: `${name}, ${samples} images, float32`, task: cnnTask(name, samples, "float32"), actions: ["standard", "adversarial"] }));
say(`${plans.length} networks, ${options.contestants.length} contestants, ${options.rounds} rounds: about ${duration(estimate(plans, options))}, on ${machineWords()}`);

say("\nDo all compute the same?");
const checked = [];
const faults: string[] = [];
for (const plan of plans) {
  say(` ${plan.title}, tolerance ${tolerance(plan.task).toExponential(1)}`);
  const { entries, faults: found } = await check(plan, options);
  checked.push(entries);
  faults.push(...found);
}
if (faults.length > 0) {
  console.error(`\nNot timed: not all compute the same, or one of ours fails.\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  process.exit(1);
}
const groups: Group[] = [];
for (const [at, plan] of plans.entries()) {
  say(`\n ${plan.title}`);
  groups.push(await measure(plan, checked[at], options));
}

/** Images a second of each contestant, from its median time. */
function throughput({ entries, actions, task }: Group): string {
  const rows = entries.filter(({ failure }) => failure === undefined).map((entry) => [entry.name, ...actions.map((action) => Math.round(((task as CnnTask).N / spreadOf(timesOf(entry, action)).median) * 1000).toLocaleString("en"))]);
  return markdown(["images a second", ...actions], rows);
}

const date = new Date().toISOString().slice(0, 10);
const heading = `${machineWords()}, ${options.rounds} interleaved rounds, ${date}.`;
const tables = groups.map((group) => `${groupTable(group)}\n\n${throughput(group)}`).join("\n\n");
const folder = complete ? `${root}bench/results/` : `${root}node_modules/.cache/bench/results/`;
writeWhole(`${folder}cnn.json`, shortJson({ machine: machine(), date, rounds: options.rounds, groups }));
if (complete) replaceSection(`${root}bench/README.md`, "cnn", `${heading}\n\n${tables}`);
else writeWhole(`${folder}cnn.md`, `${heading}\n\n${tables}\n`);
console.log(`${heading}\n\n${tables}`);
