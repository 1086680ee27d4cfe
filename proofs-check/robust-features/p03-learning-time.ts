import { defineClaim, digits, type Prediction } from "lemmagrad/claims";
import { adversarialRun, classesOf, type Feature, figure, hypothesesOf, learnedLevel, neuronsAt, race, type RunRecord, sampleWords, scatterPanel, standardRun, startsAboveNoise, swappedRun } from "lemmagrad/robust-features";

/** A class's race: closed-form times from the initial weights, and times seen (interpolated between steps; Infinity if never). */
interface Race {
  predicted: Record<Feature, number>;
  observed: Record<Feature, number>;
}

/** The time at which a class's patches first add the level to F_y, linear between logged steps. */
function crossing(run: RunRecord, feature: Feature, i: number): number {
  const part = (s: number) => run[feature === "robust" ? "robustPart" : "nonRobustPart"][s * run.spec.setting.k + i];
  const s = run.steps.findIndex((_, at) => part(at) >= learnedLevel);
  if (s < 0) return Infinity;
  if (s === 0) return 0;
  return run.steps[s - 1] + ((learnedLevel - part(s - 1)) / (part(s) - part(s - 1))) * (run.steps[s] - run.steps[s - 1]);
}

function races(run: RunRecord): Race[] {
  return classesOf(run).map((i) => {
    const { setting } = run.spec;
    const { robust, nonRobust } = race(setting, neuronsAt(run, "U", 0, i), neuronsAt(run, "V", 0, i));
    return { predicted: { robust, nonRobust }, observed: { robust: crossing(run, "robust", i), nonRobust: crossing(run, "nonRobust", i) } };
  });
}

/** The feature that wins; the closed forms' winner is clear when one time is below 0.7 of the other. */
const winner = (times: Record<Feature, number>): Feature => (times.nonRobust <= times.robust ? "nonRobust" : "robust");
const clear = ({ predicted }: Race) => Math.min(predicted.nonRobust / predicted.robust, predicted.robust / predicted.nonRobust) < 0.7;

const observable = ({ training, swapped }: { training: RunRecord; swapped: RunRecord }) => ({
  races: [...races(training), ...races(swapped)].filter(clear),
  times: races(training).filter((one, i) => clear(one) && winner(one.predicted) === "nonRobust" && startsAboveNoise(training, "nonRobust", i)),
});

const timesAndWinners: Prediction<ReturnType<typeof observable>> = {
  words: "the winner of every clear race (times apart by more than 30 %) is the predicted one; where that is the non-robust feature at the reference point, its time is within 10 % in every class whose leader starts above the noise",
  judge({ races: all, times }) {
    const right = all.filter((one) => winner(one.predicted) === winner(one.observed) && Number.isFinite(one.observed[winner(one.observed)])).length;
    const ratios = times.map((one) => one.observed.nonRobust / one.predicted.nonRobust).sort((a, b) => a - b);
    const inside = ratios.filter((ratio) => Math.abs(ratio - 1) <= 0.1).length;
    return {
      holds: all.length > 0 && right === all.length && ratios.length > 0 && inside === ratios.length,
      observed: `${right} of ${all.length} clear races as predicted; T_v observed/predicted ${digits(ratios[0])} to ${digits(ratios[ratios.length - 1])}, ${inside} of ${ratios.length} within 10 %`,
    };
  },
};

export default defineClaim<{ training: RunRecord; swapped: RunRecord }, ReturnType<typeof observable>>({
  id: "p03-learning-time",
  title: "Which feature is learned first, and when",
  source: { words: "Li & Li, arXiv 2410.08503, abstract: \"primarily learns the non-robust feature\"", formula: "docs/theory, P3" },
  statement: "In standard training a feature is learned (its patches add 0.3 to the true logit) at a time that the initial weights fix in closed form; class by class the feature with the smaller time is learned first, at the reference point (A/B = 0.31) and with the energies exchanged (A/B = 3.2, N = 10).",
  maths: String.raw`T = \frac{k}{\eta}\int_0^{\tau^*}\!\Big(1+\frac{e^{F(\tau)}}{k-1}\Big)d\tau+\frac{q-1}{2}\ln\frac{z_\ell}{z_0}, \qquad F(\tau)=s\sum_r s(a z_r(\tau)),\ F(\tau^*)=0.3, \qquad \text{first} = \arg\min(T_v, T_u)`,
  experiments: { training: standardRun, swapped: swappedRun },
  hypotheses: ({ training }) => hypothesesOf(training),
  observable,
  prediction: timesAndWinners,
  controls: [{ change: "adversarial instead of standard training at the reference point: the non-robust feature is not learned at all", experiments: { training: adversarialRun } }],
  recorded: "supported",
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } },
  figure(samples, which) {
    const points = (of: (runs: { training: RunRecord; swapped: RunRecord }) => RunRecord, feature: Feature) =>
      samples.flatMap(({ runs, seed }) => races(of(runs)).flatMap((one, i) => (winner(one.predicted) === feature ? [{ predicted: one.predicted[feature], observed: one.observed[feature], title: `seed ${seed}, class ${i}` }] : [])));
    const panel = (title: string, of: (runs: { training: RunRecord; swapped: RunRecord }) => RunRecord) => scatterPanel(title, "learning time of the predicted winner (steps)", [
      { name: "non-robust wins", colour: "nonRobust", points: points(of, "nonRobust") },
      { name: "robust wins", colour: "robust", points: points(of, "robust") },
    ]);
    return figure(which === "main" ? "Learning times: closed form against network" : "Control: adversarial training", `One point a class; ${sampleWords(samples.map(({ runs }) => runs.training))} Predicted from the initial weights alone.`, [
      panel(which === "main" ? "reference point, A/B = 0.31" : "adversarial training, A/B = 0.31", ({ training }) => training), panel("energies exchanged, A/B = 3.2", ({ swapped }) => swapped),
    ]);
  },
});
