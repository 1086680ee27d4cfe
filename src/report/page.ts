/** The report: one HTML file that needs nothing but itself. */
import type { PhaseResult } from "../claims/index.ts";
import type { Opening } from "../claims/opening.ts";
import type { Results } from "../claims/results.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { claimSection } from "./page-claim.ts";
import { controlsTable } from "./page-controls.ts";
import { familySection } from "./page-family.ts";
import { head } from "./page-head.ts";
import { foundTable, leadPicture, openingWords, plainOpening, symbolTable } from "./page-opening.ts";
import { phaseSection } from "./page-phase.ts";
import { searchSection, type SearchSummary } from "./page-searches.ts";
import { runFacts, verdictTable } from "./page-table.ts";
import { summarySentence } from "./page-words.ts";

export interface ReportOptions {
  /**
   * Address of the documentation folder as seen from the page, ending in a slash; "../docs/" fits report/ in the
   * repository. Give null where there is none: pages are then named without a link.
   */
  docs?: string | null;
  /** What the theory is about; the default speaks of no theory. */
  opening?: Opening;
  /** Phase diagrams to show beside the claims. */
  phases?: readonly PhaseResult[];
  /** Searches for counterexamples to show. */
  searches?: readonly SearchSummary[];
}

/**
 * The whole report as text. Everything that comes from `results` is escaped; figures become inline SVG.
 *
 * Example:  await writeReport("report", results, renderReport(results));
 */
export function renderReport(results: Results, { docs = "../docs/", opening = plainOpening, phases = [], searches = [] }: ReportOptions = {}): string {
  const sections = results.claims.map((claim, i) => claimSection(claim, i, docs ?? undefined));
  const found = foundTable(results, opening);
  const symbols = symbolTable(opening);
  const controls = controlsTable(results);
  const family = familySection(results);
  const diagrams = phaseSection(phases);
  const hunted = searchSection(searches);
  return html`${head(`lemmagrad: the claims, run (${results.plan} plan)`, results.version)}
<body>
<a class="skip" href="#verdicts">Skip to the verdicts</a>
<header>
<h1>${opening.title}</h1>
${openingWords(opening)}
${contents([["found", "What was found", found], ["verdicts", "Verdicts", undefined], ["symbols", "Symbols", symbols], ["claims", "Claim by claim", sections.length > 0 ? undefined : nothing],
    ["phases", "Where the claims hold", diagrams], ["searches", "The search for counterexamples", hunted],
    ["controls", "All controls", controls], ["family", "All claims together", family], ["run", "This run", undefined]])}
</header>
<main>
${leadPicture(results, opening)}
${found}
<section aria-labelledby="verdicts">
<h2 id="verdicts" tabindex="-1">Verdicts</h2>
<p class="summary">${summarySentence(results)}</p>
${verdictTable(results)}
</section>
${symbols}
${sections.length > 0 ? raw("<span id=\"claims\"></span>") : nothing}
${sections}
${diagrams}
${hunted}
${controls}
${family}
<section aria-labelledby="run"><h2 id="run">This run</h2>
${runFacts(results)}
</section>
</main>
<footer>
<p>Written by lemmagrad ${results.version}. The same verdicts, without the pictures, are in <a href="results.json">results.json</a>${
  results.claims.length > 0 ? raw(", described by <a href=\"results.schema.json\">results.schema.json</a>") : nothing}.</p>
</footer>
</body>
</html>
`.text;
}

/** Links to the sections that are there; one whose content is `nothing` is not. */
function contents(sections: readonly [id: string, title: string, content: Html | undefined][]): Html {
  const links = sections.filter(([, , content]) => content !== nothing).map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`);
  return html`<nav aria-label="Contents"><ul class="contents">${links}</ul></nav>`;
}
