/**
 * The contest. First everyone's results are compared, one process after the other; then all contestants of a task are
 * started and timed in interleaved rounds (race.ts).
 */
import { agreement, tolerance } from "./agreement.ts";
import { type Contestant, ours, probe, probeFlops, probeSteps } from "./contestants.ts";
import { draw, type Drawn, type Results, Scratch, writeData } from "./data.ts";
import { ContestantProcess, failureOf, TooSlow } from "./process.ts";
import { coldLimitOf, type ContestOptions, type Entry, race, shortest } from "./race.ts";
import { flopsOf, type Task } from "./task.ts";

export interface Group {
  title: string;
  task: Task;
  actions: string[];
  /** GFLOP/s of the SIMD issue limit, a round. */
  limit: number[];
  entries: Entry[];
}

export interface Plan {
  title: string;
  task: Task;
  actions: string[];
}

/** Seconds that a run may take, to be said before it starts. */
export function estimate(plans: readonly Plan[], { rounds, limit, budget, contestants }: ContestOptions): number {
  let seconds = 0;
  for (const { task, actions } of plans) {
    for (const { rough, leftOut } of contestants) {
      if (leftOut?.(task) !== undefined) continue;
      seconds += 3;
      const steps = actions.map((action) => flopsOf(task, action) / rough / 1e9);
      if (Math.max(...steps) > limit) {
        seconds += limit;
        continue;
      }
      for (const step of steps) {
        seconds += 8 * step + Math.max(3 * step, Math.min(budget, rounds * Math.max(shortest, step)));
      }
    }
  }
  return seconds;
}

const tape = ours.find(({ id }) => id === "tape")!;

/** One process that takes one step of each kind, within the limit for cold ones, and then gives its results. */
async function resultsOf(contestant: Contestant, { task, actions }: Plan, scratch: Scratch, limit: number): Promise<Results> {
  const process = new ContestantProcess(contestant);
  try {
    await process.load(task, scratch.data, limit + 60);
    for (const action of actions) await process.run(action, 1, coldLimitOf(contestant, limit));
    return await process.results(scratch.results, 10 * limit);
  } finally {
    process.end();
  }
}

let last: { key: string; results: Results } | undefined;

/** What our tape gives in float64; kept for the next group, which asks for the same when only its dtype differs. */
async function expectedOf(plan: Plan, drawn: Drawn, scratch: Scratch, limit: number): Promise<Results> {
  const task: Task = { ...plan.task, dtype: "float64" };
  const key = JSON.stringify(task);
  if (last?.key === key) return last.results;
  writeData(scratch.data, task, drawn);
  last = { key, results: await resultsOf(tape, { ...plan, task }, scratch, limit) };
  return last.results;
}

/**
 * Compares everyone's results with those of our tape in float64, and our forms with each other bit for bit.
 *
 * A fault is one of: results that are off by more than allowed, other bits from one of our forms, one of our forms failing.
 */
export async function check(plan: Plan, options: ContestOptions): Promise<{ entries: Entry[]; faults: string[] }> {
  const { task } = plan;
  const scratch = new Scratch();
  const entries: Entry[] = [];
  const faults: string[] = [];
  try {
    const drawn = draw(task);
    const expected = await expectedOf(plan, drawn, scratch, options.limit);
    writeData(scratch.data, task, drawn);
    const hashes = new Map<string, string>();
    for (const contestant of options.contestants) {
      const { id, own, leftOut } = contestant;
      const inFloat32 = task.dtype === "float64" ? contestant.inFloat32 : undefined;
      const name = inFloat32 === undefined ? contestant.name : `${contestant.name} (${inFloat32} in float32)`;
      const entry: Entry = { id, name, own, milliseconds: {}, failure: leftOut?.(task) };
      entries.push(entry);
      if (entry.failure !== undefined) continue;
      try {
        const found = await resultsOf(contestant, plan, scratch, options.limit);
        const { worst, quantity, faults: off } = agreement(found.values, expected.values, tolerance(inFloat32 === undefined ? task : { ...task, dtype: "float32" }));
        Object.assign(entry, { worst, quantity });
        faults.push(...off.map((fault) => `${plan.title}, ${name}: ${fault}`));
        if (own) hashes.set(name, found.hash);
        options.say(`  ${name}: ${off.length === 0 ? "agrees" : "DISAGREES"}, largest difference ${worst.toExponential(1)} (${quantity})`);
      } catch (error) {
        entry.failure = failureOf(error);
        options.say(`  ${name}: ${entry.failure}`);
        // a peer that fails is a result, one of ours a fault
        if (own && !(error instanceof TooSlow)) faults.push(`${plan.title}, ${name}: ${entry.failure}`);
      }
    }
    if (new Set(hashes.values()).size > 1) faults.push(`${plan.title}: ${[...hashes.keys()].join(", ")} do not give the same bits`);
    else if (hashes.size > 1) options.say(`  the same bits from ${[...hashes.keys()].join(", ")}`);
  } finally {
    scratch.remove();
  }
  return { entries, faults };
}

/** Times everyone who has not failed, and fills in the entries. */
export async function measure(plan: Plan, entries: readonly Entry[], options: ContestOptions): Promise<Group> {
  const { task, actions } = plan;
  const scratch = new Scratch();
  const limits: number[] = [];
  const probing = new ContestantProcess(probe);
  try {
    writeData(scratch.data, task, draw(task));
    await probing.load(task, scratch.data, options.limit);
    const flops = probeFlops[task.dtype] * probeSteps;
    await probing.run(task.dtype, 100, options.limit);
    const runners = entries.filter(({ failure }) => failure === undefined)
      .map((entry) => ({ entry, task, data: scratch.data, contestant: options.contestants.find(({ id }) => id === entry.id)! }));
    await race(runners, actions, options, async () => {
      let fastest = Infinity;
      for (let i = 0; i < 5; i++) fastest = Math.min(fastest, await probing.run(task.dtype, 2, options.limit));
      limits.push(flops / fastest / 1e6);
    });
  } finally {
    probing.end();
    scratch.remove();
  }
  return { title: plan.title, task, actions, limit: limits, entries: [...entries] };
}
