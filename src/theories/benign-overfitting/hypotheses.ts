/**
 * The conditions under which the claims speak, each with its margin: the logarithm of how far inside (> 0) or outside (< 0), unless said
 * otherwise. The paper's own conditions are orders of magnitude (d large against n^2, and so on); these are what the derivations need.
 *
 * Source: docs/theories/benign-overfitting, section 5.
 */
import type { HypothesisResult } from "../../claims/index.ts";
import { logF64, powF64 } from "../../kernels/index.ts";
import { learnedLevel, thresholdValue, typicalLead } from "./closed-forms.ts";
import { predictedSignalTimes, predictedTimes } from "./record-views.ts";
import type { RunRecord } from "./run-record.ts";
import { type Setting, signalToNoise, thresholdQuantity } from "./setting.ts";

const digits = (x: number): string => (Number.isFinite(x) ? String(Number(x.toPrecision(3))) : "never");

/** `quantity` is at most `limit`. */
function atMost(name: string, maths: string, quantity: number, limit: number): HypothesisResult {
  const margin = logF64(limit / quantity);
  return { name, maths, holds: margin > 0, margin, detail: `${digits(quantity)}, at most ${digits(limit)}` };
}

/** What the setting alone decides. */
export function settingHypotheses(setting: Setting): HypothesisResult[] {
  const { n, d, m, q, mu, sigmaP, sigma0, eta } = setting;
  const length = sigmaP * Math.sqrt(d);
  // a leading neuron's size where its part is learned, and where it starts
  const learned = powF64(2 * m * learnedLevel, 1 / q);
  const start = typicalLead(m) * sigma0 * Math.max(mu, length);
  const growth = eta * q * Math.max((mu * mu) / (4 * m), (length * length) / (2 * n * m)) * powF64(learned, q - 2);
  return [
    atMost("noise patches nearly orthogonal", String.raw`\sqrt{n/d} \le 1/4`, Math.sqrt(n / d), 0.25),
    atMost("small initialisation", String.raw`z_0 \le z_\ell/4`, Math.max(start, 1e-300) / learned, 0.25),
    atMost("small steps", String.raw`c\, z_\ell^{q-2} \le 1/4`, growth, 0.25),
  ];
}

/** No two noise patches are parallel, or nearly: their coefficients are unique. All that the exact statements need. */
export function noiseIndependent({ gram, spec: { setting: { n } } }: RunRecord): HypothesisResult {
  let coherence = 0;
  for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) coherence = Math.max(coherence, Math.abs(gram[i * n + k]) / Math.sqrt(gram[i * n + i] * gram[k * n + k]));
  return atMost("noise patches independent", String.raw`\max_{i \ne k} |\cos(\xi_i, \xi_k)| \le 0.99`, coherence, 0.99);
}

/** Beyond the threshold, on the signal's side. The margin of a phase diagram's line. */
export function signalSide(setting: Setting): HypothesisResult {
  const value = thresholdQuantity(setting);
  const margin = logF64(value / thresholdValue);
  return { name: "signal's side of the threshold", maths: String.raw`n\,\mathrm{SNR}^q > 2`, holds: margin > 0, margin, detail: `n SNR^q = ${digits(value)}, SNR = ${digits(signalToNoise(setting))}` };
}

/** Far below the threshold: signals still as small as at the start cannot show through noise. */
export function noiseSide(setting: Setting): HypothesisResult {
  return atMost("noise's side of the threshold", String.raw`n\,\mathrm{SNR}^q \le 1/4`, thresholdQuantity(setting), 0.25);
}

/** Every sign has a neuron that starts towards the signal, and every sample one of its sign that starts towards its noise. Margin: 1, or minus how many have none. */
export function lotteryWon({ initialSignal, initialNoise, labels, spec: { setting: { m, n } } }: RunRecord): HypothesisResult {
  const some = (holds: (r: number) => boolean) => Array.from({ length: m }, (_, r) => r).some(holds);
  const signs = [0, 1].filter((own) => !some((r) => (own === 0 ? -1 : 1) * initialSignal[own * m + r] > 0)).length;
  const samples = Array.from(labels).filter((own, i) => !some((r) => initialNoise[(own * m + r) * n + i] > 0)).length;
  const lost = signs + samples;
  return { name: "lottery won", maths: String.raw`\max_r z_{r}(0) > 0`, holds: lost === 0, margin: lost === 0 ? 1 : -lost, detail: `without a neuron: ${signs} of 2 signs, ${samples} of ${n} samples (margin: 1, or minus their number)` };
}

/** The closed forms give both signs' signals before the noise, by a factor; and within the run. */
export function signalWinsClearly(run: RunRecord, factor: number): HypothesisResult[] {
  const slower = Math.max(...predictedSignalTimes(run));
  const { noise } = predictedTimes(run);
  return [
    atMost("signal wins the race of both signs", String.raw`\max_j T_{s,j} \le ${factor}\, T_n`, slower / noise, factor),
    atMost("long enough", String.raw`\max_j T_{s,j} \le T/2`, slower / run.spec.steps, 0.5),
  ];
}

/** The same for the noise against the faster sign. */
export function noiseWinsClearly(run: RunRecord, factor: number): HypothesisResult[] {
  const faster = Math.min(...predictedSignalTimes(run));
  const { noise } = predictedTimes(run);
  return [
    atMost("noise wins the race against both signs", String.raw`T_n \le ${factor} \min_j T_{s,j}`, noise / faster, factor),
    atMost("long enough", String.raw`T_n \le T/3`, noise / run.spec.steps, 1 / 3),
  ];
}
