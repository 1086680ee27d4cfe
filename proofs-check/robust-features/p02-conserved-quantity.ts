import { closedForm, defineClaim } from "lemmagrad/claims";
import { adversarialRun, classesOf, figure, hypothesesOf, impliedSizeNoise, learnedLevel, neuronsAt, parameterRegion, robustSizeAfter, type RunRecord, sampleWords, scatterPanel, spokenOf, standardRun, trainingRun } from "lemmagrad/robust-features";

/** What patch noise may change in the predicted u: its expectation and five standard deviations, by (P2.5). */
const noiseShare = 0.02;

/** The leading robust neuron when the class has learned its first feature, or the bend ends: as I and v imply it, and as seen. */
function robustWhenLearned(run: RunRecord, i: number): { predicted: number; observed: number } | undefined {
  const { setting } = run.spec;
  const leader = (column: "U" | "V") => {
    const first = neuronsAt(run, column, 0, i);
    return first.indexOf(Math.max(...first));
  };
  const [a, b] = [leader("U"), leader("V")];
  const u = (s: number) => neuronsAt(run, "U", s, i)[a];
  const v = (s: number) => neuronsAt(run, "V", s, i)[b];
  const part = (s: number) => Math.max(run.nonRobustPart[s * setting.k + i], run.robustPart[s * setting.k + i]);
  const early = (s: number) => setting.beta * v(s) <= setting.rho && setting.alpha * u(s) <= setting.rho && part(s) <= learnedLevel;
  let s = 0;
  while (s + 1 < run.steps.length && early(s + 1)) s++;
  // a class that has hardly moved would satisfy any law
  if (!(u(0) > 0 && v(0) > 0) || (v(s) < 1.2 * v(0) && u(s) < 1.2 * u(0))) return undefined;
  if (!(impliedSizeNoise(run, i, a, b, s) <= noiseShare)) return undefined;
  return { predicted: robustSizeAfter(setting, { u: u(0), v: v(0) }, v(s), 1 / setting.k), observed: u(s) };
}

const pairs = (run: RunRecord) => classesOf(run).flatMap((i) => robustWhenLearned(run, i) ?? []);

const observable = ({ training }: { training: RunRecord }) => {
  const all = pairs(training);
  return { "u when learned": { predicted: all.map(({ predicted }) => predicted), observed: all.map(({ observed }) => observed) } };
};

export default defineClaim<{ training: RunRecord }, ReturnType<typeof observable>>({
  id: "p02-conserved-quantity",
  title: "The race conserves a quantity",
  source: { words: "Li & Li, arXiv 2410.08503, abstract", formula: "docs/theory, P2" },
  statement: "In standard training, while both leading neurons of a class are on the bend, u^(2-q)/A - v^(2-q)/B stays constant whatever the loss does, up to a drift of the order of the step size that has a closed form of its own; so v alone says how far u has come.",
  maths: String.raw`I = \frac{u^{2-q}}{A} - \frac{v^{2-q}}{B} = \text{const} + O(\eta)`,
  experiments: { training: standardRun },
  hypotheses: ({ training }) => [...hypothesesOf(training), spokenOf(pairs(training).length, training.spec.setting.k, "classes move, and above the noise")],
  observable,
  prediction: closedForm("u when learned", 0.03, "u within 3 % of what I and v imply when the first feature is learned, in every class where patch noise changes that u by less than 2 %"),
  controls: [{ change: "adversarial instead of standard training: the attack stops v but not u", experiments: { training: adversarialRun } }],
  recorded: "supported",
  region: parameterRegion<{ training: RunRecord }>({
    mode: "standard",
    experiments: (setting, steps) => ({ training: trainingRun({ mode: "standard", steps, setting: { ...setting }, cosineEvery: 0 }) }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } },
  figure(samples, which) {
    return figure(which === "main" ? "Robust correlation implied by the conserved quantity" : "Control: the same under attack", `One point a class; ${sampleWords(samples.map(({ runs }) => runs.training))}`, [
      scatterPanel("u when the first feature is learned", "u (weight units)", [{ name: "leading robust neuron", colour: "robust", points: samples.flatMap(({ runs, seed }) => pairs(runs.training).map((pair, i) => ({ ...pair, title: `seed ${seed}, class ${i}` }))) }]),
    ]);
  },
});
