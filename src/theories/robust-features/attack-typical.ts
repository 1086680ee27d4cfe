/**
 * Whether adversarial training of a setting is long enough, and its noise small enough, before any draw: for regions of claims about what it ends with, so that a search
 * trains only where half of the draws can be spoken of.
 *
 * Source: docs/theory, (7.3), (P13.1) and section 8, hypotheses.
 */
import type { HypothesisResult } from "../../claims/results.ts";
import { expF64, logF64 } from "../../kernels/index.ts";
import { silentNoiseRatio } from "./attack-hypotheses.ts";
import { attackedNeuron, medianLargest } from "./closed-forms.ts";
import { normalQuantile } from "./closed-forms/normal.ts";
import type { Setting } from "./setting.ts";

/** The least of k classes' largest of m correlations, at its median: sigma_0 Phi^-1((1 - 2^(-1/k))^(1/m)). */
export function medianLeastLeader({ k, m, sigma0 }: Setting): number {
  return sigma0 * normalQuantile(expF64(logF64(1 - expF64(-logF64(2) / k)) / m));
}

/**
 * One neuron of (P13.1) from the median start of the class that learns last, "horizon": learned by 80 % of the run (margin: log of 0.8 T over its time);
 * and from that of the class that learns first, "noise silent": its size at the end leaves (7.3) at `least` or above.
 */
export function attackTypically(setting: Setting, steps: number, least: number): HypothesisResult[] {
  const { k, m, d, sigma0 } = setting;
  const nu = sigma0 * Math.sqrt(d - 1);
  const iterate = (u0: number) => (u0 > 0 ? attackedNeuron(setting, u0, nu, steps) : { u: Float64Array.of(u0), learned: Infinity });
  const { learned } = iterate(medianLeastLeader(setting));
  const size = iterate(sigma0 * medianLargest(k * m)).u.at(-1)!;
  const ratio = silentNoiseRatio(setting, Math.hypot(size, nu));
  return [
    {
      name: "horizon, typically", maths: String.raw`T_u\big(\sigma_0\Phi^{-1}((1-2^{-1/k})^{1/m})\big) \le 0.8\,T`, holds: learned <= 0.8 * steps,
      margin: learned === Infinity ? -1 : Math.log((0.8 * steps) / Math.max(1, learned)), detail: `the last of ${k} classes learns, typically, at ${learned === Infinity ? "no step" : `step ${learned} of ${steps}`}`,
    },
    {
      name: "noise silent, typically", maths: String.raw`z_*/(\sigma_n\|w\|) \ge ${least}`, holds: ratio >= least, margin: Math.min(50, Math.log(ratio / least)),
      detail: `largest neuron, typically, ${size.toPrecision(3)}: attacked noise passes the end of the bend at ${ratio.toPrecision(3)} standard deviations`,
    },
  ];
}
