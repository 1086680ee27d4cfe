/** The pictures this theory's claims share, as plain data. */
import type { ColourRole, Figure, Layer, Panel } from "../../claims/index.ts";
import { accuraciesUnder, classesOf, largestOverTime } from "./record-views.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import type { RunRecord } from "./run-record.ts";

/** The largest correlations of every class and seed over time, with the reduced dynamics dashed on top where given. */
export function featurePanel(title: string, records: readonly RunRecord[], predictions: readonly ReducedRun[] = []): Panel {
  const members = (column: "U" | "V") => records.flatMap((record) => classesOf(record).map((i) => largestOverTime(record, column, i)));
  const steps = records[0].steps;
  const layers: Layer[] = [
    { kind: "lines", name: "V_i, non-robust", colour: "nonRobust", x: steps, members: members("V") },
    { kind: "lines", name: "U_i, robust", colour: "robust", x: steps, members: members("U") },
  ];
  if (predictions.length > 0) {
    layers.push(
      { kind: "lines", name: "V_i, reduced dynamics (median)", colour: "prediction", dashed: true, x: steps, members: [medianLine(records, predictions, "V")] },
      { kind: "lines", name: "U_i, reduced dynamics (median)", colour: "neutral", dashed: true, x: steps, members: [medianLine(records, predictions, "U")] },
    );
  }
  return { title, x: { label: "step t" }, y: { label: "largest correlation max_r <w_ir, feature> (weight units)" }, layers };
}

/** The same panels with one y axis from 0 to the largest value of any of them, for quantities that are never far below 0. */
export function sharedScale(panels: readonly Panel[]): Panel[] {
  let most = 0;
  for (const { layers } of panels) for (const layer of layers) if (layer.kind === "lines") for (const member of layer.members) for (const value of member) if (value > most && Number.isFinite(value)) most = value;
  return panels.map((panel) => ({ ...panel, y: { ...panel.y, domain: [0, 1.05 * most] } }));
}

/** The median over seeds and classes of a predicted correlation, at the logged steps. */
function medianLine(records: readonly RunRecord[], predictions: readonly ReducedRun[], column: "U" | "V"): number[] {
  const { k, m } = records[0].spec.setting;
  return records[0].steps.map((step) => {
    const values = predictions.flatMap((run) => Array.from({ length: k }, (_, i) => Math.max(...run[column].subarray((step * k + i) * m, (step * k + i + 1) * m))));
    values.sort((a, b) => a - b);
    return (values[(values.length - 1) >> 1] + values[values.length >> 1]) / 2;
  });
}

/** Accuracy against radius for some threats, one line a seed. */
export function accuracyPanel(title: string, records: readonly RunRecord[], threats: readonly { threat: string; label: string; colour: ColourRole }[], rules: Layer[] = []): Panel {
  const layers: Layer[] = threats.map(({ threat, label, colour }) => {
    const radii = accuraciesUnder(records[0], threat).map(({ radius }) => radius);
    const clean = (record: RunRecord) => record.cleanAccuracy[record.cleanAccuracy.length - 1];
    return {
      kind: "lines", name: label, colour, x: [0, ...radii],
      members: records.map((record) => [clean(record), ...accuraciesUnder(record, threat).map(({ accuracy }) => accuracy)]),
    };
  });
  return { title, x: { label: "radius per patch, l2 (data units)" }, y: { label: "accuracy", domain: [0, 1] }, layers: [...layers, ...rules] };
}

/** Observed against predicted, with the line of equality. */
export function scatterPanel(title: string, label: string, groups: readonly { name: string; colour: ColourRole; points: { predicted: number; observed: number; title?: string }[] }[], scale: "linear" | "log" = "log"): Panel {
  return {
    title, x: { label: `predicted ${label}`, scale }, y: { label: `observed ${label}`, scale },
    layers: [
      ...groups.map(({ name, colour, points }): Layer => ({
        kind: "points", name, colour,
        points: points.filter(({ predicted, observed }) => Number.isFinite(predicted) && Number.isFinite(observed)).map(({ predicted, observed, title: own }) => ({ x: predicted, y: observed, ...(own === undefined ? {} : { title: own }) })),
      })),
      { kind: "diagonal", name: "observed = predicted" },
    ],
  };
}

/** Any per-class column over time, one line a class and seed. */
export function columnPanel(title: string, yLabel: string, groups: readonly { name: string; colour: ColourRole; records: readonly RunRecord[]; value: (record: RunRecord, i: number) => number[] }[], rules: Layer[] = []): Panel {
  return {
    title, x: { label: "step t" }, y: { label: yLabel },
    layers: [...groups.map(({ name, colour, records, value }): Layer => ({
      kind: "lines", name, colour, x: records[0].steps, members: records.flatMap((record) => classesOf(record).map((i) => value(record, i))),
    })), ...rules],
  };
}

