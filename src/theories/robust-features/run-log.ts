/** What the probes of a run see at its logged steps, gathered into the record's columns. */
import { bottom } from "../../autodiff/index.ts";
import { expF64, logF64 } from "../../kernels/index.ts";
import { elements, type NdArray } from "../../ndarray/index.ts";
import { accuracy } from "../../training/index.ts";
import { learnedLevel } from "./closed-forms.ts";
import type { State } from "./data.ts";
import { classMeans, gradientCosine, probeWeights, residualGram, type RobustPatches, robustPartOfPatches, robustPatches } from "./probes.ts";
import type { RunRecord, RunSpec } from "./run-record.ts";

const perNeuron = ["U", "V", "nu"] as const;
const perClass = ["trueProbability", "robustPart", "nonRobustPart", "cosine"] as const;
const perStep = ["offDiagonalRobust", "offDiagonalNonRobust", "loss", "cleanAccuracy"] as const;
type Column = (typeof perNeuron | typeof perClass | typeof perStep)[number];

/** Steps that a run logs: multiples of logEvery below `steps`, and the end. */
function loggedSteps({ steps, logEvery }: RunSpec): number {
  let count = 1;
  for (let step = 0; step < steps; step++) if (step % logEvery === 0) count++;
  return count;
}

/** A run's columns, with room for every step that its spec logs. */
export class RunLog {
  private readonly columns: Record<Column, Float64Array>;
  private readonly steps: number[] = [];
  private readonly spec: RunSpec;
  private readonly data: State;
  private readonly robustPatches: RobustPatches;
  /** Of each sample at the step at hand: probability of the label, what non-robust patches add to its logit. */
  private readonly trueProbability: Float64Array;
  private readonly nonRobustPart: Float64Array;

  constructor(spec: RunSpec, data: State) {
    const { setting: { k, m } } = spec;
    const rows = loggedSteps(spec);
    const columns = (names: readonly Column[], width: number) => names.map((name) => [name, new Float64Array(rows * width)]);
    this.columns = Object.fromEntries([...columns(perNeuron, k * m), ...columns(perClass, k), ...columns(perStep, 1)]) as Record<Column, Float64Array>;
    this.spec = spec;
    this.data = data;
    this.robustPatches = robustPatches(data);
    this.trueProbability = new Float64Array(data.y.length);
    this.nonRobustPart = new Float64Array(data.y.length);
  }

  /** Logits [N,k] of the clean data under W [k,m,d] after `step` steps. */
  add(step: number, W: NdArray, logits: NdArray): void {
    const { setting, cosineEvery = 25, steps: total } = this.spec;
    const { k, m } = setting;
    const { columns, trueProbability, nonRobustPart, data: { y } } = this;
    const row = this.steps.length;
    const values = elements(bottom(logits));
    const robust = robustPartOfPatches(W, this.robustPatches, y, setting);
    let sum = 0;
    for (let n = 0; n < y.length; n++) {
      const loss = crossEntropyOf(values, n * k, k, y[n]);
      sum += loss;
      trueProbability[n] = expF64(-loss);
      nonRobustPart[n] = values[n * k + y[n]] - robust[n];
    }
    const probe = probeWeights(W, this.data);
    const cosined = cosineEvery > 0 && (step % cosineEvery === 0 || step === total);
    this.steps.push(step);
    for (const name of perNeuron) columns[name].set(probe[name], row * k * m);
    columns.trueProbability.set(classMeans(trueProbability, y, k), row * k);
    columns.robustPart.set(classMeans(robust, y, k), row * k);
    columns.nonRobustPart.set(classMeans(nonRobustPart, y, k), row * k);
    if (cosined) columns.cosine.set(gradientCosine(W, this.data, setting), row * k);
    else columns.cosine.fill(NaN, row * k, (row + 1) * k);
    columns.offDiagonalRobust[row] = probe.offDiagonalRobust;
    columns.offDiagonalNonRobust[row] = probe.offDiagonalNonRobust;
    columns.loss[row] = sum / y.length;
    columns.cleanAccuracy[row] = accuracy(logits, y);
  }

  /** The record of the run that began at `initial`. */
  finish(seed: number, initial: State, robustAccuracy: RunRecord["robustAccuracy"]): RunRecord {
    const { columns, spec } = this;
    return {
      ...columns, spec, seed, steps: this.steps, robustAccuracy,
      robustTime: this.timesToLevel(columns.robustPart), nonRobustTime: this.timesToLevel(columns.nonRobustPart),
      initialWeights: Float64Array.from(elements(initial.W)), robust: Float64Array.from(elements(initial.robust)), nonRobust: Float64Array.from(elements(initial.nonRobust)),
      initialResidualGram: residualGram(probeWeights(initial.W, initial).residual, spec.setting),
    };
  }

  /** The first logged step at which a class's column reaches the level. */
  private timesToLevel(column: Float64Array): number[] {
    const { k } = this.spec.setting;
    return Array.from({ length: k }, (_, i) => {
      const at = this.steps.findIndex((_step, s) => column[s * k + i] >= learnedLevel);
      return at < 0 ? Infinity : this.steps[at];
    });
  }
}

/** ln sum_j e^{F_j} - F_y of the sample whose k logits begin at `first`, with the maximum subtracted. */
function crossEntropyOf(logits: Float64Array | Float32Array, first: number, k: number, label: number): number {
  let top = -Infinity;
  for (let at = first; at < first + k; at++) top = Math.max(top, logits[at]);
  let sum = 0;
  for (let at = first; at < first + k; at++) sum += expF64(logits[at] - top);
  return top + logF64(sum) - logits[first + label];
}
