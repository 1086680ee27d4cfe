/** Worker threads that run the experiments of claims, the cells of phase diagrams, the points of searches, and the jobs of an experiment on images. */
import { MessageChannel } from "node:worker_threads";
import { Piscina } from "piscina";
import type { Examined, Job, Point } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import type { Examined as ExaminedPoint, Task } from "../falsify/index.ts";
import type { Handed, JobResult, PlannedJob } from "../images/experiment/index.ts";
import type { JobInputs } from "../images/experiment/run-job.ts";
import type { BackendName } from "../kernels/index.ts";
import { WorkerError } from "./exit.ts";
import { installation } from "./installation.ts";
import type { ClaimTask, ImageTask, Outcome, PhaseTask, SearchTask } from "./worker.ts";

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

export interface ImagePool {
  /** `onProgress` is told the share of the job that is done. */
  run(planned: PlannedJob, handed: Handed, onProgress: (done: number) => void): Promise<JobResult>;
  close(): Promise<void>;
}

/** The same for the jobs of an experiment on real images; all threads look at one copy of the images. */
export function imagePool({ workers, backend, data }: { workers: number; backend: BackendName; data: Pick<JobInputs, "plan" | "training" | "heldOut"> }): ImagePool {
  const pool = new Piscina<ImageTask, Outcome<JobResult>>({ filename: installation().worker.href, name: "imageJob", minThreads: workers, maxThreads: workers, recordTiming: false });
  return {
    async run({ job, words }, handed, onProgress) {
      const { port1, port2 } = new MessageChannel();
      port1.on("message", onProgress);
      try {
        const outcome = await pool.run({ job, inputs: { ...data, ...handed }, backend, progress: port2 }, { transferList: [port2] });
        if ("value" in outcome) return outcome.value;
        throw new WorkerError(words, outcome.failure);
      } finally {
        port1.close();
      }
    },
    close: () => pool.destroy(),
  };
}
