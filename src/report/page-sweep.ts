/** A sweep on a page of its own: what was varied, the figures, and the same in numbers. */
import type { Figure } from "../claims/figure.ts";
import { figureHtml } from "./draw.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { counted, shortNumber } from "./numbers.ts";
import { head } from "./page-head.ts";
import { command } from "./page-table.ts";

export interface SweepReport {
  title: string;
  version: string;
  /** Sentences on what was swept. */
  words: readonly string[];
  cells: { all: number; done: number; failed: number; missing: number };
  figures: readonly Figure[];
  /** Point by point, one column each; values of a point by its parameters' names. */
  points: readonly { point: Readonly<Record<string, unknown>>; column: string; rows: number; finite: number; min: number; median: number; max: number }[];
  /** Points that `points` leaves out. */
  unlisted: number;
  /** Names of the table's files beside the page. */
  files: readonly string[];
  /** The command that repeats it. */
  rerun: string;
}

/** One file that needs nothing but itself. */
export function sweepPage({ title, version, words, cells, figures, points, unlisted, files, rerun }: SweepReport): string {
  return html`${head(`lemmagrad: ${title}`, version)}
<body>
<header><h1>${title}</h1></header>
<main>
${words.map((sentence) => html`<p>${sentence}</p>`)}
${incomplete(cells)}
${figures.map((figure) => html`<figure>${figureHtml(figure)}<figcaption>${figure.caption}</figcaption></figure>`)}
${pointsTable(points, unlisted)}
<p>Every row: ${files.map((file, i) => html`${i === 0 ? "" : ", "}<a href="${file}">${file}</a>`)}.</p>
<p class="rerun">Run this sweep again: ${command(rerun)}</p>
</main>
<footer><p>Written by lemmagrad ${version}.</p></footer>
</body>
${raw("</html>")}
`.text;
}

/** What is not there, said before anything is shown. */
function incomplete({ all, done, failed, missing }: SweepReport["cells"]): Html {
  if (done === all) return html`<p class="summary">All ${counted(all, "cell")} done.</p>`;
  const parts = [...(failed > 0 ? [`${failed} failed`] : []), ...(missing > 0 ? [`${missing} missing`] : [])];
  return html`<p class="summary"><span class="warn">${parts.join(", ")}</span> of ${counted(all, "cell")}: what follows shows the other ${done}.</p>`;
}

function pointsTable(points: SweepReport["points"], unlisted: number): Html {
  if (points.length === 0) return nothing;
  const names = Object.keys(points[0].point);
  const shown = (value: unknown): string => (typeof value === "number" ? shortNumber(value, 6) : String(value ?? "–"));
  const cell = (value: number): string => (Number.isNaN(value) ? "–" : shortNumber(value, 4));
  const rows = points.map(({ point, column, rows: count, finite, min, median, max }) => html`<tr>${names.map((name) => html`<td class="number">${shown(point[name])}</td>`)}<td>${column}</td>
<td class="number">${finite === count ? String(count) : `${finite} of ${count}`}</td><td class="number">${cell(min)}</td><td class="number">${cell(median)}</td><td class="number">${cell(max)}</td></tr>`);
  return html`<details><summary>Point by point</summary><div class="scroll" tabindex="0" role="group" aria-label="Point by point">
<table class="narrow"><caption>Over the seeds of each point; rows without a finite value are counted, not averaged.${unlisted > 0 ? ` ${counted(unlisted, "further line")} left out; the table has them.` : ""}</caption>
<thead><tr>${names.map((name) => html`<th scope="col" class="number">${name}</th>`)}<th scope="col">Column</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Least</th><th scope="col" class="number">Median</th><th scope="col" class="number">Largest</th></tr></thead>
<tbody>${rows}</tbody></table></div></details>`;
}
