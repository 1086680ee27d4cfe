import { bounds, defineClaim } from "lemmagrad/claims";
import { adversarialRun, attackForeseen, attackRegion, featurePanel, figure, frozenAtStart, frozenRun, hypothesesOf, largestAt, noNeuronFreed, noPatchTurned, type RunRecord, sampleWords, trainingRun } from "lemmagrad/robust-features";

type Runs = { escaping: RunRecord; frozen: RunRecord };

const growth = (run: RunRecord) => {
  const start = largestAt(run, "U", 0);
  return largestAt(run, "U", -1).map((U, i) => U / start[i]);
};

/** U_i(T) over the size at which the bend ends. */
const overBend = (run: RunRecord) => largestAt(run, "U", -1).map((U) => (run.spec.setting.alpha * U) / run.spec.setting.rho);

const observable = ({ escaping, frozen }: Runs) => ({ "alpha U_i(T)/rho, condition holds": overBend(escaping), "U_i(T)/U_i(0), condition violated": growth(frozen) });

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p08-no-freeze",
  title: "When adversarial training learns at all",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: adversarial training can \"strengthen the robust feature learning\"", formula: "docs/theory, P8" },
  statement: "Robust learning escapes the attack when alpha u exceeds what the ascent takes away, min(e s'(alpha u)(u^2 + nu^2), eps sqrt(u^2 + nu^2)), on all its way along the bend. At the quiet point (d = 20, eps = 0.5) it does, and U_i passes the end of the bend, rho/alpha; with d = 200 (large residuals nu) and eps = 1.5 (and N = 5, P = 20) the attack of all classes' neurons exceeds alpha u from the start, and training freezes near the initialisation, as long as the attack leaves the non-robust patches half of what they carry: once it turns them, neurons that answer leave in its direction; and as long as no neuron sheds so much of its residual that the attack no longer holds it.",
  maths: String.raw`\alpha u > \min\!\left(e\,s'(\alpha u)(u^2+\nu^2),\ \varepsilon\sqrt{u^2+\nu^2}\right) \text{ for } u_0 \le u \le \rho/\alpha`,
  experiments: { escaping: adversarialRun, frozen: frozenRun },
  hypotheses: ({ escaping, frozen }) => [...hypothesesOf(escaping), ...attackForeseen(escaping), frozenAtStart(frozen), noPatchTurned(frozen), noNeuronFreed(frozen)],
  observable,
  prediction: bounds({ "alpha U_i(T)/rho, condition holds": { atLeast: 1 }, "U_i(T)/U_i(0), condition violated": { atMost: 2 } }, "in every class U_i passes the end of the bend where the condition holds, and grows at most twofold where it is violated"),
  controls: [{ change: "the two runs exchanged", experiments: { escaping: frozenRun, frozen: adversarialRun } }],
  recorded: "supported",
  region: attackRegion<Runs>({
    experiments: (setting, steps) => ({
      escaping: trainingRun({ mode: "adversarial", steps, setting: { ...setting }, logEvery: steps, cosineEvery: 0 }),
      frozen: trainingRun({ mode: "adversarial", steps, setting: { ...setting, d: 200, eps: 0.75 * setting.alpha, e: 10 * setting.e, N: setting.k, P: 20 }, logEvery: steps, cosineEvery: 0 }),
    }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 80, controlSeeds: 20 } },
  figure(samples, which) {
    const escaping = samples.map(({ runs }) => runs.escaping);
    const frozen = samples.map(({ runs }) => runs.frozen);
    const panel = (records: RunRecord[]) => featurePanel(`d = ${records[0].spec.setting.d}, eps = ${records[0].spec.setting.eps}`, records);
    return figure(which === "main" ? "Escaping and freezing" : "Control: the two runs exchanged", sampleWords(escaping), [panel(escaping), panel(frozen)]);
  },
});

