/** Runs the jobs of an experiment stage by stage, several at once, and puts together what they returned. */
import { countOf, type ImageSet } from "../image-set.ts";
import { answersOn } from "../feature-sets/push.ts";
import type { ConflictSet } from "../feature-sets/push.ts";
import { modelOf } from "../model.ts";
import type { ImageJob, PlannedJob, Role } from "./jobs.ts";
import { jobsOfPlan } from "./jobs.ts";
import { networkOf } from "./network-of.ts";
import { type ImagePlan, seedsOfPlan } from "./plan.ts";
import type { BuiltSet, FreshRun, PlainWeights, SetName, SetsSummary, SourceRun, TrackedRun } from "./records.ts";
import { agreement, type JobResult } from "./run-job.ts";
import { weightsLike } from "./weights.ts";

/** All that an experiment gave. */
export interface ExperimentRecord {
  plan: ImagePlan;
  seed: number;
  sources: { role: Role; run: SourceRun }[];
  sets: BuiltSet[];
  tracked: TrackedRun[];
  fresh: FreshRun[];
  /** As the hypotheses see it with g_R, and with a network that learned nothing in its place. */
  summary: SetsSummary;
  stuckSummary: SetsSummary;
}

/** What a job is handed from earlier stages. */
export interface Handed {
  /** By family of builders. */
  sources: PlainWeights[][];
  sets: BuiltSet[];
}

export interface ExperimentOptions {
  plan: ImagePlan;
  /** First tracked seed. */
  seed: number;
  heldOut: ImageSet;
  /** Runs a job; in this thread, on a pool, or from a store of finished ones. */
  execute: (planned: PlannedJob, handed: Handed) => Promise<JobResult> | JobResult;
  /** How many at once. */
  concurrency: number;
  onDone?: (planned: PlannedJob) => void;
}

export async function runExperiment({ plan, seed, heldOut, execute, concurrency, onDone }: ExperimentOptions): Promise<ExperimentRecord> {
  const jobs = jobsOfPlan(plan, seed);
  const results = new Map<ImageJob, JobResult>();
  for (const stage of [0, 1, 2, 3] as const) {
    const own = jobs.filter((planned) => planned.stage === stage);
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < own.length) {
        const planned = own[next++];
        results.set(planned.job, await execute(planned, handedTo(planned.job, results, plan, seed)));
        onDone?.(planned);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  }
  return recordOf(plan, seed, heldOut, results);
}

function handedTo(job: ImageJob, results: ReadonlyMap<ImageJob, JobResult>, plan: ImagePlan, seed: number): Handed {
  const sets = (of: "heldOut" | "training") => [...results].flatMap(([own, result]) => (own.kind === "set" && own.of === of ? [result as BuiltSet] : []));
  if (job.kind === "set") return { sources: buildersOf(results, plan, seed, job.builders), sets: sets("heldOut").filter(({ name }) => name === "conflict") };
  if (job.kind === "tracked") return { sources: [], sets: sets("heldOut") };
  if (job.kind === "fresh") return { sources: [], sets: sets("training").filter(({ name }) => name === job.trainedOn) };
  return { sources: [], sets: [] };
}

/** Weights of the families that build a set; "lot" and "other lot" name the same two the other way round. */
function buildersOf(results: ReadonlyMap<ImageJob, JobResult>, plan: ImagePlan, seed: number, builders: Extract<ImageJob, { kind: "set" }>["builders"]): PlainWeights[][] {
  const seeds = seedsOfPlan(plan, seed);
  const families = builders === "robust" ? [[seeds.robust]] : builders === "lot" ? seeds.families : [...seeds.families].reverse();
  const sources = sourcesOf(results);
  return families.map((family) => family.map((own) => sources.find(({ run }) => run.seed === own)!.run.weights));
}

function sourcesOf(results: ReadonlyMap<ImageJob, JobResult>): ExperimentRecord["sources"] {
  return [...results].flatMap(([job, result]) => (job.kind === "source" ? [{ role: job.role, run: result as SourceRun }] : [])).sort((a, b) => a.run.seed - b.run.seed);
}

function recordOf(plan: ImagePlan, seed: number, heldOut: ImageSet, results: ReadonlyMap<ImageJob, JobResult>): ExperimentRecord {
  const sources = sourcesOf(results);
  const sets = [...results].flatMap(([job, result]) => (job.kind === "set" && job.of === "heldOut" ? [result as BuiltSet] : [])).sort((a, b) => (a.name < b.name ? -1 : 1));
  const summary = (role: Role) => summaryOf(plan, seed, heldOut, sources, sets, role);
  return {
    plan, seed, sources, sets,
    tracked: [...results].flatMap(([job, result]) => (job.kind === "tracked" ? [result as TrackedRun] : [])).sort((a, b) => a.seed - b.seed || (a.mode < b.mode ? -1 : 1)),
    fresh: [...results].flatMap(([job, result]) => (job.kind === "fresh" ? [result as FreshRun] : [])).sort((a, b) => a.seed - b.seed || (a.trainedOn < b.trainedOn ? -1 : 1)),
    summary: summary("robust"), stuckSummary: summary("stuck"),
  };
}

function summaryOf(plan: ImagePlan, seed: number, heldOut: ImageSet, sources: ExperimentRecord["sources"], sets: readonly BuiltSet[], role: Role): SetsSummary {
  const named = (name: SetName) => sets.find((set) => set.name === name)!;
  const standard = sources.filter((own) => own.role === "standard").map(({ run }) => run);
  const robust = sources.find((own) => own.role === role)!.run;
  const conflict = named("conflict");
  const network = networkOf(plan);
  const model = modelOf(network, weightsLike(network.initialise(0), robust.weights, `source network, seed ${robust.seed}`));
  const seeds = seedsOfPlan(plan, seed);
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const paired = (which: (robustRight: boolean, standardRight: boolean) => boolean) =>
    Array.from({ length: countOf(heldOut) }, (_, i) => which(robust.robustAt[i], standard[0].robustAt[i])).filter(Boolean).length;
  return {
    standardClean: mean(standard.map(({ clean }) => clean)), robustClean: robust.clean,
    standardRobust: mean(standard.map((run) => run.robust[run.robust.length - 1])), robustRobust: robust.robust[robust.robust.length - 1],
    robustOnly: paired((a, b) => a && !b), standardOnly: paired((a, b) => !a && b),
    robustSaysT: agreement(answersOn(model, conflict.images), (conflict.images as ConflictSet).pushedTo),
    matched: { R: named("R").distance!, NR1: named("NR1").distance! },
    conflict: conflict.pushed!,
    labels: conflict.images.labels, pushedTo: (conflict.images as ConflictSet).pushedTo,
    seedsDisjoint: sources.every(({ run }) => !seeds.tracked.includes(run.seed)),
  };
}
