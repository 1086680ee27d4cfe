import { bounds, defineClaim } from "lemmagrad/claims";
import { accuracyPanel, accuracyUnder, adversarialRun, attackForeseen, attackRegion, figure, hypothesesOf, type IdealAccuracy, idealNetworkRun, injectionForeseen, injectionRadius, makeSetting, quietStandardRun, type RunRecord, type Setting, trainingRun } from "lemmagrad/robust-features";

type Runs = { training: RunRecord; ideal: IdealAccuracy[] };

/** Sizes of the idealised network, and radii a tenth below and above the one predicted for each, and eps. */
const sizesAt = (setting: Setting) => [1, 2, 5, 20].map((x) => {
  const radius = injectionRadius(setting, x);
  return { x, radii: [0.9 * radius, 1.1 * radius, setting.eps] };
});
const few = { N: 10 };
const setting = makeSetting(few);

const observable = ({ training, ideal }: Runs) => ({
  "trained, clean": training.cleanAccuracy[training.cleanAccuracy.length - 1],
  "trained, inject at eps": accuracyUnder(training, "inject", training.spec.setting.eps),
  "ideal, clean": ideal.map(({ clean }) => clean),
  "ideal, inject at 0.9 of its radius": ideal.map(({ injected }) => injected[0].accuracy),
  "ideal, inject at 1.1 of its radius": ideal.map(({ injected }) => injected[1].accuracy),
  "ideal, inject at eps": ideal.map(({ injected }) => injected[2].accuracy),
});

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p12-injection-breaks-robust-networks",
  title: "Robust networks fall to injected robust features",
  source: { words: "ours: a boundary of what Li & Li, arXiv 2410.08503, abstract, calls robustness", formula: "docs/theory, P12" },
  statement: "Where A < B and the radius eps exceeds beta (0.5 and 0.4 at the quiet point, sigma_n = 0.001 and N = 10) an adversarially trained network, robust to the theory's threats, classifies every clean sample and hardly any once eps u_j is added to every patch (inject, worst j). (Gradient ascent may or may not find that direction: a neuron that answers on no patch gives it no gradient). (Of seeds for which the sizes predicted from the initial weights give the injected class a fifth more logit than the true one.) The idealised network w_ir = c u_i is right up to the radius that its closed form gives and wrong beyond it, at c alpha = x rho for x = 1, 2, 5, 20.",
  maths: String.raw`\mathrm{acc}_{\text{clean}} = 1,\quad \mathrm{acc}_{\text{inject}}(\varepsilon) \le 0.1,\quad \mathrm{acc}^{\text{ideal}}_{\text{inject}}(0.9\,\varepsilon^*_x) = 1,\ \mathrm{acc}^{\text{ideal}}_{\text{inject}}(1.1\,\varepsilon^*_x) = 0`,
  experiments: { training: adversarialRun, ideal: idealNetworkRun({ setting: few, sizes: sizesAt(setting) }) },
  hypotheses: ({ training }) => [...hypothesesOf(training), ...attackForeseen(training), injectionForeseen(training, training.spec.setting.eps, 1.2)],
  observable,
  prediction: bounds({
    "trained, clean": { atLeast: 1 }, "trained, inject at eps": { atMost: 0.1 },
    "ideal, clean": { atLeast: 1 }, "ideal, inject at 0.9 of its radius": { atLeast: 1 }, "ideal, inject at 1.1 of its radius": { atMost: 0 }, "ideal, inject at eps": { atMost: 0 },
  }, "trained: accuracy 1 on clean samples and at most 0.1 under inject at eps; idealised: 1 at 0.9 and 0 at 1.1 of the predicted radius, 0 at eps"),
  controls: [{ change: "standard instead of adversarial training: no robust feature is learned, so none can be injected", experiments: { training: quietStandardRun } }],
  recorded: "supported",
  region: attackRegion<Runs>({
    experiments: (own, steps) => ({
      training: trainingRun({
        mode: "adversarial", steps, setting: { ...own }, logEvery: steps, cosineEvery: 0,
        evaluate: [{ threat: { name: "inject" }, radii: [own.eps] }],
      }),
      ideal: idealNetworkRun({ setting: { ...own }, sizes: sizesAt(own) }),
    }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 80, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: { training } }) => training);
    return figure(which === "main" ? "Injected robust features" : "Control: standard training", `${runs.length} seeds: faint lines, median bold. Radius 0 is the clean accuracy.`, [
      accuracyPanel(which === "main" ? "after adversarial training" : "after standard training", runs, [
        { threat: "inject", label: "inject", colour: "control" }, { threat: "pgd", label: "pgd, 10 steps", colour: "adversarial" },
        { threat: "suppress", label: "suppress (the theory's)", colour: "robust" },
      ], [{ kind: "rule", name: "beta", colour: "prediction", axis: "x", value: setting.beta }]),
    ]);
  },
});
