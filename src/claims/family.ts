/** What the seeds say of all claims of a verification at once. */
import { asGoodAs, binomialAtMost, clopperPearson, holmAdjusted } from "../statistics/index.ts";
import type { ClaimResult, FamilyMember, FamilyStatement } from "./results.ts";

/** The family level is 1 - alpha. */
const alpha = 0.05;
/** The rate that a claim about every seed puts its failures below; one that asks for a share of the seeds leaves more room. */
const leastRate = 0.05;

/**
 * For each claim judged seed by seed, "its failure rate is below r", r = 5 %, or 1 - the share it asks for, or its sequential test's p1. The
 * p-value is the exact binomial tail at r (of a sequential test, its own, by the stagewise order); Holm's method says which statements hold
 * all together at 95 %, however the claims depend on each other, as they do: they share seeds.
 *
 * `joint` uses that sharing. A seed fails when it meets some claim's hypotheses and not its prediction; the bound on that rate bounds every
 * claim's at once, with no correction, since a claim cannot fail more often than some claim does.
 * Claims about all seeds together (exponents, frequencies), which keep a level of their own, and those without seeds are left out.
 */
export function familyOf(results: readonly ClaimResult[]): FamilyStatement {
  const claims = results.filter(({ judged }) => judged === "seed by seed");
  const tests = claims.map((claim) => {
    const { n, supported, required } = claim.seeds;
    const { sequential } = claim;
    const rate = sequential?.p1 ?? Math.max(leastRate, 1 - required);
    const pValue = sequential === undefined ? binomialAtMost(n - supported, n, rate) : asGoodAs(sequential, rate, { decision: sequential.decision, used: n, failures: n - supported });
    return { id: claim.id, rate, n, failures: n - supported, pValue };
  });
  const adjusted = holmAdjusted(tests.map(({ pValue }) => pValue));
  return {
    level: 1 - alpha,
    members: tests.map((test, at): FamilyMember => ({ ...test, adjusted: adjusted[at], alone: test.pValue <= alpha, together: adjusted[at] <= alpha })),
    seedsNeeded: passesForAll(tests.map(({ rate }) => rate)),
    joint: jointOf(claims.filter(({ sequential }) => sequential === undefined)),
  };
}

/** The fewest seeds, all passed by every claim, with which all statements hold together by Holm's method; 0 for no claim. */
export function passesForAll(rates: readonly number[]): number {
  let pValues = rates.map(() => 1);
  let seeds = 0;
  while (holmAdjusted(pValues).some((p) => p > alpha)) {
    pValues = pValues.map((p, at) => p * (1 - rates[at]));
    seeds++;
  }
  return seeds;
}

/** Over the seeds that every claim has drawn. */
function jointOf(claims: readonly ClaimResult[]): FamilyStatement["joint"] {
  if (claims.length === 0) return { seeds: 0, failing: 0, upper95: 1 };
  const [first, ...others] = claims.map(({ perSeed }) => new Set(perSeed.map(({ seed }) => seed)));
  const common = new Set([...first].filter((seed) => others.every((own) => own.has(seed))));
  const failing = new Set(claims.flatMap(({ perSeed }) => perSeed.filter(({ seed, inside, holds }) => common.has(seed) && inside && !holds).map(({ seed }) => seed)));
  return { seeds: common.size, failing: failing.size, upper95: clopperPearson(failing.size, common.size).upper };
}
