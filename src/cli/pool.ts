/** Worker threads that run the experiments of claims. */
import { Piscina } from "piscina";
import type { Job } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import type { BackendName } from "../kernels/index.ts";
import { WorkerError } from "./exit.ts";
import { installation } from "./installation.ts";
import type { ClaimTask, Outcome } from "./worker.ts";

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
