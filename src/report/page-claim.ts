/** The section of one claim: what is said, under which conditions, what came out, and whether the controls broke it. */
import type { Figure } from "../claims/figure.ts";
import type { ClaimResult } from "../claims/results.ts";
import { figureHtml } from "./draw.ts";
import { html, nothing, type Html } from "./html.ts";
import { maths } from "./maths.ts";
import { counted, lowerPercent, shortNumber, unbroken } from "./numbers.ts";
import { anchorOf, command } from "./page-table.ts";
import { linked, verdictBadge } from "./page-words.ts";

function holdsCell(holds: boolean): Html {
  return holds ? html`✓ holds` : html`<span class="warn">✗ violated</span>`;
}

function hypothesesTable(claim: ClaimResult): Html {
  if (claim.hypotheses.length === 0) return html`<p>No hypotheses: the claim is about every setting it is run on.</p>`;
  const rows = claim.hypotheses.map(({ name, maths: latex, holds, margin, detail }) => html`<tr>
<th scope="row">${name}</th><td data-label="Condition">${maths(latex)}</td><td data-label="Here" class="nowrap">${holdsCell(holds)}</td>
<td data-label="Margin" class="number">${margin > 0 ? "+" : ""}${shortNumber(margin)}</td><td data-label="Detail">${detail}</td></tr>`);
  return html`<table class="stack"><caption>Margin: how far inside (+) or outside (−) the condition the setting lies.</caption>
<thead><tr><th scope="col">Hypothesis</th><th scope="col">Condition</th><th scope="col">Here</th><th scope="col" class="number">Margin</th><th scope="col">Detail</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function figureBlock(figure: Figure | undefined): Html {
  if (figure === undefined) return nothing;
  return html`<figure>${figureHtml(figure)}<figcaption>${figure.caption}</figcaption></figure>`;
}

function perSeedDetails({ perSeed, seeds }: ClaimResult): Html {
  if (perSeed.length === 0) return nothing;
  const rows = perSeed.map(({ seed, holds, observed }) =>
    html`<tr><th scope="row" class="number">${seed}</th><td class="nowrap">${holds ? "✓ held" : html`<span class="warn">✗ failed</span>`}</td><td>${observed}</td></tr>`);
  return html`<details><summary>Seed by seed (${seeds.supported} of ${seeds.n} held)</summary>
<table class="narrow"><thead><tr><th scope="col" class="number">Seed</th><th scope="col">Prediction</th><th scope="col">Observed</th></tr></thead><tbody>${rows}</tbody></table></details>`;
}

function controlsBlock({ controls, controlFigure }: ClaimResult): Html {
  if (controls.length === 0) return html`<p class="warn">No control was run: nothing shows that the check could have failed.</p>${figureBlock(controlFigure)}`;
  const rows = controls.map(({ change, fails, seeds, supporting, observed }) => html`<tr>
<th scope="row">${change}</th><td data-label="Prediction fails">${fails ? "✓ fails, as it must" : html`<span class="warn">✗ still holds: the check is too weak</span>`}</td>
<td data-label="Seeds still holding" class="number">${supporting}/${seeds}</td><td data-label="Observed">${observed}</td></tr>`);
  return html`<table class="stack"><thead><tr><th scope="col">Change</th><th scope="col">Prediction</th><th scope="col" class="number">Seeds still holding</th><th scope="col">Observed</th></tr></thead>
<tbody>${rows}</tbody></table>${figureBlock(controlFigure)}`;
}

function sourceText({ source }: ClaimResult, docs: string | undefined): Html {
  return html`<p class="source"><strong>Source.</strong> Words: ${linked(source.words, docs)}. Formula: ${linked(source.formula, docs)}.</p>`;
}

/** How many seeds, and what they guarantee. */
function seedsWords({ seeds: { n, supported, lower95, required }, judged, sequential }: ClaimResult): string {
  if (judged === "all seeds together") return `${counted(n, "seed")}, judged together`;
  if (judged === "without seeds") return "no chance enters";
  const share = `with 95\u00a0% confidence the share is at least ${lowerPercent(lower95)}`;
  if (sequential === undefined) return `${supported} of ${counted(n, "seed")} (${lowerPercent(required)} asked for); ${share}`;
  const { p0, p1, most, supportedWrongly, contradictedWrongly } = sequential;
  return `${supported} of ${counted(n, "seed")}, taken until a sequential test decided (at most ${most}); ${share}. The test supports a claim that fails in ${shortNumber(100 * p1)}\u00a0% of all seeds with probability ${shortNumber(supportedWrongly)}, and contradicts one that fails in ${shortNumber(100 * p0)}\u00a0% with probability ${shortNumber(contradictedWrongly)}`;
}

/** `docs` is the address of the documentation folder, ending in a slash; without it, docs are named and not linked. */
export function claimSection(claim: ClaimResult, position: number, docs: string | undefined): Html {
  const anchor = anchorOf(claim, position);
  const differs = claim.verdict === claim.recordedVerdict
    ? nothing
    : html` <span class="differs">(recorded: ${claim.recordedVerdict})</span>`;
  return html`<section class="claim" aria-labelledby="${anchor}">
<h2 id="${anchor}" tabindex="-1">${claim.title}</h2>
<p class="claim-line">${verdictBadge(claim.verdict)}${differs} <code>${claim.id}</code></p>
<p class="statement">${claim.statement}</p>
${maths(claim.maths, true)}
<dl class="compare">
<div><dt>Predicted, before looking</dt><dd>${unbroken(claim.prediction)}</dd></div>
<div><dt>Observed</dt><dd>${unbroken(claim.observed)}</dd></div>
<div><dt>Seeds</dt><dd>${seedsWords(claim)}</dd></div>
</dl>
${figureBlock(claim.figure)}
${perSeedDetails(claim)}
<h3>Hypotheses</h3>
${hypothesesTable(claim)}
<h3>Controls</h3>
${controlsBlock(claim)}
${sourceText(claim, docs)}
<p class="rerun">Run this claim alone: ${command(claim.rerun)}</p>
</section>`;
}
