/** What must be true of the source networks and the sets before anything is concluded from them. */
import type { HypothesisResult } from "../../claims/index.ts";
import { binomialAtMost } from "../../statistics/index.ts";
import type { SetsSummary } from "./records.ts";

/** Share of g_S's clean accuracy that g_R must keep. */
const keptClean = 0.8;
/** Share of the conflict set that g_R may answer with t. */
const mostSaysT = 0.35;
/** Distance of matched features from the goal, over that of the images started from. */
const matchedShare = 0.35;
/** Share of the conflict set on which g_S itself must say t, where a claim rests on that. */
export const fooledShare = 0.7;

const percent = (x: number) => `${Math.round(100 * x)} %`;

/** Exact one-sided sign test: the probability that at least `gained` of gained + lost fair coins come up. */
export function signTest(gained: number, lost: number): number {
  return binomialAtMost(lost, gained + lost, 0.5);
}

/** Every claim's hypotheses. */
export function setHypotheses(s: SetsSummary): HypothesisResult[] {
  const p = signTest(s.robustOnly, s.standardOnly);
  const worstMatch = Math.max(s.matched.R.after / s.matched.R.before, s.matched.NR1.after / s.matched.NR1.before);
  return [
    {
      name: "g_R learned", maths: "\\mathrm{clean}(g_R) \\ge 0.8\\,\\mathrm{clean}(g_S)", holds: s.robustClean >= keptClean * s.standardClean, margin: s.robustClean - keptClean * s.standardClean,
      detail: `clean accuracy ${percent(s.robustClean)} of g_R, ${percent(s.standardClean)} of g_S (mean)`,
    },
    {
      name: "g_R is more robust", maths: "\\mathrm{robust}(g_R) > \\mathrm{robust}(g_S)", holds: p <= 0.01, margin: s.robustRobust - s.standardRobust,
      detail: `under pgd ${percent(s.robustRobust)} of g_R, ${percent(s.standardRobust)} of g_S; right under attack by g_R alone ${s.robustOnly} images, by g_S alone ${s.standardOnly} (sign test p = ${p.toExponential(1)}, at most 0.01 asked for)`,
    },
    {
      name: "g_R withstands the push", maths: "\\Pr(g_R = t) \\le 0.35", holds: s.robustSaysT <= mostSaysT, margin: mostSaysT - s.robustSaysT,
      detail: `g_R answers t on ${percent(s.robustSaysT)} of the conflict set`,
    },
    {
      name: "features matched", maths: "\\lVert g(x) - g(x_i) \\rVert \\le 0.35\\,\\lVert g(x^{(0)}) - g(x_i) \\rVert", holds: worstMatch <= matchedShare, margin: matchedShare - worstMatch,
      detail: `median distance from the goal: R ${s.matched.R.before.toFixed(2)} to ${s.matched.R.after.toFixed(2)}, NR1 ${s.matched.NR1.before.toFixed(2)} to ${s.matched.NR1.after.toFixed(2)}`,
    },
    {
      name: "other networks build the sets", maths: "\\text{seeds disjoint}", holds: s.seedsDisjoint, margin: s.seedsDisjoint ? 1 : -1,
      detail: s.seedsDisjoint ? "no source network has the seed of a tracked one" : "a source network has the seed of a tracked one",
    },
  ];
}

/** Of claims about whom the standard network follows: the push must be strong enough for the networks it was made with. */
export function pushFools(s: SetsSummary): HypothesisResult {
  return {
    name: "the push fools g_S", maths: "\\Pr(g_S = t) \\ge 0.7", holds: s.conflict.saysT >= fooledShare, margin: s.conflict.saysT - fooledShare,
    detail: `g_S answers t on ${percent(s.conflict.saysT)} of the conflict set, at radius ${Number(s.conflict.radius.toPrecision(4))}`,
  };
}
