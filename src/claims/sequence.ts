/** Seeds taken one after the other until a claim's sequential test decides. */
import { decideInOrder, type SequentialDesign, type SequentialOutcome } from "../statistics/index.ts";
import type { Claim } from "./define-claim.ts";
import type { RunsFor } from "./judge.ts";
import { isPooled } from "./predictions.ts";
import type { SeedPlan } from "./run-plan.ts";

/** The claim's test with its last seed; undefined for a claim with a fixed number of seeds. */
export function designOf({ sequential }: Claim, most: number): SequentialDesign | undefined {
  return sequential === undefined ? undefined : { ...sequential, most };
}

/**
 * The test's answer on seeds in their order, and how many of them it took: those outside the hypotheses (`failed` undefined) are passed over,
 * and those after the deciding one are as if they had not been run, so that the answer does not depend on how many run at once.
 */
export function decideSeeds(design: SequentialDesign, failed: readonly (boolean | undefined)[]): { outcome: SequentialOutcome; taken: number } {
  const inside = failed.flatMap((own, at) => (own === undefined ? [] : [{ own, at }]));
  const outcome = decideInOrder(design, inside.map(({ own }) => own));
  return { outcome, taken: outcome.decision === "undecided" ? failed.length : inside[outcome.used - 1].at + 1 };
}

/** The seeds of a claim that are needed by now. */
export interface Taking {
  plan: SeedPlan;
  /** Seeds that may still be needed, those of `plan` among them. */
  atMost: SeedPlan;
  /** After the runs of `plan`: takes `block` more seeds if the test has not decided. Says whether it did. */
  look(runsFor: RunsFor, block: number): boolean;
}

/** Of a claim with a fixed number of seeds all are needed at once. Otherwise the first block, at least as many as the controls use. */
export function takingOf(claim: Claim, planned: SeedPlan, block: number): Taking {
  const design = designOf(claim, planned.seeds.length);
  if (design === undefined) return { plan: planned, atMost: planned, look: () => false };
  const { prediction } = claim;
  const failed: (boolean | undefined)[] = [];
  const upTo = (count: number): SeedPlan => ({ ...planned, seeds: planned.seeds.slice(0, count) });
  const taking: Taking = {
    plan: upTo(Math.max(block, planned.controlSeeds.length)), atMost: planned,
    look(runsFor, more) {
      for (const seed of taking.plan.seeds.slice(failed.length)) {
        const runs = runsFor(claim.experiments, seed);
        const inside = claim.hypotheses(runs, seed).every(({ holds }) => holds);
        failed.push(inside && !isPooled(prediction) ? !prediction.judge(claim.observable(runs)).holds : undefined);
      }
      const { outcome, taken } = decideSeeds(design, failed);
      const ended = outcome.decision !== "undecided" || failed.length === planned.seeds.length;
      taking.plan = upTo(ended ? taken : failed.length + more);
      if (ended) taking.atMost = taking.plan;
      return !ended;
    },
  };
  return taking;
}
