/** The page's style sheet: system fonts, two sets of colours, tables that turn into cards on a phone, and print. */
import { figureCss } from "./draw.ts";

const light = "--text: #1b1f24; --muted: #57606a; --line: #d5dae0; --soft: #f4f6f8; --link: #0b5cad; --good: #11693a; --bad: #b02020; --unsure: #7a5200; --outside: #5b4a9c;";
const dark = "--text: #e4e8ec; --muted: #a0a9b3; --line: #343a42; --soft: #1d2127; --link: #7cbcff; --good: #6fd397; --bad: #ff8f86; --unsure: #e9be62; --outside: #bcaeff;";

export const pageCss = `${figureCss}
:root { color-scheme: light; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; ${dark} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--lg-paper); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word; }
main, header { max-width: 72rem; margin: 0 auto; padding: 0 clamp(0.9rem, 3vw, 2rem); }
header { padding-top: 1.6rem; }
h1 { font-size: clamp(1.5rem, 4vw, 2rem); line-height: 1.2; margin: 0 0 0.6rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.2rem 0 0.5rem; }
h3 { font-size: 1.02rem; margin: 1.5rem 0 0.3rem; }
p { margin: 0.5rem 0; max-width: 48rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
h2:focus { outline: none; }
.skip { position: absolute; left: -100vw; background: var(--lg-paper); padding: 0.5rem 1rem; z-index: 1; }
.skip:focus { left: 0.5rem; top: 0.5rem; }
small { font-size: 0.85em; color: var(--muted); }
code { font: 0.92em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.command { display: inline-block; max-width: 100%; padding: 0.15rem 0.5rem; background: var(--soft); border: 1px solid var(--line); border-radius: 4px; user-select: all; white-space: pre-wrap; overflow-wrap: anywhere; }
.summary { font-size: 1.08rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0.4rem 1.8rem; margin: 0.9rem 0 0.4rem; }
.facts dt, .compare dt { font-size: 0.82rem; color: var(--muted); }
.facts dd, .compare dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0; font-size: 0.94rem; font-variant-numeric: tabular-nums; }
table.narrow { width: auto; }
caption { text-align: left; color: var(--muted); font-size: 0.85rem; padding: 0.1rem 0 0.4rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.7rem 0.4rem 0; border-bottom: 1px solid var(--line); }
thead th { font-size: 0.82rem; font-weight: 600; color: var(--muted); vertical-align: bottom; border-bottom: 1.5px solid var(--text); }
tbody th { font-weight: 500; }
th.number, td.number { text-align: right; padding-right: 1.2rem; }
.number, .nowrap { white-space: nowrap; }
.verdicts th[scope=row] { width: 18%; }
.verdicts td:nth-of-type(1) { width: 40%; }
.found th[scope=row] { width: 44%; }
.found td:nth-of-type(1) { width: 34%; }
.controls th[scope=row], .controls td:nth-of-type(3) { width: 32%; }
.symbols th[scope=row] { white-space: nowrap; padding-right: 1.5rem; }
.symbols td:nth-of-type(2) { white-space: nowrap; }
.contents { display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; list-style: none; margin: 1rem 0 0; padding: 0.5rem 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); font-size: 0.94rem; }
main ul:not([class]) { padding-left: 1.2rem; max-width: 48rem; }
.verdict { font-weight: 650; white-space: nowrap; }
.verdict > span { display: inline-block; width: 1.1em; text-align: center; }
.verdict-supported { color: var(--good); }
.verdict-contradicted { color: var(--bad); }
.verdict-inconclusive { color: var(--unsure); }
.verdict-outside-hypotheses { color: var(--outside); }
.warn, .differs { color: var(--bad); font-weight: 600; }
.claim { border-top: 1px solid var(--line); margin-top: 2.6rem; }
.claim > h2 { margin-top: 1.5rem; margin-bottom: 0.2rem; }
.claim-line { margin-top: 0; }
.claim-line code { color: var(--muted); margin-left: 0.8rem; }
.statement { font-size: 1.06rem; }
.formula { overflow-x: auto; overflow-y: hidden; padding: 0.5rem 0; font-size: 1.1rem; }
math[display=block] { text-align: left; margin: 0; width: max-content; }
math { font-size: 1.05em; }
td .katex { display: inline-block; max-width: 100%; overflow-x: auto; overflow-y: hidden; vertical-align: middle; }
.compare { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr)); gap: 0.6rem 1.8rem; margin: 0.9rem 0; padding: 0.7rem 0.9rem; background: var(--soft); border-radius: 6px; }
figure { margin: 1.2rem 0 0.8rem; }
figcaption { margin-top: 0.4rem; font-size: 0.94rem; color: var(--muted); max-width: 60rem; }
@media screen and (min-width: 60rem) {
  figure:has(.lg-single) { display: grid; grid-template-columns: 31rem 1fr; grid-template-rows: auto auto auto auto 1fr; gap: 0 2rem; }
  .lg-single { display: contents; }
  .lg-single > * { grid-column: 2; }
  .lg-single > .lg-title { grid-column: 1 / -1; }
  .lg-single > .lg-panels { grid-column: 1; grid-row: 2 / span 5; }
  figure:has(.lg-single) figcaption { grid-column: 2; }
  .lg-single > .lg-legend { flex-direction: column; margin-top: 1.9rem; }
}
.scroll { overflow-x: auto; }
details { margin: 0.6rem 0; }
summary { cursor: pointer; color: var(--link); width: fit-content; }
.meanings { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.2rem; margin: 0.5rem 0; font-size: 0.94rem; }
.meanings dd { margin: 0; }
footer { max-width: 72rem; margin: 3rem auto 2rem; padding: 0 clamp(0.9rem, 3vw, 2rem); color: var(--muted); font-size: 0.88rem; }
@media screen and (max-width: 46rem) {
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack, .stack tbody, .stack tr, .stack th, .stack td, .stack caption { display: block; width: auto !important; }
  .stack tr { padding: 0.6rem 0; border-bottom: 1px solid var(--line); }
  .stack tbody th { font-weight: 600; }
  .stack th, .stack td { border: 0; padding: 0.15rem 0 !important; text-align: left !important; white-space: normal !important; }
  .stack td[data-label] { display: grid; grid-template-columns: 6.2rem 1fr; gap: 0 0.7rem; }
  .stack td[data-label]::before { content: attr(data-label); color: var(--muted); font-size: 0.85rem; grid-row: 1 / span 9; }
  .stack td[data-label] > * { grid-column: 2; justify-self: start; }
  .stack td br { display: none; }
  .meanings { grid-template-columns: 1fr; }
  .meanings dd { margin-bottom: 0.4rem; }
}
@media print {
  body { font-size: 10pt; }
  .skip { display: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  figure, tr, .compare { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  a { color: inherit; }
}`;
