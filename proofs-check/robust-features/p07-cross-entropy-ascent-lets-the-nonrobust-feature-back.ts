import { bounds, defineClaim } from "lemmagrad/claims";
import { accuracyUnder, besideCrossEntropyRun, classColumnAt, classesOf, columnPanel, crossEntropyRun, crossEntropyZeroRadiusRun, featurePanel, figure, foldOf, foldReached, hypothesesOf, largestAt, largestOverTime, neuronsAt, type RunRecord, sampleWords, saturationSizeAt, sharedScale } from "lemmagrad/robust-features";

type Runs = { crossEntropy: RunRecord; margin: RunRecord };

const robustLogits = (run: RunRecord, i: number) => run.steps.map((_, s) => classColumnAt(run, "robustPart", s)[i]);

/** F^R_i over F*_i at the first logged step at which V_i has passed V*_i; 0 when it never does. */
function robustLogitAtEscape(run: RunRecord, i: number): number {
  const { robustLogit, size } = foldOf(run, i);
  const s = largestOverTime(run, "V", i).findIndex((V) => V >= size);
  return s < 0 ? 0 : robustLogits(run, i)[s] / robustLogit;
}

/** V_i over the size at which the ascent cancels a patch at the p of that step, when F^R_i first reaches half of F*_i. */
function sizeBeforeFold(run: RunRecord, i: number): number[] {
  const { robustLogit } = foldOf(run, i);
  const s = robustLogits(run, i).findIndex((logit) => logit >= robustLogit / 2);
  if (s < 0) return [];
  const first = neuronsAt(run, "V", 0, i);
  const nu = neuronsAt(run, "nu", 0, i)[first.indexOf(Math.max(...first))];
  return [largestAt(run, "V", s)[i] / saturationSizeAt(run.spec.setting, nu, classColumnAt(run, "trueProbability", s)[i])];
}

const overMargin = (column: "U" | "V", { crossEntropy, margin }: Runs) => {
  const base = largestAt(margin, column, -1);
  return largestAt(crossEntropy, column, -1).map((size, i) => size / base[i]);
};

const observable = (runs: Runs) => ({
  "V over saturation size at F*/2": classesOf(runs.crossEntropy).flatMap((i) => sizeBeforeFold(runs.crossEntropy, i)),
  "robust logit when V passes V*, over F*": classesOf(runs.crossEntropy).map((i) => robustLogitAtEscape(runs.crossEntropy, i)),
  "robust logit at T over F*": classColumnAt(runs.crossEntropy, "robustPart", -1).map((logit, i) => logit / foldOf(runs.crossEntropy, i).robustLogit),
  "V(T) over the margin's": overMargin("V", runs),
  "U(T) over the margin's": overMargin("U", runs),
  "accuracy, cross-entropy": accuracyUnder(runs.crossEntropy, "nonRobustSubspace", 0.5),
  "accuracy, margin": accuracyUnder(runs.margin, "nonRobustSubspace", 0.5),
});

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "p07-cross-entropy-ascent-lets-the-nonrobust-feature-back",
  title: "An attacker who climbs the cross-entropy lets the non-robust feature back",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: \"gradient ascent\" finds the adversarial example, taken as ascent on the loss itself", formula: "docs/theory, P7" },
  statement: "Ascent on the cross-entropy has the step e (1 - p), so it weakens as training succeeds. V_i saturates, as under ascent on the margin, only while robust patches add less than F* to the true logit; F* is a closed form. Past it nothing stops V_i: it passes the fold's V* and ends far above what the margin's ascent leaves from the same weights, the loss vanishes, and U_i stays near the size that gives F*. The attack in the span of the non-robust features, harmless after ascent on the margin, succeeds again.",
  maths: String.raw`F^* = \max_V\left[\ln\big((k-1)(a(V)-1)\big) - s_N\,s(\beta V)\right],\quad a(V) = \frac{e\,s'(\beta V)(V^2+\nu^2)}{\beta V}`,
  experiments: { crossEntropy: crossEntropyRun, margin: besideCrossEntropyRun },
  hypotheses: ({ crossEntropy }) => [...hypothesesOf(crossEntropy), foldReached(crossEntropy)],
  observable,
  // at least 1 up to dropped terms (other classes' logits lower F*'s p by some per cent); at most 1.45: V takes a while through the fold, in which U goes on
  prediction: bounds({
    "V over saturation size at F*/2": { atMost: 1.1 }, "robust logit when V passes V*, over F*": { atLeast: 0.95, atMost: 1.45 }, "robust logit at T over F*": { atLeast: 0.95, atMost: 1.45 },
    "V(T) over the margin's": { atLeast: 2 }, "U(T) over the margin's": { atLeast: 0.5 }, "accuracy, cross-entropy": { atMost: 0.34 }, "accuracy, margin": { atLeast: 1 },
  }, "in every class V is at most 1.1 times its saturation size at the p of the step when the robust logit is F*/2; the robust logit is 0.95 to 1.45 F* when V passes V*, and at the end; V ends at least twice, U at least half as large as under ascent on the margin; accuracy under nonRobustSubspace at eps is 1 after ascent on the margin and at most one class of three after ascent on the cross-entropy"),
  controls: [
    { change: "ascent on the margin in both runs", experiments: { crossEntropy: besideCrossEntropyRun } },
    { change: "radius 0: nothing holds V back before F*", experiments: { crossEntropy: crossEntropyZeroRadiusRun } },
  ],
  recorded: "supported",
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 95, controlSeeds: 20 } },
  figure(samples, which) {
    const crossEntropy = samples.map(({ runs }) => runs.crossEntropy);
    const margin = samples.map(({ runs }) => runs.margin);
    const overFold = (run: RunRecord, i: number) => robustLogits(run, i).map((logit) => logit / foldOf(run, i).robustLogit);
    return figure(which === "main" ? "Ascent on the cross-entropy against ascent on the margin" : "Control", sampleWords(crossEntropy), [
      ...sharedScale([featurePanel(which === "main" ? "ascent on the cross-entropy" : "in its place", crossEntropy), featurePanel("ascent on the margin", margin)]),
      columnPanel("robust logit over F*", "F^R_i / F*_i", [
        { name: "ascent on the margin", colour: "robust", records: margin, value: overFold },
        { name: which === "main" ? "ascent on the cross-entropy" : "in its place", colour: "adversarial", records: crossEntropy, value: overFold },
      ], [{ kind: "rule", name: "the fold, F*", colour: "prediction", axis: "y", value: 1 }]),
    ]);
  },
});
