/**
 * P13's ladder: settings for growing k along which A/B falls and the hypotheses keep holding, the runs at each rung, and what the
 * closed forms say of each rung.
 *
 *   P, rho^2 ~ k^(1/4) (so A/B ~ k^(-1/4), and B/rho^2 and the sizes that classify stay), sigma_0 ~ k^(-7/10) and e ~ k^(17/20) (so that the
 *   residual sigma_0 sqrt(d) and the size at which the attack saturates fall together, like k^(-1/5), and P8's margin stays), eta ~ k.
 *
 * Source: docs/theory, P13.
 */
import { type Experiment, type HypothesisResult, median } from "../../claims/index.ts";
import {
  attackedNeuron, classLearningTime, type Feature, learnedLevel, learningTime, medianLargest, robustSizeAtEnd, saturationSize, standardSizeAfter,
} from "./closed-forms.ts";
import { expF64, logF64 } from "../../kernels/index.ts";
import { stream } from "../../random/index.ts";
import { trainingRun } from "./experiment.ts";
import { learningTimes } from "./race-runs.ts";
import { classesOf, hypothesesOf, initialState, largestAt, neuronsAt } from "./record-views.ts";
import { reducedRobustTimes } from "./reduced-dynamics.ts";
import type { RunRecord } from "./run-record.ts";
import { makeSetting, type Setting } from "./setting.ts";

/** The power of k/4 with which sigma_0 moves. */
export const sigma0Power = -0.7;

/** The setting at k classes: one sample a class, d = 2k + 6. Powers are cut to five digits, so that every engine trains the same setting. */
export function ladderSetting(k: number, power: number = sigma0Power): Setting {
  const grown = (start: number, exponent: number) => Number((start * (k / 4) ** exponent).toPrecision(5));
  return makeSetting({
    k, m: 12, N: k, d: 2 * k + 6, alpha: 1, beta: 0.4, eps: 0.5, sigmaN: 1e-4,
    P: Math.round(grown(60, 1 / 4)), rho: grown(0.1, 1 / 8), sigma0: grown(0.005, power), e: grown(100, 0.85), eta: 0.0125 * k,
  });
}

/** Correlations a typical class starts from: the median largest of m draws, and the norm of a weight without it. */
function typicalStart({ sigma0, m, d }: Setting): { size: number; residual: number } {
  return { size: sigma0 * medianLargest(m), residual: sigma0 * Math.sqrt(d - 1) };
}

/**
 * Steps of the two trainings: 120 past the predicted learning time of a typical class (standard), 300 or 30 % of that time, whichever is
 * longer (adversarial: seeds differ by some 8 % in it, and must have learned by the end).
 */
export function ladderSteps(setting: Setting): { standard: number; adversarial: number } {
  const { size, residual } = typicalStart(setting);
  const { learned } = attackedNeuron(setting, size, residual, 20_000);
  return { standard: Math.ceil(learningTime(setting, "nonRobust", size).total) + 120, adversarial: learned + Math.max(300, Math.ceil(0.3 * learned)) };
}

/** A race in which both features start and which the closed forms give to the non-robust one in half the time or less; 40 nodes are exact enough for that. */
function clearlyLost(setting: Setting, u: ArrayLike<number>, v: ArrayLike<number>): boolean {
  const time = (feature: Feature, sizes: ArrayLike<number>) => classLearningTime(setting, feature, sizes, learnedLevel, 40);
  const robust = time("robust", u);
  return robust < Infinity && time("nonRobust", v) < 0.5 * robust;
}

const geometricMean = (values: readonly number[]) => expF64(values.reduce((sum, x) => sum + logF64(x), 0) / values.length);

/** P4's end of the robust correlation over 1,000 draws of a class, from a stream of fixed seed, where the race is clearly lost: the geometric mean. */
function typicalRobustEnd(setting: Setting, standardV: number): number {
  const { m, sigma0 } = setting;
  const random = stream(0, "classes of a ladder");
  const draw = () => random.fillNormal(new Float64Array(m), sigma0);
  const classes = Array.from({ length: 1000 }, () => ({ u: draw(), v: draw() })).filter(({ u, v }) => clearlyLost(setting, u, v));
  return geometricMean(classes.map(({ u, v }) => robustSizeAtEnd(setting, Math.max(...u), Math.max(...v), standardV)));
}

/**
 * The closed forms at a rung after standard training: largest robust correlation (in classes whose race it clearly loses, P4 speaks of no
 * others; geometric mean, as it spreads widely), largest non-robust one, and the steps until the non-robust feature is learned.
 */
function predictedStandardRung(setting: Setting): { U: number; V: number; T_v: number } {
  const { size } = typicalStart(setting);
  const V = standardSizeAfter(setting, "nonRobust", size, ladderSteps(setting).standard);
  return { U: typicalRobustEnd(setting, V), V, T_v: learningTime(setting, "nonRobust", size).total };
}

