/** The page's table over all claims, with what was found in a sentence each, and the facts of the run. */
import type { ClaimResult, Results } from "../claims/results.ts";
import { html, type Html } from "./html.ts";
import { counted, duration, lowerPercent } from "./numbers.ts";
import { seenSentence, verdictBadge, verdictCell, verdictMeaning, verdictOrder } from "./page-words.ts";

/** The id of a claim's section; claims are told apart by position too, should two share an id. */
export function anchorOf(claim: ClaimResult, position: number): string {
  const name = claim.id.replace(/[^\w-]+/g, "-");
  return `claim-${position + 1}-${name}`;
}

/** Seeds that supported the prediction, of how many, and what that says about the true share; or how many decided together. */
export function seedsCell({ seeds: { n, supported, lower95 }, judged }: ClaimResult): Html {
  if (judged !== "seed by seed") return html`<span class="number">${n}</span><br><small>${judged === "all seeds together" ? "judged together" : "no chance in it"}</small>`;
  return html`<span class="number">${supported}/${n}</span><br><small>share ≥ ${lowerPercent(lower95)}</small>`;
}

function controlsCell(controls: ClaimResult["controls"]): Html {
  if (controls.length === 0) return html`<span class="warn">none</span>`;
  const failing = controls.filter((control) => control.fails).length;
  return failing === controls.length
    ? html`✓ ${controls.length === 1 ? "yes" : `all ${controls.length}`}`
    : html`<span class="warn">✗ ${controls.length === 1 ? "no" : `${failing} of ${controls.length}`}</span>`;
}

export function verdictTable({ claims }: Results): Html {
  if (claims.length === 0) {
    return html`<p>No claim was run, so there is no verdict to show. <code>npx lemmagrad claims</code> lists what can be run.</p>`;
  }
  const rows = claims.map((claim, i) => html`<tr>
<th scope="row"><a href="#${anchorOf(claim, i)}">${claim.title}</a><br><small><code>${claim.id}</code></small></th>
<td data-label="Claimed">${claim.statement}</td>
<td data-label="Found">${verdictCell(claim)}<br>${seenSentence(claim)}</td>
<td data-label="Seeds" class="nowrap">${seedsCell(claim)}</td>
<td data-label="Controls" class="nowrap">${controlsCell(claim.controls)}</td>
</tr>`);
  const legend = verdictOrder.map((verdict) => html`<dt>${verdictBadge(verdict)}</dt><dd>${verdictMeaning[verdict].meaning}</dd>`);
  return html`<table class="verdicts stack">
<caption>One row a claim. Seeds: how many supported the prediction, and the exact one-sided 95 % lower bound on the share of all seeds that would, for each claim alone.</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">What is claimed</th><th scope="col">What was found</th><th scope="col">Seeds</th><th scope="col">Controls break it, as they must</th></tr></thead>
<tbody>
${rows}
</tbody></table>
<details><summary>What the verdicts mean</summary><dl class="meanings">${legend}</dl></details>`;
}

/** A word that a shell takes as it stands, or quoted. */
function shellWord(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;
}

/** The line that repeats the whole run. */
export function rerunLine({ claims, plan, seed, seedCount, environment }: Results): string {
  // claims that draw different numbers of seeds draw their plan's own; an equal number was asked for
  const seeds = claims.length > 0 && claims.every(({ perSeed, sequential }) => (sequential?.most ?? perSeed.length) === seedCount) ? ` --seeds ${seedCount}` : "";
  return `npx lemmagrad verify --plan ${shellWord(plan)}${seeds} --seed ${seed} --backend ${shellWord(environment.backend)}`;
}

/** A command that one click selects whole. */
export function command(line: string): Html {
  return html`<code class="command" tabindex="0">${line}</code>`;
}

export function runFacts(results: Results): Html {
  const { environment: { node, platform, backend, workers, startedAt, seconds } } = results;
  const facts: [string, string | Html][] = [
    ["Version", `lemmagrad ${results.version}`],
    ["Plan", `${results.plan}, up to ${counted(results.seedCount, "seed")} a claim from seed ${results.seed}`],
    ["Engine", `${backend} backend, ${counted(workers, "worker")}`],
    ["Machine", `Node ${node.replace(/^v/, "")}, ${platform}`],
    ["Started", startedAt.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC")],
    ["Took", duration(seconds)],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
<p class="rerun">Run it again: ${command(rerunLine(results))}</p>`;
}
