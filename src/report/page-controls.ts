/** Every control of every claim in one table: what was changed, what had to fail, and what was seen. */
import type { Results } from "../claims/results.ts";
import { html, nothing, type Html } from "./html.ts";
import { counted, unbroken } from "./numbers.ts";
import { anchorOf } from "./page-table.ts";

export function controlsTable({ claims }: Results): Html {
  const all = claims.flatMap((claim, at) => claim.controls.map((control) => ({ claim, at, control })));
  if (all.length === 0) return nothing;
  const failing = all.filter(({ control }) => control.fails).length;
  const rows = all.map(({ claim, at, control: { change, fails, seeds, supporting, observed } }) => html`<tr>
<th scope="row">${change}</th><td data-label="Must break"><a href="#${anchorOf(claim, at)}">${claim.title}</a></td>
<td data-label="Broke">${fails ? "✓ broke it" : html`<span class="warn">✗ did not break it</span>`}<br><small>held in ${supporting} of ${counted(seeds, "seed")}</small></td>
<td data-label="Seen">${unbroken(observed)}</td></tr>`);
  return html`<section aria-labelledby="controls"><h2 id="controls">All controls</h2>
<p>A check that cannot fail shows nothing. So each claim is run again with its cause removed, or another condition broken, and its prediction must then fail: ${failing} of ${counted(all.length, "control")} did.</p>
<table class="stack controls"><thead><tr><th scope="col">Change</th><th scope="col">Claim that must break</th><th scope="col">Outcome</th><th scope="col">Seen</th></tr></thead>
<tbody>${rows}</tbody></table></section>`;
}
