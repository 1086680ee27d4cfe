import { bounds, defineClaim } from "lemmagrad/claims";
import { classColumnAt, columnPanel, figure, gradientAligned, hypothesesOf, nonRobustWins, nonRobustWinsTypically, parameterRegion, robustEnergyRun, type RunRecord, sampleWords, standardRun, trainingRun } from "lemmagrad/robust-features";

const observable = ({ training }: { training: RunRecord }) => ({ cosine: classColumnAt(training, "cosine", -1) });

export default defineClaim<{ training: RunRecord }, ReturnType<typeof observable>>({
  id: "p05-gradient-points-along-negative-nonrobust",
  title: "Adversarial directions are negative non-robust features",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: adversarial examples \"along negative non-robust feature directions\"", formula: "docs/theory, P5" },
  statement: "After standard training the gradient of the cross-entropy in a non-robust patch points along -v_y, the negative non-robust feature of the sample's class: in every seed whose initial weights, taken to where the clocks of P2 bring them, give every class's race to the non-robust feature and say so with room (docs/theory, P5.2).",
  maths: String.raw`\cos\!\left(\nabla_{x_p} L,\ -v_y\right) \ge 0.9 \quad \text{on non-robust patches, mean over the class}`,
  experiments: { training: standardRun },
  hypotheses: ({ training }) => [...hypothesesOf(training), ...nonRobustWins(training, 0.05, 0.9), gradientAligned(training, 0.93)],
  observable,
  prediction: bounds({ cosine: { atLeast: 0.9 } }, "mean cosine at least 0.9 in every class"),
  controls: [{ change: "the robust feature has the energy: s_R = 10, beta = 0.27, N = 10, so A/B = 10.4 instead of 0.31", experiments: { training: robustEnergyRun } }],
  recorded: "supported",
  region: parameterRegion<{ training: RunRecord }>({
    mode: "standard", typical: nonRobustWinsTypically,
    experiments: (setting, steps) => ({ training: trainingRun({ mode: "standard", steps, setting: { ...setting }, logEvery: steps, cosineEvery: steps }) }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 75, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: { training } }) => training);
    return figure(which === "main" ? "Where the loss gradient points" : "Control: the robust feature has the energy", `${sampleWords(runs)} Taken every 25 steps.`, [
      columnPanel("non-robust patches", "cosine of the loss gradient with -v_y", [{ name: "cosine", colour: "nonRobust", records: runs, value: (run, i) => run.steps.map((_, s) => classColumnAt(run, "cosine", s)[i]) }], [{ kind: "rule", name: "claimed bound 0.9", colour: "prediction", axis: "y", value: 0.9 }]),
    ]);
  },
});
