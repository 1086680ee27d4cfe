/** Clean and robust accuracy. */
import { bottom, scratch } from "../autodiff/index.ts";
import { elements, type NdArray } from "../ndarray/index.ts";
import type { ThreatModel, Victim } from "./threat-model.ts";

/** For each row of logits [n, classes] whether the label's logit is the largest; a tie counts as wrong. */
export function correct(logits: NdArray, labels: Int32Array): boolean[] {
  const values = elements(logits);
  const classes = logits.shape[1];
  return Array.from(labels, (label, n) => {
    const own = values[n * classes + label];
    for (let j = 0; j < classes; j++) if (j !== label && !(values[n * classes + j] < own)) return false;
    return true;
  });
}

/** Share of samples classified correctly. */
export function accuracy(logits: NdArray, labels: Int32Array): number {
  return correct(logits, labels).filter(Boolean).length / labels.length;
}

/** Share of samples still classified correctly under the threat model at this radius (per patch, data units). */
export function robustAccuracy(victim: Victim, threat: ThreatModel, radius: number): number {
  // a scope a step of the attack: one around them all would hold every step's memory to the end
  const perturbed = threat.perturb(victim, radius, scratch);
  return scratch(() => accuracy(bottom(victim.logits(perturbed)), victim.labels));
}
