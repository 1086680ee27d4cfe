import { type Claim, defineClaim } from "lemmagrad/claims";
import { ladderHypotheses, ladderRuns, observedAdversarial, ordersFigure, ordersNear, predictedAdversarial, type RunRecord } from "lemmagrad/robust-features";

/** The claim on a ladder of its own; what the prediction says is the same on each. */
export const adversarialOrders = (id: string, rungs: readonly number[], plan: Claim["plan"]): Claim => defineClaim<Record<string, RunRecord>, ReturnType<typeof observedAdversarial>>({
  id,
  title: `Orders of growth in the number of classes, k = ${rungs[0]} to ${rungs[rungs.length - 1]}: adversarial training`,
  source: { words: "Li & Li, arXiv 2410.08503, abstract: adversarial training can \"strengthen the robust feature learning and suppress the non-robust feature learning\"", formula: "docs/theory, P13" },
  statement: `Along the ladder k = ${rungs.join(", ")} on which A/B falls like k^(-1/4) and sigma_0 like k^(-0.7), adversarial training of a typical class ends with a robust correlation U of constant order and a non-robust correlation V that falls with k at the rate at which the attack saturates it, and learns the robust feature at a time T_u that grows as one neuron under attack says. Asymptotically V has the exponent -0.2 and U none; at these k the closed forms' own slopes are the prediction.`,
  maths: String.raw`U^{\text{adv}} = \tilde\Theta(1), \qquad e\,\beta^{q-2}V^{q-2}(V^2+\nu^2) = \rho^{q-1} \Rightarrow V^{\text{adv}} \sim k^{-1/5}, \qquad T_u \sim \frac{k\,\rho^{q-1}}{\eta A\,\sigma_0^{q-2}}`,
  experiments: ladderRuns("adversarial", rungs),
  hypotheses: ladderHypotheses,
  observable: observedAdversarial,
  // how closely the closed forms hold at each rung: T_u within 10 %, so U, which grows with the time T - T_u = 300 left of some 700 to 1,000, within 20 %; V, P7, within 5 %
  prediction: ordersNear(rungs, () => predictedAdversarial(rungs), { U: 1.2, V: 1.05, T_u: 1.1 }, "exponents of U, V and T_u in k equal those of the closed forms along the same rungs, up to what 20 %, 5 % and 10 % at every rung amount to (two one-sided tests at 5 % each)"),
  controls: [{ change: "radius 0 in adversarial mode: the robust feature is not learned, and U falls with sigma_0", experiments: ladderRuns("adversarial", rungs, { radius: 0 }) }],
  recorded: "supported",
  plan,
  figure: (samples, which) => ordersFigure(which === "main" ? "Adversarial training along the ladder" : "Control: radius 0 in adversarial mode", rungs, samples.map(({ observation }) => observation), "T_u"),
});

export default adversarialOrders("p13-adversarial-orders", [4, 6, 8, 12], { quick: { seeds: 4, controlSeeds: 2 }, full: { seeds: 20, controlSeeds: 5 } });
