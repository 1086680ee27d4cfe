/** What the search for counterexamples found, and how much of each claim's region it covered. */
import { html, nothing, type Html } from "./html.ts";
import { counted, duration, shortNumber } from "./numbers.ts";
import { command } from "./page-table.ts";

/** One search, as plain data. */
export interface SearchSummary {
  claim: { id: string; title: string };
  /** Seconds that the search took, and points inside the hypotheses that it tried. */
  seconds: number;
  tried: number;
  /** Share of the box that lies inside the hypotheses, with its 95 % interval. */
  inside: { share: number; low: number; high: number };
  /** Points drawn evenly at which the claim was decided, how many failed, and the upper 95 % bound on the share of the region where it fails. */
  decided: { n: number; failures: number; upper95: number };
  /** Parameters that the search moved, and how much of each one's range it visited. */
  parameters: readonly { name: string; visited: number; cells: number }[];
  /** The simplest point at which the claim fails. */
  found?: { point: string; seeds: readonly number[]; observed: string; replay: string };
  rerun: string;
}

export function searchSection(searches: readonly SearchSummary[]): Html {
  if (searches.length === 0) return nothing;
  const rows = searches.map(({ claim, seconds, tried, inside, decided, found, rerun }) => html`<tr>
<th scope="row">${claim.title}<br><small><code>${claim.id}</code></small></th>
<td data-label="Found">${found === undefined ? html`✓ nothing` : html`<span class="warn">✗ fails at</span> ${found.point}, ${counted(found.seeds.length, "seed")} from ${found.seeds[0]}: ${found.observed}<br>${command(found.replay)}`}</td>
<td data-label="Searched">${counted(tried, "point")} in ${duration(seconds)}; the hypotheses hold in ${percent(inside.share)} of the box (${percent(inside.low)} to ${percent(inside.high)})</td>
<td data-label="So">${decided.n === 0 ? "no point was decided" : html`fails in at most ${percent(decided.upper95)} of the region (${decided.failures} of ${decided.n} even draws)`}</td>
<td data-label="Again">${command(rerun)}</td></tr>`);
  const failing = searches.filter(({ found }) => found !== undefined).length;
  return html`<section aria-labelledby="searches"><h2 id="searches">The search for counterexamples</h2>
<p>A claim is made in a whole region of settings, not at one point. The search tries points inside its hypotheses, half of them drawn evenly, the others near where it came closest to failing, and shrinks what it finds to the simplest such point. ${
    failing === 0 ? "It found nothing." : `It found that ${counted(failing, "claim fails", "claims fail")} somewhere inside the hypotheses.`} “At most” is an exact 95\u00a0% bound from the points drawn evenly.</p>
<table class="stack searches"><thead><tr><th scope="col">Claim</th><th scope="col">Found</th><th scope="col">Searched</th><th scope="col">So the claim</th><th scope="col">Again</th></tr></thead><tbody>${rows}</tbody></table>
${coverageDetails(searches)}</section>`;
}

/** How much of each parameter's range was visited. */
function coverageDetails(searches: readonly SearchSummary[]): Html {
  const rows = searches.filter(({ parameters }) => parameters.length > 0).map(({ claim, parameters }) =>
    html`<tr><th scope="row"><code>${claim.id}</code></th><td>${parameters.map(({ name, visited, cells }) => `${name} ${visited}/${cells}`).join(", ")}</td></tr>`);
  if (rows.length === 0) return nothing;
  return html`<details><summary>How much of each parameter's range was visited</summary>
<table class="narrow"><caption>Each range is divided into its values, or into ten parts; how many of them hold a point that was tried.</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Parameters</th></tr></thead><tbody>${rows}</tbody></table></details>`;
}

const percent = (share: number): string => `${shortNumber(100 * share)}\u00a0%`;
