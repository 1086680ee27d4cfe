import { defineClaim, digits, type Experiments, type Prediction } from "lemmagrad/claims";
import { comparedPanel, figure, type LearningTimes, lotteryWon, makeSetting, observedTimes, parameterRegion, predictedTimes, raceValues, type RunRecord, settingHypotheses, signalLengthAt, trainingRun } from "lemmagrad/benign-overfitting";

type Runs = Record<string, RunRecord>;

interface Race { predicted: LearningTimes; observed: LearningTimes }

const winner = ({ signal, noise }: LearningTimes): "signal" | "noise" | "neither" => (signal < noise ? "signal" : noise < signal ? "noise" : "neither");
/** A race is clear when the closed forms' times are apart by more than a tenth. */
const clear = ({ predicted: { signal, noise } }: Race) => Math.abs(Math.log(signal / noise)) > Math.log(1.1);

const races = (runs: Runs): Race[] => Object.values(runs).map((run) => ({ predicted: predictedTimes(run), observed: observedTimes(run) })).filter(clear);
const observable = (runs: Runs) => ({ races: races(runs) });

const tolerance = 0.08;

const winnersAndTimes: Prediction<ReturnType<typeof observable>> = {
  words: "in every clear race (times apart by more than a tenth) the predicted one is learned first, and its time is within 8 % of the closed form",
  judge({ races: all }) {
    const right = all.filter(({ predicted, observed }) => winner(predicted) === winner(observed));
    const ratios = right.map(({ predicted, observed }) => Math.min(observed.signal, observed.noise) / Math.min(predicted.signal, predicted.noise)).sort((a, b) => a - b);
    const within = ratios.filter((ratio) => Math.abs(ratio - 1) <= tolerance).length;
    return { holds: all.length > 0 && within === all.length, observed: `${right.length} of ${all.length} clear races as predicted; time of the winner observed/predicted ${digits(ratios[0] ?? NaN)} to ${digits(ratios[ratios.length - 1] ?? NaN)}` };
  },
  margin({ races: all }) {
    const rooms = all.map(({ predicted, observed }) => (winner(predicted) === winner(observed) ? Math.log(tolerance / Math.max(1e-6, Math.abs(Math.min(observed.signal, observed.noise) / Math.min(predicted.signal, predicted.noise) - 1))) : -1));
    return rooms.length === 0 ? -Infinity : Math.min(...rooms);
  },
};

const raceRuns = (variation: { freshNoise?: boolean } = {}): Experiments<Runs> => Object.fromEntries(raceValues.map((value) => [
  `at ${value}`, trainingRun({ steps: 500, logEvery: 2, untilLearned: true, setting: { mu: signalLengthAt(value, makeSetting()) }, ...variation }),
]));

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "b06-race-is-predicted",
  title: "Which is learned first, and when, is settled by the initial weights",
  source: { words: "ours; the paper compares orders of growth", formula: "docs/theories/benign-overfitting, B6" },
  statement: "Signal and noise are learned at times that the initial weights fix in closed form, and the one with the smaller time is learned first: at n SNR^q = 1, 2, 4 and 8, on both sides of the threshold and close to it.",
  maths: String.raw`z(t) = \big(z_0^{2-q} - (q-2)\,c\,t\big)^{-\frac{1}{q-2}}, \quad c_s = \frac{\eta q \lVert\mu\rVert^2}{4m}, \quad c_n = \frac{\eta q \lVert\xi_i\rVert^2}{2nm}, \quad \text{first} = \arg\min(T_s, T_n)`,
  experiments: raceRuns(),
  hypotheses: (runs) => Object.values(runs).slice(0, 1).flatMap((run) => [
    ...settingHypotheses(run.spec.setting), lotteryWon(run),
    { name: "some race is clear", maths: String.raw`|\ln(T_s/T_n)| > \ln 1.1`, holds: races(runs).length > 0, margin: races(runs).length - 0.5, detail: `${races(runs).length} of ${Object.keys(runs).length} races are clear (margin: their number less a half)` },
  ]),
  observable,
  prediction: winnersAndTimes,
  controls: [{ change: "noise patches drawn anew at every step: the noise wins no race", experiments: raceRuns({ freshNoise: true }) }],
  recorded: "supported",
  region: parameterRegion<Runs>({
    experiments: (setting, steps) => ({ "at 1": trainingRun({ steps, logEvery: 2, untilLearned: true, setting }) }),
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } },
  figure(samples, which) {
    const points = (of: "signal" | "noise") => samples.flatMap(({ runs, seed }) => races(runs).filter(({ predicted }) => winner(predicted) === of).map(({ predicted, observed }) => ({ predicted: predicted[of], observed: observed[of], title: `seed ${seed}` })));
    return figure(which === "main" ? "Time of the winner: closed form against network" : "Control: noise drawn anew at every step", `One point a clear race; ${samples.length} seeds at n SNR^q = ${raceValues.join(", ")}. Predicted from the initial weights alone.`, [
      comparedPanel("learning time of the predicted winner", "steps", [{ name: "signal wins", colour: "robust", points: points("signal") }, { name: "noise wins", colour: "nonRobust", points: points("noise") }]),
    ]);
  },
});
