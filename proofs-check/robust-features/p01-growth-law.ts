import { closedForm, defineClaim } from "lemmagrad/claims";
import { classesOf, earlyAdversarialRun, type Feature, figure, growthPerStep, hypothesesOf, learnedLevel, neuronsAt, type RunRecord, sampleWords, scatterPanel, standardRun, startsAboveNoise } from "lemmagrad/robust-features";

/** Growth of the neuron that leads at initialisation, until its class has learned a feature or the bend ends: seen, and summed from the law. */
function growthOf(run: RunRecord, feature: Feature, i: number): { predicted: number; observed: number } {
  const { setting } = run.spec;
  const [column, amplitude] = feature === "robust" ? ["U" as const, setting.alpha] : ["V" as const, setting.beta];
  const first = neuronsAt(run, column, 0, i);
  const r = first.indexOf(Math.max(...first));
  const size = (s: number) => neuronsAt(run, column, s, i)[r];
  let predicted = 0;
  let s = 0;
  const learned = (at: number) => Math.max(run.nonRobustPart[at * setting.k + i], run.robustPart[at * setting.k + i]) > learnedLevel;
  while (s + 1 < run.steps.length && amplitude * size(s) <= setting.rho && !learned(s)) {
    predicted += (run.steps[s + 1] - run.steps[s]) * growthPerStep(setting, feature, size(s), run.trueProbability[s * setting.k + i]);
    s++;
  }
  return { predicted, observed: size(s) - size(0) };
}

const growths = (run: RunRecord, feature: Feature) => classesOf(run).filter((i) => startsAboveNoise(run, feature, i)).map((i) => ({ ...growthOf(run, feature, i), title: `seed ${run.seed}, class ${i}` }));

const observable = ({ training }: { training: RunRecord }) => {
  const all = [...growths(training, "nonRobust"), ...growths(training, "robust")];
  return { predicted: all.map(({ predicted }) => predicted), observed: all.map(({ observed }) => observed) };
};

export default defineClaim<{ training: RunRecord }, ReturnType<typeof observable>>({
  id: "p01-growth-law",
  title: "Both features grow by a tensor-power law",
  source: { words: "Li & Li, arXiv 2410.08503, abstract", formula: "docs/theory, P1" },
  statement: "In standard training, until a class has learned its first feature, while its leading neuron is on the bend of the smoothed ReLU, each step adds (eta/k)(1 - p_y) B v^(q-1) / rho^(q-1) to its non-robust correlation v, and the same with the robust energy A to its robust correlation u. (Of neurons that start above the patch noise, as docs/theory, P1, makes exact: below, noise sets the pace.)",
  maths: String.raw`v_{t+1} - v_t = \frac{\eta}{k}(1-p_y)\,\frac{B\,v_t^{q-1}}{\rho^{q-1}}, \qquad u_{t+1} - u_t = \frac{\eta}{k}(1-p_y)\,\frac{A\,u_t^{q-1}}{\rho^{q-1}}`,
  experiments: { training: standardRun },
  hypotheses: ({ training }) => hypothesesOf(training),
  observable,
  prediction: closedForm(0.05, "total growth, until a feature is learned, within 5 % of the law, for every class and feature whose leader starts above the noise"),
  controls: [{ change: "adversarial instead of standard training (100 steps, N = 10): the attack takes part of the gradient away", experiments: { training: earlyAdversarialRun } }],
  recorded: "supported",
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } },
  figure(samples, which) {
    const points = (feature: Feature) => samples.flatMap(({ runs }) => growths(runs.training, feature));
    return figure(which === "main" ? "Growth on the bend: law against network" : "Control: the same under attack", `One point a class and feature; ${sampleWords(samples.map(({ runs }) => runs.training))}`, [
      scatterPanel("growth of the leading neuron", "growth (weight units)", [
        { name: "non-robust, v", colour: "nonRobust", points: points("nonRobust") },
        { name: "robust, u", colour: "robust", points: points("robust") },
      ]),
    ]);
  },
});
