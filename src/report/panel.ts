/** One panel as an SVG string: Observable Plot run on linkedom's document, then made small. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import type { Panel } from "../claims/figure.ts";
import { isFixed, panelScales, type Scale } from "./axis.ts";
import { drawingOrder, layerMarks, type Canvas } from "./marks.ts";
import type { LayerStyle } from "./palette.ts";
import { leftOutText, type LeftOut } from "./series.ts";
import { compactPath } from "./simplify.ts";

/** Pixels of the drawing; the page scales it between phone and desk. */
const width = 430;
const height = 300;
/** Characters of a label that fit on one line. */
const labelLine = 58;
/** Points that all paths of a panel may keep together; at about 10 bytes each this bounds the page. */
const pointBudget = 9000;

/** The few parts of a DOM element that are used here; this package is compiled without the DOM library. */
interface DrawnElement {
  readonly tagName: string;
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
  querySelectorAll(selector: string): Iterable<DrawnElement>;
}

export interface DrawnPanel {
  svg: string;
  /** What was left out; empty when nothing was. */
  note: string;
}

/** Breaks a long axis label between words. */
export function wrapLabel(label: string, length = labelLine): string {
  const lines = [""];
  for (const word of label.split(/\s+/)) {
    const line = lines[lines.length - 1];
    if (line !== "" && line.length + word.length >= length) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

function axisMarks(x: Scale, y: Scale): Plot.Markish[] {
  const grid = { stroke: "currentColor", strokeOpacity: 0.1 };
  const minor = { text: null, label: null, tickSize: 3, strokeOpacity: 0.5 };
  const shared = { labelArrow: "none", tickSize: 5 } as const;
  // Labels are given as text: on a logarithmic axis Plot hands a tickFormat to D3, which drops some of the labels.
  return [
    Plot.gridX(x.ticks, grid),
    Plot.gridY(y.ticks, grid),
    ...(x.minorTicks.length > 0 ? [Plot.axisX(x.minorTicks, minor)] : []),
    ...(y.minorTicks.length > 0 ? [Plot.axisY(y.minorTicks, minor)] : []),
    Plot.axisX(x.ticks, { ...shared, text: x.format, label: null }),
    Plot.axisY(y.ticks, { ...shared, text: y.format, label: null }),
    Plot.text([wrapLabel(x.label)], { frameAnchor: "bottom", lineAnchor: "top", dy: 24, fontWeight: 500 }),
    // Above the left edge, where a long label can run over the frame's whole width.
    Plot.text([wrapLabel(y.label)], { frameAnchor: "top-left", lineAnchor: "bottom", textAnchor: "start", dx: -44, dy: -8, fontWeight: 500 }),
    Plot.frame({ stroke: "currentColor", strokeOpacity: 0.35 }),
  ];
}

/** Simplifies and rounds what Plot drew, names the panel's one clip path, and drops Plot's own labels and style. */
function shrink(svg: DrawnElement, identity: string): string {
  const paths = [...svg.querySelectorAll("path")].filter((path) => /^M[^A-KN-Y]*L/.test(path.getAttribute("d") ?? ""));
  const limit = Math.max(24, Math.min(400, Math.floor(pointBudget / Math.max(1, paths.length))));
  for (const path of paths) path.setAttribute("d", compactPath(path.getAttribute("d") as string, limit));
  const round = (text: string): string => text.replace(/-?\d+\.\d{2,}(?:e-?\d+)?/g, (number) => String(Math.round(Number(number) * 10) / 10));
  for (const attribute of ["transform", "x1", "x2", "y1", "y2", "cx", "cy", "x", "y", "width", "height"]) {
    for (const element of svg.querySelectorAll(`[${attribute}]`)) {
      element.setAttribute(attribute, round(element.getAttribute(attribute) as string));
    }
  }
  for (const element of svg.querySelectorAll("[aria-label]")) element.removeAttribute("aria-label");
  for (const element of svg.querySelectorAll("style")) element.remove();
  // Plot numbers its clip paths through the life of the process; equal figures should be equal text.
  return svg.outerHTML.replace(/plot-clip-\d+/g, identity);
}

/** Draws a panel. `identity` makes the ids in it unique on the page. */
export function drawPanel(panel: Panel, styles: ReadonlyMap<string, LayerStyle>, identity: string): DrawnPanel {
  const { x, y, empty } = panelScales(panel);
  const leftOut: LeftOut = { nonPositive: 0, infinite: 0 };
  const canvas: Canvas = { x, y, styles, leftOut, clip: isFixed(panel.x) || isFixed(panel.y) };
  const drawnLayers = drawingOrder(panel.layers).map((layer) => layerMarks(layer, canvas));
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const drawn = Plot.plot({
    document: document as never,
    width,
    height,
    marginTop: 16 + 14 * wrapLabel(y.label).split("\n").length,
    marginRight: 14,
    marginLeft: 54,
    marginBottom: 32 + 14 * wrapLabel(x.label).split("\n").length,
    style: { fontSize: "12px" },
    // With a domain such as [0, 1], lines along its ends would be cut in half by the frame.
    inset: canvas.clip ? 6 : 0,
    x: { type: x.log ? "log" : "linear", domain: x.domain, axis: null },
    y: { type: y.log ? "log" : "linear", domain: y.domain, axis: null },
    marks: [
      ...axisMarks(x, y),
      ...drawnLayers.flatMap(({ body }) => body),
      ...drawnLayers.flatMap(({ markers }) => markers),
      ...(empty ? [Plot.text(["nothing to draw: no finite value"], { frameAnchor: "middle" })] : []),
    ],
  }) as unknown as DrawnElement;
  drawn.setAttribute("class", "lg-plot");
  return { svg: shrink(drawn, `lg-clip-${identity}`), note: leftOutText(leftOut) };
}
