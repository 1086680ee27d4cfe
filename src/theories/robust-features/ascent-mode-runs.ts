/**
 * Training runs against other ascents than the margin's, each beside the margin's from the same weights and data. The points lie in the
 * interior of the hypotheses and are small: what they show does not need the reference point's 400 patches.
 *
 * Source: docs/theory, P7 (cross-entropy), P8 and P10 (normalised attacks).
 */
import { type TrainingRunOptions, trainingRun } from "./experiment.ts";
import type { PredictedNoise, ThreatSpec } from "./run-record.ts";

const margin: ThreatSpec = { name: "gradientAscent", loss: "margin" };
/** Five steps of a quarter of the radius: they reach past it, and each is as long from the first on. */
const pgdOf = (eps: number): ThreatSpec => ({ name: "pgd", loss: "margin", steps: 5, stepSize: eps / 4 });
const adversarial = (options: Omit<TrainingRunOptions, "mode">, foresee?: PredictedNoise) => trainingRun({ mode: "adversarial", cosineEvery: 0, ...options }, foresee);

/** F* = 1.7 here (sN beta^2/(q e) = 0.12), so that the robust feature alone passes it within 700 steps. */
const foldSetting = { k: 3, m: 10, d: 14, P: 90, N: 3, alpha: 1.2, e: 40, sigma0: 0.005, sigmaN: 0.0005, eta: 0.03 };
const fold = { steps: 800, logEvery: 5, evaluate: [{ threat: { name: "nonRobustSubspace" }, radii: [0.5] } satisfies { threat: ThreatSpec; radii: number[] }] };
/** Ascent on the cross-entropy, and on the margin, from the same weights. */
export const crossEntropyRun = adversarial({ ...fold, setting: foldSetting, threat: { name: "gradientAscent", loss: "crossEntropy" } }, "averaged");
export const besideCrossEntropyRun = adversarial({ ...fold, setting: foldSetting, threat: margin });
/** Control: radius 0. */
export const crossEntropyZeroRadiusRun = adversarial({ ...fold, setting: { ...foldSetting, eps: 0 }, threat: { name: "gradientAscent", loss: "crossEntropy" } });

/** d = 100: the cone of 8 neurons keeps its cosines with u_i below 0.35, and eps/alpha = 0.5; gradient ascent with e = 20 is weak at the start. */
const silencedSetting = { k: 2, m: 8, d: 100, P: 40, N: 2, alpha: 1, beta: 0.45, e: 20, sigma0: 0.007, sigmaN: 0.0005, eta: 0.04 };
const silenced = (threat: ThreatSpec, eps = 0.5) => adversarial({ steps: 300, logEvery: 10, setting: { ...silencedSetting, eps }, threat });
export const silencedMarginRun = silenced(margin);
export const silencedFgmRun = silenced({ name: "fgm", loss: "margin" });
export const silencedPgdRun = silenced(pgdOf(0.5));
/** Control: a radius whose share of alpha lies below the cosines. */
export const audibleFgmRun = silenced({ name: "fgm", loss: "margin" }, 0.03);
export const audiblePgdRun = silenced(pgdOf(0.03), 0.03);

/** d = 5, m = 12: the cone of a class mostly contains u_i itself, so no attack within eps < alpha silences it. */
const audibleSetting = { k: 2, m: 12, d: 5, P: 100, N: 2, alpha: 1.265, eps: 0.45, e: 40, sigma0: 0.01, sigmaN: 0.0005, eta: 0.02 };
const audible = {
  steps: 1500, logEvery: 25, setting: audibleSetting,
  evaluate: ([
    { name: "gradientAscent", loss: "margin" }, { name: "suppress" }, { name: "nonRobustSubspace" }, pgdOf(0.45),
    { name: "pgd", loss: "margin", steps: 20, randomStart: true }, { name: "inject" },
  ] satisfies ThreatSpec[]).map((threat) => ({ threat, radii: [0.45] })),
};
/** Training against pgd where it learns and against the margin's gradient ascent, from the same weights. */
export const pgdRun = adversarial({ ...audible, threat: pgdOf(0.45) });
export const besidePgdRun = adversarial({ ...audible, threat: margin });
/** Control: a radius above alpha, which can silence every robust patch whatever the weights. */
export const pgdBeyondAlphaRun = adversarial({ ...audible, setting: { ...audibleSetting, eps: 1.4 }, threat: pgdOf(1.4) });
