/** The coordinator's side: submits cells to Redis, where workers take them, and hands on what comes back, in the order of the table. */
import { ParameterError } from "../../errors/index.ts";
import type { Cell } from "../cell.ts";
import type { Engine, EngineOptions } from "../engine.ts";
import type { Connection } from "./connection.ts";
import { type CoordinatorLock, holdSweep } from "./coordinator-lock.ts";
import { spoken } from "./failure.ts";
import { type Manifest, readManifest, setCells, stateOf, writeManifest } from "./manifest.ts";
import { batches, CellQueue, type Counts } from "./queue.ts";

export interface SweepAddress {
  connection: Connection;
  /** What the sweep is known by in Redis: the same for the same sweep file, version and claims. */
  id: string;
}

export interface BullmqOptions extends SweepAddress {
  /** The sweep's name, for people. */
  name: string;
  /** Told about twice a second how far the sweep is. */
  onCounts?: (counts: Counts) => void;
  notice?: (words: string) => void;
  /** Milliseconds between two looks; default 250. */
  every?: number;
}

/** Cells whose state is asked for in one go. */
const look = 200;

/** An engine whose workers are elsewhere (`lemmagrad worker`). Errors: as holdSweep and connect; a ParameterError when somebody cancels the sweep. */
export function bullmqEngine({ connection, id, name, onCounts = () => {}, notice = () => {}, every = 250 }: BullmqOptions): Engine {
  return {
    run: (cells, options) => coordinate(connection, id, async (queue) => {
      const again = walkable(cells);
      await submit(connection, queue, again, { id, name, ...options });
      await gather(connection, queue, again, { id, name, onCounts, notice, every, ...options });
    }),
  };
}

/** Submits the cells and leaves them to the workers. Returns how many there are in Redis. */
export async function submitSweep({ connection, id, name }: BullmqOptions, cells: Iterable<Cell>, options: Pick<EngineOptions, "identity" | "attempts" | "cellSeconds" | "signal">): Promise<Counts> {
  return coordinate(connection, id, async (queue) => {
    await submit(connection, queue, cells, { id, name, ...options });
    return queue.counts();
  });
}

/** Hands on the records of finished cells, in the order of `cells`; returns how many cells have none yet. Errors: ParameterError when Redis does not know the sweep. */
export async function collectSweep({ connection, id }: SweepAddress, cells: Iterable<Cell>, { identity, onRecord, signal }: Pick<EngineOptions, "identity" | "onRecord" | "signal">): Promise<number> {
  return withQueue(connection, id, async (queue) => {
    const { attempts } = await known(connection, id);
    let left = 0;
    for (const some of batches(cells, look)) {
      if (signal.aborted) break;
      const states = await queue.statesOf(some);
      const finished = some.filter((_, at) => states[at] === "finished");
      left += some.length - finished.length;
      for await (const record of queue.records(finished, { version: identity.version, attempts })) {
        onRecord(record);
        if (record.status === "failed") await queue.handedOverFailed(record.key);
      }
    }
    return left;
  });
}

/** The sweep's manifest. Errors: ParameterError when there is none. */
export async function known(connection: Connection, id: string): Promise<Manifest> {
  const manifest = await readManifest(connection, id);
  if (manifest !== undefined) return manifest;
  throw new ParameterError({
    where: `sweep ${id.slice(0, 12)}`, problem: `${connection.address.shown} knows no such sweep.`, expected: "one that was submitted there, from the same file, by the same version of lemmagrad, with the same claims.",
    mend: "`lemmagrad sweep status` lists those it knows.",
  });
}

interface Run extends EngineOptions {
  id: string;
  name: string;
}

