/** One layer of a panel as Observable Plot marks. */
import * as Plot from "@observablehq/plot";
import type { Layer } from "../claims/figure.ts";
import type { Scale } from "./axis.ts";
import { cellStyles, cellVariable, layerKey, paperVariable, type LayerStyle } from "./palette.ts";
import { showable, summarise, type LeftOut } from "./series.ts";

type LinesLayer = Extract<Layer, { kind: "lines" }>;
type RuleLayer = Extract<Layer, { kind: "rule" }>;
type PointsLayer = Extract<Layer, { kind: "points" }>;
type FitLayer = Extract<Layer, { kind: "fit" }>;
type IntervalsLayer = Extract<Layer, { kind: "intervals" }>;
type CurveLayer = Extract<Layer, { kind: "curve" }>;
type CellsLayer = Extract<Layer, { kind: "cells" }>;

export interface Canvas {
  x: Scale;
  y: Scale;
  styles: ReadonlyMap<string, LayerStyle>;
  leftOut: LeftOut;
  /** Whether marks may stick out of the frame and are clipped to it. */
  clip: boolean;
}

export interface LayerMarks {
  body: Plot.Markish[];
  /** Markers along medians: drawn after every body, so that no prediction hides them. */
  markers: Plot.Markish[];
}

/** Markers stand at about this many places along a median, so that lines differ without colour. */
const markersPerLine = 7;
/** More points than this lose their hover titles, and neighbours on one pixel are drawn once. */
const manyPoints = 1000;

/** The more members, the fainter each: 5 seeds are still seen one by one, 100 make a cloud. */
function memberOpacity(count: number): number {
  return Math.min(0.5, Math.max(0.14, 1.6 / Math.sqrt(count * 4)));
}

function linesMarks(layer: LinesLayer, canvas: Canvas): LayerMarks {
  const { x: scaleX, y: scaleY, leftOut, clip } = canvas;
  const { colour, dash, marker, hollow } = canvas.styles.get(layerKey(layer)) as LayerStyle;
  const length = layer.x.length;
  const x = layer.x.map((value) => showable(value, scaleX.log, leftOut));
  const members = layer.members.map((member) =>
    Array.from({ length }, (_, i) => showable(member[i] ?? NaN, scaleY.log, leftOut)));
  const summary = summarise(layer.members, length);
  const unseen: LeftOut = { nonPositive: 0, infinite: 0 };
  const median = summary.median.map((value) => showable(value, scaleY.log, unseen));
  const marks: Plot.Markish[] = [];
  if (members.length >= 3) {
    const floor = scaleY.domain[0];
    const low = summary.low.map((value) => (scaleY.log && value <= 0 ? floor : value));
    marks.push(Plot.areaY({ length }, { x, y1: low, y2: summary.high, fill: colour, fillOpacity: 0.14, clip }));
  }
  if (members.length >= 2) {
    const size = members.length * length;
    marks.push(Plot.line({ length: size }, {
      x: Float64Array.from({ length: size }, (_, i) => x[i % length]),
      y: Float64Array.from(members.flat()),
      z: Uint32Array.from({ length: size }, (_, i) => Math.floor(i / length)),
      stroke: colour,
      strokeWidth: 0.9,
      strokeOpacity: memberOpacity(members.length),
      ...(dash ? { strokeDasharray: "3 3" } : {}),
      clip,
    }));
  }
  // A halo of paper keeps a dashed prediction visible where it lies on the measured line.
  if (dash) marks.push(Plot.line({ length }, { x, y: median, stroke: paperVariable, strokeWidth: 4, strokeOpacity: 0.75, clip }));
  marks.push(Plot.line({ length }, {
    x, y: median, stroke: colour, strokeWidth: 2.2, clip, ...(dash ? { strokeDasharray: dash, strokeLinecap: "butt" } : {}),
  }));
  const markers = marker === undefined ? [] : [Plot.dot(markerPlaces(x, median, scaleX), {
    x: (i: number) => x[i], y: (i: number) => median[i], symbol: marker, r: 3.2, sort: null,
    fill: hollow ? paperVariable : colour, stroke: colour, strokeWidth: 1.2, clip,
  })];
  return { body: marks, markers };
}

