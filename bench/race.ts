/** Timing in interleaved rounds: each round times everyone once, so that a machine that slows down slows all of them. */
import type { Contestant } from "./contestants.ts";
import { ContestantProcess, failureOf } from "./process.ts";
import { takesPart } from "./statistics.ts";
import type { Task } from "./task.ts";

export interface Entry {
  id: string;
  name: string;
  own: boolean;
  /** Why there are no timings, or none of some action. */
  failure?: string;
  /** The largest difference from the expected results, relative to the largest entry of its quantity. */
  worst?: number;
  quantity?: string;
  /** Peak of the process over that of an empty one of its runtime, MB. */
  memory?: number;
  /** A step's milliseconds in each round; null where it did not take part. */
  milliseconds: Record<string, (number | null)[]>;
}

export interface ContestOptions {
  rounds: number;
  /** Seconds that one step may take. */
  limit: number;
  /** Seconds that the timings of one action of one contestant may take in all; slow ones take part in fewer rounds, three at least. */
  budget: number;
  contestants: readonly Contestant[];
  say(line: string): void;
}

export interface Runner {
  entry: Entry;
  contestant: Contestant;
  task: Task;
  /** The task's file. */
  data: string;
}

/** Seconds that a first step may take, which compiles: ours more, so that a slow start is seen and not only named. */
export function coldLimitOf({ own }: Contestant, limit: number): number {
  return (own ? 10 : 2) * limit;
}

/** By action: steps a timing, and rounds taken part in. */
type Pace = Map<string, { times: number; rounds: number }>;

/** Seconds that one timing lasts at least: as many steps as that takes. */
export const shortest = 0.02;

/** Half a second of warming up, or two timings: until a just-in-time compiler has made its fast version. */
async function warmUp(process: ContestantProcess, action: string, coldLimit: number, { limit, rounds, budget }: ContestOptions): Promise<{ times: number; rounds: number }> {
  const started = performance.now();
  const timesFor = (step: number) => Math.max(1, Math.ceil((1000 * shortest) / step));
  let step = await process.run(action, 1, coldLimit);
  do step = await process.run(action, timesFor(step), limit); while (performance.now() - started < 500);
  const times = timesFor(step);
  return { times, rounds: Math.min(rounds, Math.max(3, Math.floor((1000 * budget) / (times * step)))) };
}

/** Times everyone, and fills in the entries. `beforeRound` is awaited before each round. */
export async function race(runners: readonly Runner[], actions: readonly string[], options: ContestOptions, beforeRound: () => Promise<void>): Promise<void> {
  const { rounds, limit, say } = options;
  const running: { entry: Entry; contestant: Contestant; process: ContestantProcess; pace: Pace }[] = [];
  try {
    for (const { entry, contestant, task, data } of runners) {
      const process = new ContestantProcess(contestant);
      const pace: Pace = new Map();
      running.push({ entry, contestant, process, pace });
      try {
        await process.load(task, data, limit + 60);
        for (const action of actions) {
          pace.set(action, await warmUp(process, action, coldLimitOf(contestant, limit), options));
          entry.milliseconds[action] = Array.from({ length: rounds }, () => null);
        }
      } catch (error) {
        entry.failure = failureOf(error);
      }
    }
    for (let round = 0; round < rounds; round++) {
      await beforeRound();
      // each round begins with another one, so that nobody always follows the same neighbour's heat
      for (let turn = 0; turn < running.length; turn++) {
        const { entry, process, pace } = running[(round + turn) % running.length];
        if (entry.failure !== undefined) continue;
        try {
          for (const action of actions) {
            const { times, rounds: wanted } = pace.get(action)!;
            if (takesPart(round, rounds, wanted)) entry.milliseconds[action][round] = await process.run(action, times, 10 * limit);
          }
        } catch (error) {
          entry.failure = `in round ${round + 1} ${failureOf(error)}`;
        }
      }
      if (round === 0 || (round + 1) % 5 === 0 || round + 1 === rounds) say(`  round ${round + 1} of ${rounds}`);
    }
    const empty = new Map<string, number>();
    for (const { entry, contestant: { runtime }, process } of running) {
      if (entry.failure !== undefined) continue;
      if (!empty.has(runtime)) empty.set(runtime, await emptyProcess(runtime));
      entry.memory = (await process.peakMemory()) - empty.get(runtime)!;
    }
  } finally {
    for (const { process } of running) process.end();
  }
}

async function emptyProcess(runtime: Contestant["runtime"]): Promise<number> {
  const process = new ContestantProcess({ runtime, module: "none", form: "none", own: true });
  try {
    return await process.peakMemory();
  } finally {
    process.end();
  }
}
