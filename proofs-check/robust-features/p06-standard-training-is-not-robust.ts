import { bounds, defineClaim } from "lemmagrad/claims";
import { accuracyPanel, accuracyUnder, figure, hypothesesOf, nonRobustWins, nonRobustWinsTypically, parameterRegion, radiusPastDrop, rivalAnswers, robustEnergyRun, type RunRecord, shuffledLabelsRun, standardRun, trainingRun } from "lemmagrad/robust-features";

const observable = ({ training }: { training: RunRecord }) => ({
  clean: training.cleanAccuracy[training.cleanAccuracy.length - 1],
  nonRobustSubspace: accuracyUnder(training, "nonRobustSubspace", training.spec.setting.eps),
  pgd: accuracyUnder(training, "pgd", training.spec.setting.eps),
});

export default defineClaim<{ training: RunRecord }, ReturnType<typeof observable>>({
  id: "p06-standard-training-is-not-robust",
  title: "After standard training adversarial examples exist",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: standard training yields \"adversarial examples\"", formula: "docs/theory, P6" },
  statement: "A network after standard training classifies all clean samples, and hardly any within the radius eps (beta < eps < alpha; 0.5 at the reference point) of each patch: an attacker restricted to the span of the non-robust features, and projected gradient ascent, both succeed. The seeds are those whose initial weights give every class's race to the non-robust feature, in time, and put the radius at which it is overturned (docs/theory, P11.1) a tenth below eps; and from which an ascent that has silenced a class's own neuron hears another class's (P6.1).",
  maths: String.raw`\mathrm{acc} = 1, \qquad \mathrm{acc}_{\text{nonRobustSubspace}}(\varepsilon) \le 0.1, \qquad \mathrm{acc}_{\text{pgd}}(\varepsilon) \le 0.1`,
  experiments: { training: standardRun },
  hypotheses: ({ training }) => [...hypothesesOf(training), ...nonRobustWins(training, 0.05, 0.9), radiusPastDrop(training, training.spec.setting.eps, 1.1), rivalAnswers(training)],
  observable,
  prediction: bounds({ clean: { atLeast: 1 }, nonRobustSubspace: { atMost: 0.1 }, pgd: { atMost: 0.1 } }, "clean accuracy 1; at most 0.1 under nonRobustSubspace and under pgd of 40 steps at eps"),
  controls: [
    { change: "the robust feature has the energy: s_R = 10, beta = 0.27, N = 10, so A/B = 10.4 instead of 0.31", experiments: { training: robustEnergyRun } },
    { change: "labels shuffled (N = 10): no feature tells the class", experiments: { training: shuffledLabelsRun } },
  ],
  recorded: "supported",
  region: parameterRegion<{ training: RunRecord }>({
    mode: "standard", typical: nonRobustWinsTypically,
    experiments: (setting, steps) => ({
      training: trainingRun({ mode: "standard", steps, setting: { ...setting }, logEvery: steps, cosineEvery: 0, evaluate: [{ threat: { name: "nonRobustSubspace" }, radii: [setting.eps] }, { threat: { name: "pgd", loss: "margin", steps: 40 }, radii: [setting.eps] }] }),
    }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 100, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: { training } }) => training);
    return figure(which === "main" ? "Accuracy after standard training" : "Control: the robust feature has the energy", `${runs.length} seeds: faint lines, median bold. Radius 0 is the clean accuracy.`, [
      accuracyPanel("accuracy under attack", runs, [
        { threat: "nonRobustSubspace", label: "nonRobustSubspace", colour: "nonRobust" },
        { threat: "pgd", label: "pgd, 40 steps", colour: "adversarial" },
      ], [{ kind: "rule", name: "beta", colour: "prediction", axis: "x", value: runs[0].spec.setting.beta }]),
    ]);
  },
});
