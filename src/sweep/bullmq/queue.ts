/**
 * The queue of one sweep: a BullMQ queue whose jobs are cells.
 *
 * A job's id is its cell's key: adding a cell again changes nothing, whether it waits, is being computed or is done. Its record is the job's
 * return value, written in the same step that ends the job, by the worker that holds the job's lock: once, however often it was computed.
 */
import { type Job, Queue } from "bullmq";
import type { Cell, CellRecord } from "../cell.ts";
import { failedRecord } from "../compute.ts";
import type { Connection } from "./connection.ts";
import { manifestKey, prefix, queueName } from "./manifest.ts";

/** What a job carries. */
export interface CellJob {
  cell: Cell;
}

export interface Counts {
  waiting: number;
  active: number;
  finished: number;
}

/** Cells added in one go: enough for the time to be spent in Redis, few enough for memory. */
const batch = 500;
/** Records fetched in one go; those of whole training runs are large. */
const recordBatch = 16;

/** BullMQ's own words when a job's worker vanished too often. */
const stalledTooOften = /stalled more than allowable limit/;

export class CellQueue {
  readonly queue: Queue<CellJob, CellRecord>;

  private readonly failedKey: string;

  constructor(private readonly connection: Connection, id: string) {
    this.failedKey = `${manifestKey(id)}:failed`;
    this.queue = new Queue(queueName(id), { connection: connection.redis, prefix, skipMetasUpdate: true });
    // said where it is met: by the call that fails
    this.queue.on("error", () => {});
  }

  /** Adds cells in batches, only a batch of them in memory; returns how many there were. `between` may throw, and is awaited before each batch. */
  async add(cells: Iterable<Cell>, between: (sent: number) => Promise<void> | void = () => {}): Promise<number> {
    let sent = 0;
    for await (const some of this.renewed(cells)) {
      await between(sent);
      await this.queue.addBulk(some.map((cell) => ({
        name: "cell", data: { cell },
        // a cell's own error is a record; what BullMQ sees fail is the way to Redis, which is to be tried again
        opts: { jobId: cell.key, attempts: 1000, removeOnComplete: false, removeOnFail: false },
      })));
      sent += some.length;
    }
    return sent;
  }

  async counts(): Promise<Counts> {
    const { waiting = 0, prioritized = 0, delayed = 0, active = 0, completed = 0, failed = 0 } = await this.queue.getJobCounts("waiting", "prioritized", "delayed", "active", "completed", "failed");
    return { waiting: waiting + prioritized + delayed, active, finished: completed + failed };
  }

  /** Of each cell: whether it is finished, waits or is being computed ("open"), or is not there ("missing"). */
  async statesOf(cells: readonly Cell[]): Promise<("finished" | "open" | "missing")[]> {
    const pipeline = this.connection.redis.pipeline();
    for (const { key } of cells) pipeline.hmget(this.queue.toKey(key), "timestamp", "finishedOn");
    return ((await pipeline.exec()) ?? []).map(([error, reply]) => {
      if (error !== null) throw error;
      const [timestamp, finishedOn] = reply as (string | null)[];
      return timestamp === null ? "missing" : finishedOn === null ? "open" : "finished";
    });
  }

  /** The records of finished cells, in their order, a few in memory at a time. */
  async *records(cells: readonly Cell[], { version, attempts }: { version: string; attempts: number }): AsyncGenerator<CellRecord> {
    for (const some of batches(cells, recordBatch)) {
      const pipeline = this.connection.redis.pipeline();
      for (const { key } of some) pipeline.hmget(this.queue.toKey(key), "returnvalue", "failedReason");
      for (const [at, [error, reply]] of ((await pipeline.exec()) ?? []).entries()) {
        if (error !== null) throw error;
        const [value, reason] = reply as (string | null)[];
        if (value !== null) yield JSON.parse(value) as CellRecord;
        else yield lostRecord(some[at], version, attempts, reason ?? "");
      }
    }
  }

  /** Remembers that a failed cell's record was handed over: if it is asked for again, it is to be computed again. */
  async handedOverFailed(key: string): Promise<void> {
    await this.connection.redis.sadd(this.failedKey, key);
  }

  /** Takes away the jobs of failed cells whose records were handed over, so that adding them computes them again. */
  private async *renewed(cells: Iterable<Cell>): AsyncGenerator<Cell[]> {
    const { redis } = this.connection;
    for (const some of batches(cells, batch)) {
      if ((await redis.exists(this.failedKey)) === 1) {
        const failed = await redis.smismember(this.failedKey, ...some.map(({ key }) => key));
        for (const { key } of some.filter((_, at) => failed[at] === 1)) {
          await this.queue.remove(key);
          await redis.srem(this.failedKey, key);
        }
      }
      yield some;
    }
  }

  /** Takes back the cells that wait. */
  drain(): Promise<void> {
    return this.queue.drain(true);
  }

  /** Removes all of it, also what is being computed. */
  async remove(): Promise<void> {
    await this.queue.obliterate({ force: true, count: 1000 });
    await this.connection.redis.del(this.failedKey);
  }

  close(): Promise<void> {
    return this.queue.close();
  }
}

/** The record of a cell that no worker lived to finish. */
function lostRecord(cell: Cell, version: string, attempts: number, reason: string): CellRecord {
  const message = stalledTooOften.test(reason) ? `the worker that computed it ended without an answer, ${attempts} times.` : reason;
  return failedRecord(cell, version, { name: "WorkerError", message }, { seconds: 0, attempts, worker: "" });
}

export type BullJob = Job<CellJob, CellRecord>;

export function* batches<Item>(items: Iterable<Item>, size: number): Generator<Item[]> {
  let some: Item[] = [];
  for (const item of items) {
    some.push(item);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
