/**
 * Hypotheses of the claim that adversarial training freezes where the no-freeze condition of P8 is violated, decided by one seed's initial weights.
 *
 * Source: derived in docs/theory, P8 ((P8.3) to (P8.5)).
 */
import type { HypothesisResult } from "../../claims/index.ts";
import { classesOf, coupledPrediction, neuronsAt } from "./record-views.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import type { RunRecord } from "./run-record.ts";
import { smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";

/**
 * (P8.3): alpha u of class i's leading neuron w over what the whole attack takes away from it at the initialisation, -<w, D>, D of (7.4) on the class's
 * robust patch at equal logits: its own neurons pushed down, those of the k - 1 others lifted. Below 1 the leader is silent. Infinity where the attack
 * takes nothing, and where no neuron has a positive u.
 */
export function initialEscapeRatio(record: RunRecord, i: number): number {
  const { setting } = record.spec;
  const { k, m, d, alpha, e, eps } = setting;
  const feature = record.robust.subarray(i * d, (i + 1) * d);
  const weight = (n: number) => record.initialWeights.subarray(n * d, (n + 1) * d);
  const ascent = new Float64Array(d);
  for (let n = 0; n < k * m; n++) {
    const z = alpha * weight(n).reduce((sum, w, l) => sum + w * feature[l], 0);
    const share = smoothedReluSlopeAt(z, setting) * (Math.floor(n / m) === i ? -1 : 1 / (k - 1));
    weight(n).forEach((w, l) => { ascent[l] += share * w; });
  }
  const u = neuronsAt(record, "U", 0, i);
  const leader = u.indexOf(Math.max(...u));
  const taken = -weight(i * m + leader).reduce((sum, w, l) => sum + w * ascent[l], 0);
  return u[leader] > 0 && taken > 0 ? (alpha * u[leader]) / (Math.min(e, eps / Math.hypot(...ascent)) * taken) : Infinity;
}

/** Hypothesis "frozen at the start": in every class the attack silences the leading neuron. */
export function frozenAtStart(record: RunRecord): HypothesisResult {
  const ratios = classesOf(record).map((i) => initialEscapeRatio(record, i));
  const largest = Math.max(...ratios);
  return {
    name: "frozen at the start", maths: String.raw`\alpha u_r < -\langle w_r, D\rangle \text{ of the leader of every class, all classes in } D`,
    holds: largest < 1, margin: Math.max(-50, -Math.log(largest)), detail: `alpha u over what the attack takes away, by class: ${ratios.map((x) => x.toPrecision(3)).join(", ")}`,
  };
}

/**
 * (P8.4): the share of a class's non-robust patch that its own neurons' ascent takes away, min(e sum_r h_r v_r, eps) / beta with h = s'(beta v) over v > 0,
 * the largest of any class and step that the coupled dynamics predict. At 1 the attacked patch points along -v.
 */
export function largestTurn({ spec: { setting, steps } }: RunRecord, predicted: ReducedRun): { share: number; step: number } {
  const { k, m, beta, e, eps } = setting;
  let [share, step] = [0, 0];
  for (let t = 0; t <= steps; t++) {
    for (let i = 0; i < k; i++) {
      const taken = e * predicted.V.subarray((t * k + i) * m, (t * k + i + 1) * m).reduce((sum, v) => sum + smoothedReluSlopeAt(beta * v, setting) * v, 0);
      if (Math.min(taken, eps) / beta > share) [share, step] = [Math.min(taken, eps) / beta, t];
    }
  }
  return { share, step };
}

/** At half of the patch a neuron that answers has moved by the length of a weight when its v is as large as the leader's (docs/theory, P8). */
const turnsAt = 0.5;

/** Hypothesis "no patch turned": (P8.4) stays at one half or below; weights are small where nothing is learned, so noise is left out. */
export function noPatchTurned(record: RunRecord, predicted: ReducedRun = coupledPrediction(record, "none")): HypothesisResult {
  const { share, step } = largestTurn(record, predicted);
  return {
    name: "no patch turned", maths: String.raw`\max_{i,t}\min\big(e\textstyle\sum_r s'(\beta v_{i,r})\,v_{i,r},\ \epsilon\big) \le \beta/2\text{ (predicted)}`, holds: share <= turnsAt,
    margin: share > 0 ? Math.min(50, Math.log(turnsAt / share)) : 50, detail: `the attack takes up to ${share.toPrecision(3)} of a non-robust patch's own component (predicted, step ${step})`,
  };
}

/** Growth of U_i that may be predicted of a frozen class: the claim promises at most 2, and the dynamics are right within 6 % there. */
const freedAt = 1.6;

/**
 * Hypothesis "no neuron freed": no U_i is predicted to come past `freedAt` times where it began. A neuron that the attack lifts sheds its residual,
 * and with half of it is no longer held where the silent leader is (docs/theory, P8.5).
 */
export function noNeuronFreed(record: RunRecord, predicted: ReducedRun = coupledPrediction(record, "none")): HypothesisResult {
  const { setting: { k, m }, steps } = record.spec;
  const growths = classesOf(record).map((i) => {
    const largest = (t: number) => Math.max(...predicted.U.subarray((t * k + i) * m, (t * k + i + 1) * m));
    let most = 0;
    for (let t = 0; t <= steps; t++) most = Math.max(most, largest(t));
    return largest(0) > 0 ? most / largest(0) : Infinity;
  });
  const most = Math.max(...growths);
  return {
    name: "no neuron freed", maths: String.raw`\max_{i,t}U_i(t)/U_i(0) \le ${freedAt}\text{ (predicted)}`, holds: most <= freedAt, margin: Math.max(-50, Math.log(freedAt / most)),
    detail: `predicted growth of U by class: ${growths.map((x) => x.toPrecision(3)).join(", ")}`,
  };
}
