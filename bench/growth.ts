/**
 * How the cost of an adversarial step grows: with samples, patches, features, neurons, and independent runs at once
 * (vmap), one at a time around size M, compiled and on the tape, float64.
 *
 *   node bench/run.mjs growth [--rounds 9] [--axes N,P,d,km,seeds]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Figure, Panel } from "../src/claims/figure.ts";
import { layerStyles } from "../src/report/palette.ts";
import { legendEntries } from "../src/report/legend.ts";
import { duration } from "../src/report/numbers.ts";
import { drawPanel } from "../src/report/panel.ts";
import { estimate } from "./contest.ts";
import { ours, sizes, stepTask } from "./contestants.ts";
import { draw, Scratch, writeData } from "./data.ts";
import { listed, wholeNumber } from "./options.ts";
import { root } from "./places.ts";
import { type ContestOptions, type Entry, race, type Runner } from "./race.ts";
import { machine, machineWords, replaceSection, shortJson, writeWhole } from "./results.ts";
import { slopeOf, spreadOf } from "./statistics.ts";
import { escaped, placed, standalone } from "./svg.ts";
import { digits, markdown, timesOf } from "./table.ts";
import type { StepTask } from "./task.ts";

const M = sizes.M;
/** What each axis varies; M is on every ladder. */
const ladders: Record<string, { label: string; values: number[]; task(value: number): StepTask }> = {
  N: { label: "samples N", values: [32, 64, 128, 256, 512, 1024], task: (N) => stepTask({ ...M, N }, "float64") },
  P: { label: "patches P", values: [2, 4, 8, 16, 32, 64], task: (P) => stepTask({ ...M, P }, "float64") },
  d: { label: "features d", values: [16, 32, 64, 128, 256, 512], task: (d) => stepTask({ ...M, d }, "float64") },
  km: { label: "neurons k m (k = 10)", values: [10, 20, 40, 80, 160, 320], task: (km) => stepTask({ ...M, m: km / 10 }, "float64") },
  seeds: { label: "runs at once", values: [1, 2, 4, 8, 16], task: (seeds) => stepTask(M, "float64", seeds) },
};

const defaultRounds = 9;
const { values: asked } = parseArgs({ options: { rounds: { type: "string", default: String(defaultRounds) }, axes: { type: "string" } } });
const axes = listed("axes", asked.axes, Object.keys(ladders));
const contestants = ours.filter(({ id }) => id === "compiled" || id === "tape");
const options: ContestOptions = { rounds: wholeNumber("rounds", asked.rounds), limit: 60, budget: 30, contestants, say: (line) => console.error(line) };
const plans = axes.map((axis) => ladders[axis].values.map((value) => ({ title: axis, task: ladders[axis].task(value), actions: ["adversarial"] })));
options.say(`${axes.length} ladders, ${options.rounds} rounds: about ${duration(estimate(plans.flat(), options))}, on ${machineWords()}`);

const points: { axis: string; value: number; entries: Entry[] }[] = [];
for (const [at, axis] of axes.entries()) {
  options.say(ladders[axis].label);
  const scratch = new Scratch();
  try {
    const runners: Runner[] = [];
    for (const [step, value] of ladders[axis].values.entries()) {
      const { task } = plans[at][step];
      const data = join(scratch.folder, `${value}.bin`);
      writeData(data, task, draw(task));
      const entries = contestants.map(({ id, name, own }): Entry => ({ id, name, own, milliseconds: {} }));
      points.push({ axis, value, entries });
      runners.push(...contestants.map((contestant, i) => ({ entry: entries[i], contestant, task, data })));
    }
    // the whole ladder runs interleaved, so that a slow minute does not bend it
    await race(runners, ["adversarial"], options, () => Promise.resolve());
  } finally {
    scratch.remove();
  }
  for (const { value, entries } of points) for (const { name, failure } of entries) if (failure !== undefined) options.say(`  ${value}: ${name} ${failure}`);
}

