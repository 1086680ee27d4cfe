import { type Claim, defineClaim } from "lemmagrad/claims";
import { ladderHypotheses, ladderRuns, observedStandard, ordersFigure, ordersNear, predictedStandard, type RunRecord } from "lemmagrad/robust-features";

/** The claim on a ladder of its own; what the prediction says is the same on each. */
export const standardOrders = (id: string, rungs: readonly number[], plan: Claim["plan"]): Claim => defineClaim<Record<string, RunRecord>, ReturnType<typeof observedStandard>>({
  id,
  title: `Orders of growth in the number of classes, k = ${rungs[0]} to ${rungs[rungs.length - 1]}: standard training`,
  source: { words: "Li & Li, arXiv 2410.08503, abstract: \"primarily learns the non-robust feature\"", formula: "docs/theory, P13" },
  statement: `Along a ladder k = ${rungs.join(", ")} on which A/B falls like k^(-1/4) and sigma_0 like k^(-0.7), standard training of a typical class ends with a robust correlation U of the order of sigma_0 (where the closed forms give the race clearly to the non-robust feature) and a non-robust correlation V of constant order, and learns the non-robust feature at a time T_v that grows as the closed form says. Asymptotically the exponents are -0.7, 0 and 0.7; at these k the closed forms' own slopes are steeper or flatter, and those are the prediction.`,
  maths: String.raw`U^{\text{std}} \sim \sigma_0, \qquad V^{\text{std}} = \tilde\Theta(1), \qquad T_v \sim \frac{k\,\rho^{q-1}}{\eta B\,\sigma_0^{q-2}}`,
  experiments: ladderRuns("standard", rungs),
  hypotheses: ladderHypotheses,
  observable: observedStandard,
  // how closely the closed forms hold at each rung: U within 15 % as in P4's claim, V, which the loss fixes, 5 %, T_v, P3, 10 %
  prediction: ordersNear(rungs, () => predictedStandard(rungs), { U: 1.15, V: 1.05, T_v: 1.1 }, "exponents of U, V and T_v in k equal those of the closed forms along the same rungs, up to what 15 %, 5 % and 10 % at every rung amount to (two one-sided tests at 5 % each)"),
  controls: [{ change: "sigma_0 kept constant along the ladder: U and T_v lose their exponents", experiments: ladderRuns("standard", rungs, { power: 0 }) }],
  recorded: "supported",
  plan,
  figure: (samples, which) => ordersFigure(which === "main" ? "Standard training along the ladder" : "Control: sigma_0 constant", rungs, samples.map(({ observation }) => observation), "T_v"),
});

export default standardOrders("p13-standard-orders", [4, 6, 8, 12], { quick: { seeds: 16, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } });
