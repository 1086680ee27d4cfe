import { bounds, defineClaim } from "lemmagrad/claims";
import { faintSignal, figure, last, lossPanel, lotteryWon, noiseRun, noiseSide, noiseWinsClearly, observedTimes, parameterRegion, partsPanel, type RunRecord, runWords, settingHypotheses, signalRun, trainingRun } from "lemmagrad/benign-overfitting";

type Runs = { training: RunRecord };

const observable = ({ training }: Runs) => {
  const { signal, noise } = observedTimes(training);
  return { "test error": training.testError, "training loss": last(training.loss), "time of the noise over that of the signal": Number.isFinite(noise) ? noise / signal : Infinity };
};

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "b05-noise-memorised-below-threshold",
  title: "Below the threshold the noise is memorised, and new data are a coin's toss",
  source: { words: "Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled: noise memorisation when SNR^-q / n is large", formula: "docs/theories/benign-overfitting, B5" },
  statement: "Where n SNR^q is well below 2 (0.1 here), the network memorises the noise patch of every training sample before it has seen the signal; its training loss becomes small, and its error on new samples stays near 1/2: overfitting is harmful.",
  maths: String.raw`n\,\mathrm{SNR}^q \ll 2 \;\Rightarrow\; T_n < T_s,\quad L_S \le 0.2,\quad \Pr[y f(x) \le 0] \in [0.4, 0.6]`,
  experiments: { training: noiseRun },
  hypotheses: ({ training }) => [...settingHypotheses(training.spec.setting), noiseSide(training.spec.setting), lotteryWon(training), ...noiseWinsClearly(training, 0.25)],
  observable,
  prediction: bounds({ "test error": { atLeast: 0.4, atMost: 0.6 }, "training loss": { atMost: 0.2 }, "time of the noise over that of the signal": { atMost: 1 } }, "the noise is learned before the signal; at the end the mean training loss is at most 0.2 and the error on 1000 new samples between 0.4 and 0.6"),
  controls: [
    { change: "a loud signal, n SNR^q = 10.3", experiments: { training: signalRun } },
    { change: "noise patches drawn anew at every step: there is nothing to memorise", experiments: { training: trainingRun({ steps: 1000, setting: { mu: faintSignal }, freshNoise: true, testSamples: 1000 }) } },
  ],
  recorded: "supported",
  region: parameterRegion<Runs>({
    box: { snr: { low: 0.05, high: 1, scale: "log", toward: 0.15 } },
    hypotheses: (setting) => [noiseSide(setting)],
    experiments: (setting, steps) => ({ training: trainingRun({ steps, setting, testSamples: 500 }) }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 75, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: { training } }) => training);
    return figure(which === "main" ? "Below the threshold" : "Control: a loud signal", `${runWords(runs)} Test errors ${Math.min(...runs.map(({ testError }) => testError)).toFixed(3)} to ${Math.max(...runs.map(({ testError }) => testError)).toFixed(3)}.`, [partsPanel("parts of y f", runs), lossPanel("training loss", runs)]);
  },
});
