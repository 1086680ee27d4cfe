import { bounds, defineClaim } from "lemmagrad/claims";
import { columnPanel, featurePanel, figure, hypothesesOf, initialState, largestAt, neuronsAt, reducedDynamics, robustEnergyRun, robustShareAt, robustSizeBound, type RunRecord, sampleWords, standardRun } from "lemmagrad/robust-features";

/** U_i(T) over the bound that the conserved quantity gives from the initial weights and the V_i(T) reached. */
function overBound(run: RunRecord): number[] {
  const { setting } = run.spec;
  const final = largestAt(run, "V", -1);
  return largestAt(run, "U", -1).map((U, i) => U / robustSizeBound(setting, Math.max(...neuronsAt(run, "U", 0, i)), Math.max(...neuronsAt(run, "V", 0, i)), final[i]));
}

const observable = ({ training }: { training: RunRecord }) => ({
  "robust share of F_y": robustShareAt(training, -1),
  "V_i(T)": largestAt(training, "V", -1),
  "U_i(T) over its bound": overBound(training),
});

export default defineClaim<{ training: RunRecord }, ReturnType<typeof observable>>({
  id: "p04-standard-training-prefers-nonrobust",
  title: "Standard training ends on the non-robust feature",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: standard training \"primarily learns the non-robust feature rather than the robust feature\"", formula: "docs/theory, P4" },
  statement: "After standard training every class is classified by its non-robust feature: V_i = max_r <w_ir, v_i> has grown to the size that classifies, robust patches carry almost nothing of the true logit F_y, and U_i = max_r <w_ir, u_i> has not passed the bound that the conserved quantity of P2 puts on it.",
  maths: String.raw`V_i(T) \ge 0.15, \qquad \frac{F_y^{\text{robust}}}{F_y} \le 0.1, \qquad U_i(T) \le 1.15\,\overline{U}_i`,
  experiments: { training: standardRun },
  hypotheses: ({ training }) => hypothesesOf(training),
  observable,
  prediction: bounds({ "robust share of F_y": { atMost: 0.1 }, "V_i(T)": { atLeast: 0.15 }, "U_i(T) over its bound": { atMost: 1.15 } }, "in every class: robust share of F_y at most 0.1, V_i(T) at least 0.15, U_i(T) at most 1.15 times its bound (gradient flow; finite steps add the drift of P2)"),
  controls: [{ change: "the robust feature has the energy: s_R = 10, beta = 0.27, N = 10, so A/B = 10.4 instead of 0.31", experiments: { training: robustEnergyRun } }],
  recorded: "supported",
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: { training } }) => training);
    const predictions = runs.map((run) => reducedDynamics(run.spec.setting, initialState(run), { mode: "standard", steps: run.spec.steps, scheme: "section7" }));
    return figure(which === "main" ? "Standard training" : "Control: the robust feature has the energy", `${sampleWords(runs)} Reduced dynamics start from the same initial weights.`, [
      featurePanel("feature correlations", runs, predictions),
      columnPanel("share of F_y from robust patches", "robust share of the true logit", [{ name: "robust share", colour: "robust", records: runs, value: (run, i) => run.steps.map((_, s) => robustShareAt(run, s)[i]) }]),
    ]);
  },
});