/** Of one contestant along an axis: where it was measured, medians, and the exponent of the upper half, where fixed costs weigh least: the median of the rounds'. */
function curve(axis: string, id: string) {
  const along = points.filter((point) => point.axis === axis).map(({ value, entries }) => ({ value, times: timesOf(entries.find((entry) => entry.id === id), "adversarial") }))
    .filter(({ times }) => times.length > 0);
  const upper = along.slice(Math.floor(along.length / 2));
  const slopes = Array.from({ length: options.rounds }, (_, round) => slopeOf(upper.map(({ value }) => value), upper.map(({ times }) => times[round])));
  return {
    x: along.map(({ value }) => value), medians: along.map(({ times }) => spreadOf(times).median),
    members: Array.from({ length: options.rounds }, (_, round) => along.map(({ times }) => times[round])), slope: spreadOf(slopes).median,
  };
}

const roles = { compiled: "robust", tape: "nonRobust" } as const;
const panels = axes.map((axis): Panel => ({
  title: contestants.map(({ id, name }) => `${name.replace("lemmagrad, ", "")}: slope ${digits(curve(axis, id).slope)}`).join("; "),
  x: { label: ladders[axis].label, scale: "log" }, y: { label: "ms a step", scale: "log" },
  layers: contestants.flatMap(({ id, name }) => {
    const { x, members } = curve(axis, id);
    return x.length === 0 ? [] : [{ kind: "lines" as const, name, colour: roles[id as keyof typeof roles], x, members }];
  }),
}));
const rows = axes.map((axis) => [ladders[axis].label, ...contestants.flatMap(({ id }) => {
  const { x, medians, slope } = curve(axis, id);
  return [x.length === 0 ? "–" : `${digits(medians[0])} at ${x[0]}, ${digits(medians[medians.length - 1])} at ${x[x.length - 1]}`, digits(slope)];
})]);
const table = markdown(["", ...contestants.flatMap(({ name }) => [`${name}: ms`, "slope"])], rows);

/** Two panels a row, each under its slopes, and one legend over all. */
function drawGrowth(): string {
  const [panelWidth, panelHeight] = [430, 340];
  const alt = `Milliseconds of an adversarial step against ${axes.map((axis) => ladders[axis].label).join(", ")}, logarithmic axes. ${panels.map(({ x, title }) => `${x.label}: ${title}`).join(". ")}.`;
  const figure: Figure = { title: "growth", caption: "", alt, panels };
  const styles = layerStyles(figure);
  const legend = legendEntries(panels[0], styles).map(({ sample, name, detail }, at) =>
    placed(20 + 420 * at, 34, `${sample.text}<text x="46" y="12" font-size="12">${escaped(`${name} (${detail})`)}</text>`)).join("");
  const drawn = panels.map((panel, at) => placed(10 + (at % 2) * (panelWidth + 10), 62 + Math.floor(at / 2) * panelHeight,
    `<text x="44" y="14" font-size="12" font-weight="600">${escaped(panel.title)}</text>${placed(0, 20, drawPanel(panel, styles, `growth-${at}`).svg)}`)).join("\n");
  const heading = `<text x="20" y="22" font-size="15" font-weight="600">Cost of an adversarial step around size M, float64; slopes of the upper half</text>`;
  return standalone(2 * panelWidth + 30, 70 + Math.ceil(panels.length / 2) * panelHeight, alt, heading + legend + drawn);
}

const complete = asked.axes === undefined && options.rounds >= defaultRounds;
const date = new Date().toISOString().slice(0, 10);
const heading = `${machineWords()}, ${options.rounds} interleaved rounds, ${date}. Medians; slopes of the upper half of each ladder.`;
const folder = complete ? `${root}bench/results/` : `${root}node_modules/.cache/bench/results/`;
writeWhole(`${folder}growth.json`, shortJson({ machine: machine(), date, rounds: options.rounds, points }));
writeWhole(complete ? `${root}docs/images/bench-growth.svg` : `${folder}growth.svg`, drawGrowth());
if (complete) replaceSection(`${root}bench/README.md`, "growth", `${heading}\n\n${table}`);
console.log(`${heading}\n\n${table}`);
