/**
 * The worker's side: takes cells of open sweeps, oldest sweep first, and computes them in threads, so that this thread stays free to renew
 * the locks by which Redis knows that somebody works on them.
 *
 * A worker that vanishes loses its locks, and its cells go back to the others. One that is asked to stop finishes the cells it has within
 * `grace` seconds and gives the rest back.
 */
import { type Processor, WaitingError, Worker } from "bullmq";
import { setMaxListeners } from "node:events";
import { ParameterError } from "../../errors/index.ts";
import type { Cell, CellRecord, Identity } from "../cell.ts";
import type { Connection } from "./connection.ts";
import { pause } from "./engine.ts";
import { failureOf, spoken } from "./failure.ts";
import { listSweeps, type Manifest, prefix, queueName, readManifest } from "./manifest.ts";
import { type BullJob, type CellJob, CellQueue } from "./queue.ts";

export interface ComputeLimits {
  identity: Identity;
  attempts: number;
  cellSeconds: number;
  /** Gives the cell up. */
  signal: AbortSignal;
}

export interface ServeOptions {
  connection: Connection;
  identity: Identity;
  /** Cells at a time. */
  concurrency: number;
  /** In a thread of its own; undefined when the signal aborts first. Errors: a LemmagradError when this worker is not the one for the cell: it gives it back and ends. */
  compute: (cell: Cell, limits: ComputeLimits) => Promise<CellRecord | undefined>;
  /** Asks the worker to stop: it finishes what it has begun. */
  stop: AbortSignal;
  /** Asks it to hurry: it gives back what it has begun. */
  hurry: AbortSignal;
  /** Seconds for which Redis leaves a cell to a worker that does not answer; default 30. */
  lockSeconds?: number;
  /** Seconds that a worker asked to stop gives its cells; default 10. */
  grace?: number;
  /** Ends when no cell of any sweep waits or is being computed. */
  untilDone?: boolean;
  notice?: (words: string) => void;
  onRecord?: (record: CellRecord) => void;
}

/** Milliseconds between two looks at what sweeps there are, and after the last cell of one was taken. */
const every = 500;
const soon = 50;

