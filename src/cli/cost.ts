/** What a verification will cost, said before it starts. */
import type { Job } from "../claims/index.ts";
import { arrayBytesOf, operationsOf, simulate, type RunSpec, trainingRun } from "../theories/robust-features/index.ts";
import { counted, duration } from "./table.ts";

export interface Cost {
  runs: number;
  operations: number;
  seconds: number;
  workers: number;
  megabytes: number;
}

/** Steps of the two runs that are timed. */
const [few, more] = [4, 28];

/**
 * Floating-point operations a second of training on this machine: what further steps at the reference point take, without what a run
 * takes to begin. About a second.
 */
export function measuredRate(): number {
  const timed = (steps: number): { operations: number; seconds: number } => {
    const spec = { ...(trainingRun({ mode: "adversarial", steps, logEvery: 1000 }).spec as RunSpec), cosineEvery: 0 };
    const started = performance.now();
    simulate(spec, 1);
    return { operations: operationsOf(spec), seconds: (performance.now() - started) / 1000 };
  };
  // the first time compiles as well; where it alone takes long (the reference backend) it is measure enough
  const first = timed(few);
  if (first.seconds > 1) return first.operations / first.seconds;
  const [short, long] = [timed(few), timed(more)];
  return (long.operations - short.operations) / Math.max(long.seconds - short.seconds, long.seconds / 2);
}

/** Memory of one thread before it computes anything, and of the main thread with its report. */
const threadMegabytes = 45;
const mainMegabytes = 120;

/** Below this many operations it is a matter of seconds on any machine, and not worth a measurement. */
const worthMeasuring = 5e9;
const nominalRate = 3e9;

/** Estimates. `rate`, that of one thread in operations a second, is measured where it matters. */
export function costOf(jobs: readonly Pick<Job, "experiment">[], workers: number, rate?: number): Cost {
  const operations = jobs.reduce((sum, { experiment }) => sum + experiment.operations, 0);
  const longest = jobs.reduce((most, { experiment }) => Math.max(most, experiment.operations), 0);
  const arrays = jobs.reduce((most, { experiment }) => Math.max(most, arraysOf(experiment.spec)), 0);
  const speed = rate ?? (operations < worthMeasuring ? nominalRate : measuredRate());
  return {
    runs: jobs.length, operations, workers,
    seconds: Math.max(operations / workers, longest) / speed,
    megabytes: Math.ceil((mainMegabytes + workers * (threadMegabytes + arrays / 1e6)) / 10) * 10,
  };
}

/** Bytes of the arrays of one training run; 0 of what is none. */
function arraysOf(spec: unknown): number {
  const { setting } = (spec ?? {}) as Partial<RunSpec>;
  return setting === undefined ? 0 : arrayBytesOf({ setting }) || 0;
}

/** "140 runs, about 95 s on 2 workers, up to 300 MB of memory". */
export function costWords({ runs, operations, seconds, workers, megabytes }: Cost): string {
  return `${counted(runs, "run")} (${operations.toExponential(1)} operations), about ${duration(seconds)} on ${counted(workers, "worker")}, up to ${megabytes} MB of memory`;
}
