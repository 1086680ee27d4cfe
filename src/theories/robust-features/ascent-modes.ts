/**
 * What decides how training against other ascents than the margin's goes: hypotheses that one seed's initial weights settle, and the
 * quantities of a run that they are about.
 *
 * Source: docs/theory, P7 (cross-entropy) and P8 (normalised attacks).
 */
import type { HypothesisResult } from "../../claims/index.ts";
import { attackedNeuron, type Feature, largestConeCosine, type SaturationFold, saturationFold } from "./closed-forms.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import { classesOf, coupledPrediction, neuronsAt } from "./record-views.ts";
import type { RunRecord } from "./run-record.ts";

/** The largest cosine between a class's feature and the cone of its initial weights. */
export function initialConeCosine(record: RunRecord, feature: Feature, i: number): number {
  const { m, d } = record.spec.setting;
  const weight = (r: number) => record.initialWeights.subarray((i * m + r) * d, (i * m + r + 1) * d);
  const inner = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, l) => sum + x * b[l], 0);
  const gram = Float64Array.from({ length: m * m }, (_, at) => inner(weight(Math.floor(at / m)), weight(at % m)));
  return largestConeCosine(neuronsAt(record, feature === "robust" ? "U" : "V", 0, i), gram);
}

/** Hypothesis "silenced": in every class an attack of radius eps can silence all neurons on a robust patch, cos <= eps/alpha. */
export function silencedAtStart(record: RunRecord): HypothesisResult {
  const { alpha, eps } = record.spec.setting;
  const cosines = classesOf(record).map((i) => initialConeCosine(record, "robust", i));
  const largest = Math.max(...cosines);
  return {
    name: "silenced", maths: String.raw`\max_i c^*_i \le \epsilon/\alpha`, holds: largest <= eps / alpha,
    margin: Math.log(eps / alpha / Math.max(largest, 1e-20)), detail: `largest cosine between u_i and the cone of class i: ${cosines.map((c) => c.toFixed(3)).join(", ")}; eps/alpha = ${(eps / alpha).toFixed(3)}`,
  };
}

/**
 * Hypothesis "attack on the bend": a move of length eps along a weight raises no neuron, of this class or another, past half of the
 * bend. Else an attack of full length does not silence but sets off other classes' neurons from the first step on.
 */
export function attackOnBend(record: RunRecord): HypothesisResult {
  const { k, m, d, eps, rho } = record.spec.setting;
  const longest = Math.max(...Array.from({ length: k * m }, (_, n) => Math.hypot(...record.initialWeights.subarray(n * d, (n + 1) * d))));
  return {
    name: "attack on the bend", maths: String.raw`\epsilon\,\max_{i,r}\|w_{i,r}\| \le \rho/2`, holds: eps * longest <= rho / 2,
    margin: Math.log(rho / (2 * eps * longest)), detail: `eps times the longest weight ${(eps * longest).toPrecision(3)}, rho/2 = ${rho / 2}`,
  };
}

/**
 * Hypothesis "horizon" against normalised attacks: in every class one neuron, attacked alone with the whole radius from the first step
 * on ((P13.1) with e unbounded), learns the robust feature by 80 % of the run. Such a neuron's own cosine exceeds eps/alpha.
 */
export function heardInTime(record: RunRecord): HypothesisResult {
  const { setting, steps } = record.spec;
  const { m, d } = setting;
  const times = classesOf(record).map((i) => Math.min(...Array.from(neuronsAt(record, "U", 0, i), (u, r) => {
    if (u <= 0) return Infinity;
    const norm = Math.hypot(...record.initialWeights.subarray((i * m + r) * d, (i * m + r + 1) * d));
    return attackedNeuron({ ...setting, e: Infinity }, u, Math.sqrt(norm * norm - u * u), steps).learned;
  })));
  const latest = Math.max(...times);
  return {
    name: "horizon", maths: String.raw`\max_i\min_r T_{u,i,r} \le 0.8\,T\text{ (predicted, one neuron)}`, holds: latest <= 0.8 * steps,
    margin: latest === Infinity ? -1 : Math.log((0.8 * steps) / latest), detail: `predicted learning times of the robust feature under an attack of full length ${times.map((t) => (t === Infinity ? "never" : t)).join(", ")}; T = ${steps}`,
  };
}

/** Where saturation under ascent on the cross-entropy ends, for the neuron that leads V at initialisation. */
export function foldOf(record: RunRecord, i: number): SaturationFold {
  const first = neuronsAt(record, "V", 0, i);
  return saturationFold(record.spec.setting, neuronsAt(record, "nu", 0, i)[first.indexOf(Math.max(...first))]);
}

/** Hypothesis "horizon": by 80 % of the run every class's robust logit has passed the fold's F*, as the coupled dynamics predict. */
export function foldReached(record: RunRecord, predicted: ReducedRun = coupledPrediction(record)): HypothesisResult {
  const { setting: { k }, steps } = record.spec;
  const times = classesOf(record).map((i) => {
    const { robustLogit } = foldOf(record, i);
    for (let t = 0; t <= steps; t++) if (predicted.robustPart[t * k + i] >= robustLogit) return t;
    return Infinity;
  });
  const latest = Math.max(...times);
  return {
    name: "horizon", maths: String.raw`\max_i T(F^R_i \ge F^*_i) \le 0.8\,T\text{ (predicted)}`, holds: latest <= 0.8 * steps,
    margin: latest === Infinity ? -1 : Math.log((0.8 * steps) / latest), detail: `predicted times at which the robust logit passes F*: ${times.map((t) => (t === Infinity ? "never" : t)).join(", ")}; T = ${steps}`,
  };
}
