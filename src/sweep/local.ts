/** The local engine: threads of this process. */
import type { Cell } from "./cell.ts";
import type { Engine } from "./engine.ts";
import { cellThreads, type CellThreadsOptions } from "./thread-pool.ts";

export interface LocalOptions extends CellThreadsOptions {
  /** Beginning of the workers' names, and so of their files; default local. */
  name?: string;
}

/** One lane a worker: it takes the next cell when it has handed over the last one's record. */
export function localEngine({ name = "local", ...options }: LocalOptions): Engine {
  return {
    async run(cells, { onRecord, signal: outer, identity, attempts, cellSeconds }) {
      const threads = cellThreads(options);
      const iterator = cells[Symbol.iterator]();
      // a lane that cannot go on stops the others
      const stop = new AbortController();
      const signal = AbortSignal.any([outer, stop.signal]);
      const next = (): Cell | undefined => {
        if (signal.aborted) return undefined;
        const { value, done } = iterator.next();
        return done === true ? undefined : value;
      };
      const lane = async (_: unknown, i: number): Promise<void> => {
        try {
          for (let cell = next(); cell !== undefined; cell = next()) {
            const record = await threads.compute(cell, { identity, worker: `${name}-${i + 1}`, attempts, cellSeconds, signal });
            if (record !== undefined) onRecord(record);
          }
        } catch (error) {
          stop.abort();
          throw error;
        }
      };
      try {
        await Promise.all(Array.from({ length: options.workers }, lane));
      } finally {
        stop.abort();
        await threads.close();
      }
    },
  };
}
