/** Phase diagrams: on a page of their own, and as a section of the report. */
import { cellWords, phaseFigure, type PhaseResult } from "../claims/index.ts";
import { figureHtml } from "./draw.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { shortNumber } from "./numbers.ts";
import { head } from "./page-head.ts";
import { command } from "./page-table.ts";

/** The four counts, what each means, and the exact intervals. */
export function confusionTable({ confusion: c }: PhaseResult): Html {
  const percent = ({ low, high }: { low: number; high: number }) => `${shortNumber(100 * low)} to ${shortNumber(100 * high)}\u00a0%`;
  const unit = c.unit === "cell" ? "Points" : "Seeds at points";
  const bad = c.insideBreaks > 0 ? html`<span class="warn">${c.insideBreaks}</span>` : html`${c.insideBreaks}`;
  return html`<table class="narrow stack confusion"><caption>${unit}, counted by what the hypotheses say and what was seen. Intervals: 95\u00a0%, exact (Clopper–Pearson), two-sided.${
    c.undecided > 0 ? ` ${c.undecided} undecided are not counted.` : ""}</caption>
<thead><tr><th scope="col">Hypotheses</th><th scope="col" class="number">Claim held</th><th scope="col" class="number">Claim broke</th><th scope="col">Share</th></tr></thead>
<tbody><tr><th scope="row">hold</th><td data-label="Claim held" class="number">${c.insideHolds}</td><td data-label="Claim broke" class="number">${bad}</td><td data-label="Share">broke: ${percent(c.brokeInside)}</td></tr>
<tr><th scope="row">violated</th><td data-label="Claim held" class="number">${c.outsideHolds}</td><td data-label="Claim broke" class="number">${c.outsideBreaks}</td><td data-label="Share">held all the same: ${percent(c.heldOutside)}</td></tr></tbody></table>`;
}

/** Which hypothesis bounds the claim where: how many cells each one is the tightest of. */
function bindingTable({ cells }: PhaseResult): Html {
  const outside = cells.filter(({ verdict }) => verdict.startsWith("outside"));
  const names = [...new Set(outside.map(({ binding }) => binding))];
  if (names.length === 0) return html`<p>No cell lies outside the hypotheses.</p>`;
  const rows = names.map((name) => {
    const own = outside.filter(({ binding }) => binding === name);
    return { name, cells: own.length, breaks: own.filter(({ verdict }) => verdict === "outside breaks").length };
  }).sort((a, b) => b.cells - a.cells);
  return html`<table class="narrow"><caption>Cells outside, by the hypothesis that is violated most.</caption>
<thead><tr><th scope="col">Hypothesis</th><th scope="col" class="number">Cells</th><th scope="col" class="number">Claim broke</th></tr></thead>
<tbody>${rows.map(({ name, cells: count, breaks }) => html`<tr><th scope="row">${name}</th><td class="number">${count}</td><td class="number">${breaks}</td></tr>`)}</tbody></table>`;
}

/** Every cell in words, for those who do not see the picture or want the numbers. */
function cellsTable({ x, y, cells }: PhaseResult): Html {
  const rows = cells.map((cell) => html`<tr><th scope="row" class="number">${shortNumber(cell.x)}</th><td class="number">${shortNumber(cell.y)}</td><td>${cellWords[cell.verdict]}</td>
<td class="number">${cell.trials.filter(({ holds }) => holds).length}/${cell.trials.length}</td><td class="number">${cell.margin === null ? "–" : shortNumber(cell.margin)}</td><td>${cell.binding}</td></tr>`);
  return html`<details><summary>Cell by cell</summary><div class="scroll" tabindex="0" role="group" aria-label="Cell by cell">
<table class="narrow"><thead><tr><th scope="col" class="number">${x.name}</th><th scope="col" class="number">${y.name}</th><th scope="col">Verdict</th><th scope="col" class="number">Seeds that held</th><th scope="col" class="number">Least margin</th><th scope="col">Hypothesis</th></tr></thead>
<tbody>${rows}</tbody></table></div></details>`;
}

/** Picture, confusion table and the line that repeats it. */
export function phaseBlock(result: PhaseResult): Html {
  const figure = phaseFigure(result);
  return html`<figure>${figureHtml(figure)}<figcaption>${figure.caption}</figcaption></figure>
${confusionTable(result)}
${bindingTable(result)}
${cellsTable(result)}
<p class="rerun">Run this diagram again: ${command(result.rerun)}</p>`;
}

/** All diagrams, one below the other; nothing when there are none. */
export function phaseSection(phases: readonly PhaseResult[]): Html {
  if (phases.length === 0) return nothing;
  return html`<section aria-labelledby="phases"><h2 id="phases">Where the claims hold</h2>
<p>Each picture changes two parameters and keeps the others. A cell is a point at which the network was really trained, on seeds that no other cell shares. Blue cells with a dot: the claim held; orange cells with a cross: it broke. Strong colours lie inside the claim's hypotheses, pale ones outside. A claim promises something only inside, so the one thing that must not be seen is a strong orange cell.</p>
${phases.map((phase) => html`<h3>${phase.claim.title}</h3>${phaseBlock(phase)}`)}</section>`;
}

/** A page of its own: one file that needs nothing but itself. */
export function phasePage(result: PhaseResult): string {
  const { claim, x, y, base, version } = result;
  const fixed = Object.entries(base).filter(([name]) => name !== x.name && name !== y.name).map(([name, value]) => `${name} = ${String(value)}`);
  return html`${head(`lemmagrad: where ${claim.id} holds`, version)}
<body>
<header><h1>${claim.title}: where it holds</h1></header>
<main>
<p class="statement">${claim.statement}</p>
<p>Prediction: ${claim.prediction}.</p>
${phaseBlock(result)}
<p><strong>The other parameters.</strong> ${fixed.join(", ")}.</p>
</main>
<footer><p>Written by lemmagrad ${version}. The same as data: the .json file beside this page, described by <a href="phase.schema.json">phase.schema.json</a>.</p></footer>
</body>
${raw("</html>")}
`.text;
}
