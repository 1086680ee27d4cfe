import { bounds, defineClaim } from "lemmagrad/claims";
import { attackOnBend, audibleFgmRun, audiblePgdRun, featurePanel, figure, hypothesesOf, largestAt, type RunRecord, sampleWords, sharedScale, silencedAtStart, silencedFgmRun, silencedMarginRun, silencedPgdRun } from "lemmagrad/robust-features";

type Runs = { margin: RunRecord; fgm: RunRecord; pgd: RunRecord };

const growth = (run: RunRecord, column: "U" | "V") => {
  const start = largestAt(run, column, 0);
  return largestAt(run, column, -1).map((size, i) => size / start[i]);
};

const observable = ({ margin, fgm, pgd }: Runs) => ({
  "U, fgm": growth(fgm, "U"), "V, fgm": growth(fgm, "V"), "U, pgd": growth(pgd, "U"), "V, pgd": growth(pgd, "V"),
  "V, gradient ascent": growth(margin, "V"), "U, gradient ascent, faster class": Math.max(...growth(margin, "U")),
});

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p08-normalised-attacks-freeze",
  title: "Attacks of full length from the first step freeze training where gradient ascent does not",
  source: { words: "ours: what the setting of Li & Li, arXiv 2410.08503, abstract, gives for other attacks than gradient ascent", formula: "docs/theory, P8" },
  statement: "fgm and pgd move every patch by a length that the weights' size does not enter. An attack of radius eps can silence all neurons of a class on a robust patch iff the largest cosine c* between u_i and the cone of the class's weights is at most eps/alpha. Where that holds at initialisation (d = 100: c* about 0.2, eps/alpha = 0.5), U_i and V_i stay near their start under fgm and pgd, while gradient ascent of step e with the same radius, weak on small weights, learns from the same weights and data.",
  maths: String.raw`c^*_i = \max_{\lambda\ge0} \frac{\langle \sum_r\lambda_r w_{i,r}, u_i\rangle}{\|\sum_r\lambda_r w_{i,r}\|} \le \frac{\epsilon}{\alpha}`,
  experiments: { margin: silencedMarginRun, fgm: silencedFgmRun, pgd: silencedPgdRun },
  hypotheses: ({ margin }) => [...hypothesesOf(margin), silencedAtStart(margin), attackOnBend(margin)],
  observable,
  prediction: bounds({
    "U, fgm": { atMost: 2 }, "V, fgm": { atMost: 2 }, "U, pgd": { atMost: 2 }, "V, pgd": { atMost: 2 },
    "V, gradient ascent": { atLeast: 2 }, "U, gradient ascent, faster class": { atLeast: 4 },
  }, "growth by T: at most twofold under fgm and pgd, U and V in every class; under gradient ascent at least twofold of V in every class and fourfold of U in the faster one"),
  // fgm, whose one step does not silence all neurons, lets a class thaw now and then: see docs/theory, P8
  required: 0.8,
  controls: [
    { change: "gradient ascent instead of fgm and pgd", experiments: { fgm: silencedMarginRun, pgd: silencedMarginRun } },
    { change: "radius 0.03 under fgm and pgd, eps/alpha = 0.03: too small to silence the neurons", experiments: { fgm: audibleFgmRun, pgd: audiblePgdRun } },
  ],
  recorded: "supported",
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 65, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = (name: keyof Runs) => samples.map((sample) => sample.runs[name]);
    const title = (name: string) => (which === "main" ? name : `in place of ${name}`);
    return figure(which === "main" ? "Frozen by normalised attacks" : "Control", sampleWords(runs("margin")), sharedScale([
      featurePanel("gradient ascent, step e", runs("margin")), featurePanel(title("fgm"), runs("fgm")), featurePanel(title("pgd"), runs("pgd")),
    ]));
  },
});
