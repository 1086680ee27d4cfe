import { bounds, defineClaim } from "lemmagrad/claims";
import { faintSignal, figure, last, lossPanel, lotteryWon, observedTimes, parameterRegion, partsPanel, type RunRecord, runWords, settingHypotheses, signalRun, signalSide, signalWinsClearly, trainingRun } from "lemmagrad/benign-overfitting";

type Runs = { training: RunRecord };

const observable = ({ training }: Runs) => {
  const { signal, noise } = observedTimes(training);
  return { "test error": training.testError, "training loss": last(training.loss), "time of the signal over that of the noise": Number.isFinite(signal) ? signal / noise : Infinity };
};

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "b04-signal-learned-above-threshold",
  title: "Above the threshold the signal is learned, and new data are classified",
  source: { words: "Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled: signal learning when n SNR^q is large", formula: "docs/theories/benign-overfitting, B4" },
  statement: "Where n SNR^q is well above 2 (10.3 at the reference point), the network learns the signal before any noise, its training loss becomes small, and its error on new samples is small: overfitting, if it comes at all, is benign.",
  maths: String.raw`n\,\mathrm{SNR}^q \gg 2 \;\Rightarrow\; T_s < T_n,\quad L_S \le 0.1,\quad \Pr[y f(x) \le 0] \le 0.05`,
  experiments: { training: signalRun },
  hypotheses: ({ training }) => [...settingHypotheses(training.spec.setting), signalSide(training.spec.setting), lotteryWon(training), ...signalWinsClearly(training, 0.8)],
  observable,
  prediction: bounds({ "test error": { atMost: 0.05 }, "training loss": { atMost: 0.1 }, "time of the signal over that of the noise": { atMost: 1 } }, "the signal is learned before the noise; at the end the mean training loss is at most 0.1 and the error on 1000 new samples at most 0.05"),
  controls: [{ change: "a faint signal, n SNR^q = 0.1, in a run long enough to fit the training data", experiments: { training: trainingRun({ steps: 1000, decompose: true, testSamples: 1000, setting: { mu: faintSignal } }) } }],
  recorded: "supported",
  region: parameterRegion<Runs>({
    hypotheses: (setting) => [signalSide(setting)],
    experiments: (setting, steps) => ({ training: trainingRun({ steps, setting, testSamples: 500 }) }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 75, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: { training } }) => training);
    return figure(which === "main" ? "Above the threshold" : "Control: a faint signal", `${runWords(runs)} Test errors ${Math.min(...runs.map(({ testError }) => testError)).toFixed(3)} to ${Math.max(...runs.map(({ testError }) => testError)).toFixed(3)}.`, [partsPanel("parts of y f", runs), lossPanel("training loss", runs)]);
  },
});
