/** The contest as a picture: everybody's time over ours, a panel a size and dtype, on a logarithmic axis. */
import * as Plot from "@observablehq/plot";
import type { ColourRole } from "../src/claims/figure.ts";
import { paperVariable, roleVariable } from "../src/report/palette.ts";
import type { Group } from "./contest.ts";
import { npmPeers, ours, pythonPeers } from "./contestants.ts";
import { ratios, spreadOf } from "./statistics.ts";
import { drawingDocument, placed, standalone } from "./svg.ts";
import { baseOf, digits, timesOf } from "./table.ts";

interface Point {
  size: string;
  dtype: string;
  name: string;
  kind: string;
  action: string;
  low: number;
  median: number;
  high: number;
}

/** Colour and marker of each kind of contestant: never colour alone. */
const kinds: Record<string, { role: ColourRole; symbol: "circle" | "square" | "triangle" }> = {
  lemmagrad: { role: "robust", symbol: "circle" },
  npm: { role: "nonRobust", symbol: "square" },
  Python: { role: "adversarial", symbol: "triangle" },
};

function kindOf(id: string): keyof typeof kinds {
  if (npmPeers.some((peer) => peer.id === id)) return "npm";
  return pythonPeers.some((peer) => peer.id === id) ? "Python" : "lemmagrad";
}

const everyone = [...ours, ...npmPeers, ...pythonPeers];

/** Without what a table adds to it for one dtype. */
function nameOf(id: string): string {
  return everyone.find((one) => one.id === id)?.name ?? id;
}

export function pointsOf(groups: readonly (Group & { size: string })[]): Point[] {
  return groups.flatMap((group) => {
    const base = baseOf(group);
    return group.entries.flatMap((entry) => group.actions.flatMap((action) => {
      const { low, median, high } = spreadOf(ratios(timesOf(entry, action), timesOf(base, action)));
      return Number.isNaN(median) ? [] : [{ size: group.size, dtype: group.task.dtype, name: nameOf(entry.id), kind: kindOf(entry.id), action, low, median, high }];
    }));
  });
}

const width = 900;

export function drawRatios(groups: readonly (Group & { size: string })[], base: string): string {
  const points = pointsOf(groups);
  const names = everyone.map(({ name }) => name).filter((name) => points.some((point) => point.name === name));
  const facets = [...new Set(points.map(({ size }) => size))];
  const height = facets.length * (names.length * 20 + 26) + 50;
  const shared = { x: "median", y: "name", fx: "dtype", fy: "size" } as const;
  const of = (action: string) => points.filter((point) => point.action === action);
  const colour = ({ kind }: Point) => roleVariable(kinds[kind].role);
  /** Where a label hides nothing. */
  const furthest = ({ size, dtype, name }: Point) => Math.max(...points.filter((point) => point.size === size && point.dtype === dtype && point.name === name).map((point) => point.high));
  const decades = [0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000];
  const low = Math.min(...points.map((point) => point.low));
  const high = Math.max(...points.map((point) => point.high));
  const ticks = decades.filter((tick) => tick >= low / 1.5 && tick <= high * 1.5);
  const svg = Plot.plot({
    document: drawingDocument(),
    width, height, marginLeft: 240, marginRight: 40, marginTop: 26, marginBottom: 30,
    x: { type: "log", domain: [low / 1.3, high * 3], axis: null },
    y: { domain: names, label: null, axis: null },
    fx: { label: null, axis: "top", domain: ["float64", "float32"].filter((dtype) => points.some((point) => point.dtype === dtype)) }, fy: { label: null, domain: facets, axis: null },
    style: { fontSize: "12px" },
    marks: [
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
      Plot.gridX(ticks, { stroke: "currentColor", strokeOpacity: 0.12 }),
      Plot.axisX(ticks, { text: String, label: null }),
      Plot.axisY({ tickSize: 0, label: null, facetAnchor: "left" }),
      Plot.text(facets.map((size) => ({ size })), { fy: "size", text: (row: { size: string }) => `size ${row.size}`, frameAnchor: "top-left", dx: -235, dy: 2, fontWeight: 700, facetAnchor: "left" }),
      Plot.ruleX([1], { stroke: "currentColor", strokeWidth: 1.3 }),
      Plot.link(points, { x1: "low", x2: "high", y1: "name", y2: "name", fx: "dtype", fy: "size", stroke: colour, strokeWidth: 2 }),
      Plot.dot(of("standard"), { ...shared, symbol: ({ kind }: Point) => kinds[kind].symbol, fill: paperVariable, stroke: colour, strokeWidth: 1.4, r: 3.4, sort: null }),
      Plot.dot(of("adversarial"), { ...shared, symbol: ({ kind }: Point) => kinds[kind].symbol, fill: colour, stroke: colour, r: 3.6, sort: null }),
      Plot.text(of("adversarial"), { ...shared, x: furthest, text: ({ median }: Point) => digits(median), textAnchor: "start", dx: 8, fill: "currentColor", fontSize: 10 }),
    ],
  } as Plot.PlotOptions) as unknown as { outerHTML: string };
  const title = `<text x="10" y="20" font-size="15" font-weight="600">Time of a training step over that of ${base}, same round; 1 is ours, right is slower</text>`;
  const key = `<text x="10" y="40" font-size="12">filled and labelled: adversarial step; hollow: standard step; bar: quartiles. Circles: lemmagrad; squares: from npm; triangles: Python</text>`;
  const alt = `Ratios of times to ${base}. ${of("adversarial").map((point) => `${point.size} ${point.dtype} ${point.name}: ${digits(point.median)}`).join("; ")}.`;
  const drawing = svg.outerHTML.replaceAll(/<style>.*?<\/style>/gs, "");
  return standalone(width, height + 50, alt, title + key + placed(0, 50, drawing));
}
