import { bounds, defineClaim } from "lemmagrad/claims";
import { accuracyPanel, accuracyUnder, adversarialRun, attackForeseen, attackRegion, claimedRadius, figure, hypothesesOf, nonRobustWins, quietStandardRun, radiusBeforeDrop, radiusPastDrop, type RunRecord, trainingRun, zeroRadiusRun } from "lemmagrad/robust-features";

type Runs = { standard: RunRecord; adversarial: RunRecord };

/** A radius to twelve digits: the reference point's, 0.3, 0.5 and 0.6, are then those that its runs measured. */
const tidy = (radius: number) => Number(radius.toPrecision(12));
const below = ({ spec: { setting: { beta } } }: RunRecord) => tidy(0.75 * beta);
const above = ({ spec: { setting: { beta } } }: RunRecord) => tidy(1.25 * beta);
const beyond = (eps: number) => tidy(1.2 * eps);

const observable = ({ standard, adversarial }: Runs) => ({
  "standard at 0.75 beta": accuracyUnder(standard, "nonRobustSubspace", below(standard)),
  "standard at 1.25 beta": accuracyUnder(standard, "nonRobustSubspace", above(standard)),
  "adversarial at eps": accuracyUnder(adversarial, "nonRobustSubspace", claimedRadius(adversarial)),
  "adversarial at 1.2 eps": accuracyUnder(adversarial, "nonRobustSubspace", beyond(claimedRadius(adversarial))),
});

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p11-accuracy-against-radius",
  title: "Where accuracy is lost as the radius grows",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: adversarial training can \"improve the network robustness\"", formula: "docs/theory, P11" },
  statement: "Against an attacker in the span of the non-robust features, accuracy after standard training falls from 1 to 0 near the radius beta, the size of the non-robust feature; after adversarial training it is still 1 past eps: in every seed for which the closed form of these radii (docs/theory, P11.1), of the sizes predicted from the initial weights, says so with a tenth to spare. At the quiet point, sigma_n = 0.001 and N = 10.",
  maths: String.raw`\mathrm{acc}_{\text{std}}(0.75\beta) = 1,\quad \mathrm{acc}_{\text{std}}(1.25\beta) \le 0.1,\quad \mathrm{acc}_{\text{adv}}(\varepsilon) = \mathrm{acc}_{\text{adv}}(1.2\,\varepsilon) = 1`,
  experiments: { standard: quietStandardRun, adversarial: adversarialRun },
  hypotheses: ({ standard, adversarial }) => [
    ...hypothesesOf(adversarial), ...attackForeseen(adversarial), radiusBeforeDrop(adversarial, adversarial.spec.setting.eps, 1.2 * 1.1),
    ...nonRobustWins(standard, 0.05, 0.9).map((one) => ({ ...one, name: `standard ${one.name}` })), radiusPastDrop(standard, above(standard), 1.1),
  ],
  observable,
  prediction: bounds({
    "standard at 0.75 beta": { atLeast: 1 }, "standard at 1.25 beta": { atMost: 0.1 }, "adversarial at eps": { atLeast: 1 }, "adversarial at 1.2 eps": { atLeast: 1 },
  }, "standard training: accuracy 1 at 0.75 beta and at most 0.1 at 1.25 beta; adversarial training: 1 at eps and at 1.2 eps"),
  controls: [{ change: "radius 0 in adversarial mode (300 steps)", experiments: { adversarial: zeroRadiusRun } }],
  recorded: "supported",
  region: attackRegion<Runs>({
    experiments: (setting, steps) => {
      const measured = (radii: number[]) => [{ threat: { name: "nonRobustSubspace" as const }, radii }];
      return {
        standard: trainingRun({ mode: "standard", steps, setting: { ...setting }, logEvery: steps, cosineEvery: 0, evaluate: measured([tidy(0.75 * setting.beta), tidy(1.25 * setting.beta)]) }),
        adversarial: trainingRun({ mode: "adversarial", steps, setting: { ...setting }, logEvery: steps, cosineEvery: 0, evaluate: measured([setting.eps, beyond(setting.eps)]) }),
      };
    },
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 80, controlSeeds: 20 } },
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
