/** The pictures that this theory's claims share, as plain data. Signal in the first colour of a pair, noise in the second. */
import type { Figure, Layer, Panel } from "../../claims/index.ts";
import { dynamicsOf } from "./record-views.ts";
import type { RunRecord } from "./run-record.ts";

/** Mean signal and noise part of y f over time, every seed, with the reduced dynamics' median dashed. */
export function partsPanel(title: string, runs: readonly RunRecord[], predicted = true): Panel {
  const [{ steps }] = runs;
  const lines = (name: string, colour: "robust" | "nonRobust", column: "signalPart" | "noisePart"): Layer => ({ kind: "lines", name, colour, x: steps, members: runs.map((run) => Array.from(run[column])) });
  const layers: Layer[] = [lines("signal part", "robust", "signalPart"), lines("noise part", "nonRobust", "noisePart")];
  if (predicted) {
    const reduced = runs.map((run) => dynamicsOf(run, false));
    layers.push({ kind: "lines", name: "reduced dynamics (median of the larger part)", colour: "prediction", dashed: true, x: steps, members: [steps.map((_, s) => median(reduced.map((run) => Math.max(run.signalPart[s], run.noisePart[s]))))] });
  }
  return { title, x: { label: "step t" }, y: { label: "mean of y f, by patch" }, layers };
}

export function lossPanel(title: string, runs: readonly RunRecord[]): Panel {
  return { title, x: { label: "step t" }, y: { label: "mean training loss" }, layers: [{ kind: "lines", name: "training loss", colour: "standard", x: runs[0].steps, members: runs.map((run) => Array.from(run.loss)) }] };
}

/** Observed against predicted numbers, one point a run, with the line of equality. */
export function comparedPanel(title: string, label: string, groups: readonly { name: string; colour: "robust" | "nonRobust"; points: { predicted: number; observed: number; title: string }[] }[]): Panel {
  return {
    title, x: { label: `predicted ${label}`, scale: "log" }, y: { label: `observed ${label}`, scale: "log" },
    layers: [
      ...groups.map(({ name, colour, points }): Layer => ({ kind: "points", name, colour, points: points.filter(({ predicted, observed }) => Number.isFinite(predicted) && Number.isFinite(observed) && predicted > 0 && observed > 0).map(({ predicted, observed, title: own }) => ({ x: predicted, y: observed, title: own })) })),
      { kind: "diagonal", name: "equal" },
    ],
  };
}

export function figure(title: string, caption: string, panels: Panel[]): Figure {
  return { title, caption, alt: `${title}. ${caption} ${panels.map((panel) => `${panel.title}: ${panel.layers.map(({ name }) => name).join(", ")}`).join("; ")}.`, panels };
}

/** "10 seeds; n = 20, SNR = ..." */
export function runWords(runs: readonly RunRecord[]): string {
  const { n, d, m, q, mu, sigma0, eta } = runs[0].spec.setting;
  return `${runs.length} seeds; n = ${n}, d = ${d}, m = ${m}, q = ${q}, ||mu|| = ${Number(mu.toPrecision(3))}, sigma_0 = ${sigma0}, eta = ${eta}.`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
