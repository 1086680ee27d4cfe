/** Tables in Markdown. */
import type { Group } from "./contest.ts";
import type { Entry } from "./race.ts";
import { ratios, spreadOf } from "./statistics.ts";
import { flopsOf } from "./task.ts";

const dash = "–";

/** Three significant digits, without an exponent. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return dash;
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(3));
  return rounded.toFixed(Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))))));
}

export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

/** Timings of one action, with NaN where there is none. */
export function timesOf(entry: Entry | undefined, action: string): number[] {
  return (entry?.milliseconds[action] ?? []).map((time) => time ?? NaN);
}

/** The one that others are compared with: the compiled form, or where it failed the first of ours that did not. */
export function baseOf({ entries }: Group): Entry | undefined {
  return entries.find(({ own, failure }) => own && failure === undefined);
}

/** One table of a group: a row a contestant, time, rate, share of the limit and ratio an action, and its memory. */
export function groupTable(group: Group): string {
  const { entries, actions, task } = group;
  const base = baseOf(group);
  const limit = Math.max(...group.limit);
  const head = ["", ...actions.flatMap((action) => [`${action}, ms (quartiles)`, "GFLOP/s", "of the limit", "ratio (quartiles)"]), "memory, MB"];
  const rows = entries.map((entry) => {
    const cells = actions.flatMap((action) => {
      const times = timesOf(entry, action);
      if (times.every(Number.isNaN)) return [dash, dash, dash, dash];
      const ms = spreadOf(times);
      const gflops = flopsOf(task, action) / ms.median / 1e6;
      const ratio = spreadOf(ratios(times, timesOf(base, action)));
      return [
        `${digits(ms.median)} (${digits(ms.low)}–${digits(ms.high)})`, digits(gflops), `${((100 * gflops) / limit).toFixed(0)} %`,
        entry === base ? "1" : `**${digits(ratio.median)}** (${digits(ratio.low)}–${digits(ratio.high)})`,
      ];
    });
    const name = entry.failure === undefined ? entry.name : `${entry.name}: ${entry.failure.replaceAll("|", "/")}`;
    return [name, ...cells, entry.memory === undefined ? dash : entry.memory.toFixed(0)];
  });
  const { median, high } = spreadOf(group.limit);
  const heading = `**${group.title}**: limit ${digits(limit)} GFLOP/s at best (median ${digits(median)}, upper quartile ${digits(high)})`;
  return `${heading}\n\n${markdown(head, rows)}`;
}
