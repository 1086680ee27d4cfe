import { bounds, defineClaim } from "lemmagrad/claims";
import { figure, last, noiseIndependent, noiseRun, type RunRecord, runWords, signalRun, trainingRun } from "lemmagrad/benign-overfitting";

type Runs = { signal: RunRecord; noise: RunRecord };

/** The largest step of a column against its sign, over its largest size: 0 when it only grows. */
function againstSign(rows: readonly Float64Array[], sign: (i: number) => number): number {
  let [worst, size] = [0, 0];
  rows.forEach((row, s) => row.forEach((value, i) => {
    size = Math.max(size, Math.abs(value));
    if (s > 0) worst = Math.max(worst, -sign(i) * (value - rows[s - 1][i]));
  }));
  return worst / size;
}

const observable = ({ signal, noise }: Runs) => {
  const of = (run: RunRecord) => {
    const { m, n } = run.spec.setting;
    // j y_i
    const own = (i: number) => ((i < m * n ? 0 : 1) === run.labels[i % n] ? 1 : -1);
    return { gamma: againstSign(run.gamma, () => 1), rho: againstSign(run.rho, own) };
  };
  const both = [of(signal), of(noise)];
  return { "gamma, largest fall": both.map(({ gamma }) => gamma), "rho, largest step against j y": both.map(({ rho }) => rho) };
};

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "b02-coefficients-have-signs",
  title: "Signal coefficients only grow; noise coefficients grow for the own label and fall for the other",
  source: { words: "Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled: monotone coefficients", formula: "docs/theories/benign-overfitting, B2" },
  statement: "Throughout training, and on both sides of the threshold, gamma of every neuron never falls, rho of sample i never falls for neurons of its own label (j = y_i) and never rises for the others: learning the signal is never undone, whatever the noise does.",
  maths: String.raw`\gamma_{j,r}(t+1) \ge \gamma_{j,r}(t), \qquad j\,y_i\,\big(\rho_{j,r,i}(t+1) - \rho_{j,r,i}(t)\big) \ge 0`,
  experiments: { signal: signalRun, noise: noiseRun },
  hypotheses: ({ signal }) => [noiseIndependent(signal)],
  observable,
  // rounding of the recovery, as in b01
  prediction: bounds({ "gamma, largest fall": { atMost: 1e-10 }, "rho, largest step against j y": { atMost: 1e-10 } }, "no fall of gamma, and no step of rho against the sign of j y_i, beyond rounding (1e-10 of the largest coefficient), between logged steps"),
  controls: [{ change: "two fifths of the labels turned: samples whose signal contradicts their label push gamma down", experiments: { signal: trainingRun({ steps: 600, decompose: true, labelNoise: 0.4 }) } }],
  recorded: "supported",
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } },
  figure(samples, which) {
    const runs = samples.map(({ runs: own }) => own.signal);
    const sums = (run: RunRecord) => run.gamma.map((row) => row.reduce((sum, value) => sum + value, 0));
    return figure(which === "main" ? "Signal coefficients over time" : "Control: two fifths of the labels turned", `${runWords(runs)} At the end ${Number(last(sums(runs[0])).toPrecision(3))} in the first seed.`, [
      { title: "sum of gamma over neurons", x: { label: "step t" }, y: { label: "sum of gamma" }, layers: [{ kind: "lines", name: "sum of gamma", colour: "robust", x: runs[0].steps, members: runs.map(sums) }] },
    ]);
  },
});
