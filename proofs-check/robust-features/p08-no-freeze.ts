import { bounds, defineClaim } from "lemmagrad/claims";
import { adversarialRun, featurePanel, figure, frozenRun, horizonLongEnough, hypothesesOf, initialSizes, largestAt, noFreeze, type RunRecord, sampleWords } from "lemmagrad/robust-features";

type Runs = { escaping: RunRecord; frozen: RunRecord };

const growth = (run: RunRecord) => {
  const start = largestAt(run, "U", 0);
  return largestAt(run, "U", -1).map((U, i) => U / start[i]);
};

const observable = ({ escaping, frozen }: Runs) => ({ "U_i(T)/U_i(0), condition holds": growth(escaping), "U_i(T)/U_i(0), condition violated": growth(frozen) });

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p08-no-freeze",
  title: "When adversarial training learns at all",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: adversarial training can \"strengthen the robust feature learning\"", formula: "docs/theory, P8" },
  statement: "Robust learning escapes the attack when alpha u exceeds what the ascent takes away, min(e s'(alpha u)(u^2 + nu^2), eps sqrt(u^2 + nu^2)), on all its way along the bend. In dimension d = 20 it does, and U_i grows tenfold; in d = 200 the weights' residuals nu are so large that it does not, and training freezes near the initialisation.",
  maths: String.raw`\alpha u > \min\!\left(e\,s'(\alpha u)(u^2+\nu^2),\ \varepsilon\sqrt{u^2+\nu^2}\right) \text{ for } u_0 \le u \le \rho/\alpha`,
  experiments: { escaping: adversarialRun, frozen: frozenRun },
  hypotheses: ({ escaping, frozen }) => {
    const violated = noFreeze(frozen.spec.setting, initialSizes(frozen));
    return [...hypothesesOf(escaping), horizonLongEnough(escaping), {
      name: "freeze at d = 200", maths: String.raw`\text{the condition is violated in every class of the second run}`,
      holds: violated.holds === false && frozenEverywhere(frozen), margin: -violated.margin, detail: violated.detail,
    }];
  },
  observable,
  prediction: bounds({ "U_i(T)/U_i(0), condition holds": { atLeast: 10 }, "U_i(T)/U_i(0), condition violated": { atMost: 2 } }, "in every class U_i grows at least tenfold where the condition holds, and at most twofold where it is violated"),
  controls: [{ change: "the two runs exchanged", experiments: { escaping: frozenRun, frozen: adversarialRun } }],
  recorded: "supported",
  plan: { quick: { seeds: 11, controlSeeds: 5 }, full: { seeds: 65, controlSeeds: 20 } },
  figure(samples, which) {
    const escaping = samples.map(({ runs }) => runs.escaping);
    const frozen = samples.map(({ runs }) => runs.frozen);
    return figure(which === "main" ? "Escaping and freezing" : "Control: the two runs exchanged", sampleWords(escaping), [featurePanel(`d = ${escaping[0].spec.setting.d}`, escaping), featurePanel(`d = ${frozen[0].spec.setting.d}`, frozen)]);
  },
});

/** The margin of every class by itself below 1. */
function frozenEverywhere(run: RunRecord): boolean {
  const { k, m } = run.spec.setting;
  const { u, v, nu } = initialSizes(run);
  return Array.from({ length: k }, (_, i) => {
    const own = (values: ArrayLike<number>) => Array.from({ length: m }, (_w, r) => values[i * m + r]);
    return noFreeze({ ...run.spec.setting, k: 1 }, { u: own(u), v: own(v), nu: own(nu) }).holds;
  }).every((escapes) => !escapes);
}
