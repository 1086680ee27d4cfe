import { closedForm, defineClaim } from "lemmagrad/claims";
import { comparedPanel, figure, observedThresholdOf, predictedThresholdOf, type ThresholdRecord } from "lemmagrad/benign-overfitting";
import { rungs, thresholdHypotheses, thresholdRuns } from "./b07-threshold-scales-with-n.ts";

type Runs = Record<string, ThresholdRecord>;

const observable = (runs: Runs) => {
  const own = rungs.map((n) => runs[`n = ${n}`]);
  return { threshold: { predicted: own.map(predictedThresholdOf), observed: own.map(observedThresholdOf) } };
};

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "b08-threshold-location",
  title: "The threshold lies where the closed forms' times are equal",
  source: { words: "ours", formula: "docs/theories/benign-overfitting, B8" },
  statement: "The value of n SNR^q at which the winner changes is the one at which the two closed-form times are equal for this draw of weights and noise. It differs from draw to draw (leading neurons do not start alike; 2 is where they would), and is known before training.",
  maths: String.raw`T_s(\mathrm{SNR}_*) = T_n(\mathrm{SNR}_*)`,
  experiments: thresholdRuns(),
  hypotheses: thresholdHypotheses,
  observable,
  prediction: closedForm("threshold", 0.2, "n SNR^q at the threshold, found by bisection to 4 %, within 20 % of the predicted value at every rung"),
  controls: [{ change: "eight different noise patches at every n, each used n/8 times: they are learned n/8 times as fast as the closed form has it", experiments: thresholdRuns({ distinctNoise: 8 }) }],
  recorded: "supported",
  plan: { quick: { seeds: 12, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } },
  figure: (samples, which) => figure(which === "main" ? "The threshold: closed form against bisection" : "Control: eight different noise patches", `${samples.length} seeds, ${rungs.length} rungs each.`, [
    comparedPanel("n SNR^q at the threshold", "n SNR^q", [{ name: "a draw", colour: "robust", points: samples.flatMap(({ observation: { threshold }, seed }) => threshold.predicted.map((predicted, i) => ({ predicted, observed: threshold.observed[i], title: `seed ${seed}, n = ${rungs[i]}` }))) }]),
  ]),
});
