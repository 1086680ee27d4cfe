/** What holds of all claims at once: each claim's failure rate, alone and together, and how many seeds would show all of them. */
import type { FamilyMember, Results } from "../claims/results.ts";
import { html, nothing, type Html } from "./html.ts";
import { counted, shortNumber } from "./numbers.ts";
import { anchorOf } from "./page-table.ts";

export function familySection({ claims, family }: Results): Html {
  const { members, seedsNeeded, joint } = family;
  if (members.length < 2) return nothing;
  const position = new Map(claims.map((claim, at) => [claim.id, at]));
  const rows = members.map((member) => {
    const at = position.get(member.id);
    const name = at === undefined ? member.id : html`<a href="#${anchorOf(claims[at], at)}">${claims[at].title}</a>`;
    return html`<tr><th scope="row">${name}</th><td data-label="Failed" class="nowrap">${member.failures} of ${counted(member.n, "seed")}</td><td data-label="States">rate below ${percent(member.rate)}</td>
<td data-label="p">${shortNumber(member.pValue)}</td><td data-label="Holm p">${shortNumber(member.adjusted)}</td><td data-label="At 95 %">${standing(member)}</td></tr>`;
  });
  return html`<section aria-labelledby="family"><h2 id="family">All claims together</h2>
<p>${togetherSentence(members)} ${neededSentence(members, seedsNeeded)}</p>
<p>${jointSentence(joint)}</p>
<table class="stack family"><caption>p: exact binomial probability, were the failure rate as high as named, of no more failures than were seen. Holm p: the same, adjusted for the number of claims. Claims about all seeds together keep a level of their own and are not listed.</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Failed</th><th scope="col">States</th><th scope="col">p</th><th scope="col">Holm p</th><th scope="col">At 95\u00a0%</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

function standing({ alone, together }: FamilyMember): Html {
  return together ? html`✓ together with the others` : alone ? html`alone only` : html`<span class="warn">too few seeds, or too many failures</span>`;
}

/** "8 of 13 statements ... hold together." */
export function togetherSentence(members: readonly FamilyMember[]): string {
  const together = members.filter((member) => member.together).length;
  const alone = members.filter((member) => member.alone).length;
  return `Of ${counted(members.length, "statement")} that a claim's failure rate is below its limit, ${alone} ${alone === 1 ? "holds" : "hold"} at 95\u00a0% when looked at alone, and ${together} together with the others at 95\u00a0% for all (Holm).`;
}

function neededSentence(members: readonly FamilyMember[], seedsNeeded: number): string {
  return members.every(({ together }) => together) ? "" : `For all of them together, ${seedsNeeded} seeds a claim would have to pass without a failure.`;
}

/** The one statement about all claims that needs no correction, since they share seeds. */
export function jointSentence({ seeds, failing, upper95 }: Results["family"]["joint"]): string {
  if (seeds === 0) return "No seed was drawn by all claims.";
  return `Seed by seed: in ${failing} of ${counted(seeds, "seed")} that all claims drew some claim failed inside its hypotheses, so with 95\u00a0% confidence that happens in at most ${percent(upper95)} of all seeds, and no claim fails more often.`;
}

/** A bound from above, never rounded down. */
const percent = (share: number): string => `${Math.ceil(10_000 * share - 1e-9) / 100}\u00a0%`;
