import { bounds, defineClaim } from "lemmagrad/claims";
import { adversarialRun, attackForeseen, attackRegion, classesOf, columnPanel, coupledPrediction, featurePanel, figure, hypothesesOf, largestAt, modesApart, nonRobustWins, quietStandardRun, robustShareAt, type RunRecord, sampleWords, trainingRun, zeroRadiusRun } from "lemmagrad/robust-features";

type Runs = { standard: RunRecord; adversarial: RunRecord };

const ratio = (column: "U" | "V", { standard, adversarial }: Runs) => {
  const base = largestAt(standard, column, -1);
  return largestAt(adversarial, column, -1).map((size, i) => size / base[i]);
};

const observable = (runs: Runs) => ({
  "V_adv/V_std": ratio("V", runs),
  "U_adv/U_std": ratio("U", runs),
  "robust share, standard": robustShareAt(runs.standard, -1),
  "robust share, adversarial": robustShareAt(runs.adversarial, -1),
});

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p09-adversarial-training-prefers-robust",
  title: "Adversarial training turns the preference round",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: adversarial training can \"strengthen the robust feature learning and suppress the non-robust feature learning\"", formula: "docs/theory, P9" },
  statement: "From the same weights and data, adversarial training ends with a far smaller non-robust correlation and a far larger robust one than standard training; the true logit F_y, carried by non-robust patches after standard training, is carried mostly by robust patches after adversarial training: in every class of every seed for which the clocks of P2 and the coupled dynamics, from the initial weights, predict it with room. At the quiet point, sigma_n = 0.001 and N = 10.",
  maths: String.raw`V^{\text{adv}}_i \le \tfrac12 V^{\text{std}}_i, \quad U^{\text{adv}}_i \ge 3\,U^{\text{std}}_i , \quad \text{robust share} \le 0.1 \text{ (standard)},\ \ge 0.5 \text{ (adversarial)}`,
  experiments: { standard: quietStandardRun, adversarial: adversarialRun },
  hypotheses: ({ standard, adversarial }) => [
    ...hypothesesOf(adversarial), ...attackForeseen(adversarial),
    ...nonRobustWins(standard, 0.05, 0.9).map((one) => ({ ...one, name: `standard ${one.name}` })), modesApart(standard, adversarial, { nonRobust: 0.4, robust: 4, share: 0.6 }),
  ],
  observable,
  prediction: bounds({
    "V_adv/V_std": { atMost: 0.5 }, "U_adv/U_std": { atLeast: 3 }, "robust share, standard": { atMost: 0.1 }, "robust share, adversarial": { atLeast: 0.5 },
  }, "in every class V is at most half that of standard training, and U at least 3 times it; robust share of F_y at most 0.1 standard, at least 0.5 adversarial"),
  controls: [{ change: "radius 0 in adversarial mode (300 steps)", experiments: { adversarial: zeroRadiusRun } }],
  recorded: "supported",
  region: attackRegion<Runs>({
    experiments: (setting, steps) => ({
      standard: trainingRun({ mode: "standard", steps, setting: { ...setting }, logEvery: steps, cosineEvery: 0 }),
      adversarial: trainingRun({ mode: "adversarial", steps, setting: { ...setting }, logEvery: steps, cosineEvery: 0 }),
    }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 80, controlSeeds: 20 } },
  figure(samples, which) {
    const standard = samples.map(({ runs }) => runs.standard);
    const adversarial = samples.map(({ runs }) => runs.adversarial);
    const share = (run: RunRecord, i: number) => run.steps.map((_, s) => robustShareAt(run, s)[i]);
    return figure(which === "main" ? "Standard against adversarial training" : "Control: radius 0 in adversarial mode", `${sampleWords(standard)} Same weights and data for both modes; dashed: reduced dynamics, from the initial weights alone.`, [
      featurePanel("standard training", standard),
      featurePanel(which === "main" ? "adversarial training" : "adversarial mode, radius 0", adversarial, which === "main" ? adversarial.map((run) => coupledPrediction(run)) : []),
      { ...columnPanel("share of F_y from robust patches", "robust share of the true logit", []), layers: [
        { kind: "lines", name: "standard", colour: "standard", x: standard[0].steps, members: standard.flatMap((run) => classesOf(run).map((i) => share(run, i))) },
        { kind: "lines", name: "adversarial", colour: "adversarial", x: adversarial[0].steps, members: adversarial.flatMap((run) => classesOf(run).map((i) => share(run, i))) },
      ] },
    ]);
  },
});
