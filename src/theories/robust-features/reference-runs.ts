/**
 * The training runs that claims at the reference point share, and the changed ones that serve as controls.
 *
 * Source: docs/theory, section 8 (reference point and controls).
 */
import { coupledPredictionRun, trainingRun } from "./experiment.ts";
import type { RunRecord, RunSpec } from "./run-record.ts";
import { energies, makeSetting, nonRobustPatchCount, referencePoint, type Setting } from "./setting.ts";

/** What is measured on the final weights: each threat at the reference radius, and the sweeps of P11. */
const evaluate: RunSpec["evaluate"] = [
  { threat: { name: "nonRobustSubspace" }, radii: [0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8] },
  { threat: { name: "suppress" }, radii: [0.25, 0.5, 0.75] },
  { threat: { name: "gradientAscent", loss: "margin" }, radii: [0.25, 0.5, 0.75] },
  { threat: { name: "pgd", loss: "margin", steps: 10 }, radii: [0.2, 0.35, 0.5] },
  { threat: { name: "inject" }, radii: [0.1, 0.25, 0.5] },
];

/** After standard training: around the drop, and under pgd of 40 steps, since in ten it may stop where no neuron answers (docs/theory, P6). */
const fineAscent: RunSpec["evaluate"][number] = { threat: { name: "pgd", loss: "margin", steps: 40 }, radii: [referencePoint.eps] };
const evaluateStandard: RunSpec["evaluate"] = [{ threat: { name: "nonRobustSubspace" }, radii: [0.2, 0.3, 0.4, 0.5] }, fineAscent];

const standardSteps = 300;
const adversarialSteps = 600;

/** Standard training at the reference point. */
export const standardRun = trainingRun({ mode: "standard", steps: standardSteps, evaluate: evaluateStandard });

/** Its prediction from the initial weights alone: the coupled dynamics with the noise averaged. */
export const standardPrediction = coupledPredictionRun({ mode: "standard", steps: standardSteps });

/**
 * Adversarial training at the reference point, with all its noise, on four samples a class, and its prediction: for P0, which speaks of most
 * classes and not of every one. The prediction knows no samples, so few of them make it no easier (docs/theory, section 7).
 */
const fewer = { N: 20 };
export const noisyAdversarialRun = trainingRun({ mode: "adversarial", steps: adversarialSteps, logEvery: 10, cosineEvery: 0, setting: fewer });
export const noisyAdversarialPrediction = coupledPredictionRun({ mode: "adversarial", steps: adversarialSteps, setting: fewer });

/**
 * The quiet point, where claims about adversarial training are made: the reference point with a fifth of the patch noise. At the reference point
 * itself the noise that a large neuron answers, attacked, passes the end of the bend (docs/theory, 7.3). Two samples a class suffice then.
 */
const quiet = { sigmaN: 0.001, N: 10 };

/** Adversarial training at the quiet point: gradient ascent on the margin, radius eps. */
export const adversarialRun = trainingRun({ mode: "adversarial", steps: adversarialSteps, logEvery: 10, cosineEvery: 0, evaluate, setting: quiet }, "averaged");
export const adversarialPrediction = coupledPredictionRun({ mode: "adversarial", steps: adversarialSteps, setting: quiet });

/** Standard training there, from the same weights and data. */
export const quietStandardRun = trainingRun({ mode: "standard", steps: standardSteps, logEvery: 10, cosineEvery: 0, evaluate, setting: quiet });

/** Control: radius 0 in adversarial mode, so that the attack is all that is missing. It is standard training, so its steps suffice. */
export const zeroRadiusRun = trainingRun({ mode: "adversarial", steps: standardSteps, logEvery: 10, cosineEvery: 0, evaluate, setting: { ...quiet, eps: 0 } }, "averaged");

/** The radius that a run's claim speaks of: its setting's, or, of the control that trains with radius 0, the reference point's. */
export function claimedRadius({ spec: { setting: { eps } } }: RunRecord): number {
  return eps > 0 ? eps : referencePoint.eps;
}

/** The first steps of adversarial training, every one of them logged: the control of laws that are summed step by step. */
export const earlyAdversarialRun = trainingRun({ mode: "adversarial", steps: 100, cosineEvery: 0, setting: { N: 10 } });

/**
 * Adversarial training where the no-freeze condition of P8 is violated: d = 200 (large residuals) and eps = 1.5. One sample a
 * class and 20 patches suffice, since the robust patch alone decides.
 */
export const frozenRun = trainingRun({ mode: "adversarial", steps: adversarialSteps, logEvery: 10, cosineEvery: 0, setting: { d: 200, eps: 1.5, N: 5, P: 20 } }, "none");

/** alpha and beta that exchange the energies A and B of a setting, by default the reference point. */
export function swappedEnergies(setting: Setting = makeSetting()): { alpha: number; beta: number } {
  const { A, B } = energies(setting);
  return { alpha: (B / setting.sR) ** (1 / setting.q), beta: (A / nonRobustPatchCount(setting)) ** (1 / setting.q) };
}

/** Standard training with the energies exchanged, A/B = 3.19 instead of 0.313, for the race of P3; long enough for both to be learned. */
export const swappedRun = trainingRun({ mode: "standard", steps: 150, cosineEvery: 0, setting: { ...swappedEnergies(), N: 10 } });

/**
 * Control: standard training where the robust feature has the energy, A/B = 10.4. The energies merely exchanged would not do:
 * the robust feature is then learned first, but past the bend sN beta > sR alpha lets the non-robust one overtake it (docs/theory, P4).
 */
export const robustEnergyRun = trainingRun({ mode: "standard", steps: standardSteps, evaluate: evaluateStandard, setting: { sR: 10, beta: 0.27, N: 10 } });

/**
 * Control: weights so large at the start that every neuron is past the bend (lazy), alpha sigma_0 = 0.6 against rho = 0.1. One sample a
 * class, 100 patches and 300 steps suffice, since V hardly moves.
 */
export const lazyRun = trainingRun({ mode: "adversarial", steps: standardSteps, logEvery: 10, cosineEvery: 0, setting: { sigma0: 0.3, N: 5, P: 100 } }, "averaged");

/** Control: standard training on labels permuted at random (ten samples), which no feature tells. */
export const shuffledLabelsRun = trainingRun({
  mode: "standard", steps: standardSteps, logEvery: 10, cosineEvery: 0, shuffleLabels: true, setting: { N: 10 },
  evaluate: [{ threat: { name: "nonRobustSubspace" }, radii: [referencePoint.eps] }, fineAscent],
});
