import { bounds, defineClaim } from "lemmagrad/claims";
import { classColumnAt, classesOf, columnPanel, featurePanel, figure, hypothesesOf, impliedSizeNoise, initialState, largestAt, logitOf, neuronsAt, noiseCarried, nonRobustWins, nonRobustWinsTypically, parameterRegion, reducedDynamics, robustEnergyRun, robustShareAt, robustSizeBoundWithDrift, type RunRecord, sampleWords, spokenOf, standardRun, trainingRun } from "lemmagrad/robust-features";

/** What patch noise may change in the bound on U_i, by (P2.5), where the claim speaks of it. */
const noiseShare = 0.1;
/** Probability that the non-robust patches alone must give the true class, and what the clocks must predict for the claim to speak. */
const [reached, foreseen] = [0.75, 0.9];

/**
 * U_i(T) over the bound that the clocks give from the initial weights and the V_i(T) reached, drift of finite steps included. Noise may move
 * the neuron bounded; and it may carry another one past it, above all the one that learns the non-robust feature (P4.2).
 */
function overBound(run: RunRecord): number[] {
  const { setting } = run.spec;
  const last = run.steps.length - 1;
  const [finalU, finalV] = [largestAt(run, "U", -1), largestAt(run, "V", -1)];
  return classesOf(run).flatMap((i) => {
    const leader = (column: "U" | "V") => {
      const first = neuronsAt(run, column, 0, i);
      return first.indexOf(Math.max(...first));
    };
    const [a, b] = [leader("U"), leader("V")];
    if (!(impliedSizeNoise(run, i, a, b, last) <= noiseShare)) return [];
    const [u0, v0, v] = [neuronsAt(run, "U", 0, i), neuronsAt(run, "V", 0, i), neuronsAt(run, "V", last, i)];
    const ceilings = u0.map((u) => robustSizeBoundWithDrift(setting, u, v0[b], finalV[i]));
    const overtaken = ceilings.some((own, r) => r !== a && own + 5 * noiseCarried(setting, v[r] - v0[r]) > (1 + noiseShare) * ceilings[a]);
    return overtaken ? [] : [finalU[i] / ceilings[a]];
  });
}

const observable = ({ training }: { training: RunRecord }) => ({
  "robust share of F_y": robustShareAt(training, -1),
  "non-robust part over what classifies": classColumnAt(training, "nonRobustPart", -1).map((part) => part / logitOf(reached, training.spec.setting.k)),
  "U_i(T) over its bound": overBound(training),
});

export default defineClaim<{ training: RunRecord }, ReturnType<typeof observable>>({
  id: "p04-standard-training-prefers-nonrobust",
  title: "Standard training ends on the non-robust feature",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: standard training \"primarily learns the non-robust feature rather than the robust feature\"", formula: "docs/theory, P4" },
  statement: "After standard training every class is classified by its non-robust feature: V_i = max_r <w_ir, v_i> has grown to the size that classifies, robust patches carry almost nothing of the true logit F_y, and U_i = max_r <w_ir, u_i> has not passed the bound that the conserved quantity of P2 puts on it.",
  maths: String.raw`F_y^{\text{non-robust}} \ge \ln(3(k-1)), \qquad \frac{F_y^{\text{robust}}}{F_y} \le 0.1, \qquad U_i(T) \le 1.15\,\overline{U}_i`,
  experiments: { training: standardRun },
  hypotheses: ({ training }) => [...hypothesesOf(training), ...nonRobustWins(training, 0.05, foreseen), spokenOf(overBound(training).length, training.spec.setting.k, "classes whose robust correlation grows above the noise")],
  observable,
  prediction: bounds({ "robust share of F_y": { atMost: 0.1 }, "non-robust part over what classifies": { atLeast: 1 }, "U_i(T) over its bound": { atMost: 1.15 } }, "in every class: robust share of F_y at most 0.1; non-robust patches alone give the true class probability 0.75 or more; U_i(T) at most 1.15 times its bound, where noise changes that by less than 10 % and carries no other neuron past it"),
  controls: [{ change: "the robust feature has the energy: s_R = 10, beta = 0.27, N = 10, so A/B = 10.4 instead of 0.31", experiments: { training: robustEnergyRun } }],
  recorded: "supported",
  region: parameterRegion<{ training: RunRecord }>({
    mode: "standard", typical: nonRobustWinsTypically,
    experiments: (setting, steps) => ({ training: trainingRun({ mode: "standard", steps, setting: { ...setting }, cosineEvery: 0 }) }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 75, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: { training } }) => training);
    const predictions = runs.map((run) => reducedDynamics(run.spec.setting, initialState(run), { mode: "standard", steps: run.spec.steps, scheme: "section7" }));
    return figure(which === "main" ? "Standard training" : "Control: the robust feature has the energy", `${sampleWords(runs)} Reduced dynamics start from the same initial weights.`, [
      featurePanel("feature correlations", runs, predictions),
      columnPanel("share of F_y from robust patches", "robust share of the true logit", [{ name: "robust share", colour: "robust", records: runs, value: (run, i) => run.steps.map((_, s) => robustShareAt(run, s)[i]) }]),
    ]);
  },
});