/** Every place of a short line; on a long one, places about evenly spread along the axis as it is drawn. */
export function markerPlaces(x: readonly number[], y: readonly number[], scale: Pick<Scale, "log" | "domain">): number[] {
  const shown = x.map((_, i) => i).filter((i) => Number.isFinite(x[i]) && Number.isFinite(y[i]));
  if (shown.length <= markersPerLine * 2) return shown;
  const position = unitPosition(scale);
  const places = new Set<number>();
  for (let turn = 0; turn < markersPerLine; turn++) {
    const wanted = (turn + 0.5) / markersPerLine;
    const distance = (i: number): number => Math.abs(position(x[i]) - wanted);
    places.add(shown.reduce((best, i) => (distance(i) < distance(best) ? i : best)));
  }
  return [...places];
}

/** Place of a value along an axis, 0 at its start and 1 at its end. */
function unitPosition({ log, domain: [low, high] }: Pick<Scale, "log" | "domain">): (value: number) => number {
  return log
    ? (value) => Math.log(value / low) / Math.log(high / low)
    : (value) => (value - low) / (high - low);
}

function pointsMarks(layer: PointsLayer, canvas: Canvas): Plot.Markish[] {
  const { x: scaleX, y: scaleY, leftOut, clip } = canvas;
  const { colour, marker, hollow } = canvas.styles.get(layerKey(layer)) as LayerStyle;
  let points = layer.points
    .map(({ x, y, title }) => ({ x: showable(x, scaleX.log, leftOut), y: showable(y, scaleY.log, leftOut), title }))
    .filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y));
  const many = points.length > manyPoints;
  if (many) {
    const [placeX, placeY] = [unitPosition(scaleX), unitPosition(scaleY)];
    const cells = new Map(points.map((point) => [`${Math.round(placeX(point.x) * 350)},${Math.round(placeY(point.y) * 220)}`, point]));
    points = [...cells.values()];
  }
  return [Plot.dot(points, {
    x: "x", y: "y", symbol: marker, r: 3.4, sort: null, clip,
    fill: hollow ? paperVariable : colour, fillOpacity: hollow ? 1 : 0.55, stroke: colour, strokeWidth: 1.1,
    ...(many || points.every(({ title }) => title === undefined) ? {} : { title: ({ title }: { title?: string }) => title ?? null }),
  })];
}

/** The line y = x inside the frame; nothing when the frame does not meet it. */
function diagonalMarks({ x, y, clip }: Canvas, style: LayerStyle): Plot.Markish[] {
  const start = Math.max(x.domain[0], y.domain[0]);
  const end = Math.min(x.domain[1], y.domain[1]);
  if (!(start < end)) return [];
  // Between a linear and a logarithmic axis y = x is a curve.
  const steps = x.log === y.log ? 1 : 60;
  const line = Array.from({ length: steps + 1 }, (_, i) => start + ((end - start) * i) / steps);
  return [Plot.line({ length: line.length }, { x: line, y: line, stroke: style.colour, strokeWidth: 1.2, clip })];
}

function ruleMarks(layer: RuleLayer, canvas: Canvas): Plot.Markish[] {
  const { colour, dash } = canvas.styles.get(layerKey(layer)) as LayerStyle;
  const value = showable(layer.value, canvas[layer.axis].log, canvas.leftOut);
  if (Number.isNaN(value)) return [];
  const options = { stroke: colour, strokeWidth: 1.4, strokeDasharray: dash, clip: canvas.clip };
  return [layer.axis === "x" ? Plot.ruleX([value], options) : Plot.ruleY([value], options)];
}

function fitMarks(layer: FitLayer, canvas: Canvas): Plot.Markish[] {
  const { colour } = canvas.styles.get(layerKey(layer)) as LayerStyle;
  const { x: scaleX, y: scaleY, leftOut, clip } = canvas;
  const x = layer.x.map((value) => showable(value, scaleX.log, leftOut));
  const [y, low, high] = [layer.y, layer.low, layer.high].map((values) => values.map((value) => showable(value, scaleY.log, leftOut)));
  const length = x.length;
  return [
    Plot.areaY({ length }, { x, y1: low, y2: high, fill: colour, fillOpacity: 0.16, clip }),
    Plot.line({ length }, { x, y, stroke: colour, strokeWidth: 1.8, clip }),
  ];
}

function intervalsMarks(layer: IntervalsLayer, canvas: Canvas): Plot.Markish[] {
  const { colour, marker, hollow } = canvas.styles.get(layerKey(layer)) as LayerStyle;
  const { x: scaleX, y: scaleY, leftOut, clip } = canvas;
  const points = layer.points
    .map(({ x, y, low, high, title }) => ({ x: showable(x, scaleX.log, leftOut), y: showable(y, scaleY.log, leftOut), low, high, title: title ?? null }))
    .filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y))
    // an interval that goes below a logarithmic axis ends at the axis
    .map((point) => ({ ...point, low: scaleY.log && point.low <= 0 ? scaleY.domain[0] : point.low }));
  return [
    Plot.ruleX(points.filter(({ low, high }) => Number.isFinite(low) && Number.isFinite(high)), { x: "x", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5, clip }),
    Plot.dot(points, { x: "x", y: "y", symbol: marker, r: 3.6, sort: null, fill: hollow ? paperVariable : colour, stroke: colour, strokeWidth: 1.2, title: "title", clip }),
  ];
}

