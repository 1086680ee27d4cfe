/**
 * What each thread does with a group: its block of every round, then its share of the sums over rows.
 *
 * Self-contained, for it is also sent to the worker threads as text.
 *
 * In a round, thread t takes the t-th block of slices. A call that adds up rows needs the blocks of all threads in their
 * order, so every thread waits for the others there, and adds all blocks up for its own columns (or rows) of the result:
 * the order of additions is that of one thread.
 */
import type { Instruction } from "./instructions.ts";

/** A group as the threads see it. */
export interface GroupTask {
  readonly slices: number;
  readonly block: number;
  readonly steps: readonly Instruction[];
}

export interface Member {
  /** Runs the round that starts at a slice; `start` counts over all threads' blocks. */
  round(task: GroupTask, start: number): void;
  /** Waits until all threads have finished what they do. */
  arrive(): void;
}

/** Places in the control words: threads that have arrived, rounds of waiting, what to do next (command, plan, group), and workers that have started. */
export const control = { arrived: 0, generation: 1, command: 2, plan: 3, group: 4, start: 5, ready: 6, words: 8 };

export function memberOf(raw: Record<string, (...args: number[]) => void>, words: Int32Array, threads: number, me: number): Member {
  const arrived = 0;
  const generation = 1;
  const spins = 2000;
  const values: number[] = new Array<number>(11).fill(0);

  /** Until all threads are here. */
  function wait(): void {
    const now = Atomics.load(words, generation);
    if (Atomics.add(words, arrived, 1) === threads - 1) {
      Atomics.store(words, arrived, 0);
      Atomics.add(words, generation, 1);
      Atomics.notify(words, generation);
      return;
    }
    for (let i = 0; i < spins; i++) if (Atomics.load(words, generation) !== now) return;
    while (Atomics.load(words, generation) === now) Atomics.wait(words, generation, now);
  }

  function fill(step: Instruction, start: number, count: number, thread: number): void {
    const { args } = step;
    values.length = args.length;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      values[i] = arg.start === 0 && arg.count === 0 && arg.thread === 0 ? arg.base : arg.base + arg.start * start + arg.count * count + arg.thread * thread;
    }
  }

  /** All threads' blocks, in order, for this thread's part of the result. */
  function share(step: Instruction, task: GroupTask, start: number): void {
    const { size: at, moves, scratch } = step.sums!;
    for (let thread = 0; thread < threads; thread++) {
      const first = start + thread * task.block;
      const count = Math.min(task.block, task.slices - first);
      if (count <= 0) return;
      fill(step, first, count, thread);
      if (scratch !== undefined) values[scratch] = step.args[scratch].base + step.args[scratch].thread * me;
      const size = values[at];
      const part = Math.ceil(size / threads / 8) * 8;
      const low = Math.min(size, me * part);
      const high = Math.min(size, low + part);
      if (low === high) continue;
      values[at] = high - low;
      for (let i = 0; i < moves.length; i++) values[moves[i].argument] += low * moves[i].bytes;
      raw[step.fn].apply(undefined, values);
    }
  }

  return {
    arrive: wait,
    round(task, start) {
      const first = start + me * task.block;
      const count = Math.min(task.block, task.slices - first);
      for (const step of task.steps) {
        if (step.sums === undefined) {
          if (count <= 0) continue;
          fill(step, first, count, me);
          raw[step.fn].apply(undefined, values);
        } else {
          wait();
          share(step, task, start);
          wait();
        }
      }
    },
  };
}
