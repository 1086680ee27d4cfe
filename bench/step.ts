/**
 * Speed of a training step: this project, its reference backend, and its peers.
 *
 *   node bench/run.mjs step                                    everything that npm can install
 *   node bench/run.mjs step --python                           and Debian's PyTorch and NumPy
 *   node bench/run.mjs step --sizes S,M --dtypes float64 --contestants compiled,tape --rounds 5
 *
 * A complete run writes bench/results/step.json, docs/images/bench-step.svg and the tables of bench/README.md (with
 * --python step-python.json and so on); a narrower one writes all of it to node_modules/.cache/bench/results/.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import type { Dtype } from "../src/index.ts";
import { duration } from "../src/report/numbers.ts";
import { check, estimate, type Group, measure, type Plan } from "./contest.ts";
import { npmPeers, ours, pythonPeers, type SizeName, sizes, stepTask } from "./contestants.ts";
import { draw, shares } from "./data.ts";
import { listed, wholeNumber } from "./options.ts";
import { drawRatios } from "./picture.ts";
import { root } from "./places.ts";
import { python } from "./process.ts";
import { pythonProblem } from "./python.ts";
import type { ContestOptions } from "./race.ts";
import { machine, machineWords, replaceSection, shortJson, writeWhole } from "./results.ts";
import { baseOf, groupTable } from "./table.ts";
import { tolerance } from "./agreement.ts";

const defaultRounds = 7;
const { values: asked } = parseArgs({
  options: {
    "rounds": { type: "string", default: String(defaultRounds) }, "limit": { type: "string", default: "20" }, "budget": { type: "string", default: "30" },
    "sizes": { type: "string" }, "dtypes": { type: "string" }, "contestants": { type: "string" }, "python": { type: "boolean", default: false },
  },
});
const say = (line: string): void => console.error(line);
const everyone = [...ours, ...npmPeers, ...(asked.python ? pythonPeers : [])];
const chosen = listed("contestants", asked.contestants, everyone.map(({ id }) => id));
const chosenSizes = listed("sizes", asked.sizes, Object.keys(sizes)) as SizeName[];
const chosenDtypes = listed("dtypes", asked.dtypes, ["float64", "float32"]) as Dtype[];
const options: ContestOptions = {
  rounds: wholeNumber("rounds", asked.rounds), limit: wholeNumber("limit", asked.limit), budget: wholeNumber("budget", asked.budget),
  contestants: everyone.filter(({ id }) => chosen.includes(id)), say,
};
const complete = chosen.length === everyone.length && chosenSizes.length === 3 && chosenDtypes.length === 2 && options.rounds >= defaultRounds;

const problem = options.contestants.some(({ runtime }) => runtime === "python") ? pythonProblem(spawnSync(python, [`${root}bench/peers/blas.py`], { encoding: "utf8" })) : undefined;
if (problem !== undefined) {
  console.error(problem);
  process.exit(2);
}

const plans = chosenSizes.flatMap((size) => chosenDtypes.map((dtype): Plan & { size: SizeName } => (
  { size, title: `${size}, ${dtype}`, task: stepTask(sizes[size], dtype), actions: ["adversarial", "standard"] })));
say(`${plans.length} groups, ${options.contestants.length} contestants, ${options.rounds} rounds: about ${duration(estimate(plans, options))}, on ${machineWords()}`);
for (const size of chosenSizes) {
  const task = stepTask(sizes[size], "float64");
  say(`size ${size}: pre-activations on the three pieces of s: ${shares(task, draw(task)).map((share) => `${(100 * share).toFixed(0)} %`).join(", ")}`);
}

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

const groups: (Group & { size: SizeName })[] = [];
for (const [at, plan] of plans.entries()) {
  say(`\n ${plan.title}`);
  groups.push({ ...await measure(plan, checked[at], options), size: plan.size });
}

const tables = groups.map(groupTable).join("\n\n");
const date = new Date().toISOString().slice(0, 10);
const heading = `${machineWords()}, ${options.rounds} interleaved rounds, ${date}.`;
const base = baseOf(groups[0])?.name ?? "nobody";
const name = asked.python ? "step-python" : "step";
const results = complete ? `${root}bench/results/` : `${root}node_modules/.cache/bench/results/`;
const picture = complete ? `${root}docs/images/bench-${name}.svg` : `${results}${name}.svg`;
writeWhole(`${results}${name}.json`, shortJson({ machine: machine(), date, rounds: options.rounds, groups }));
if (!complete) writeWhole(`${results}${name}.md`, `${heading}\n\n${tables}\n`);
writeWhole(picture, drawRatios(groups, base));
if (complete) replaceSection(`${root}bench/README.md`, name, `${heading}\n\n${tables}`);
console.log(`${heading}\n\n${tables}`);
say(`\nwritten: ${results}${name}.json, ${picture}, and the tables in ${complete ? "bench/README.md" : `${results}${name}.md`}`);
