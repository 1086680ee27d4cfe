/** From an experiment's record to verdicts, with the machinery that judges all claims. */
import { type ClaimResult, judgeClaim, type RunsFor } from "../../claims/index.ts";
import { setHypotheses } from "./hypotheses.ts";
import type { ImageClaim } from "./image-claim.ts";
import { seedsOfPlan } from "./plan.ts";
import type { Mode, SetsSummary } from "./records.ts";
import type { ExperimentRecord } from "./run-experiment.ts";

export interface JudgedClaim {
  result: ClaimResult;
  /** Whether a verdict other than the recorded one is a failure here; else it is reported only. */
  required: boolean;
}

export interface Judged {
  claims: JudgedClaim[];
  /** The hypotheses must not hold of a g_R that learned nothing: those that broke, as they must. */
  stuck: { broken: string[]; fails: boolean };
}

/** Judges every claim on the tracked seeds, and its controls on the first of them. */
export function judgeImages(record: ExperimentRecord, claims: readonly ImageClaim[], rerun: string): Judged {
  const { plan, seed } = record;
  const { tracked } = seedsOfPlan(plan, seed);
  const broken = setHypotheses(record.stuckSummary).filter(({ holds }) => !holds).map(({ name }) => name);
  return {
    claims: claims.map(({ claim, requiredIn }) => ({
      required: requiredIn(plan),
      result: judgeClaim(claim, tracked, tracked.slice(0, plan.controlSeeds), runsFrom(record, record.summary), rerun),
    })),
    stuck: { broken, fails: broken.length > 0 },
  };
}

function runsFrom({ tracked }: ExperimentRecord, summary: SetsSummary): RunsFor {
  return (experiments, own) => Object.fromEntries(Object.entries(experiments).map(([name, { kind, spec }]) => {
    if (kind === "image network") return [name, tracked.find((run) => run.seed === own && run.mode === (spec as { mode: Mode }).mode)];
    return [name, kind === "image sets" ? spec : summary];
  }));
}
