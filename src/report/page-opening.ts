/** The top of the report: what it is about in plain words, one picture, and what was found of what the theory says. */
import type { Opening } from "../claims/opening.ts";
import type { ClaimResult, Results, Verdict } from "../claims/results.ts";
import { figureHtml } from "./draw.ts";
import { html, nothing, type Html } from "./html.ts";
import { maths } from "./maths.ts";
import { counted } from "./numbers.ts";
import { anchorOf } from "./page-table.ts";
import { linked, verdictBadge } from "./page-words.ts";

/** For claims of any theory. */
export const plainOpening: Opening = {
  title: "The claims, run",
  paragraphs: ["Every claim below was run on many seeds: its conditions were checked first, its prediction was fixed beforehand, and the check was repeated under a change (a control) that must break it. These are experiments at the sizes stated, not proofs."],
  sentences: [], limits: [], lead: [], symbols: [],
};

/** The picture of the first leading claim that has one. */
export function leadPicture({ claims }: Results, { lead }: Opening): Html {
  const at = lead.map((id) => claims.findIndex((claim) => isOf(claim, id) && claim.figure !== undefined)).find((index) => index >= 0);
  if (at === undefined) return nothing;
  const claim = claims[at];
  return html`<figure class="lead">${figureHtml(claim.figure!)}<figcaption>${claim.figure!.caption} More under <a href="#${anchorOf(claim, at)}">${claim.title}</a>.</figcaption></figure>`;
}

/** What the theory says, sentence by sentence, and what these runs say to it. */
export function foundTable({ claims }: Results, { sentences, limits }: Opening): Html {
  const rows = sentences.flatMap(({ says, claims: ids }) => {
    const own = claims.map((claim, at) => ({ claim, at })).filter(({ claim }) => ids.some((id) => isOf(claim, id)));
    if (own.length === 0) return [];
    const short = ({ id }: ClaimResult) => id.split("-")[0];
    const links = own.map(({ claim, at }, i) => html`${i === 0 ? "" : ", "}<a href="#${anchorOf(claim, at)}">${own.filter((other) => short(other.claim) === short(claim)).length > 1 ? claim.id : short(claim)}</a>`);
    return [html`<tr><th scope="row">${says}</th><td data-label="Found">${found(own.map(({ claim }) => claim))}</td><td data-label="Claims">${links}</td></tr>`];
  });
  if (rows.length === 0) return nothing;
  return html`<section aria-labelledby="found"><h2 id="found">What was found</h2>
<table class="found stack"><thead><tr><th scope="col">What the theory says</th><th scope="col">What these runs say</th><th scope="col">Claims</th></tr></thead><tbody>
${rows}
</tbody></table>
${limits.length === 0 ? nothing : html`<h3>What was not found, or not looked for</h3><ul>${limits.map((limit) => html`<li>${limit}</li>`)}</ul>`}</section>`;
}

/** Of several claims the one that says least for the theory decides. */
const worstFirst: readonly Verdict[] = ["contradicted", "inconclusive", "outside hypotheses", "supported"];

function found(own: readonly ClaimResult[]): Html {
  const verdict = worstFirst.find((candidate) => own.some((claim) => claim.verdict === candidate)) ?? "supported";
  const same = own.filter((claim) => claim.verdict === verdict).length;
  const words = own.length === 1 ? "" : same === own.length ? ` (all ${counted(own.length, "claim")})` : ` in ${same} of ${counted(own.length, "claim")}; the others supported`;
  const mixed = own.some((claim) => claim.verdict !== verdict && claim.verdict !== "supported");
  return html`${verdictBadge(verdict)}${mixed ? ` in ${same} of ${counted(own.length, "claim")}` : words}`;
}

/** Symbols, what they mean, and their values at the reference point. */
export function symbolTable({ symbols }: Opening): Html {
  if (symbols.length === 0) return nothing;
  const rows = symbols.map(({ symbol, meaning, value }) => html`<tr><th scope="row">${maths(symbol)}</th><td data-label="Meaning">${meaning}</td><td data-label="Here">${value ?? "–"}</td></tr>`);
  return html`<section aria-labelledby="symbols"><h2 id="symbols">Symbols</h2>
<table class="stack symbols"><caption>Values are those of the reference point; a claim that uses others says so.</caption>
<thead><tr><th scope="col">Symbol</th><th scope="col">Meaning</th><th scope="col">Here</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}

export function openingWords({ paragraphs }: Opening): Html {
  return html`${paragraphs.map((paragraph) => html`<p>${linked(paragraph, undefined)}</p>`)}`;
}

/** Whether a claim has this id, or an id that begins with this word and a dash, or with this word and a letter: p12 has p12a-... too. */
function isOf({ id }: ClaimResult, wanted: string): boolean {
  return id === wanted || (id.startsWith(wanted) && /^[a-z]?-/.test(id.slice(wanted.length)));
}
