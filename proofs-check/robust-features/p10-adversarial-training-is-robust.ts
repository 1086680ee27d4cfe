import { bounds, defineClaim } from "lemmagrad/claims";
import { accuracyPanel, accuracyUnder, adversarialRun, attackForeseen, attackRegion, attackWithstood, claimedRadius, figure, hypothesesOf, radiusBeforeDrop, type RunRecord, trainingRun, zeroRadiusRun } from "lemmagrad/robust-features";

const observable = ({ training }: { training: RunRecord }) => ({
  clean: training.cleanAccuracy[training.cleanAccuracy.length - 1],
  gradientAscent: accuracyUnder(training, "gradientAscent", claimedRadius(training)),
  suppress: accuracyUnder(training, "suppress", claimedRadius(training)),
  nonRobustSubspace: accuracyUnder(training, "nonRobustSubspace", claimedRadius(training)),
});

export default defineClaim<{ training: RunRecord }, ReturnType<typeof observable>>({
  id: "p10-adversarial-training-is-robust",
  title: "Adversarial training makes the network robust, to the theory's threats",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: adversarial training \"can provably ... improve the network robustness\"", formula: "docs/theory, P10" },
  statement: "After adversarial training by gradient ascent the network classifies all clean samples, and all samples attacked at radius eps (0.5 at the quiet point) by the same gradient ascent, along -v_y on every patch (suppress), and anywhere in the span of the non-robust features (nonRobustSubspace). The quiet point is the interior of the hypotheses: the reference point with sigma_n = 0.001 (and N = 10). Robust here means robust to these threat models; docs/theory, P12, says why not to every one.",
  maths: String.raw`\mathrm{acc} = \mathrm{acc}_{\text{gradientAscent}}(\varepsilon) = \mathrm{acc}_{\text{suppress}}(\varepsilon) = \mathrm{acc}_{\text{nonRobustSubspace}}(\varepsilon) = 1`,
  experiments: { training: adversarialRun },
  hypotheses: ({ training }) => [...hypothesesOf(training), ...attackForeseen(training), radiusBeforeDrop(training, training.spec.setting.eps, 1.1), ...attackWithstood(training, 1.2)],
  observable,
  prediction: bounds({ clean: { atLeast: 1 }, gradientAscent: { atLeast: 1 }, suppress: { atLeast: 1 }, nonRobustSubspace: { atLeast: 1 } }, "accuracy 1 clean and at eps under gradientAscent, suppress and nonRobustSubspace"),
  controls: [{ change: "radius 0 in adversarial mode (300 steps)", experiments: { training: zeroRadiusRun } }],
  recorded: "supported",
  region: attackRegion<{ training: RunRecord }>({
    experiments: (setting, steps) => ({
      training: trainingRun({
        mode: "adversarial", steps, setting: { ...setting }, logEvery: steps, cosineEvery: 0,
        evaluate: [{ threat: { name: "gradientAscent", loss: "margin" }, radii: [setting.eps] }, { threat: { name: "suppress" }, radii: [setting.eps] }, { threat: { name: "nonRobustSubspace" }, radii: [setting.eps] }],
      }),
    }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 80, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: { training } }) => training);
    return figure(which === "main" ? "Accuracy after adversarial training" : "Control: radius 0 in adversarial mode", `${runs.length} seeds: faint lines, median bold. Radius 0 is the clean accuracy.`, [
      accuracyPanel("the theory's threat models", runs, [
        { threat: "gradientAscent", label: "gradientAscent", colour: "robust" },
        { threat: "suppress", label: "suppress", colour: "neutral" },
        { threat: "nonRobustSubspace", label: "nonRobustSubspace", colour: "nonRobust" },
      ], [{ kind: "rule", name: "eps", colour: "prediction", axis: "x", value: 0.5 }]),
      accuracyPanel("outside the theory (P12)", runs, [
        { threat: "pgd", label: "pgd, 10 steps", colour: "adversarial" },
        { threat: "inject", label: "inject", colour: "control" },
      ]),
    ]);
  },
});
