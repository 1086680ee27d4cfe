import { bounds, defineClaim } from "lemmagrad/claims";
import { comparedPanel, dynamicsOf, figure, noiseIndependent, noiseRun, parameterRegion, relativeDistance, type RunRecord, runWords, signalRun, trainingRun } from "lemmagrad/benign-overfitting";

type Runs = { signal: RunRecord; noise: RunRecord };

const observable = ({ signal, noise }: Runs) => {
  const both = [signal, noise].map((run) => ({ run, exact: dynamicsOf(run, true) }));
  return {
    "outside the span": both.map(({ run }) => Math.max(...run.outside)),
    gamma: both.map(({ run, exact }) => relativeDistance(run.gamma, exact.gamma)),
    rho: both.map(({ run, exact }) => relativeDistance(run.rho, exact.rho)),
  };
};

// sums of up to d = 1000 products, a thousand steps: rounding stays below 1e-12; a hundred times that is no rounding any more
const rounding = 1e-10;

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "b01-decomposition-tracks-weights",
  title: "The signal-noise decomposition is exact, and so are its dynamics",
  source: { words: "Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled: the signal-noise decomposition", formula: "docs/theories/benign-overfitting, B1" },
  statement: "At every logged step of training the weights are their initial values plus a multiple gamma of the signal plus a multiple rho of each training noise patch, and nothing else; and the coefficients recovered from the weights by least squares are those that a recursion gives which knows the initial inner products and the noise patches' Gram matrix, but no weights. On both sides of the threshold.",
  maths: String.raw`w_{j,r}(t) = w_{j,r}(0) + j\,\gamma_{j,r}(t)\,\frac{\mu}{\lVert\mu\rVert^2} + \sum_i \rho_{j,r,i}(t)\,\frac{\xi_i}{\lVert\xi_i\rVert^2}`,
  experiments: { signal: signalRun, noise: noiseRun },
  hypotheses: ({ signal }) => [noiseIndependent(signal)],
  observable,
  prediction: bounds({ "outside the span": { atMost: rounding }, gamma: { atMost: rounding }, rho: { atMost: rounding } }, "what the weights have outside the span, over their change; and recovered gamma and rho against the recursion, over the largest: all at most 1e-10"),
  controls: [
    { change: "every step draws the noise patches anew: the weights leave the span of the first ones", experiments: { signal: trainingRun({ steps: 400, decompose: true, testSamples: 1000, freshNoise: true }) } },
    { change: "noise patches with a part along the signal: the span stays, the recursion without cross terms of signal and noise is wrong", experiments: { signal: trainingRun({ steps: 400, decompose: true, testSamples: 1000, noiseAlongSignal: true }) } },
  ],
  recorded: "supported",
  region: parameterRegion<Runs>({
    experiments: (setting, steps) => {
      const run = trainingRun({ steps, setting, decompose: true });
      return { signal: run, noise: run };
    },
  }),
  plan: { quick: { seeds: 10, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 10 } },
  figure(samples, which) {
    const points = (of: keyof Runs, column: "gamma" | "rho") => samples.slice(0, 5).flatMap(({ runs, seed }) => {
      const run = runs[of];
      const exact = dynamicsOf(run, true)[column];
      const at = exact.length - 1;
      return Array.from(exact[at], (predicted, i) => ({ predicted, observed: run[column][at][i], title: `seed ${seed}, coefficient ${i}` }));
    });
    return figure(which === "main" ? "Coefficients: recursion against weights" : "Control: noise drawn anew at every step", `At the last step, the positive ones of at most five seeds. ${runWords(samples.map(({ runs }) => runs.signal))}`, [
      comparedPanel("signal's side: gamma", "gamma", [{ name: "gamma", colour: "robust", points: points("signal", "gamma") }]),
      comparedPanel("noise's side: rho", "rho", [{ name: "rho", colour: "nonRobust", points: points("noise", "rho") }]),
    ]);
  },
});
