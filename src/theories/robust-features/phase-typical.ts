/**
 * How probable the hypotheses are that only a draw of the initial weights decides; half of the seeds satisfy each where its margin is 0.
 * Phase diagrams draw their boundary from them before anything is trained; no verdict rests on them.
 *
 * Source: docs/phase, "The boundary".
 */
import type { HypothesisResult } from "../../claims/results.ts";
import { expF64, logF64 } from "../../kernels/index.ts";
import { learningTime, lotteryProbability, noFreezeMargin } from "./closed-forms.ts";
import { normalCdf, normalQuantile } from "./closed-forms/normal.ts";
import type { Setting } from "./setting.ts";
import { integerPower } from "./smoothed-relu-scalar.ts";

/** Nodes of the integrals over a class's largest correlation. */
const nodes = 16;

/** P(chi_n <= x): (chi^2/n)^(1/3) is nearly normal (Wilson & Hilferty 1931), to about 0.01 at n = 2 and 0.001 from n = 10 on. */
function chiCdf(n: number, x: number): number {
  if (n === 0) return x >= 0 ? 1 : 0;
  const spread = 2 / (9 * n);
  return normalCdf((expF64(logF64((x * x) / n) / 3) - 1 + spread) / Math.sqrt(spread));
}

/**
 * Probability that P8 holds in every class of a draw.
 *
 * The largest of m correlations is below x sigma_0 with probability Phi(x)^m, its neuron's residual norm is sigma_0 chi with d - 2k
 * degrees of freedom, and P8 holds up to a norm that bisection finds. Midpoint rule over the quantiles of the largest correlation.
 */
export function noFreezeProbability(setting: Setting): number {
  const { k, m, d, sigma0 } = setting;
  let oneClass = 0;
  for (let j = 0; j < nodes; j++) {
    const u = sigma0 * normalQuantile(expF64(logF64((j + 0.5) / nodes) / m));
    const escapes = (nu: number) => noFreezeMargin(setting, u, nu).margin > 1;
    if (u <= 0 || !escapes(0)) continue;
    // beyond twice the root mean square and more there is nothing left of chi
    let [low, high] = [0, sigma0 * (2 * Math.sqrt(d) + 5)];
    if (escapes(high)) low = high;
    for (let i = 0; i < 20 && low < high; i++) {
      const middle = (low + high) / 2;
      if (escapes(middle)) low = middle;
      else high = middle;
    }
    oneClass += chiCdf(d - 2 * k, low / sigma0) / nodes;
  }
  return integerPower(oneClass, k);
}

/** P8 in half of the draws. Margin: log of twice the probability. */
function noFreezeTypically(setting: Setting): HypothesisResult {
  return typically("no freeze", String.raw`\Pr[\text{no freeze}] > \tfrac12`, noFreezeProbability(setting));
}

/** Every class has neurons to start from, in half of the draws. */
function lotteryTypically({ k, m }: Setting): HypothesisResult {
  return typically("lottery won", String.raw`(1-2^{-m})^{2k} > \tfrac12`, integerPower(lotteryProbability(m), k));
}

/** No neuron of any class starts past the bend, in half of the draws. */
function onBendTypically({ k, m, alpha, beta, rho, sigma0 }: Setting): HypothesisResult {
  const all = integerPower(normalCdf(rho / (alpha * sigma0)) * normalCdf(rho / (beta * sigma0)), k * m);
  return typically("initial correlations on the bend", String.raw`\Pr[\max_{i,r}\max(\alpha U_{i,r}(0),\beta V_{i,r}(0))\le\rho] > \tfrac12`, all);
}

/** The winner's closed-form time over the loser's, at most, in a race that is clear. */
const clearRace = 0.7;

/**
 * Probability that in every class of a draw the leading non-robust neuron is learned by 0.8 of the run, and clearly before the robust one.
 *
 * Both largest correlations of a class have the distribution Phi(x)^m and are independent. Closed-form times of the leading neurons
 * (P3.1); u* is the robust size whose time is that of v over `clearRace`, by bisection.
 */
export function nonRobustWinsProbability(setting: Setting, steps: number): number {
  const { k, m, sigma0 } = setting;
  let oneClass = 0;
  for (let j = 0; j < nodes; j++) {
    const time = learningTime(setting, "nonRobust", sigma0 * normalQuantile(expF64(logF64((j + 0.5) / nodes) / m))).total;
    if (!(time <= 0.8 * steps)) continue;
    let [low, high] = [0, 8];
    for (let i = 0; i < 30; i++) {
      const middle = (low + high) / 2;
      if (learningTime(setting, "robust", middle * sigma0).total < time / clearRace) high = middle;
      else low = middle;
    }
    oneClass += integerPower(normalCdf(low), m) / nodes;
  }
  return integerPower(oneClass, k);
}

/** The race of standard training is won by the non-robust feature, in time, in half of the draws: for claims that speak of such runs. */
export function nonRobustWinsTypically(setting: Setting, steps: number): HypothesisResult[] {
  return [typically("race decided", String.raw`\Pr[\max_i T_{v,i} \le 0.8\,T,\ \max_i T_{v,i}/T_{u,i} < 0.7] > \tfrac12`, nonRobustWinsProbability(setting, steps))];
}

function typically(name: string, maths: string, probability: number): HypothesisResult {
  return { name, maths, holds: probability > 0.5, margin: Math.max(-50, Math.log(2 * probability)), detail: `probability ${probability.toPrecision(4)} (margin: log of twice the probability)` };
}

/** What the seed-level hypotheses of `seedHypotheses` are at the median draw; no freeze belongs to adversarial training only. */
export function typicalHypotheses(setting: Setting, mode: "standard" | "adversarial"): HypothesisResult[] {
  return [lotteryTypically, onBendTypically, ...(mode === "adversarial" ? [noFreezeTypically] : [])].map((hypothesis) => hypothesis(setting));
}