async function submit(connection: Connection, queue: CellQueue, cells: Iterable<Cell>, { id, name, identity, attempts, cellSeconds, signal }: Omit<Run, "onRecord">): Promise<void> {
  const describe = () => writeManifest(connection, { id, name, identity, attempts, cellSeconds, state: "open", cells: 0, submittedAt: new Date().toISOString() });
  await describe();
  const sent = await queue.add(until(cells, signal), async () => {
    const state = await stateOf(connection, id);
    if (state === "cancelled") throw await cancelled(queue, id);
    // a restarted Redis may have forgotten it
    if (state === null) await describe();
  });
  if (signal.aborted) return;
  const { waiting, active, finished } = await queue.counts();
  await setCells(connection, id, Math.max(sent, waiting + active + finished));
}

/** In the order of the cells, so that a batch of them is all that is in memory; a straggler holds the others back, in Redis, not here. */
async function gather(connection: Connection, queue: CellQueue, cells: Iterable<Cell>, run: Run & Required<Pick<BullmqOptions, "onCounts" | "notice" | "every">>): Promise<void> {
  const { id, identity, attempts, signal, onRecord, onCounts, notice, every } = run;
  let counted = -Infinity;
  for (let some of batches(cells, look)) {
    while (some.length > 0) {
      if (signal.aborted) return;
      const states = await queue.statesOf(some);
      const firstOpen = states.findIndex((state) => state !== "finished");
      const ready = firstOpen < 0 ? some.length : firstOpen;
      for await (const record of queue.records(some.slice(0, ready), { version: identity.version, attempts })) {
        if (signal.aborted) return;
        onRecord(record);
        if (record.status === "failed") await queue.handedOverFailed(record.key);
      }
      some = some.slice(ready);
      const missing = states.slice(ready).includes("missing");
      if (missing || performance.now() - counted > 500) {
        const state = await stateOf(connection, id);
        if (state === "cancelled") throw await cancelled(queue, id);
        if (missing || (state === null && some.length > 0)) {
          notice("Redis has lost cells, as it may when it is restarted; they are submitted again.");
          await submit(connection, queue, from(cells, some[0].index), run);
          continue;
        }
        onCounts(await queue.counts());
        counted = performance.now();
      }
      if (ready === 0) await pause(every, signal);
    }
  }
  onCounts(await queue.counts());
}

/** What is said of it, after taking back cells that were on their way while it was cancelled. */
async function cancelled(queue: CellQueue, id: string): Promise<ParameterError> {
  await queue.drain();
  return new ParameterError({ where: `sweep ${id.slice(0, 12)}`, problem: "somebody has cancelled it.", expected: "a sweep that is left to run.", mend: "submit it again: what is finished is kept." });
}

/** Holds the sweep while `body` works, and gives up with it. */
async function coordinate<Result>(connection: Connection, id: string, body: (queue: CellQueue) => Promise<Result>): Promise<Result> {
  return withQueue(connection, id, async (queue) => {
    const lock: CoordinatorLock = await holdSweep(connection, id);
    try {
      return await Promise.race([body(queue), lock.lost]);
    } finally {
      await lock.free();
    }
  });
}

/** Errors: what `body` throws; what the server says, in plain words; ConnectionError when it went away for good. */
export async function withQueue<Result>(connection: Connection, id: string, body: (queue: CellQueue) => Promise<Result>): Promise<Result> {
  const queue = new CellQueue(connection, id);
  try {
    return await Promise.race([body(queue), connection.lost]);
  } catch (error) {
    throw spoken(connection.address, error);
  } finally {
    await queue.close().catch(() => {});
  }
}

/** Cells that can be walked more than once; those of a generator are kept for it. */
function walkable(cells: Iterable<Cell>): Iterable<Cell> {
  return (cells as Partial<Iterator<Cell>>).next === undefined ? cells : [...cells];
}

/** What was not handed over yet: cells come in the order of their places. */
function* from(cells: Iterable<Cell>, least: number): Generator<Cell> {
  for (const cell of cells) if (cell.index >= least) yield cell;
}

function* until<Item>(items: Iterable<Item>, signal: AbortSignal): Generator<Item> {
  for (const item of items) {
    if (signal.aborted) return;
    yield item;
  }
}

export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}