/** reduced/network - 1 of the largest correlations, in per cent, one line a class and seed: what the prediction misses, and when. */
export function residualPanel(title: string, records: readonly RunRecord[], predictions: readonly ReducedRun[], until = Infinity): Panel {
  const shown = (record: RunRecord) => record.steps.filter((step) => step <= until);
  const members = (column: "U" | "V") => records.flatMap((record, n) => classesOf(record).map((i) => {
    const observed = largestOverTime(record, column, i);
    return shown(record).map((step, s) => 100 * (largestPredicted(predictions[n], column, step, i, record) / observed[s] - 1));
  }));
  return {
    title, x: { label: "step t" }, y: { label: "reduced dynamics over network, minus 1 (%)" },
    layers: [
      { kind: "rule", name: "no difference", colour: "prediction", axis: "y", value: 0 },
      { kind: "lines", name: "V_i, non-robust", colour: "nonRobust", x: shown(records[0]), members: members("V") },
      { kind: "lines", name: "U_i, robust", colour: "robust", x: shown(records[0]), members: members("U") },
    ],
  };
}

function largestPredicted(run: ReducedRun, column: "U" | "V", step: number, i: number, { spec: { setting: { k, m } } }: RunRecord): number {
  return Math.max(...run[column].subarray((step * k + i) * m, (step * k + i + 1) * m));
}

export interface LadderGroup {
  name: string;
  colour: ColourRole;
  /** Rungs of the ladder, ascending, and at each the values of all seeds. */
  sizes: readonly number[];
  values: readonly (readonly number[])[];
  /** Fitted exponent with its interval. */
  fit?: { exponent: number; low: number; high: number };
}

/**
 * A ladder on logarithmic axes: every seed's value at every size, and the fitted power law through the centre of the data with the
 * interval of its exponent as a band. The exponent stands in the legend.
 */
export function ladderPanel(title: string, sizeLabel: string, valueLabel: string, groups: readonly LadderGroup[]): Panel {
  return {
    title, x: { label: sizeLabel, scale: "log", ticks: [...new Set(groups.flatMap(({ sizes }) => sizes))].sort((a, b) => a - b) }, y: { label: valueLabel, scale: "log" },
    layers: groups.flatMap(({ name, colour, sizes, values, fit }): Layer[] => [
      ...(fit === undefined ? [] : [fitLayer(name, colour, sizes, values, fit)]),
      { kind: "points", name: `${name}, one seed each`, colour, points: sizes.flatMap((x, at) => values[at].map((y) => ({ x, y }))) },
    ]),
  };
}

function fitLayer(name: string, colour: ColourRole, sizes: readonly number[], values: readonly (readonly number[])[], { exponent, low, high }: { exponent: number; low: number; high: number }): Layer {
  const logs = sizes.map((size) => Math.log(size));
  const means = values.map((own) => meanOf(own.filter((y) => y > 0).map((y) => Math.log(y))));
  const [centre, height] = [meanOf(logs), meanOf(means.filter((y) => !Number.isNaN(y)))];
  // a band through one point is two lines that cross there, so the places between the rungs matter
  const places = Array.from({ length: 25 }, (_, i) => logs[0] + ((logs[logs.length - 1] - logs[0]) * i) / 24);
  const line = (power: (x: number) => number) => places.map((x) => Math.exp(height + power(x) * (x - centre)));
  return {
    kind: "fit", name: `${name}: exponent ${hundredths(exponent)} (${hundredths(low)} to ${hundredths(high)})`, colour, x: places.map((x) => Math.exp(x)),
    y: line(() => exponent), low: line((x) => (x < centre ? high : low)), high: line((x) => (x < centre ? low : high)),
  };
}

/** Two decimals, without a minus sign before zero. */
const hundredths = (value: number): string => (Math.round(100 * value) / 100 + 0).toFixed(2);
const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** A frequency's bin: the mean predicted probability, the frequency seen, its exact interval, and how many trials it rests on. */
export interface CalibrationBin {
  predicted: number;
  observed: number;
  low: number;
  high: number;
  trials: number;
}

/** Frequencies against predicted probabilities, each with its interval; a calibrated prediction lies on the diagonal. */
export function calibrationPanel(title: string, event: string, bins: readonly CalibrationBin[]): Panel {
  return {
    title, x: { label: `predicted probability of "${event}"`, domain: [0, 1] }, y: { label: `frequency of "${event}"`, domain: [0, 1] },
    layers: [
      { kind: "diagonal", name: "calibrated: frequency = probability" },
      {
        kind: "intervals", name: "frequency in a bin", colour: "robust", interval: "95 %, exact",
        points: bins.map(({ predicted, observed, low, high, trials }) => ({ x: predicted, y: observed, low, high, title: `${trials} trials: predicted ${predicted.toFixed(3)}, seen ${observed.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})` })),
      },
    ],
  };
}

/** "10 seeds x 5 classes" and the setting's place, for captions. */
export function sampleWords(records: readonly RunRecord[]): string {
  const { k } = records[0].spec.setting;
  return `${records.length} seed${records.length === 1 ? "" : "s"} (${runsOf(records.map(({ seed }) => seed))}), ${k} classes each: faint lines, median bold.`;
}

/** "1 to 59, 61": ascending numbers, three or more in a row by their ends. */
function runsOf(numbers: readonly number[]): string {
  const runs: number[][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && number === last[last.length - 1] + 1) last.push(number);
    else runs.push([number]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]} to ${run[run.length - 1]}` : run.join(", "))).join(", ");
}

export function figure(title: string, caption: string, panels: Panel[]): Figure {
  return { title, caption, alt: `${title}. ${caption} Panels: ${panels.map((panel) => `${panel.title} (${panel.y.label} against ${panel.x.label})`).join("; ")}.`, panels };
}
