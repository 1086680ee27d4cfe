/** The page of an experiment on real images: verdicts, curves, tables, and the images themselves. One file, nothing loaded from elsewhere. */
import type { Figure } from "../claims/figure.ts";
import type { ClaimResult } from "../claims/results.ts";
import { figureHtml } from "./draw.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { claimSection } from "./page-claim.ts";
import { head } from "./page-head.ts";
import { anchorOf, command } from "./page-table.ts";
import { verdictBadge } from "./page-words.ts";

/** Images in rows, each row with words of its own; `png` is a data address. */
export interface Sheet {
  title: string;
  caption: string;
  rows: { name: string; detail: string; alt: string; png: string; width: number; height: number }[];
}

export interface PlainTable {
  title: string;
  caption: string;
  heads: string[];
  rows: string[][];
  /** Its cells are words, which break into lines, and no numbers. */
  words?: boolean;
}

export interface ImagesPageData {
  title: string;
  version: string;
  /** Plain words, one paragraph a string. */
  paragraphs: string[];
  claims: { result: ClaimResult; required: boolean }[];
  figures: Figure[];
  sheets: Sheet[];
  tables: PlainTable[];
  /** What must be kept in mind: warnings of the attacks first. */
  warnings: string[];
  limits: string[];
  facts: [name: string, value: string][];
  rerun: string;
  docs: string | null;
}

export function imagesPage(page: ImagesPageData): string {
  const { title, version, paragraphs, claims, figures, sheets, tables, warnings, limits, facts, rerun, docs } = page;
  return html`${head(title, version)}
<body>
<style>${raw(sheetCss)}</style>
<a class="skip" href="#verdicts">Skip to the verdicts</a>
<header><h1>${title}</h1>${paragraphs.map((words) => html`<p>${words}</p>`)}
<p class="rerun">Run it again: ${command(rerun)}</p></header>
<main>
${warnings.length === 0 ? nothing : html`<section aria-labelledby="warnings"><h2 id="warnings">Warnings</h2><ul>${warnings.map((words) => html`<li class="warn">${words}</li>`)}</ul></section>`}
<section aria-labelledby="verdicts"><h2 id="verdicts" tabindex="-1">Verdicts</h2>${verdicts(claims)}</section>
<section aria-labelledby="curves"><h2 id="curves">Epoch by epoch</h2>${figures.map((figure) => html`<figure>${figureHtml(figure)}<figcaption>${figure.caption}</figcaption></figure>`)}</section>
<section aria-labelledby="numbers"><h2 id="numbers">Numbers</h2>${tables.map(plainTable)}</section>
<section aria-labelledby="images"><h2 id="images">The images themselves</h2>${sheets.map(sheet)}</section>
<section aria-labelledby="limits"><h2 id="limits">What this does not show</h2><ul>${limits.map((words) => html`<li>${words}</li>`)}</ul></section>
${claims.map(({ result }, at) => claimSection(result, at, docs ?? undefined))}
<section aria-labelledby="run"><h2 id="run">This run</h2><dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>
</main>
<footer><p>Written by lemmagrad ${version}. The numbers are in <a href="results.json">results.json</a>, weights and sets beside it as .npz files.</p></footer>
</body>
</html>
`.text;
}

const sheetCss = `.sheet td { padding: 0.25rem 0; }
.sheet img { display: block; width: 100%; max-width: 46rem; height: auto; image-rendering: pixelated; }
.sheet th { width: 13rem; text-align: left; vertical-align: middle; padding-right: 1rem; font-weight: 600; }
.sheet small { display: block; font-weight: 400; font-variant-numeric: tabular-nums; }`;

function verdicts(claims: ImagesPageData["claims"]): Html {
  const rows = claims.map(({ result, required }, at) => html`<tr>
<th scope="row"><a href="#${anchorOf(result, at)}">${result.title}</a></th>
<td data-label="Found">${verdictBadge(result.verdict)}${result.verdict === result.recordedVerdict || !required ? nothing : html` <span class="differs">(recorded: ${result.recordedVerdict})</span>`}<br>${result.observed}</td>
<td data-label="Standing">${required ? "required" : "reported only"}</td>
<td data-label="Seeds" class="number">${result.seeds.supported}/${result.seeds.n}</td>
<td data-label="Controls">${result.controls.every(({ fails }) => fails) ? "✓ break it" : html`<span class="warn">✗ do not break it</span>`}</td></tr>`);
  return html`<table class="stack"><caption>One row an ordering. A verdict that is required and comes out otherwise fails the run; one that is reported only does not.</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">What was found</th><th scope="col">Standing</th><th scope="col" class="number">Seeds</th><th scope="col">Controls</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function plainTable({ title, caption, heads, rows, words = false }: PlainTable): Html {
  const kind = words ? nothing : raw(' class="number"');
  return html`<h3>${title}</h3><div class="scroll" tabindex="0" role="group" aria-label="${title}"><table${words ? nothing : raw(' class="narrow"')}><caption>${caption}</caption>
<thead><tr>${heads.map((name, at) => html`<th scope="col"${at === 0 ? nothing : kind}>${name}</th>`)}</tr></thead>
<tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td${kind}>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

function sheet({ title, caption, rows }: Sheet): Html {
  return html`<h3>${title}</h3><p>${caption}</p><table class="sheet"><tbody>${rows.map(({ name, detail, alt, png, width, height }) =>
    html`<tr><th scope="row">${name}<small>${detail}</small></th><td><img src="${png}" alt="${alt}" width="${width}" height="${height}"></td></tr>`)}</tbody></table>`;
}
