/** Ways to read a RunRecord: by class, at a step, from the initial weights. */
import type { HypothesisResult } from "../../claims/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { type Feature, featureSide, learnedLevel, sizeOnBendAtLevel } from "./closed-forms.ts";
import { coupledDynamics, type CoupledRun } from "./coupled-dynamics.ts";
import { orthonormal, seedHypotheses, settingHypotheses, type InitialSizes } from "./hypotheses.ts";
import type { InitialState, ReducedRun } from "./reduced-dynamics.ts";
import type { PredictedNoise, RunRecord } from "./run-record.ts";
import { smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";

type NeuronColumn = "U" | "V" | "nu";
type ClassColumn = "trueProbability" | "robustPart" | "nonRobustPart" | "cosine";

/** The entries of one class at logged step number s; [m]. */
export function neuronsAt(record: RunRecord, column: NeuronColumn, s: number, i: number): Float64Array {
  const { k, m } = record.spec.setting;
  return record[column].subarray((s * k + i) * m, (s * k + i + 1) * m);
}

/** U_i or V_i = max_r, at every logged step; [S]. */
export function largestOverTime(record: RunRecord, column: NeuronColumn, i: number): number[] {
  return record.steps.map((_, s) => Math.max(...neuronsAt(record, column, s, i)));
}

/** U_i or V_i = max_r of every class at logged step number s (negative counts from the end); [k]. */
export function largestAt(record: RunRecord, column: NeuronColumn, s: number): number[] {
  const at = s < 0 ? s + record.steps.length : s;
  return classesOf(record).map((i) => Math.max(...neuronsAt(record, column, at, i)));
}

/** A per-class column at logged step number s (negative counts from the end); [k]. */
export function classColumnAt(record: RunRecord, column: ClassColumn, s: number): number[] {
  const { k } = record.spec.setting;
  const at = s < 0 ? s + record.steps.length : s;
  return Array.from(record[column].subarray(at * k, (at + 1) * k));
}

/** The share of F_y that robust patches carry, by class, at logged step number s. */
export function robustShareAt(record: RunRecord, s: number): number[] {
  const robust = classColumnAt(record, "robustPart", s);
  const nonRobust = classColumnAt(record, "nonRobustPart", s);
  return robust.map((part, i) => part / (part + nonRobust[i]));
}

export function classesOf(record: RunRecord): number[] {
  return Array.from({ length: record.spec.setting.k }, (_, i) => i);
}

/** Initial correlations and residual norms, [k,m] each. */
export function initialSizes(record: RunRecord): InitialSizes {
  const { k, m } = record.spec.setting;
  return { u: record.U.slice(0, k * m), v: record.V.slice(0, k * m), nu: record.nu.slice(0, k * m) };
}

/** What the reduced dynamics start from. */
export function initialState(record: RunRecord): InitialState {
  const { u, v } = initialSizes(record);
  return { u, v, residualGram: record.initialResidualGram };
}

/**
 * Whether the leading neuron of a feature starts above the patch noise, in both ways in which noise enters its growth:
 *
 *   a z_0 >= 10 sigma_n ||w||: on the feature's own patches noise raises the mean slope on the bend by a relative
 *   (q-1)(q-2)/2 (sigma_n ||w|| / (a z_0))^2;
 *   s a s'(a z_0) >= 10 sigma_n sqrt(s' k/N) s'(a' z'_l): on the other feature's patches (s' of a sample, N/k samples a class)
 *   noise adds up to a random walk, at its strongest when that feature is just learned.
 *
 * Closed forms without noise speak of such classes only. Source: docs/theory, P1.
 */
export function startsAboveNoise(record: RunRecord, feature: Feature, i: number): boolean {
  const { setting } = record.spec;
  const { m, d, k, N, sigmaN } = setting;
  const first = neuronsAt(record, feature === "robust" ? "U" : "V", 0, i);
  const size = Math.max(...first);
  const at = (i * m + first.indexOf(size)) * d;
  const norm = Math.sqrt(record.initialWeights.subarray(at, at + d).reduce((sum, w) => sum + w * w, 0));
  const other: Feature = feature === "robust" ? "nonRobust" : "robust";
  const [own, rival] = [featureSide(setting, feature), featureSide(setting, other)];
  const signal = own.count * own.amplitude * smoothedReluSlopeAt(own.amplitude * size, setting);
  const walk = sigmaN * Math.sqrt((rival.count * k) / N) * smoothedReluSlopeAt(rival.amplitude * sizeOnBendAtLevel(setting, other), setting);
  return own.amplitude * size >= 10 * sigmaN * norm && signal >= 10 * walk;
}

const coupledPredictions: Record<PredictedNoise, WeakMap<RunRecord, CoupledRun>> = { averaged: new WeakMap(), none: new WeakMap() };

/**
 * A predicted fall comes within a tenth of the network's own time: the two differ by the noises that the sample happens to hold
 * (docs/theory, section 7). So adversarial training is predicted for a tenth longer than the run.
 */
export const fallRoom = 1.1;

/** The steps up to which nothing may be predicted to fall. */
export function foreseenSteps({ spec: { mode, steps } }: RunRecord): number {
  return mode === "adversarial" ? Math.round(fallRoom * steps) : steps;
}

/**
 * The coupled prediction from a run's own initial weights, for its mode and ascent loss and for foreseenSteps; what the record brings, or computed once a record.
 * Without noise it is cheap, also where d is large (the average has three nodes a dimension), but falls go unseen that noise sets off, however small it is.
 * Errors: ParameterError when the run was trained against another threat model than gradientAscent, which the dynamics do not know.
 */
export function coupledPrediction(record: RunRecord, noise: PredictedNoise = "averaged"): CoupledRun {
  const known = coupledPredictions[noise].get(record);
  if (known !== undefined) return known;
  const { setting, mode, threat } = record.spec;
  const { foreseen } = record;
  // of a record whose spec was changed since, it is another run's
  if (foreseen?.noise === noise && foreseen.run.U.length === (foreseenSteps(record) + 1) * setting.k * setting.m) return foreseen.run;
  if (mode === "adversarial" && threat.name !== "gradientAscent") {
    throw new ParameterError({ where: "coupledPrediction", problem: `the run was trained against ${threat.name}.`, expected: "standard training, or adversarial training by gradientAscent." });
  }
  const loss = threat.name === "gradientAscent" ? threat.loss : "margin";
  const predicted = coupledDynamics(setting, { weights: record.initialWeights, robust: record.robust, nonRobust: record.nonRobust }, { mode, steps: foreseenSteps(record), loss, ...(noise === "none" ? { noisePoints: 1 } : {}) });
  coupledPredictions[noise].set(record, predicted);
  return predicted;
}

/**
 * Hypothesis "horizon": by 80 % of the run every class has learned its robust feature, as the coupled dynamics predict from the
 * initial weights alone. A claim about what adversarial training ends with does not speak of a run stopped before.
 */
export function horizonLongEnough(record: RunRecord, predicted: ReducedRun = coupledPrediction(record)): HypothesisResult {
  const { setting: { k }, steps } = record.spec;
  const times = classesOf(record).map((i) => {
    for (let t = 0; t <= steps; t++) if (predicted.robustPart[t * k + i] >= learnedLevel) return t;
    return Infinity;
  });
  const latest = Math.max(...times);
  return {
    name: "horizon", maths: String.raw`\max_i T_{u,i} \le 0.8\,T \text{ (predicted)}`, holds: latest <= 0.8 * steps,
    margin: latest === Infinity ? -1 : Math.log((0.8 * steps) / latest), detail: `predicted learning times of the robust feature ${times.map((t) => (t === Infinity ? "never" : t)).join(", ")}; T = ${steps}`,
  };
}

/** A predicted U_i that loses a twentieth has begun to fall: where nothing falls it only grows. */
const fallShare = 0.95;

/**
 * Hypothesis "no fall": once a class is predicted to have learned its robust feature, its U_i is not predicted to drop below `fallShare` of
 * the largest value it had, up to step `until`. Such a fall feeds itself, and what sets it off is small (docs/theory, section 7):
 * which class falls, and when, and how far, the initial weights do not tell.
 */
export function noFallPredicted({ spec: { setting } }: RunRecord, predicted: ReducedRun, until: number): HypothesisResult {
  const { k, m } = setting;
  const lowest = Array.from({ length: k }, (_, i) => {
    let largest = 0;
    let share = 1;
    for (let t = 0; t <= until; t++) {
      if (largest === 0 && predicted.robustPart[t * k + i] < learnedLevel) continue;
      const U = Math.max(...predicted.U.subarray((t * k + i) * m, (t * k + i + 1) * m));
      largest = Math.max(largest, U);
      share = Math.min(share, U / largest);
    }
    return share;
  });
  const least = Math.min(...lowest);
  return {
    name: "no fall", maths: String.raw`U_i(t)\ge${fallShare}\max_{T_{u,i}\le s\le t}U_i(s)\ \text{(predicted)}`, holds: least >= fallShare,
    margin: least > 0 ? Math.log(least / fallShare) : -50, detail: `least share of its largest value that each predicted U_i keeps up to t = ${until}: ${lowest.map((share) => share.toFixed(2)).join(", ")}`,
  };
}

/**
 * The hypotheses of docs/theory, section 8, on a run's setting and on its own initial weights. Those that speak of what an attack
 * leaves (no freeze, saturation on the bend) belong to adversarial training only.
 */
export function hypothesesOf(record: RunRecord): HypothesisResult[] {
  const { setting, mode } = record.spec;
  const all = [...settingHypotheses(setting), ...seedHypotheses(setting, initialSizes(record)), orthonormal([...record.robust, ...record.nonRobust], 2 * setting.k, setting.d)];
  return mode === "adversarial" ? all : all.filter(({ name }) => name !== "no freeze" && name !== "saturation on the bend");
}

/** Measured accuracies of one threat model, by its name with or without options: "pgd" is pgd-10(margin) and not pgdLinf-10(margin). */
export function accuraciesUnder(record: RunRecord, threat: string): RunRecord["robustAccuracy"] {
  return record.robustAccuracy.filter((entry) => entry.threat === threat || entry.threat.startsWith(`${threat}-`) || entry.threat.startsWith(`${threat}(`));
}

/** A robust accuracy measured on the final weights. Errors: ParameterError when it was not measured, or not once. */
export function accuracyUnder(record: RunRecord, threat: string, radius: number): number {
  const found = accuraciesUnder(record, threat).filter((entry) => entry.radius === radius);
  if (found.length !== 1) {
    throw new ParameterError({ where: "accuracyUnder", problem: `${found.length} measurements under ${threat} at radius ${radius}.`, expected: "exactly one.", mend: "add the threat and radius to the run's `evaluate`." });
  }
  return found[0].accuracy;
}
