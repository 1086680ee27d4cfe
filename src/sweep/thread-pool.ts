/** Threads that compute cells, each one at a time, and what becomes of a cell whose thread ends. */
import { EventEmitter } from "node:events";
import { Piscina } from "piscina";
import { ParameterError } from "../errors/index.ts";
import type { BackendName } from "../kernels/index.ts";
import type { Cell, CellRecord, Identity } from "./cell.ts";
import { failedRecord } from "./compute.ts";

/** What a thread is asked. */
export interface SweepTask {
  cell: Cell;
  identity: Identity;
  backend: BackendName;
  /** Folder of claims of the user's own, absolute. */
  claims?: string;
  worker: string;
  attempts: number;
}

/** What it answers: a record, or why it computes no cell of this sweep. */
export type SweepAnswer = { record: CellRecord } | { refused: string };

export interface CellThreadsOptions {
  /** The module whose function `sweepCell` takes a SweepTask. */
  thread: URL;
  workers: number;
  backend: BackendName;
  claims?: string;
  /** Megabytes that a thread's JavaScript objects may take; more ends the thread. */
  heapMegabytes?: number;
}

export interface ComputeRequest {
  identity: Identity;
  worker: string;
  attempts: number;
  cellSeconds: number;
  signal: AbortSignal;
}

export interface CellThreads {
  /**
   * The record of a cell; undefined when the signal aborts first.
   *
   * Errors: ParameterError when the thread is of another version or has other claims than the cell was keyed with.
   */
  compute(cell: Cell, request: ComputeRequest): Promise<CellRecord | undefined>;
  close(): Promise<void>;
}

export function cellThreads({ thread, workers, backend, claims, heapMegabytes }: CellThreadsOptions): CellThreads {
  const pool = new Piscina<SweepTask, SweepAnswer>({
    filename: thread.href, name: "sweepCell", minThreads: workers, maxThreads: workers, recordTiming: false,
    ...(heapMegabytes === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } }),
  });
  return {
    async compute(cell, { identity, worker, attempts, cellSeconds, signal }) {
      const started = performance.now();
      const failed = (attempt: number, name: string, message: string) => failedRecord(cell, identity.version, { name, message }, { seconds: (performance.now() - started) / 1000, attempts: attempt, worker });
      for (let attempt = 1; ; attempt++) {
        if (signal.aborted) return undefined;
        const limit = limitOf(signal, cellSeconds);
        try {
          const answer = await pool.run({ cell, identity, backend, ...(claims === undefined ? {} : { claims }), worker, attempts: attempt }, { signal: limit.signal });
          if ("record" in answer) return answer.record;
          throw new ParameterError({ where: `worker ${worker}`, problem: answer.refused, expected: "workers of the version, and with the claims, that the sweep was begun with." });
        } catch (error) {
          if (error instanceof ParameterError) throw error;
          if (signal.aborted) return undefined;
          // the clock decides, not the cell: a second attempt would take as long
          if (limit.signal.aborted) return failed(attempt, "TimeLimit", `it was given up after ${cellSeconds} s.`);
          if (attempt >= attempts) return failed(attempt, "ThreadEnded", `the thread that computed it ended ${attempt === 1 ? "once" : `${attempt} times`} without an answer: ${reason(error)}.`);
        } finally {
          limit.free();
        }
      }
    },
    close: () => pool.destroy(),
  };
}

/** Ends a single cell. Lighter than an AbortController, of which 100,000 would be garbage that is long in coming. */
class Limit extends EventEmitter {
  aborted = false;
  abort(): void {
    this.aborted = true;
    this.emit("abort");
  }
}

/** Limits that end with a signal; one listener a signal, however many cells it sees. */
const limitsOf = new WeakMap<AbortSignal, Set<Limit>>();

/** A limit that ends with the signal, or when the time is up. */
function limitOf(signal: AbortSignal, seconds: number): { signal: Limit; free(): void } {
  let limits = limitsOf.get(signal);
  if (limits === undefined) {
    const all = new Set<Limit>();
    limitsOf.set(signal, (limits = all));
    signal.addEventListener("abort", () => all.forEach((limit) => limit.abort()), { once: true });
  }
  const limit = new Limit();
  limits.add(limit);
  const timer = Number.isFinite(seconds) ? setTimeout(() => limit.abort(), Math.min(seconds * 1000, 2 ** 31 - 1)) : undefined;
  const own = limits;
  return {
    signal: limit,
    free() {
      clearTimeout(timer);
      own.delete(limit);
    },
  };
}

/** Without what differs from machine to machine. */
function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") return "out of memory";
  return message.replace(/^Error: /, "").replace(/\.$/, "");
}
