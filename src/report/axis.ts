/** Domains and ticks of a panel, computed here so that empty, constant and logarithmic data all give a sound axis. */
import type { Axis, Layer, Panel } from "../claims/figure.ts";
import { powerOfTen, shortNumber } from "./numbers.ts";

export interface Scale {
  label: string;
  log: boolean;
  domain: [number, number];
  /** Labelled ticks. */
  ticks: number[];
  /** Short ticks without a label (logarithmic axes only). */
  minorTicks: number[];
  format: (value: number) => string;
}

/** Whether the caller fixed the domain, so marks may stick out and must be clipped. */
export function isFixed(axis: Axis): boolean {
  return axis.domain !== undefined;
}

function layerValues(layer: Layer, axis: "x" | "y"): readonly number[][] {
  if (layer.kind === "lines") return axis === "x" ? [layer.x] : layer.members;
  if (layer.kind === "points") return [layer.points.map((point) => point[axis])];
  if (layer.kind === "rule") return layer.axis === axis ? [[layer.value]] : [];
  if (layer.kind === "fit") return axis === "x" ? [layer.x] : [layer.y, layer.low, layer.high];
  if (layer.kind === "intervals") return [layer.points.flatMap((point) => (axis === "x" ? [point.x] : [point.y, point.low, point.high]))];
  if (layer.kind === "curve") return [layer.paths.flatMap((path) => path.map((point) => point[axis]))];
  if (layer.kind === "cells") return [layer.cells.flatMap((cell) => cell[axis])];
  return [];
}

/** Smallest and largest showable value on an axis; undefined when there is none. */
function extent(panel: Panel, axis: "x" | "y"): [number, number] | undefined {
  const log = panel[axis].scale === "log";
  let [low, high] = [Infinity, -Infinity];
  for (const values of panel.layers.flatMap((layer) => layerValues(layer, axis))) {
    for (const value of values) {
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** A domain with some room: a constant gets a neighbourhood, a linear one a twentieth on each side, a log one 0.08 decade. */
function roomy([low, high]: [number, number], log: boolean, room: boolean): [number, number] {
  if (low === high) {
    if (log) return [low / 2, high * 2];
    return low === 0 ? [-1, 1] : [low - Math.abs(low) / 2, high + Math.abs(high) / 2];
  }
  if (!room) return [low, high];
  if (log) return [low / 1.2, high * 1.2];
  const margin = (high - low) / 20;
  // A quantity that is never negative starts at zero rather than a little below.
  const start = low >= 0 && low - margin < 0 ? Math.min(0, low) : low - margin;
  return [start === 0 && low === 0 ? -margin / 2 : start, high + margin];
}

/** The caller's domain if it can be used on this axis; its ends may come in either order. */
function requested(axis: Axis): [number, number] | undefined {
  if (axis.domain === undefined || axis.domain.some((end) => !Number.isFinite(end))) return undefined;
  const [low, high] = axis.domain[0] <= axis.domain[1] ? axis.domain : [axis.domain[1], axis.domain[0]];
  if (axis.scale === "log" && low <= 0) return undefined;
  return low < high ? [low, high] : undefined;
}

/** 1, 2 or 5 times a power of ten. */
function linearTicks([low, high]: [number, number], count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) as number);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** Decades when there are many, 1 and 3 of each when there are few, 1, 2, 5 within one or so; other whole multiples are minor. */
function logTicks([low, high]: [number, number]): { ticks: number[]; minorTicks: number[] } {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const decades = Math.log10(high / low);
  const every = Math.max(1, Math.ceil(decades / 7));
  const ticks: number[] = [];
  const minorTicks: number[] = [];
  for (let power = first; power <= last; power++) {
    for (let factor = 1; factor <= 9; factor++) {
      const value = Number(`${factor}e${power}`);
      if (value < low * (1 - 1e-9) || value > high * (1 + 1e-9)) continue;
      const labelled = decades >= 3.5 ? [1] : decades >= 1.5 ? [1, 3] : [1, 2, 5];
      const major = decades < 0.5 || (labelled.includes(factor) && power % every === 0);
      if (major) ticks.push(value);
      else if (decades < 6) minorTicks.push(value);
    }
  }
  // Less than one whole multiple apart: fall back on evenly spaced values.
  return ticks.length >= 2 ? { ticks, minorTicks } : { ticks: linearTicks([low, high], 4), minorTicks: [] };
}

function logLabel(value: number): string {
  const power = Math.log10(value);
  return Number.isInteger(power) && (power < -2 || power > 3) ? powerOfTen(power) : shortNumber(value);
}

function scaleOf(axis: Axis, data: [number, number] | undefined, room: boolean, count: number): Scale {
  const log = axis.scale === "log";
  const domain = requested(axis) ?? (data === undefined ? (log ? [1, 10] : [0, 1]) : roomy(data, log, room)) as [number, number];
  const given = axis.ticks?.filter((tick) => tick >= domain[0] && tick <= domain[1]);
  const { ticks, minorTicks } = given !== undefined ? { ticks: given, minorTicks: [] } : log ? logTicks(domain) : { ticks: linearTicks(domain, count), minorTicks: [] };
  const linearLabel = (value: number): string => shortNumber(value, 6);
  return { label: axis.label, log, domain, ticks, minorTicks, format: log ? logLabel : linearLabel };
}

/** Both scales. A panel with a diagonal and no domains of its own uses one range for both axes, so y = x is seen as such. */
export function panelScales(panel: Panel): { x: Scale; y: Scale; empty: boolean } {
  let x = extent(panel, "x");
  let y = extent(panel, "y");
  const empty = x === undefined || y === undefined;
  const shared = panel.layers.some((layer) => layer.kind === "diagonal") && !isFixed(panel.x) && !isFixed(panel.y);
  if (shared && x !== undefined && y !== undefined && panel.x.scale === panel.y.scale) {
    x = y = [Math.min(x[0], y[0]), Math.max(x[1], y[1])];
  }
  const points = panel.layers.some((layer) => layer.kind === "points" || layer.kind === "intervals");
  // cells fill the frame; elsewhere marks keep a little off it
  const cells = panel.layers.some((layer) => layer.kind === "cells");
  return { x: scaleOf(panel.x, x, !cells && (points || shared), 6), y: scaleOf(panel.y, y, !cells, 5), empty };
}
