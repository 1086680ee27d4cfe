/**
 * A claim's figure as one piece of HTML: title, legend, panels side by side, and a note on what could not be drawn.
 *
 * Lines show their members faintly, the median boldly and a 10-90 % band; predictions are dashed and on top. Colours are
 * the custom properties of `paletteCss`, so the same picture reads on light and on dark paper. For those who do not see
 * it, the panels together are one image whose text is the figure's `alt`.
 */
import type { Figure } from "../claims/figure.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { legendEntries, renderLegend } from "./legend.ts";
import { layerStyles, paletteCss } from "./palette.ts";
import { drawPanel } from "./panel.ts";

/** Style of every figure; a page that holds several includes it once. */
export const figureCss = `${paletteCss}
.lg-figure { color: inherit; font-family: system-ui, sans-serif; }
.lg-figure p { margin: 0; }
.lg-title { font-weight: 600; }
.lg-panels { display: flex; flex-wrap: wrap; align-items: flex-end; gap: 1rem 1.5rem; }
.lg-panel { flex: 1 1 19rem; max-width: 31rem; min-width: 0; }
.lg-panel-title { font-size: 0.92rem; font-weight: 600; margin: 0.4rem 0 0.1rem !important; }
.lg-plot { display: block; width: 100%; height: auto; overflow: visible; font-family: system-ui, sans-serif; }
.lg-plot text, .lg-plot tspan { white-space: pre; }
.lg-legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.3rem; list-style: none; margin: 0.35rem 0; padding: 0; font-size: 0.88rem; }
.lg-legend li { display: flex; align-items: center; gap: 0.45rem; }
.lg-legend small { opacity: 0.8; font-size: 0.92em; }
.lg-sample { flex: none; fill: none; overflow: visible; }
.lg-note { font-size: 0.85rem; opacity: 0.85; }`;

/** A short name for ids, the same for the same figure: FNV-1a, 32 bits, over its texts. */
function identityOf(figure: Figure): string {
  let hash = 0x811c9dc5;
  for (const character of JSON.stringify([figure.title, figure.caption, figure.alt, figure.panels.map((panel) => panel.title)])) {
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

/** The figure without its style sheet, for a page that includes `figureCss`. */
export function figureHtml(figure: Figure): Html {
  const styles = layerStyles(figure);
  const identity = identityOf(figure);
  const legends = figure.panels.map((panel) => legendEntries(panel, styles));
  const keys = legends.map((entries) => entries.map(({ key, detail }) => key + detail).join());
  const common = keys.every((key) => key === keys[0]);
  const notes: string[] = [];
  const panels = figure.panels.map((panel, i) => {
    const { svg, note } = drawPanel(panel, styles, `${identity}-${i}`);
    if (note !== "") notes.push(figure.panels.length > 1 ? `${panel.title}: ${note}` : note);
    // The drawing alone is the image; its legend stays readable text.
    const image = html`<div role="img" aria-label="${i === 0 ? figure.alt : `${panel.title}: described with the first panel.`}">${raw(svg)}</div>`;
    const title = figure.panels.length > 1 || panel.title !== figure.title ? html`<p class="lg-panel-title">${panel.title}</p>` : nothing;
    return html`<div class="lg-panel">${title}${common ? nothing : renderLegend(legends[i])}${image}</div>`;
  });
  return html`<div class="lg-figure${figure.panels.length === 1 ? " lg-single" : ""}" role="group" aria-label="${figure.title}"><p class="lg-title">${figure.title}</p>${
    common && legends.length > 0 ? renderLegend(legends[0]) : nothing}<div class="lg-panels">${panels}</div>${
    notes.map((note) => html`<p class="lg-note">${note}</p>`)}</div>`;
}

/** A figure that stands alone: its style sheet and its picture. */
export function drawFigure(figure: Figure): string {
  return `<style>${figureCss}</style>${figureHtml(figure).text}`;
}
