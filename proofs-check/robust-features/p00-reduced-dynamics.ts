import { bounds, defineClaim, median } from "lemmagrad/claims";
import {
  adversarialPrediction, adversarialRun, attackForeseen, attackRegion, classesOf, coupledPredictionRun, featurePanel, figure, hypothesesOf, largestOverTime, type ReducedRun, type RunRecord, sampleWords, standardPrediction,
  standardRun, trainingRun, zeroRadiusRun,
} from "lemmagrad/robust-features";

type Runs = { standard: RunRecord; adversarial: RunRecord; standardPrediction: ReducedRun; adversarialPrediction: ReducedRun };

/** |reduced/network - 1| of the largest correlation, by class and logged step. */
function errors(run: RunRecord, predicted: ReducedRun, column: "U" | "V"): number[][] {
  const { k, m } = run.spec.setting;
  return classesOf(run).map((i) => {
    const observed = largestOverTime(run, column, i);
    return run.steps.map((step, s) => Math.abs(Math.max(...predicted[column].subarray((step * k + i) * m, (step * k + i + 1) * m)) / observed[s] - 1));
  });
}

/** The largest error over steps of the median class. */
const medianClassWorstStep = (byClass: number[][]) => median(byClass.map((own) => Math.max(...own)));
/** The largest over steps of the median over classes at that step. */
const worstStepMedianClass = (byClass: number[][]) => Math.max(...byClass[0].map((_, s) => median(byClass.map((own) => own[s]))));

const observable = (runs: Runs) => ({
  "standard U": medianClassWorstStep(errors(runs.standard, runs.standardPrediction, "U")),
  "standard V": medianClassWorstStep(errors(runs.standard, runs.standardPrediction, "V")),
  "adversarial U": worstStepMedianClass(errors(runs.adversarial, runs.adversarialPrediction, "U")),
  "adversarial V": worstStepMedianClass(errors(runs.adversarial, runs.adversarialPrediction, "V")),
});

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p00-reduced-dynamics",
  title: "The initial weights predict the training",
  source: { words: "ours", formula: "docs/theory, section 7" },
  statement: "The largest correlations U_i and V_i of every class follow, step by step, a system of equations that starts from the initial weights and knows no samples, only the distribution of the noise: the relative error of the median class stays below 2 % at every step of standard training, and below 15 % at every logged (tenth) step of adversarial training (at the quiet point: a fifth of the noise, which large neurons then do not answer).",
  maths: String.raw`\left|\frac{U_i^{\text{reduced}}(t)}{U_i(t)} - 1\right|,\ \left|\frac{V_i^{\text{reduced}}(t)}{V_i(t)} - 1\right| \le 2\,\%\ \text{(standard)},\ 15\,\%\ \text{(adversarial)}`,
  experiments: { standard: standardRun, adversarial: adversarialRun, standardPrediction, adversarialPrediction },
  hypotheses: (runs) => [...hypothesesOf(runs.standard), ...attackForeseen(runs.adversarial, runs.adversarialPrediction)],
  observable,
  prediction: bounds({ "standard U": { atMost: 0.02 }, "standard V": { atMost: 0.02 }, "adversarial U": { atMost: 0.15 }, "adversarial V": { atMost: 0.15 } }, "relative error of the median class at most 0.02 at every step of standard training, 0.15 at every logged (tenth) step of adversarial training"),
  controls: [{ change: "radius 0 in adversarial mode (300 steps), predicted as if it were 0.5", experiments: { adversarial: zeroRadiusRun } }],
  recorded: "supported",
  region: attackRegion<Runs>({
    experiments: (setting, steps) => ({
      standard: trainingRun({ mode: "standard", steps, setting: { ...setting }, logEvery: 10, cosineEvery: 0 }),
      adversarial: trainingRun({ mode: "adversarial", steps, setting: { ...setting }, logEvery: 10, cosineEvery: 0 }),
      standardPrediction: coupledPredictionRun({ mode: "standard", steps, setting: { ...setting } }),
      adversarialPrediction: coupledPredictionRun({ mode: "adversarial", steps, setting: { ...setting } }),
    }),
  }),
  plan: { quick: { seeds: 11, controlSeeds: 5 }, full: { seeds: 65, controlSeeds: 20 } },
  figure(samples, which) {
    const standard = samples.map(({ runs }) => runs.standard);
    return figure(which === "main" ? "Reduced dynamics against the network" : "Control: radius 0, predicted as 0.5", `${sampleWords(standard)} Dashed: medians of the prediction.`, [
      featurePanel("standard training", standard, samples.map(({ runs }) => runs.standardPrediction)),
      featurePanel("adversarial training", samples.map(({ runs }) => runs.adversarial), samples.map(({ runs }) => runs.adversarialPrediction)),
    ]);
  },
});
