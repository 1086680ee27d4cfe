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

/** "10 seeds x 5 classes" and the setting's place, for captions. */
export function sampleWords(records: readonly RunRecord[]): string {
  const { k } = records[0].spec.setting;
  return `${records.length} seed${records.length === 1 ? "" : "s"} (${records.map(({ seed }) => seed).join(", ")}), ${k} classes each: faint lines, median bold.`;
}

export function figure(title: string, caption: string, panels: Panel[]): Figure {
  return { title, caption, alt: `${title}. ${caption} Panels: ${panels.map((panel) => `${panel.title} (${panel.y.label} against ${panel.x.label})`).join("; ")}.`, panels };
}
