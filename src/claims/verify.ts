/** Runs what a set of claims needs, on worker threads if there are any, and judges every claim. */
import { LemmagradError, ParameterError } from "../errors/index.ts";
import type { Claim } from "./define-claim.ts";
import { experimentKey } from "./define-claim.ts";
import { judgeClaim, type RunsFor } from "./judge.ts";
import type { ClaimResult } from "./results.ts";
import { type Job, jobsOf, type LoadedClaim, type SeedPlan, seedsOf } from "./run-plan.ts";
import { takingOf } from "./sequence.ts";

export interface VerifyOptions {
  plan?: "quick" | "full";
  /** First seed; the others follow it. Default 1. */
  seed?: number;
  /** Number of seeds, of a sequential claim the most; default the plan's. */
  seeds?: number;
  /** How a job is run; default in this thread. */
  execute?: (job: Job) => Promise<unknown> | unknown;
  /** How many jobs `execute` takes at once; default 1. */
  concurrency?: number;
  onProgress?: (progress: Progress) => void;
  /** The command that repeats one claim, for the report. */
  rerun?: (claim: Claim) => string;
}

export interface Progress {
  /** Floating-point operations of the runs finished, and of all that may be needed; a sequential claim that decides early lowers the second. */
  done: number;
  total: number;
  runsDone: number;
  runs: number;
}

/**
 * Verifies claims: every experiment once for each seed, then a verdict for each claim. Sequential claims take as many seeds as run at once,
 * look, and take more until they decide; seeds run beyond the deciding one do not count, so the results are those of one worker.
 *
 * Errors: whatever an experiment throws; ParameterError, in the claim's name, when its hypotheses, observable, prediction or figure throw.
 */
export async function verifyClaims(claims: readonly LoadedClaim[], options: VerifyOptions = {}): Promise<ClaimResult[]> {
  const { plan = "quick", seed = 1, execute = ({ experiment, seed: own }) => experiment.run(own), concurrency = 1 } = options;
  const planned = (claim: Claim) => seedsOf(claim, plan, seed, options.seeds);
  const takings = new Map(claims.map(({ claim }) => [claim, takingOf(claim, planned(claim), concurrency)]));
  const runs = new Map<string, unknown>();
  const missing = (seedPlan: (claim: Claim) => SeedPlan) => jobsOf(claims, seedPlan).filter((job) => !runs.has(nameOf(job)));
  const runsFor: RunsFor = (experiments, own) =>
    Object.fromEntries(Object.entries(experiments).map(([name, experiment]) => [name, runs.get(nameOf({ seed: own, key: experimentKey(experiment) }))]));
  let done = 0;
  let expected = 0;
  for (let undecided = true; undecided;) {
    const jobs = missing((claim) => takings.get(claim)!.plan);
    const possible = missing((claim) => takings.get(claim)!.atMost);
    const total = expected = done + possible.reduce((sum, { experiment }) => sum + experiment.operations, 0);
    const count = runs.size + possible.length;
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < jobs.length) {
        const job = jobs[next++];
        runs.set(nameOf(job), await execute(job));
        done += job.experiment.operations;
        options.onProgress?.({ done, total, runsDone: runs.size, runs: count });
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    undecided = [...takings.values()].map((taking) => taking.look(runsFor, concurrency)).includes(true);
  }
  if (done < expected) options.onProgress?.({ done, total: done, runsDone: runs.size, runs: runs.size });
  const results: ClaimResult[] = [];
  for (const { claim } of claims) {
    // a judgement, with its figures, may take a second: let signals and timers in between
    await new Promise((resolve) => { setTimeout(resolve); });
    const { seeds, controlSeeds } = takings.get(claim)!.plan;
    try {
      results.push(judgeClaim(claim, seeds, controlSeeds, runsFor, options.rerun?.(claim) ?? `npx lemmagrad verify ${claim.id}`, planned(claim).seeds.length));
    } catch (error) {
      throw claimError(claim, error);
    }
  }
  return results;
}

/** What a claim's own functions threw while it was judged, in the claim's name. */
function claimError({ id }: Claim, error: unknown): Error {
  if (error instanceof LemmagradError) return new ParameterError({ ...error.parts, where: `claim ${id}: ${error.parts.where}` }, { cause: error });
  return new ParameterError({
    where: `claim ${id}`, problem: `judging it threw ${error instanceof Error ? `${error.name}: ${error.message.replace(/\.$/, "")}` : String(error)}.`,
    expected: "hypotheses, an observable, a prediction and a figure that accept what its experiments return.", mend: "--debug shows where; the runs are kept, --resume judges them again.",
  }, { cause: error });
}
const nameOf = ({ seed, key }: Pick<Job, "seed" | "key">): string => `${seed} ${key}`;

/** Verifies one claim in this thread; what a script or a notebook calls. */
export async function verifyClaim(claim: Claim, options: VerifyOptions = {}): Promise<ClaimResult> {
  return (await verifyClaims([{ claim }], options))[0];
}
