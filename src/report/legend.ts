/** Our own legend, as a plain list: a drawn sample (colour, dash, marker) beside each name. (Plot's legends return a FIGURE.) */
import type { CellVerdict, Layer, Panel } from "../claims/figure.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { cellStyles, cellVariable, layerKey, paperVariable, type LayerStyle, type Marker } from "./palette.ts";

/** Paths of the markers around (0, 0), about 8 px wide, in the shapes of Plot's symbols of the same names. */
const markerPaths: Record<Marker, string> = {
  circle: "M3.6,0A3.6,3.6,0,1,1,-3.6,0A3.6,3.6,0,1,1,3.6,0Z",
  square: "M-3.2,-3.2H3.2V3.2H-3.2Z",
  triangle: "M0,-4.4L4.2,3H-4.2Z",
  diamond: "M0,-4.8L3.8,0L0,4.8L-3.8,0Z",
  cross: "M-1.2,-4H1.2V-1.2H4V1.2H1.2V4H-1.2V1.2H-4V-1.2H-1.2Z",
  star: "M0,-5L1.3,-1.8L4.8,-1.5L2.1,0.7L2.9,4.1L0,2.3L-2.9,4.1L-2.1,0.7L-4.8,-1.5L-1.3,-1.8Z",
};

export interface LegendEntry {
  key: string;
  name: string;
  /** What faint lines and band mean, on lines with several members. */
  detail: string;
  sample: Html;
}

function sampleOf(layer: Layer, style: LayerStyle): Html {
  const { colour, dash, marker, hollow } = style;
  const parts: string[] = [];
  if (layer.kind === "lines" && layer.members.length >= 3) {
    parts.push(`<rect x="0" y="2" width="38" height="12" fill="${colour}" fill-opacity="0.16"/>`);
  }
  if (layer.kind === "lines") {
    parts.push(`<path d="M1,8H37" stroke="${colour}" stroke-width="2.4"${dash ? ` stroke-dasharray="${dash}"` : ""}/>`);
  } else if (layer.kind === "rule") {
    const path = layer.axis === "x" ? "M19,0V16" : "M1,8H37";
    parts.push(`<path d="${path}" stroke="${colour}" stroke-width="1.6" stroke-dasharray="${dash}"/>`);
  } else if (layer.kind === "fit") {
    parts.push(`<rect x="0" y="2" width="38" height="12" fill="${colour}" fill-opacity="0.16"/><path d="M1,8H37" stroke="${colour}" stroke-width="2"/>`);
  } else if (layer.kind === "curve") {
    parts.push(`<path d="M1,8H37" stroke="${colour}" stroke-width="2.4"${dash ? ` stroke-dasharray="${dash}"` : ""}/>`);
  } else if (layer.kind === "intervals") {
    parts.push(`<path d="M19,0V16" stroke="${colour}" stroke-width="1.6"/>`);
  } else if (layer.kind === "cells") {
    parts.push(cellSample(layer.verdict));
  } else if (layer.kind === "diagonal") {
    parts.push(`<path d="M9,16L29,0" stroke="${colour}" stroke-width="1.2"/>`);
  }
  if (marker) {
    parts.push(`<path d="${markerPaths[marker]}" transform="translate(19,8)" fill="${hollow ? paperVariable : colour}" stroke="${colour}" stroke-width="1.2"/>`);
  }
  return raw(`<svg class="lg-sample" viewBox="0 0 38 16" width="38" height="16" aria-hidden="true">${parts.join("")}</svg>`);
}

function cellSample(verdict: CellVerdict): string {
  const { mark, bold } = cellStyles[verdict];
  const ink = cellVariable(verdict, "ink");
  const marks = {
    dot: `<circle cx="19" cy="8" r="3" fill="${bold ? ink : "none"}" stroke="${ink}" stroke-width="1.4"/>`,
    cross: `<path d="M16,5L22,11M22,5L16,11" stroke="${ink}" stroke-width="${bold ? 2.4 : 1.4}"/>`,
    bar: `<path d="M15,8H23" stroke="${ink}" stroke-width="1.6"/>`,
    none: "",
  };
  return `<rect x="9" y="0.5" width="20" height="15" fill="${cellVariable(verdict, "fill")}" stroke="currentColor" stroke-opacity="0.3"/>${marks[mark]}`;
}

function detailOf(layer: Layer): string {
  if (layer.kind === "intervals") return `interval ${layer.interval}`;
  if (layer.kind === "cells") return `${layer.cells.length} ${layer.cells.length === 1 ? "cell" : "cells"}`;
  if (layer.kind !== "lines" || layer.members.length < 2) return "";
  const band = layer.members.length >= 3 ? ", band 10–90\u00a0%" : "";
  return `median of ${layer.members.length}${band}`;
}

/** One entry for each distinct layer of a panel, in the order of the layers. */
export function legendEntries(panel: Panel, styles: ReadonlyMap<string, LayerStyle>): LegendEntry[] {
  const entries = new Map<string, LegendEntry>();
  for (const layer of panel.layers) {
    const key = layerKey(layer);
    if (entries.has(key)) continue;
    const style = styles.get(key) as LayerStyle;
    entries.set(key, { key, name: layer.name, detail: detailOf(layer), sample: sampleOf(layer, style) });
  }
  return [...entries.values()];
}

export function renderLegend(entries: readonly LegendEntry[]): Html {
  if (entries.length === 0) return nothing;
  const items = entries.map(({ sample, name, detail }) =>
    html`<li>${sample}<span>${name}${detail === "" ? nothing : html` <small>(${detail})</small>`}</span></li>`);
  return html`<ul class="lg-legend" aria-label="Legend">${items}</ul>`;
}
