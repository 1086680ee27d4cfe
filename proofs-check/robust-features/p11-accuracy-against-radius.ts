import { bounds, defineClaim } from "lemmagrad/claims";
import { accuracyPanel, accuracyUnder, adversarialRun, figure, horizonLongEnough, hypothesesOf, type RunRecord, standardRun, zeroRadiusRun } from "lemmagrad/robust-features";

type Runs = { standard: RunRecord; adversarial: RunRecord };

const observable = ({ standard, adversarial }: Runs) => ({
  "standard at 0.75 beta": accuracyUnder(standard, "nonRobustSubspace", 0.3),
  "standard at 1.25 beta": accuracyUnder(standard, "nonRobustSubspace", 0.5),
  "adversarial at eps": accuracyUnder(adversarial, "nonRobustSubspace", 0.5),
  "adversarial at 1.2 eps": accuracyUnder(adversarial, "nonRobustSubspace", 0.6),
});

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p11-accuracy-against-radius",
  title: "Where accuracy is lost as the radius grows",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: adversarial training can \"improve the network robustness\"", formula: "docs/theory, P11" },
  statement: "Against an attacker in the span of the non-robust features, accuracy after standard training falls from 1 to 0 near the radius beta, the size of the non-robust feature; after adversarial training it is still 1 past eps.",
  maths: String.raw`\mathrm{acc}_{\text{std}}(0.75\beta) = 1,\quad \mathrm{acc}_{\text{std}}(1.25\beta) \le 0.1,\quad \mathrm{acc}_{\text{adv}}(\varepsilon) = \mathrm{acc}_{\text{adv}}(1.2\,\varepsilon) = 1`,
  experiments: { standard: standardRun, adversarial: adversarialRun },
  hypotheses: ({ adversarial }) => [...hypothesesOf(adversarial), horizonLongEnough(adversarial)],
  observable,
  prediction: bounds({
    "standard at 0.75 beta": { atLeast: 1 }, "standard at 1.25 beta": { atMost: 0.1 }, "adversarial at eps": { atLeast: 1 }, "adversarial at 1.2 eps": { atLeast: 1 },
  }, "standard training: accuracy 1 at 0.75 beta and at most 0.1 at 1.25 beta; adversarial training: 1 at eps and at 1.2 eps"),
  // with high probability over the initialisation, not in every seed: see docs/theory, "How often"
  required: 0.8,
  controls: [{ change: "radius 0 in adversarial mode (300 steps, N = 10)", experiments: { adversarial: zeroRadiusRun } }],
  recorded: "supported",
  plan: { quick: { seeds: 11, controlSeeds: 5 }, full: { seeds: 65, controlSeeds: 20 } },
  figure(samples, which) {
    const { beta } = samples[0].runs.standard.spec.setting;
    const panel = (title: string, runs: RunRecord[]) => accuracyPanel(title, runs, [{ threat: "nonRobustSubspace", label: "nonRobustSubspace", colour: "nonRobust" }], [
      { kind: "rule", name: "beta", colour: "prediction", axis: "x", value: beta }, { kind: "rule", name: "eps", colour: "neutral", axis: "x", value: 0.5 },
    ]);
    return figure(which === "main" ? "Accuracy against radius" : "Control: radius 0 in adversarial mode", `${samples.length} seeds: faint lines, median bold. Radius 0 is the clean accuracy.`, [
      panel("standard training", samples.map(({ runs }) => runs.standard)),
      panel(which === "main" ? "adversarial training" : "adversarial mode, radius 0", samples.map(({ runs }) => runs.adversarial)),
    ]);
  },
});
