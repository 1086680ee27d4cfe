import { defineClaim, digits, type Prediction } from "lemmagrad/claims";
import { figure, type InjectionBox, injectionProof, type InjectionProof, injectLogitRatio, makeSetting } from "lemmagrad/robust-features";

const powers = [3, 4, 5];
/** eps/alpha, A/B and beta/eps, up to A = B and eps = beta; every x >= 1. */
const box: InjectionBox = { radiusOverRobust: [0.1, 0.95], energyRatio: [0.05, 1], nonRobustOverRadius: [0.25, 1] };

const allProven: Prediction<InjectionProof[]> = {
  words: "F_j > F_y proven on the whole box, on both sides of the attacker's bend, for q = 3, 4, 5",
  judge(proofs) {
    const halves = proofs.flatMap(({ q, onBend, beyondBend }) => [{ q, side: "on the bend, at (eps/alpha, A/B, beta/eps, x)", ...onBend }, { q, side: "beyond it, at (eps/alpha, A/B, beta/eps, alpha/(eps x))", ...beyondBend }]);
    const open = halves.find(({ outcome }) => outcome !== "proven");
    return {
      holds: halves.length > 0 && open === undefined,
      observed: open === undefined
        ? proofs.map(({ q, onBend, beyondBend }) => `q = ${q}: proven in ${onBend.boxes + beyondBend.boxes} pieces`).join("; ")
        : `q = ${open.q}: ${open.outcome} ${open.side}${open.counterexample === undefined ? "" : ` = (${open.counterexample.point.map(digits).join(", ")}): F_j/F_y is at most ${digits(open.counterexample.atMost)}`}`,
    };
  },
};

/** F_j/F_y against x at radius eps, for P patches of the reference point's kind. */
const ratioLine = (eps: number, x: number[]) => x.map((one) => injectLogitRatio(makeSetting({ eps }), one));

export default defineClaim<{ proofs: InjectionProof[] }, InjectionProof[]>({
  id: "p12-injection-inequality",
  title: "No network of robust features withstands their injection: the inequality",
  source: { words: "ours: a boundary of what Li & Li, arXiv 2410.08503, abstract, calls robustness", formula: "docs/theory, P12" },
  statement: "A network that has learned the robust features and nothing else, w_ir = c u_i with c alpha = x rho and x >= 1, gives class j a larger logit than the true class y when eps u_j is added to every patch, whenever the robust energy A is at most the non-robust energy B and the radius eps is at least beta. Proven by interval arithmetic with outward rounding for every eps/alpha from 0.1 to 0.95, A/B from 0.05 to 1, beta/eps from 0.25 to 1 and all x >= 1, whatever rho, alpha and the number of patches that these imply. No seed and no training enters.",
  maths: String.raw`\frac{F_j}{F_y} = \frac{P}{s_R}\,\frac{q\,s(\varepsilon c)}{\rho\,(q(x-1)+1)} > 1 \quad\text{for all } x \ge 1,\ A \le B,\ \beta \le \varepsilon < \alpha`,
  experiments: { proofs: injectionProof({ powers, box }) },
  hypotheses: () => [],
  observable: ({ proofs }) => proofs,
  prediction: allProven,
  seedless: true,
  controls: [
    { change: "the robust feature has the energy, A/B from 1 to 4", experiments: { proofs: injectionProof({ powers, box: { ...box, energyRatio: [1, 4] } }) } },
    { change: "a radius below beta, beta/eps from 1 to 2", experiments: { proofs: injectionProof({ powers, box: { ...box, nonRobustOverRadius: [1, 2] } }) } },
  ],
  recorded: "supported",
  plan: { quick: { seeds: 1, controlSeeds: 1 }, full: { seeds: 1, controlSeeds: 1 } },
  figure(_samples, which) {
    const x = Array.from({ length: 120 }, (_, i) => 1 + (i * i) / 300);
    const radii = which === "main" ? [0.4, 0.5, 0.8] : [0.1, 0.2, 0.3];
    return figure(which === "main" ? "The attacker's logit over the true one" : "Control: radii below beta", "The idealised robust network at the reference point (A/B = 0.31, beta = 0.4), radii as named. Above 1 the attack succeeds; the claim proves it for a box of settings.", [{
      title: "w_ir = c u_i, eps u_j on every patch", x: { label: "x = c alpha / rho", scale: "log" }, y: { label: "F_j / F_y", scale: "log" },
      layers: [
        ...radii.map((eps, at) => ({ kind: "lines" as const, name: `eps = ${eps}`, colour: (["nonRobust", "robust", "neutral"] as const)[at], x, members: [ratioLine(eps, x)] })),
        { kind: "rule", name: "F_j = F_y", colour: "prediction", axis: "y", value: 1 },
      ],
    }]);
  },
});
