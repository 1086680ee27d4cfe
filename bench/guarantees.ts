/**
 * What each statistical method promises, against what it does: coverage of intervals and error rates of tests over many simulated
 * experiments whose truth is known. Writes the tables of docs/statistics.md.
 *
 *   node bench/run.mjs guarantees [--trials 10000] [--seed 1000] [--sections shares,means] [--print]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { duration } from "../src/report/numbers.ts";
import { listed, wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { machineWords, replaceSection } from "./results.ts";
import { markdown } from "./table.ts";
import { familyTable } from "./guarantees/family.ts";
import { meanTable, equivalenceTable } from "./guarantees/means.ts";
import { sequentialTable } from "./guarantees/sequential.ts";
import { sharesTable } from "./guarantees/shares.ts";

/** The fewest for which a rate of 5 % is known to 0.4 points, twice its standard error. */
const defaultTrials = 10_000;
const { values: asked } = parseArgs({ options: { trials: { type: "string", default: String(defaultTrials) }, seed: { type: "string", default: "1000" }, sections: { type: "string" }, print: { type: "boolean", default: false } } });
const [trials, seed] = [wholeNumber("trials", asked.trials), wholeNumber("seed", asked.seed)];
const sections = { shares: sharesTable, means: meanTable, equivalence: equivalenceTable, sequential: sequentialTable, family: familyTable };

const wanted = listed("sections", asked.sections, Object.keys(sections)) as (keyof typeof sections)[];

const [pilot, began] = [Math.ceil(trials / 200), performance.now()];
for (const name of wanted) sections[name](pilot, seed);
console.error(`${wanted.join(", ")}: ${trials} trials a cell, at most about ${duration(((performance.now() - began) / 1000) * (trials / pilot))}, on ${machineWords()}`);

for (const name of wanted) {
  const started = performance.now();
  const [head, ...rows] = sections[name](trials, seed);
  const text = `${trials.toLocaleString("en")} trials a cell.\n\n${markdown(head, rows)}`;
  if (asked.print || trials < defaultTrials) process.stdout.write(`${name}\n${text}\n`);
  else replaceSection(join(root, "docs/statistics.md"), `measured ${name}`, text);
  console.error(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
