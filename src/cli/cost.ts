/** What a verification will cost, said before it starts. */
import type { Experiment, Job, Theory } from "../claims/index.ts";
import { counted, duration } from "./table.ts";

export interface Cost {
  runs: number;
  operations: number;
  seconds: number;
  workers: number;
  megabytes: number;
}

/**
 * Floating-point operations a second of training on this machine: what the further steps of a theory's longer benchmark take, without what
 * a run takes to begin; of each the fastest of three runs, since something else may run for a moment. A second or less.
 */
export function measuredRate({ short, long }: NonNullable<Theory["benchmark"]>): number {
  const timed = (experiment: Experiment<unknown>): number => {
    const started = performance.now();
    experiment.run(1);
    return (performance.now() - started) / 1000;
  };
  // the first time compiles as well; where it alone takes long (the reference backend) it is measure enough
  const first = timed(short);
  if (first > 1) return short.operations / first;
  const rounds = Array.from({ length: 3 }, () => [timed(short), timed(long)]);
  const [few, more] = [0, 1].map((which) => Math.min(...rounds.map((round) => round[which])));
  return (long.operations - short.operations) / Math.max(more - few, more / 2);
}

/** Memory of one thread before it computes anything, and of the main thread with its report. */
const threadMegabytes = 45;
const mainMegabytes = 120;

/** Below this many operations it is a matter of seconds on any machine, and not worth a measurement. */
const worthMeasuring = 5e9;
const nominalRate = 3e9;

/** What a run takes besides its operations: on its thread, to sample, to compile its step and to hand its record over; on the main thread, to judge and to draw it. */
const secondsARun = 0.03;
const secondsToJudge = 0.01;

/** Estimates, for claims of these theories; the rate of one thread is measured where it matters and the first of them has a benchmark. */
export function costOf(jobs: readonly Pick<Job, "experiment">[], workers: number, theories: readonly (Theory | undefined)[]): Cost {
  const operations = jobs.reduce((sum, { experiment }) => sum + experiment.operations, 0);
  const longest = jobs.reduce((most, { experiment }) => Math.max(most, experiment.operations), 0);
  const arrays = jobs.reduce((most, { experiment }) => Math.max(most, experiment.bytes ?? 0), 0);
  const benchmark = theories.find((theory) => theory?.benchmark !== undefined)?.benchmark;
  const speed = operations < worthMeasuring || benchmark === undefined ? nominalRate : measuredRate(benchmark);
  return {
    runs: jobs.length, operations, workers,
    seconds: Math.max(operations / workers, longest) / speed + (secondsARun / workers + secondsToJudge) * jobs.length,
    megabytes: Math.ceil((mainMegabytes + workers * (threadMegabytes + arrays / 1e6)) / 10) * 10,
  };
}

/** "140 runs, about 95 s on 2 workers, up to 300 MB of memory". */
export function costWords({ runs, operations, seconds, workers, megabytes }: Cost): string {
  return `${counted(runs, "run")} (${operations.toExponential(1)} operations), about ${duration(seconds)} on ${counted(workers, "worker")}, up to ${megabytes} MB of memory`;
}
