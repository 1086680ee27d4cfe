/** Worker threads that run the experiments of claims, the cells of phase diagrams, and the points of searches. */
import { Piscina } from "piscina";
import type { Examined, Job, Point } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import type { Examined as ExaminedPoint, Task } from "../falsify/index.ts";
import type { BackendName } from "../kernels/index.ts";
import { WorkerError } from "./exit.ts";
import { installation } from "./installation.ts";
import type { ClaimTask, Outcome, PhaseTask, SearchTask } from "./worker.ts";

export interface Pool {
  run(job: Job): Promise<unknown>;
  close(): Promise<void>;
}

/** A pool of exactly `workers` threads, each running one job at a time. */
export function claimPool({ workers, backend, external }: { workers: number; backend: BackendName; external: boolean }): Pool {
  const pool = new Piscina<ClaimTask, Outcome<unknown>>({ filename: installation().worker.href, minThreads: workers, maxThreads: workers, recordTiming: false });
  return {
    async run({ url, control, name, seed, key, experiment }) {
      if (url === undefined) throw new ParameterError({ where: "verify", problem: `the claim of experiment "${name}" has no module.`, expected: "a claim loaded from a file." });
      const outcome = await pool.run({ url, external, control, name, seed, key, backend });
      if ("value" in outcome) return outcome.value;
      throw new WorkerError(`${experiment.kind}, experiment "${name}", seed ${seed}`, outcome.failure);
    },
    close: () => pool.destroy(),
  };
}

export interface CellPool {
  run(url: string | undefined, point: Point, seeds: number[]): Promise<Examined>;
  close(): Promise<void>;
}

/** A pool of exactly `workers` threads, each examining one point at a time. */
export function cellPool({ workers, backend, external }: { workers: number; backend: BackendName; external: boolean }): CellPool {
  const pool = new Piscina<PhaseTask, Outcome<Examined>>({ filename: installation().worker.href, name: "phaseCell", minThreads: workers, maxThreads: workers, recordTiming: false });
  return {
    async run(url, point, seeds) {
      if (url === undefined) throw new ParameterError({ where: "phase", problem: "the claim has no module.", expected: "a claim loaded from a file." });
      const outcome = await pool.run({ url, external, point, seeds, backend });
      if ("value" in outcome) return outcome.value;
      throw new WorkerError(`phase diagram, point ${JSON.stringify(point)}, seeds ${seeds.join(", ")}`, outcome.failure);
    },
    close: () => pool.destroy(),
  };
}

export interface SearchPool {
  run(url: string | undefined, task: Task): Promise<ExaminedPoint>;
  close(): Promise<void>;
}

/** The same for the points of a search. */
export function searchPool({ workers, backend, external }: { workers: number; backend: BackendName; external: boolean }): SearchPool {
  const pool = new Piscina<SearchTask, Outcome<ExaminedPoint>>({ filename: installation().worker.href, name: "searchPoint", minThreads: workers, maxThreads: workers, recordTiming: false });
  return {
    async run(url, task) {
      if (url === undefined) throw new ParameterError({ where: "falsify", problem: "the claim has no module.", expected: "a claim loaded from a file." });
      const outcome = await pool.run({ url, external, task, backend });
      if ("value" in outcome) return outcome.value;
      throw new WorkerError(`search, point ${JSON.stringify(task.point)}, seeds ${task.seeds.join(", ")}`, outcome.failure);
    },
    close: () => pool.destroy(),
  };
}