/**
 * Serves until it is asked to stop, or with `untilDone` until nothing is left.
 *
 * Errors: ParameterError when there are open sweeps and none is of this version and these claims; what `compute` says about a cell that is
 * not for this worker; ConnectionError and ResourceError of the server. Nothing is lost by any of them: cells go back to their sweep.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { connection, stop, untilDone = false } = options;
  const served = new Serving(options);
  try {
    await Promise.race([connection.lost, served.failed, (async () => {
      while (!stop.aborted) {
        const left = await served.look();
        if (untilDone && left === 0) return;
        await served.wait();
      }
    })()]);
  } catch (error) {
    throw spoken(connection.address, error);
  } finally {
    await served.end();
  }
}

class Serving {
  /** Rejects when this worker cannot go on. */
  readonly failed: Promise<never>;
  private fail: (error: Error) => void = () => {};
  private wake: () => void = () => {};
  /** Of every sweep that was seen; looked at again and again. */
  private readonly queues = new Map<string, CellQueue>();
  private readonly open = new Map<string, { worker: Worker<CellJob, CellRecord>; busy: number }>();
  private readonly slots: Slots;
  private readonly ending = new AbortController();
  private readonly givingUp = new AbortController();
  private readonly told = new Set<string>();

  constructor(private readonly options: ServeOptions) {
    this.failed = new Promise<never>((_resolve, reject) => { this.fail = reject; });
    this.failed.catch(() => {});
    this.slots = new Slots(options.concurrency);
    // every cell that waits for a slot listens
    setMaxListeners(0, this.ending.signal, this.givingUp.signal);
    if (options.hurry.aborted) this.hurry();
    else options.hurry.addEventListener("abort", this.hurry);
  }

  private readonly hurry = (): void => this.givingUp.abort();

  /** Until it is time for another look. */
  async wait(): Promise<void> {
    const waking = new AbortController();
    this.wake = () => setTimeout(() => waking.abort(), soon);
    const stop = () => waking.abort();
    this.options.stop.addEventListener("abort", stop);
    if (!this.options.stop.aborted) await pause(every, waking.signal);
    this.options.stop.removeEventListener("abort", stop);
  }

  /** Opens workers for sweeps that have cells and closes those of sweeps that have none; returns how many cells are left. */
  async look(): Promise<number> {
    const { connection, concurrency } = this.options;
    const strangers: string[] = [];
    let [left, mine, wanted] = [0, 0, 0];
    for (const id of await listSweeps(connection)) {
      const manifest = await readManifest(connection, id);
      if (manifest === undefined) continue;
      const { waiting, active } = await this.queueOf(id).counts();
      const cells = waiting + active;
      const stranger = cells > 0 ? this.strangeness(manifest) : undefined;
      if (stranger !== undefined) strangers.push(stranger);
      // a sweep whose cells are all being computed is kept open too: somebody has to notice when a worker of it vanishes
      const serves = cells > 0 && stranger === undefined && wanted < concurrency;
      if (cells > 0 && stranger === undefined) [left, mine] = [left + cells, mine + 1];
      if (serves) {
        wanted += waiting;
        this.serve(manifest);
      } else if (cells === 0) await this.leave(id);
    }
    for (const words of strangers) {
      if (mine === 0) throw new ParameterError({ where: "worker", problem: words, expected: `lemmagrad ${this.options.identity.version} on both sides, and the same claim files.`, mend: "install the version that the sweep was submitted with (or submit it again with this one), and give the worker the same --claims folder. Its cells stay where they are." });
      if (!this.told.has(words)) this.options.notice?.(`${words} Its cells are left to other workers.`);
      this.told.add(words);
    }
    this.share();
    return left;
  }

  /** Why this worker does not take the sweep's cells. */
  private strangeness({ id, name, identity }: Manifest): string | undefined {
    const own = this.options.identity;
    const which = `sweep ${id.slice(0, 12)}${name === "" ? "" : ` (${name})`}`;
    if (identity.version !== own.version) return `${which} is of lemmagrad ${identity.version}, this worker is ${own.version}.`;
    if (identity.claims === own.claims) return undefined;
    if (own.claims === "") return `${which} uses claims of its own, and this worker was given none.`;
    return identity.claims === "" ? `${which} uses the package's own claims, and this worker was given others.` : `${which} uses claim files with the hash ${identity.claims.slice(0, 12)}, this worker's have ${own.claims.slice(0, 12)}.`;
  }

  private queueOf(id: string): CellQueue {
    let queue = this.queues.get(id);
    if (queue === undefined) this.queues.set(id, (queue = new CellQueue(this.options.connection, id)));
    return queue;
  }

  private serve({ id, identity, attempts, cellSeconds }: Manifest): void {
    if (this.open.has(id) || this.ending.signal.aborted) return;
    const { connection, concurrency, lockSeconds = 30 } = this.options;
    const process: Processor<CellJob, CellRecord> = (job, token) => this.process(id, job as BullJob, token ?? "", { identity, attempts, cellSeconds });
    const worker = new Worker<CellJob, CellRecord>(queueName(id), process, {
      connection: connection.redis, prefix, concurrency, drainDelay: 1, runRetryDelay: 500,
      lockDuration: lockSeconds * 1000, stalledInterval: lockSeconds * 500,
      // begun by `attempts` workers that vanished, it is not given to another one
      maxStalledCount: attempts - 1,
    });
    worker.on("error", (error) => this.onError(error));
    worker.on("drained", () => this.wake());
    this.open.set(id, { worker, busy: 0 });
  }

  private async process(id: string, job: BullJob, token: string, limits: Omit<ComputeLimits, "signal">): Promise<CellRecord> {
    const entry = this.open.get(id);
    if (entry !== undefined) entry.busy += 1;
    try {
      const free = await this.slots.take(this.ending.signal);
      if (free === undefined) return await giveBack(job, token);
      try {
        const record = await this.options.compute(job.data.cell, { ...limits, signal: this.givingUp.signal });
        if (record === undefined) return await giveBack(job, token);
        this.options.onRecord?.(record);
        return record;
      } catch (error) {
        if (error instanceof WaitingError) throw error;
        // a cell's own error is in its record: this one is about the worker
        this.fail(error as Error);
        return await giveBack(job, token);
      } finally {
        free();
      }
    } finally {
      if (entry !== undefined) entry.busy -= 1;
    }
  }

  /** All sweeps together get as many cells as there are slots: those that are left of an older one make room as they end. */
  private share(): void {
    let room = this.options.concurrency;
    for (const { worker, busy } of this.open.values()) {
      worker.concurrency = Math.max(1, room);
      room -= busy;
    }
  }

  private async leave(id: string): Promise<void> {
    const entry = this.open.get(id);
    if (entry === undefined || entry.busy > 0) return;
    this.open.delete(id);
    await entry.worker.close();
  }

  private onError(error: Error): void {
    const known = failureOf(this.options.connection.address, error);
    // the connection waits for a server that went away; a lost lock means that another worker has the cell
    if (known === undefined || /Redis does not answer|not ready yet/.test(known.message)) return;
    this.fail(known);
  }

  /** Takes no cell any more, waits for those it has, and after the grace, or when it cannot go on, gives them back. */
  async end(): Promise<void> {
    const { grace = 10, connection } = this.options;
    this.ending.abort();
    const timer = setTimeout(() => this.givingUp.abort(), grace * 1000);
    const closing = Promise.all([...this.open.values()].map(({ worker }) => worker.close())).then(() => Promise.all([...this.queues.values()].map((queue) => queue.close())));
    // a server that is away cannot be told: its locks run out by themselves
    const late = new AbortController();
    await Promise.race([closing, connection.lost, pause((grace + 5) * 1000, late.signal)]).catch(() => {});
    late.abort();
    clearTimeout(timer);
    this.options.hurry.removeEventListener("abort", this.hurry);
  }
}

/** Back to the front of the sweep, as if it had not been taken. */
async function giveBack(job: BullJob, token: string): Promise<never> {
  await job.moveToWait(token);
  throw new WaitingError();
}

/** So many at a time, whichever sweep they are of. */
class Slots {
  private readonly queue: (() => void)[] = [];
  constructor(private free: number) {}

  /** Resolves with what frees the slot again, or with undefined once the signal aborts. */
  async take(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.free > 0) this.free -= 1;
    else {
      const got = await new Promise<boolean>((resolve) => {
        const go = () => {
          signal.removeEventListener("abort", leave);
          resolve(true);
        };
        const leave = () => {
          this.queue.splice(this.queue.indexOf(go), 1);
          resolve(false);
        };
        this.queue.push(go);
        signal.addEventListener("abort", leave, { once: true });
      });
      if (!got) return undefined;
    }
    return () => {
      const next = this.queue.shift();
      if (next === undefined) this.free += 1;
      else next();
    };
  }
}

