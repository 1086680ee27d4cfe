/** What a reader wants of an experiment's record: medians and ranges over seeds, times, curves as figures. */
import { type Figure, type Layer, median, type Panel } from "../../claims/index.ts";
import type { EpochRow, Mode, TrackedRun } from "./records.ts";
import type { ExperimentRecord } from "./run-experiment.ts";

export function runsOf({ tracked }: ExperimentRecord, mode: Mode): TrackedRun[] {
  return tracked.filter((run) => run.mode === mode);
}

/** "0.70 (0.68 to 0.72)": the median over seeds, and the range where there are several. */
export function spread(values: readonly number[]): string {
  const text = (x: number) => x.toFixed(2);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return "not run";
  return text(low) === text(high) ? text(low) : `${text(median(values))} (${text(low)} to ${text(high)})`;
}

/**
 * The epoch, between two where need be, at which a curve first reaches half of its last value.
 *
 * Epoch 0 counts: a curve that begins above half of its last value has reached it at once.
 */
export function halfTime(epochs: readonly EpochRow[], value: (row: EpochRow) => number): number {
  const half = value(epochs[epochs.length - 1]) / 2;
  const at = epochs.findIndex((row) => value(row) >= half);
  if (at <= 0) return at === 0 ? 0 : Infinity;
  const [before, after] = [value(epochs[at - 1]), value(epochs[at])];
  return epochs[at - 1].epoch + (half - before) / (after - before);
}

const share = [0, 1] as [number, number];

function lines(name: string, colour: "robust" | "nonRobust" | "standard" | "adversarial", runs: readonly TrackedRun[], value: (row: EpochRow) => number): Layer {
  return { kind: "lines", name, colour, x: runs[0].epochs.map(({ epoch }) => epoch), members: runs.map(({ epochs }) => epochs.map(value)) };
}

function panel(title: string, y: string, layers: Layer[]): Panel {
  return { title, x: { label: "epoch" }, y: { label: y, domain: share }, layers };
}

/** Which content a mode follows, epoch by epoch: faint lines are seeds, the bold one their median, the band 10 to 90 %. */
export function relianceFigure(record: ExperimentRecord, mode: "standard" | "adversarial"): Figure {
  const runs = runsOf(record, mode);
  const last = runs.map(({ epochs }) => epochs[epochs.length - 1]);
  const [t, c, R, NR1] = [last.map((row) => row.t.conflict!), last.map(({ right }) => right.conflict!), last.map(({ right }) => right.R!), last.map(({ right }) => right.NR1!)].map(spread);
  return {
    title: `What ${mode} training relies on`,
    panels: [
      panel("the two matched sets", "accuracy", [lines("R, features of a robust network", "robust", runs, ({ right }) => right.R!), lines("NR1, features of standard networks", "nonRobust", runs, ({ right }) => right.NR1!)]),
      panel("the conflict set", "share of answers", [lines("c, the class the image is of", "robust", runs, ({ right }) => right.conflict!), lines("t, the class its details were pushed to", "nonRobust", runs, (row) => row.t.conflict!)]),
    ],
    caption: `${runs.length} seeds. At the end R ${R}, NR1 ${NR1}; on the conflict set, where contents disagree, t ${t} and c ${c}. Both networks of a seed begin with the same weights and see the same batches in the same order.`,
    alt: `Two panels over epochs, ${mode} training. At the end accuracy is ${R} on R and ${NR1} on NR1; on the conflict set ${t} of the answers are t and ${c} are c.`,
  };
}

/** Clean and robust accuracy over epochs, and robust accuracy against the radius at the end. */
export function robustnessFigure(record: ExperimentRecord): Figure {
  const { plan } = record;
  const [standard, adversarial] = [runsOf(record, "standard"), runsOf(record, "adversarial")];
  const both = (value: (row: EpochRow) => number): Layer[] => [lines("standard", "standard", standard, value), lines("adversarial", "adversarial", adversarial, value)];
  const full = plan.radii.length - 1;
  const radii = [0, ...plan.radii];
  const against = (name: "standard" | "adversarial", runs: readonly TrackedRun[]): Layer => ({
    kind: "lines", name, colour: name, x: radii, members: runs.map(({ epochs }) => [epochs[epochs.length - 1].clean, ...epochs[epochs.length - 1].robust]),
  });
  const norm = plan.threat.norm === "linf" ? "l-infinity" : "l2";
  return {
    title: "Clean and robust accuracy",
    panels: [
      panel("clean accuracy", "accuracy on held-out images", both(({ clean }) => clean)),
      panel(`robust accuracy at radius ${Number(plan.radii[full].toPrecision(3))}`, `accuracy under pgd, ${plan.evaluationSteps} steps`, both(({ robust }) => robust[full])),
      { title: "robust accuracy at the end", x: { label: `${norm} radius (pixels run from 0 to 1)` }, y: { label: `accuracy under pgd, ${plan.evaluationSteps} steps`, domain: share }, layers: [against("standard", standard), against("adversarial", adversarial)] },
    ],
    caption: `An image fooled at one radius counts as fooled at the larger ones. The final networks are attacked harder: see the table of numbers.`,
    alt: `Three panels. At the end clean accuracy is ${spread(standard.map(({ epochs }) => epochs[epochs.length - 1].clean))} standard and ${spread(adversarial.map(({ epochs }) => epochs[epochs.length - 1].clean))} adversarial; robust accuracy at the full radius ${spread(standard.map(({ epochs }) => epochs[epochs.length - 1].robust[full]))} and ${spread(adversarial.map(({ epochs }) => epochs[epochs.length - 1].robust[full]))}.`,
  };
}
