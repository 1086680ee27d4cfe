/** `lemmagrad worker`: computes cells of the sweeps in a Redis, in threads, until it is interrupted or none is left. */
import { availableParallelism, hostname } from "node:os";
import { resolve } from "node:path";
import type { BackendName } from "../kernels/index.ts";
import { connect, redisAddress, serve } from "../sweep/bullmq/index.ts";
import { cellThreads } from "../sweep/index.ts";
import { exitCode } from "./exit.ts";
import { installation } from "./installation.ts";
import { heapMegabytes, machineMemory } from "./sweep.ts";
import { identityOf } from "./sweep-identity.ts";
import { counted } from "./table.ts";

export interface WorkerFlags {
  redis?: string;
  concurrency?: number;
  claims?: string;
  untilDone?: boolean;
  lock: number;
  grace: number;
  backend: BackendName;
}

/** Returns the exit code: 0 when no cell is left, 130 when it was interrupted. */
export async function sweepWorker({ redis, concurrency = availableParallelism(), claims, untilDone = false, lock, grace, backend }: WorkerFlags): Promise<number> {
  const say = (words: string) => process.stderr.write(`lemmagrad: ${words}\n`);
  const address = redisAddress(redis);
  const identity = identityOf(claims);
  const worker = `${hostname().replaceAll(/[^A-Za-z0-9-]/g, "-")}-${process.pid}`;
  const [stop, hurry] = [new AbortController(), new AbortController()];
  const interrupted = () => {
    if (stop.signal.aborted) return hurry.abort();
    say(`worker ${worker} stops: it finishes what it has begun, at most ${grace} s, and gives back the rest; interrupt it again to give back at once.`);
    stop.abort();
  };
  process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
  const connection = await connect(address, { notice: say });
  const threads = cellThreads({
    thread: installation().worker, workers: concurrency, backend, heapMegabytes: heapMegabytes(machineMemory(), concurrency), ...(claims === undefined ? {} : { claims: resolve(claims) }),
  });
  let [done, failed, said] = [0, 0, performance.now()];
  const progress = () => `${counted(done, "cell")} done${failed === 0 ? "" : `, ${failed} of them failed`}`;
  say(`worker ${worker}: lemmagrad ${identity.version}, ${counted(concurrency, "cell")} at a time from ${address.shown}.`);
  try {
    await serve({
      connection, identity, concurrency, untilDone, grace, lockSeconds: lock, stop: stop.signal, hurry: hurry.signal, notice: say,
      compute: (cell, limits) => threads.compute(cell, { ...limits, worker }),
      onRecord({ status }) {
        done += 1;
        if (status === "failed") failed += 1;
        if (performance.now() - said < 10_000) return;
        said = performance.now();
        say(`${progress()}.`);
      },
    });
  } finally {
    await threads.close();
    await connection.close();
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  }
  say(`worker ${worker} ends: ${progress()}.`);
  return stop.signal.aborted ? exitCode.interrupted : exitCode.ok;
}
