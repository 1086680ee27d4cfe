/**
 * Hypotheses of claims about standard training that one seed's initial weights decide, by the closed forms of P2 and P3.
 *
 * Source: docs/theory, P1 to P4.
 */
import type { HypothesisResult } from "../../claims/index.ts";
import { flowEnd } from "./flow-end.ts";
import { classesOf, neuronsAt } from "./record-views.ts";
import type { RunRecord } from "./run-record.ts";

/** The claim speaks of somebody: `count` classes (or features of classes) are among those it is made for. Margin: difference to one half. */
export function spokenOf(count: number, of: number, what: string): HypothesisResult {
  return { name: "somebody spoken of", maths: String.raw`n \ge 1`, holds: count > 0, margin: count - 0.5, detail: `${count} of ${of} ${what} (margin: difference)` };
}

/**
 * Every class's race is decided for the non-robust feature, with room, by the clocks of P2 from the initial weights: at the end of the
 * run robust patches carry at most `share` of F_y, and already at 80 % of it (finite steps and noise delay the start, and the rise is steep)
 * non-robust ones alone make the true class's probability at least `probability`.
 */
export function nonRobustWins(run: RunRecord, share: number, probability: number): HypothesisResult[] {
  const { setting, steps } = run.spec;
  const after = (time: number) => classesOf(run).map((i) => flowEnd(setting, neuronsAt(run, "U", 0, i), neuronsAt(run, "V", 0, i), time));
  const shares = after(steps).map(({ robustPart, nonRobustPart }) => (robustPart + nonRobustPart === 0 ? 1 : robustPart / (robustPart + nonRobustPart)));
  const parts = after(Math.floor(0.8 * steps)).map(({ nonRobustPart }) => nonRobustPart);
  const needed = logitOf(probability, setting.k);
  const [largest, least] = [Math.max(...shares), Math.min(...parts)];
  return [
    { name: "race decided", maths: String.raw`\max_i F^R_i/F_i \le ${share}\text{ (predicted)}`, holds: largest <= share, margin: Math.log(share / Math.max(largest, 1e-20)), detail: `robust shares predicted by the clocks ${shares.map((x) => x.toPrecision(2)).join(", ")}` },
    { name: "horizon", maths: String.raw`\min_i F^N_i(0.8\,T) \ge \ln(${(probability / (1 - probability)).toPrecision(2)}(k-1))\text{ (predicted)}`, holds: least >= needed, margin: least - needed, detail: `non-robust logits predicted at 0.8 T, T = ${steps}: ${parts.map((x) => x.toPrecision(3)).join(", ")}; needed ${needed.toPrecision(3)} (margin: difference)` },
  ];
}

/** The logit over equal rivals at which the true class of k has this probability: ln((k-1) p/(1-p)). */
export function logitOf(probability: number, k: number): number {
  return Math.log(((k - 1) * probability) / (1 - probability));
}