/** The same after adversarial training, with the steps until the robust feature is learned. */
function predictedAdversarialRung(setting: Setting): { U: number; V: number; T_u: number } {
  const { size, residual } = typicalStart(setting);
  const steps = ladderSteps(setting).adversarial;
  const { u, learned } = attackedNeuron(setting, size, residual, steps);
  return { U: u[steps], V: saturationSize(setting, residual), T_u: learned };
}

export interface LadderOptions {
  /** The power of k/4 with which sigma_0 moves, if not sigma0Power. */
  power?: number;
  /** Of the attack trained against, in place of the setting's; the steps stay those of the setting. */
  radius?: number;
}

type Mode = RunRecord["spec"]["mode"];
/** A seed's runs, one a rung, under the rung's name. */
export type LadderRuns = Record<string, RunRecord>;

const rungName = (k: number) => `k = ${k}`;

/** One mode's runs of a ladder, named "k = 4" and so on. */
export function ladderRuns(mode: Mode, rungs: readonly number[], { power, radius }: LadderOptions = {}): Record<string, Experiment<RunRecord>> {
  return Object.fromEntries(rungs.map((k) => {
    const setting = ladderSetting(k, power);
    const attacked = { ...setting, eps: radius ?? setting.eps };
    return [rungName(k), trainingRun({ mode, steps: ladderSteps(setting)[mode], logEvery: mode === "standard" ? 1 : 10, cosineEvery: 0, setting: attacked })];
  }));
}

export const standardQuantities = ["U", "V", "T_v"] as const;
export const adversarialQuantities = ["U", "V", "T_u"] as const;

/** What standard training shows of a typical class at each rung. */
export function observedStandard(runs: LadderRuns): Record<(typeof standardQuantities)[number], number[]> {
  const records = Object.values(runs);
  return { U: records.map(typicalLosingU), V: records.map((run) => median(largestAt(run, "V", -1))), T_v: records.map((run) => median(learningTimes(run).nonRobust)) };
}

/** What adversarial training shows of a typical class at each rung. */
export function observedAdversarial(runs: LadderRuns): Record<(typeof adversarialQuantities)[number], number[]> {
  const records = Object.values(runs);
  return { U: records.map((run) => median(largestAt(run, "U", -1))), V: records.map((run) => median(largestAt(run, "V", -1))), T_u: records.map((run) => median(learningTimes(run).robust)) };
}

/** U_i at the end, over classes whose race the robust feature clearly loses. */
function typicalLosingU(run: RunRecord): number {
  const U = largestAt(run, "U", -1);
  return geometricMean(classesOf(run).filter((i) => clearlyLost(run.spec.setting, neuronsAt(run, "U", 0, i), neuronsAt(run, "V", 0, i))).map((i) => U[i]));
}

/** The closed forms' values along the rungs, of either mode. */
export function predictedStandard(rungs: readonly number[]): Record<(typeof standardQuantities)[number], number[]> {
  const values = rungs.map((k) => predictedStandardRung(ladderSetting(k)));
  return { U: values.map(({ U }) => U), V: values.map(({ V }) => V), T_v: values.map(({ T_v }) => T_v) };
}

export function predictedAdversarial(rungs: readonly number[]): Record<(typeof adversarialQuantities)[number], number[]> {
  const values = rungs.map((k) => predictedAdversarialRung(ladderSetting(k)));
  return { U: values.map(({ U }) => U), V: values.map(({ V }) => V), T_u: values.map(({ T_u }) => T_u) };
}

/**
 * Hypothesis "horizon" for a typical class under attack: the reduced dynamics of section 7, all neurons of a class and no noise, learn the
 * robust feature early enough that 10 % more time is still within the run, in half of the classes and one more: of an even number the
 * median takes the middle two, and both must have a time. (A class whose leader also starts with a large v may freeze, as P8 says.)
 */
function typicalHorizon(run: RunRecord): HypothesisResult {
  const { setting, steps } = run.spec;
  const times = reducedRobustTimes({ ...setting, sigmaN: 0 }, initialState(run), { mode: "adversarial", steps, scheme: "averaged" }, learnedLevel).sort((a, b) => a - b);
  const time = times[times.length >> 1];
  return {
    name: "horizon", maths: String.raw`1.1\,T_{u,(k/2+1)} \le T \text{ (predicted)}`, holds: 1.1 * time <= steps,
    margin: time === Infinity ? -1 : Math.log(steps / (1.1 * time)),
    detail: `predicted learning time of class ${(times.length >> 1) + 1} of ${times.length}, in order: ${time === Infinity ? "never" : time}; T = ${steps}`,
  };
}

/** The hypotheses at every rung; of each the worst, which names its rung. */
export function ladderHypotheses(runs: LadderRuns): HypothesisResult[] {
  const perRung = Object.entries(runs).map(([rung, run]) => [...hypothesesOf(run), ...(run.spec.mode === "adversarial" ? [typicalHorizon(run)] : [])].map((one) => ({ ...one, detail: `${rung}: ${one.detail}` })));
  return perRung[0].map((_, at) => perRung.map((own) => own[at]).reduce((worst, one) => (one.margin < worst.margin ? one : worst)));
}