function curveMarks(layer: CurveLayer, canvas: Canvas): Plot.Markish[] {
  const { colour, dash } = canvas.styles.get(layerKey(layer)) as LayerStyle;
  const { x: scaleX, y: scaleY, leftOut } = canvas;
  const places = layer.paths.flatMap((path, z) => path.map(({ x, y }) => ({ x: showable(x, scaleX.log, leftOut), y: showable(y, scaleY.log, leftOut), z })));
  // a curve may leave the frame that the cells set
  const shared = { x: "x", y: "y", z: "z", clip: true } as const;
  return [
    Plot.line(places, { ...shared, stroke: paperVariable, strokeWidth: 5, strokeOpacity: 0.85 }),
    Plot.line(places, { ...shared, stroke: colour, strokeWidth: 2.4, ...(dash ? { strokeDasharray: dash, strokeLinecap: "butt" } : {}) }),
  ];
}

/** Rectangles, and in the middle of each (as it is drawn) the mark of its verdict. */
function cellsMarks(layer: CellsLayer, { x: scaleX, y: scaleY }: Canvas): Plot.Markish[] {
  const { mark, bold } = cellStyles[layer.verdict];
  const ink = cellVariable(layer.verdict, "ink");
  const middle = ([low, high]: [number, number], log: boolean): number => (log ? Math.sqrt(low * high) : (low + high) / 2);
  const cells = layer.cells.map(({ x, y, title }) => ({ x1: x[0], x2: x[1], y1: y[0], y2: y[1], x: middle(x, scaleX.log), y: middle(y, scaleY.log), title: title ?? null }));
  const at = { x: "x", y: "y", sort: null } as const;
  const drawn: Plot.Markish[] = [Plot.rect(cells, {
    x1: "x1", x2: "x2", y1: "y1", y2: "y2", fill: cellVariable(layer.verdict, "fill"), stroke: paperVariable, strokeWidth: 0.8, title: "title",
  })];
  if (mark === "dot") drawn.push(Plot.dot(cells, { ...at, r: bold ? 3 : 2.6, fill: bold ? ink : "none", stroke: ink, strokeWidth: 1.3 }));
  if (mark === "cross") drawn.push(Plot.dot(cells, { ...at, symbol: "times", r: bold ? 4.5 : 3.2, stroke: ink, strokeWidth: bold ? 2.4 : 1.3 }));
  if (mark === "bar") drawn.push(Plot.text(cells, { ...at, text: () => "–", fill: ink, fontWeight: 700 }));
  return drawn;
}

/** Marks of one layer, back to front; what cannot be shown is counted on `canvas.leftOut`. */
export function layerMarks(layer: Layer, canvas: Canvas): LayerMarks {
  switch (layer.kind) {
    case "lines": return layer.x.length > 0 && layer.members.length > 0 ? linesMarks(layer, canvas) : { body: [], markers: [] };
    case "points": return { body: pointsMarks(layer, canvas), markers: [] };
    case "rule": return { body: ruleMarks(layer, canvas), markers: [] };
    case "fit": return { body: fitMarks(layer, canvas), markers: [] };
    case "intervals": return { body: intervalsMarks(layer, canvas), markers: [] };
    case "curve": return { body: curveMarks(layer, canvas), markers: [] };
    case "cells": return { body: cellsMarks(layer, canvas), markers: [] };
    case "diagonal": return { body: diagonalMarks(canvas, canvas.styles.get(layerKey(layer)) as LayerStyle), markers: [] };
  }
}

const layerDepth: Record<Layer["kind"], number> = { cells: -1, rule: 0, fit: 1, points: 1, intervals: 1, lines: 1, diagonal: 2, curve: 2 };

/** Rules at the back, predictions (dashed lines, the diagonal) on top; otherwise the caller's order. */
export function drawingOrder(layers: readonly Layer[]): Layer[] {
  const depth = (layer: Layer): number => (layer.kind === "lines" && layer.dashed === true ? 2 : layerDepth[layer.kind]);
  return [...layers].sort((a, b) => depth(a) - depth(b));
}
