import { defineClaim } from "lemmagrad/claims";
import { calibrated, calibrationBins, calibrationPanel, figure, type LearningTimes, type RaceExperiment, raceProbability, raceRun, settingHypotheses, type Trial } from "lemmagrad/robust-features";

/** Classes, neurons a class, power. */
const shapes = [[2, 12, 3], [4, 2, 3], [6, 6, 3], [3, 8, 4], [5, 4, 4]];
/** A/B, symmetric about 1, so that exchanging the energies leads to another point of the grid. */
const ratios = [1 / 3, 0.6, 1, 1 / 0.6, 3];
const names = shapes.flatMap(([k, m, q]) => ratios.map((_, at) => ({ name: `k = ${k}, m = ${m}, q = ${q}, A/B = ${ratios[at].toFixed(2)}`, k, m, q, at })));
const runs: Record<string, RaceExperiment> = Object.fromEntries(names.map(({ name, k, m, q, at }, block) => [name, raceRun({ k, m, q, energyRatio: ratios[at], block })]));
const exchanged = Object.fromEntries(names.map(({ name }, block) => [name, runs[names[block + ratios.length - 1 - 2 * names[block].at].name]]));

const probabilities = new Map<string, number>();
/** The probability that the robust feature is first, within the run: of the point's own setting, whatever was run under its name. */
function predicted(name: string): number {
  const { setting, steps } = runs[name].spec;
  const probability = probabilities.get(name) ?? raceProbability(setting, { horizon: steps }).robust;
  probabilities.set(name, probability);
  return probability;
}

const observable = (seen: Record<string, LearningTimes>): Trial[] =>
  Object.entries(seen).flatMap(([name, { robust, nonRobust }]) => robust.map((time, i) => ({ probability: predicted(name), happened: time < nonRobust[i] })));

const needed = ["power at least 3", "noise small", "initialisation small", "step size small"];
const hypotheses = names.map(({ name }) => settingHypotheses(runs[name].spec.setting).filter((one) => needed.includes(one.name)));

export default defineClaim<Record<string, LearningTimes>, Trial[]>({
  id: "p03-race-probability",
  title: "How often each feature is learned first, predicted before training",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: \"primarily learns the non-robust feature\"", formula: "docs/theory, P3" },
  statement: "The probability, over the random initialisation, that standard training learns a class's robust feature first follows from k, m, q and the energies A and B alone: the closed-form times of both features are compared over the distribution of the initial weights. It is what is seen: over 25 settings (A/B from 1/3 to 3, k from 2 to 6, m from 2 to 12, q = 3 and 4; 40 patches, one sample a class, 300 steps) the frequency in each range of predicted probabilities is the predicted one.",
  maths: String.raw`\Pr[\text{robust first}] = \Pr\!\big[T_u(u_1,\dots,u_m) < T_v(v_1,\dots,v_m),\ T_u \le 300\big], \qquad u_r, v_r \sim \mathcal N(0,\sigma_0^2)`,
  experiments: runs,
  // of the 25 settings the worst
  hypotheses: () => needed.map((_, at) => hypotheses.map((own) => own[at]).reduce((worst, one) => (one.margin < worst.margin ? one : worst))),
  observable,
  prediction: calibrated(8, 0.2, "in each of 8 bins of predicted probability (equally many classes each) the exact interval of the frequency contains the mean probability, all together at 95 %; one class of one seed is one trial"),
  controls: [{ change: "the energies A and B exchanged in what is trained, not in what is predicted", experiments: exchanged }],
  recorded: "supported",
  plan: { quick: { seeds: 20, controlSeeds: 10 }, full: { seeds: 60, controlSeeds: 20 } },
  figure(samples, which) {
    const trials = samples.flatMap(({ observation }) => observation);
    return figure(which === "main" ? "Who is learned first: frequency against predicted probability" : "Control: energies exchanged", `${trials.length} classes in 25 settings, ${samples.length} seeds. Probabilities were computed from the setting alone, before training.`, [
      calibrationPanel("calibration", "robust feature first", calibrationBins(trials, 8)),
    ]);
  },
});
