import { closedForm, defineClaim } from "lemmagrad/claims";
import { classesOf, earlyAdversarialRun, type Feature, figure, growthWithNoise, hypothesesOf, learnedLevel, neuronsAt, parameterRegion, type RunRecord, sampleWords, scatterPanel, spokenOf, standardRun, trainingRun } from "lemmagrad/robust-features";

/** What patch noise may change in a growth that the law is compared with: its expectation and five standard deviations, by (P1.1). */
const noiseShare = 0.04;

/** Growth of the neuron that leads at initialisation, until its class has learned a feature or the bend ends: seen, and summed from the law. */
function growthOf(run: RunRecord, feature: Feature, i: number): { predicted: number; observed: number; noise: number } {
  const { setting } = run.spec;
  const [column, amplitude] = feature === "robust" ? ["U" as const, setting.alpha] : ["V" as const, setting.beta];
  const first = neuronsAt(run, column, 0, i);
  const r = first.indexOf(Math.max(...first));
  const size = (s: number) => neuronsAt(run, column, s, i)[r];
  const learned = (at: number) => Math.max(run.nonRobustPart[at * setting.k + i], run.robustPart[at * setting.k + i]) > learnedLevel;
  let s = 0;
  while (s + 1 < run.steps.length && amplitude * size(s) <= setting.rho && !learned(s)) s++;
  const { growth, bias, deviation } = growthWithNoise(run, feature, i, r, s);
  return { predicted: growth, observed: size(s) - size(0), noise: bias + 5 * deviation };
}

/** Classes in which the leader has grown, and more than noise can change. */
const growths = (run: RunRecord, feature: Feature) => classesOf(run).map((i) => ({ ...growthOf(run, feature, i), title: `seed ${run.seed}, class ${i}` })).filter(({ noise }) => noise <= noiseShare);

const observable = ({ training }: { training: RunRecord }) => {
  const all = [...growths(training, "nonRobust"), ...growths(training, "robust")];
  return { growth: { predicted: all.map(({ predicted }) => predicted), observed: all.map(({ observed }) => observed) } };
};

export default defineClaim<{ training: RunRecord }, ReturnType<typeof observable>>({
  id: "p01-growth-law",
  title: "Both features grow by a tensor-power law",
  source: { words: "Li & Li, arXiv 2410.08503, abstract", formula: "docs/theory, P1" },
  statement: "In standard training, until a class has learned its first feature, while its leading neuron is on the bend of the smoothed ReLU, each step adds (eta/k)(1 - p_y) B v^(q-1) / rho^(q-1) to its non-robust correlation v, and the same with the robust energy A to its robust correlation u. (Of neurons whose growth patch noise changes by less than 4 %, by docs/theory, P1.1: elsewhere noise sets the pace.)",
  maths: String.raw`v_{t+1} - v_t = \frac{\eta}{k}(1-p_y)\,\frac{B\,v_t^{q-1}}{\rho^{q-1}}, \qquad u_{t+1} - u_t = \frac{\eta}{k}(1-p_y)\,\frac{A\,u_t^{q-1}}{\rho^{q-1}}`,
  experiments: { training: standardRun },
  hypotheses: ({ training }) => [...hypothesesOf(training), spokenOf(observable({ training }).growth.observed.length, 2 * training.spec.setting.k, "leaders grow above the noise")],
  observable,
  prediction: closedForm("growth", 0.05, "total growth, until a feature is learned, within 5 % of the law, for every class and feature whose leader's growth patch noise changes by less than 4 %"),
  controls: [{ change: "adversarial instead of standard training (100 steps, N = 10): the attack takes part of the gradient away", experiments: { training: earlyAdversarialRun } }],
  recorded: "supported",
  region: parameterRegion<{ training: RunRecord }>({
    mode: "standard",
    experiments: (setting, steps) => ({ training: trainingRun({ mode: "standard", steps, setting: { ...setting }, cosineEvery: 0 }) }),
  }),
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
