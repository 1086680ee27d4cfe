/**
 * Where the non-robust feature is not at its saturation at the end: the class's robust neurons turn the ascent aside (P7.7), or wear it off (P7.8).
 *
 * Source: docs/theory, P7.
 */
import { classesOf, coupledPrediction, neuronsAt } from "./record-views.ts";
import type { ReducedRun } from "./reduced-dynamics.ts";
import type { RunRecord } from "./run-record.ts";
import { smoothedReluSlopeAt } from "./smoothed-relu-scalar.ts";

/**
 * What the ascent leaves of a clean non-robust patch of class i at step t of the dynamics, along v_i, and of the pre-activation there of the
 * neuron that leads V_i: {binds: the radius does, along, preActivation, V_i}. Of inner products between weights only u_i and v_i are kept, and the leader's residual.
 */
function attackedPatch({ spec: { setting } }: RunRecord, predicted: ReducedRun, t: number, i: number) {
  const { k, m, beta, e, eps } = setting;
  const at = (t * k + i) * m;
  let [alongU, alongV, leader] = [0, 0, at];
  for (let r = at; r < at + m; r++) {
    const slope = smoothedReluSlopeAt(beta * predicted.V[r], setting);
    alongU += slope * predicted.U[r];
    alongV += slope * predicted.V[r];
    if (predicted.V[r] > predicted.V[leader]) leader = r;
  }
  const length = Math.hypot(alongU, alongV);
  const strength = e * length > eps ? eps / length : e;
  const [u, v, nu] = [predicted.U[leader], predicted.V[leader], predicted.nu[leader]];
  const taken = alongU * u + alongV * v + smoothedReluSlopeAt(beta * v, setting) * nu * nu;
  return { binds: e * length > eps, along: beta - strength * alongV, preActivation: beta * v - strength * taken, V: v };
}

/**
 * Classes whose V_i the ascent holds all through the run, as the dynamics predict: past `sizes`, where (P7.1) has it, the leader never still answers (pre-activation
 * above 0) on a patch that still carries v_i although the ascent has the whole radius.
 */
export function leaderHeld(run: RunRecord, sizes: readonly number[], predicted: ReducedRun = coupledPrediction(run)): number[] {
  return classesOf(run).filter((i) => {
    for (let t = 0; t <= run.spec.steps; t++) {
      const { binds, along, preActivation, V } = attackedPatch(run, predicted, t, i);
      if (binds && along > 0 && preActivation > 0 && V >= sizes[i]) return false;
    }
    return true;
  });
}

/**
 * Classes whose V_i arrives and is not worn off, as the dynamics predict: at the end the neuron that led at the start is at `share` of `sizes` or above. The
 * ascent on robust patches takes V from a neuron that learns u_i as well (docs/theory, P7.8).
 */
export function leaderArrives(run: RunRecord, sizes: readonly number[], share: number, predicted: ReducedRun = coupledPrediction(run)): number[] {
  const { spec: { setting: { k, m }, steps } } = run;
  return classesOf(run).filter((i) => {
    const first = neuronsAt(run, "V", 0, i);
    return predicted.V[(steps * k + i) * m + first.indexOf(Math.max(...first))] >= share * sizes[i];
  });
}
