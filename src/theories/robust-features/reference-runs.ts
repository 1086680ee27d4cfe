/**
 * The training runs that claims at the reference point share, and the changed ones that serve as controls.
 *
 * Source: docs/theory, section 8 (reference point and controls).
 */
import { trainingRun } from "./experiment.ts";
import type { RunSpec } from "./run-record.ts";
import { energies, makeSetting, nonRobustPatchCount } from "./setting.ts";

/** What is measured on the final weights: each threat at the reference radius, and the sweeps of P11. */
const evaluate: RunSpec["evaluate"] = [
  { threat: { name: "nonRobustSubspace" }, radii: [0.1, 0.2, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.8, 1] },
  { threat: { name: "suppress" }, radii: [0.2, 0.4, 0.5, 0.6, 0.8, 1] },
  { threat: { name: "gradientAscent", loss: "margin" }, radii: [0.25, 0.5, 0.75, 1] },
  { threat: { name: "pgd", loss: "margin", steps: 10 }, radii: [0.1, 0.2, 0.3, 0.4, 0.5] },
  { threat: { name: "inject" }, radii: [0.1, 0.3, 0.5] },
];

const standardSteps = 300;
const adversarialSteps = 600;

/** Standard training at the reference point. */
export const standardRun = trainingRun({ mode: "standard", steps: standardSteps, evaluate });

/** Adversarial training at the reference point: gradient ascent on the margin, radius eps. */
export const adversarialRun = trainingRun({ mode: "adversarial", steps: adversarialSteps, logEvery: 5, evaluate });

/** Control: radius 0 in adversarial mode, so that nothing but the attack differs from adversarialRun. */
export const zeroRadiusRun = trainingRun({ mode: "adversarial", steps: adversarialSteps, logEvery: 5, evaluate, setting: { eps: 0 } });

/** alpha and beta that exchange the energies A and B of the reference point. */
export function swappedEnergies(): { alpha: number; beta: number } {
  const setting = makeSetting();
  const { A, B } = energies(setting);
  return { alpha: (B / setting.sR) ** (1 / setting.q), beta: (A / nonRobustPatchCount(setting)) ** (1 / setting.q) };
}

/** Control: standard training with the energies exchanged, A/B = 3.19 instead of 0.313. */
export const swappedRun = trainingRun({ mode: "standard", steps: standardSteps, evaluate, setting: swappedEnergies() });
