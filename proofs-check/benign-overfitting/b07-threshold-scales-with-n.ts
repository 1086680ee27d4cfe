import { defineClaim, type Experiments, type HypothesisResult, orderOf, orderOfGrowth } from "lemmagrad/claims";
import { settingHypotheses, type ThresholdRecord, thresholdRun } from "lemmagrad/benign-overfitting";

type Runs = Record<string, ThresholdRecord>;

/** Samples, doubled at each rung. */
export const rungs = [8, 16, 32] as const;
const setting = { d: 800, sigma0: 0.1, eta: 3 } as const;

export const thresholdRuns = (variation: { distinctNoise?: number } = {}): Experiments<Runs> => Object.fromEntries(rungs.map((n) => [`n = ${n}`, thresholdRun({ setting: { ...setting, n }, ...variation })]));

/** The hypotheses of the largest rung, whose noise is the most crowded, at SNR = 1, beyond every threshold of the ladder: the largest steps. */
export function thresholdHypotheses(runs: Runs): HypothesisResult[] {
  const { spec: { setting: own } } = runs[`n = ${rungs[rungs.length - 1]}`];
  return settingHypotheses({ ...own, mu: own.sigmaP * Math.sqrt(own.d) });
}

const observable = (runs: Runs) => ({ "SNR at the threshold": rungs.map((n) => runs[`n = ${n}`].threshold) });

const closedForm = rungs.map((n) => (2 / n) ** (1 / 3));

export default defineClaim<Runs, ReturnType<typeof observable>>({
  id: "b07-threshold-scales-with-n",
  title: "The threshold falls like n^(-1/q)",
  source: { words: "Cao, Chen, Belkin & Gu, arXiv 2202.06526, as recalled: n SNR^q of constant order", formula: "docs/theories/benign-overfitting, B7" },
  statement: `Along a ladder n = ${rungs.join(", ")} with everything else kept, the signal-to-noise ratio at which the winner changes from noise to signal, found by bisection with a training run at each step, falls like n^(-1/3) for q = 3: n SNR^q at the threshold is a constant.`,
  maths: String.raw`n\,\mathrm{SNR}_*^{\,q} = \text{const} \;\Rightarrow\; \mathrm{SNR}_* \sim n^{-1/q}`,
  experiments: thresholdRuns(),
  hypotheses: thresholdHypotheses,
  observable,
  prediction: orderOfGrowth(rungs, { "SNR at the threshold": orderOf(rungs, closedForm, 1.08) }, "exponent of SNR at the threshold in n is -1/3, up to what 8 % at every rung amount to (two one-sided tests at 5 %)", { size: "n" }),
  controls: [{ change: "eight different noise patches at every n, each used n/8 times: what has to be memorised does not grow with n", experiments: thresholdRuns({ distinctNoise: 8 }) }],
  recorded: "supported",
  plan: { quick: { seeds: 12, controlSeeds: 5 }, full: { seeds: 59, controlSeeds: 20 } },
  figure: (samples, which) => ({
    title: which === "main" ? "The threshold along the ladder" : "Control: eight different noise patches", caption: `${samples.length} seeds; dashed, n SNR^3 = 2, where leading neurons start alike.`,
    alt: "Signal-to-noise ratio at the threshold against the number of samples, on logarithmic axes, one line a seed.",
    panels: [{
      title: "SNR at which the winner changes", x: { label: "n, number of samples", scale: "log", ticks: [...rungs] }, y: { label: "SNR at the threshold", scale: "log" },
      layers: [
        { kind: "lines", name: "found by bisection", colour: "standard", x: [...rungs], members: samples.map(({ observation }) => [...observation["SNR at the threshold"]]) },
        { kind: "lines", name: "n SNR^3 = 2", colour: "prediction", dashed: true, x: [...rungs], members: [closedForm] },
      ],
    }],
  }),
});
