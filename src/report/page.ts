/** The report: one HTML file that needs nothing but itself. */
import type { Results } from "../claims/results.ts";
import { html, nothing, raw } from "./html.ts";
import { claimSection } from "./page-claim.ts";
import { pageCss } from "./page-style.ts";
import { overview, runFacts, verdictTable } from "./page-table.ts";
import { introduction as defaultIntroduction, linked, summarySentence } from "./page-words.ts";

export interface ReportOptions {
  /**
   * Address of the documentation folder as seen from the page, ending in a slash; "../docs/" fits report/ in the
   * repository. Give null where there is none: pages are then named without a link.
   */
  docs?: string | null;
  /** What the page is, one paragraph a string; the default speaks of the theory of robust features. */
  introduction?: readonly string[];
}

/** Nothing is loaded from anywhere: scripts, fonts, pictures and requests are all refused. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The whole report as text. Everything that comes from `results` is escaped; figures become inline SVG.
 *
 * Example:  await writeReport("report", results, renderReport(results));
 */
export function renderReport(results: Results, { docs = "../docs/", introduction = defaultIntroduction }: ReportOptions = {}): string {
  const sections = results.claims.map((claim, i) => claimSection(claim, i, docs ?? undefined));
  const title = `lemmagrad: the claims, run (${results.plan} plan)`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="lemmagrad ${results.version}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${raw(pageCss)}</style>
</head>
<body>
<a class="skip" href="#verdicts">Skip to the verdicts</a>
<header>
<h1>The claims of the theory, run</h1>
${introduction.map((sentence) => html`<p>${linked(sentence, undefined)}</p>`)}
${runFacts(results)}
</header>
<main>
<section aria-labelledby="verdicts">
<h2 id="verdicts" tabindex="-1">Verdicts</h2>
<p class="summary">${summarySentence(results)}</p>
${verdictTable(results)}
</section>
${overview(results)}
${sections}
</main>
<footer>
<p>Written by lemmagrad ${results.version}. The same verdicts, without the pictures, are in <a href="results.json">results.json</a>${
  results.claims.length > 0 ? raw(", described by <a href=\"results.schema.json\">results.schema.json</a>") : nothing}.</p>
</footer>
</body>
</html>
`.text;
}
