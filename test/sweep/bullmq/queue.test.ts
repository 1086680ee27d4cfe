import { Worker } from "bullmq";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { Cell, CellRecord } from "../../../src/sweep/index.ts";
import { bullmqEngine, cancelSweep, collectSweep, connect, type Connection, redisAddress, serve, type ServeOptions, submitSweep, sweepStatus } from "../../../src/sweep/bullmq/index.ts";
import { describeWithRedis } from "../../support/describe-with-redis.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { cellAt, cellsUpTo, eventually, identity, limits, never, recordOf, sleep } from "./cells.ts";

// for a busy machine
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

describeWithRedis("a sweep in Redis", () => {
  let redis: RedisServer;
  let connection: Connection;
  let at = 0;
  /** A sweep of its own for each test. */
  const sweep = () => ({ connection, id: `sweep${at}`, name: `sweep ${at}` });
  const submit = (n: number, from = 0) => submitSweep(sweep(), cellsUpTo(n, from), { ...limits, signal: never });
  const work = (options: Partial<ServeOptions> = {}) => serve({ connection, identity, concurrency: 2, stop: never, hurry: never, untilDone: true, compute: async (cell) => recordOf(cell), ...options });
  async function collected(n: number): Promise<{ records: CellRecord[]; left: number }> {
    const records: CellRecord[] = [];
    const left = await collectSweep(sweep(), cellsUpTo(n), { identity, signal: never, onRecord: (record) => records.push(record) });
    return { records, left };
  }

  beforeAll(async () => {
    redis = await startRedis();
    connection = await connect(redisAddress(redis.url, {}));
  });
  afterAll(async () => {
    await connection.close();
    await redis.end();
  });
  afterEach(async () => {
    at += 1;
    await redis.client.flushall();
    await redis.client.config("SET", "maxmemory", "0");
  });

  it("is submitted by one process, computed by another, and collected by a third, in the order of the table", async () => {
    expect(await submit(703)).toEqual({ waiting: 703, active: 0, finished: 0 });
    await work();
    const { records, left } = await collected(703);
    expect(left).toBe(0);
    expect(records).toEqual(Array.from({ length: 703 }, (_, index) => recordOf(cellAt(index))));
  });
  it("has each cell once, however often it is submitted, also after it is done", async () => {
    await submit(10);
    await submit(20);
    let computed = 0;
    await work({ compute: async (cell) => { computed += 1; return recordOf(cell); } });
    expect(await submit(20)).toEqual({ waiting: 0, active: 0, finished: 20 });
    await work();
    expect(computed).toBe(20);
  });
  it("is handed to onRecord exactly once a cell, in order, while workers go on", async () => {
    const seen: number[] = [];
    const counts: number[] = [];
    await Promise.all([
      bullmqEngine({ ...sweep(), every: 10, onCounts: ({ finished }) => counts.push(finished) }).run(cellsUpTo(500), { ...limits, signal: never, onRecord: ({ index }) => seen.push(index) }),
      eventually(async () => (await sweepStatus(connection)).some(({ cells }) => cells === 500)).then(() => work()),
    ]);
    expect(seen).toEqual(Array.from({ length: 500 }, (_, index) => index));
    expect(counts.at(-1)).toBe(500);
  });
  it("takes cells that can be walked only once, too", async () => {
    let seen = 0;
    await submit(7);
    await work();
    await bullmqEngine(sweep()).run((function* () { yield* cellsUpTo(7); })(), { ...limits, signal: never, onRecord: () => { seen += 1; } });
    expect(seen).toBe(7);
  });
  it("stops at what onRecord throws, and at the signal", async () => {
    await submit(5);
    await work();
    const full = new Error("the disk is full");
    await expect(bullmqEngine(sweep()).run(cellsUpTo(5), { ...limits, signal: never, onRecord: () => { throw full; } })).rejects.toThrow("the disk is full");
    await submit(6);
    const control = new AbortController();
    setTimeout(() => control.abort(), 100);
    const seen: number[] = [];
    await bullmqEngine(sweep()).run(cellsUpTo(6), { ...limits, signal: control.signal, onRecord: ({ index }) => seen.push(index) });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });
  it("is listed by its status only when it is described", async () => {
    await redis.client.zadd("lemmagrad:sweeps", "1", "undescribed");
    expect(await sweepStatus(connection)).toEqual([]);
    await expect(sweepStatus(connection, "undescribed")).rejects.toThrow(/knows no such sweep/);
  });
  it("has one coordinator at a time, and the second is told who it is", async () => {
    const control = new AbortController();
    const first = bullmqEngine(sweep()).run(cellsUpTo(5), { ...limits, signal: control.signal, onRecord: () => {} });
    await eventually(async () => (await redis.client.exists(`lemmagrad:sweep:${sweep().id}:coordinator`)) === 1);
    const second = submit(5);
    await expect(second).rejects.toMatchObject({ name: "ParameterError" });
    await expect(second).rejects.toThrow(new RegExp(`another coordinator works on it: process ${process.pid} on `));
    control.abort();
    await first;
    await expect(submit(5)).resolves.toMatchObject({ waiting: 5 });
  });
  it("is taken over at once from a coordinator of this machine that has died, and not from one of another machine", async () => {
    const { hostname } = await import("node:os");
    const key = `lemmagrad:sweep:${sweep().id}:coordinator`;
    // no process has the largest id
    await redis.client.set(key, JSON.stringify({ token: "x", host: hostname(), pid: 4_194_305 }), "EX", 30);
    await expect(submit(3)).resolves.toMatchObject({ waiting: 3 });
    await redis.client.set(key, JSON.stringify({ token: "x", host: "elsewhere", pid: 4_194_305 }), "EX", 30);
    await expect(submit(3)).rejects.toThrow(/process 4194305 on elsewhere/);
  });
  it("goes back to what waits when its worker vanishes, and is failed after as many workers as it has attempts", async () => {
    await submit(1);
    // a worker that takes the cell and never answers, without renewing its lock
    for (let vanished = 1; vanished <= limits.attempts; vanished += 1) {
      let taken = false;
      const ghost = new Worker(`cells-${sweep().id}`, () => { taken = true; return new Promise(() => {}); }, { connection: connection.redis, prefix: "lemmagrad", lockDuration: 100, stalledInterval: 50, maxStalledCount: limits.attempts - 1, skipLockRenewal: true });
      ghost.on("error", () => {});
      await eventually(() => taken);
      await ghost.close(true);
      if (vanished < limits.attempts) continue;
      await work({ lockSeconds: 0.2, compute: async () => { throw new Error("it must not be computed again"); } });
    }
    const { records } = await collected(1);
    expect(records).toMatchObject([{ status: "failed", key: cellAt(0).key, index: 0, error: { name: "WorkerError", message: "the worker that computed it ended without an answer, 3 times." } }]);
    // what it would have been about stays in the table
    expect(records[0].rows).toMatchObject([{ seed: 0 }]);
  });
  it("computes a failed cell again when it is asked for after its record was handed over, and not before", async () => {
    const failing = async (cell: Cell) => ({ ...recordOf(cell, "first"), ...(cell.index === 1 ? { status: "failed" as const, error: { name: "E", message: "no" } } : {}) });
    await submit(3);
    await work({ compute: failing });
    expect(await submit(3)).toMatchObject({ finished: 3 });
    expect((await collected(3)).records.map(({ status }) => status)).toEqual(["done", "failed", "done"]);
    expect(await submit(3)).toMatchObject({ waiting: 1, finished: 2 });
    await work();
    expect((await collected(3)).records.map(({ status, made }) => `${status} ${made.worker}`)).toEqual(["done first", "done test", "done first"]);
  });
  it("keeps the first result when a worker that was thought dead answers late", async () => {
    await submit(1);
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => { finish = resolve; });
    // it holds the cell without renewing the lock, as a process that was stopped would
    const late = new Worker(`cells-${sweep().id}`, async (job) => { await held; return recordOf(job.data.cell, "late"); }, { connection: connection.redis, prefix: "lemmagrad", lockDuration: 100, stalledInterval: 10_000, skipLockRenewal: true });
    const errors: string[] = [];
    late.on("error", ({ message }) => errors.push(message));
    await eventually(async () => (await sweepStatus(connection, sweep().id))[0].active === 1);
    await redis.client.del(`lemmagrad:cells-${sweep().id}:stalled-check`);
    await work({ lockSeconds: 0.2, compute: async (cell) => recordOf(cell, "second") });
    finish();
    await eventually(() => errors.length > 0);
    await late.close();
    const { records } = await collected(1);
    expect(records[0].made.worker).toBe("second");
    expect((await sweepStatus(connection, sweep().id))[0]).toMatchObject({ finished: 1, waiting: 0, active: 0 });
  });
  it("loses nothing to a Redis that is out of memory while cells are submitted", async () => {
    const used = Number(/used_memory:(\d+)/.exec(await redis.client.info("memory"))![1]);
    await redis.client.config("SET", "maxmemory", String(used + 700_000));
    const failed = submit(2000);
    await expect(failed).rejects.toMatchObject({ name: "ResourceError" });
    await expect(failed).rejects.toThrow(/Redis is out of memory .*Mend: raise maxmemory/s);
    await redis.client.config("SET", "maxmemory", "0");
    expect((await submit(2000)).waiting).toBe(2000);
  });
  it("loses nothing to a Redis that is out of memory when a result comes: the worker ends with a word, another computes the cell", async () => {
    await submit(3);
    await expect(work({
      lockSeconds: 0.3,
      compute: async (cell) => {
        await redis.client.config("SET", "maxmemory", "1");
        return recordOf(cell, "unlucky");
      },
    })).rejects.toThrow(/Redis is out of memory/);
    await redis.client.config("SET", "maxmemory", "0");
    await work({ lockSeconds: 0.3 });
    const { records, left } = await collected(3);
    expect(left).toBe(0);
    expect(records).toHaveLength(3);
    expect(records.every(({ status }) => status === "done")).toBe(true);
  });
  it("gives a cell to be computed again whose result could not be handed in, instead of calling it failed", async () => {
    await submit(1);
    // not the cell's error, which would be a record, but one of the way to Redis
    let refused = 0;
    const unlucky = new Worker(`cells-${sweep().id}`, () => { refused += 1; throw new Error("MISCONF Redis is configured to save RDB snapshots"); }, { connection: connection.redis, prefix: "lemmagrad" });
    await eventually(() => refused > 3);
    await unlucky.close();
    await work();
    expect((await collected(1)).records).toEqual([recordOf(cellAt(0))]);
  });
  it.each([["cells", "cells-"], ["the description of the sweep", "sweep:"], ["all of it", ""]])("submits again what a restarted Redis has lost: %s", async (_what, keys) => {
    const said: string[] = [];
    const seen: number[] = [];
    await submit(50);
    await work({ compute: async (cell) => { if (cell.index >= 10) await cancelSweep(sweep()); return recordOf(cell); } });
    const run = bullmqEngine({ ...sweep(), every: 10, notice: (words) => said.push(words) }).run(cellsUpTo(50), { ...limits, signal: never, onRecord: ({ index }) => seen.push(index) });
    await eventually(() => seen.length >= 10);
    // at once, as a restart loses them: what is left is what an earlier moment had
    await redis.client.del(...(await redis.client.keys(`lemmagrad:${keys}*`)));
    await eventually(() => said.length > 0);
    await eventually(async () => (await sweepStatus(connection)).some(({ waiting }) => waiting > 30));
    let computed = 0;
    await work({ compute: async (cell) => { computed += 1; return recordOf(cell); } });
    await run;
    expect(said[0]).toMatch(/Redis has lost cells/);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index));
    // those that were handed over already are not computed again
    expect(computed).toBeLessThanOrEqual(40);
  });
  it("is cancelled: what waits is taken back, what is done stays, and the coordinator is told; submitting again goes on", async () => {
    await submit(4);
    await work();
    await submit(10);
    const run = bullmqEngine({ ...sweep(), every: 10 }).run(cellsUpTo(10), { ...limits, signal: never, onRecord: () => {} });
    run.catch(() => {});
    await sleep(50);
    expect(await cancelSweep(sweep())).toMatchObject({ finished: 4, waiting: 6 });
    await expect(run).rejects.toThrow(/somebody has cancelled it/);
    expect((await sweepStatus(connection))[0]).toMatchObject({ state: "cancelled", finished: 4, waiting: 0, missing: 6 });
    expect((await collected(10)).left).toBe(6);
    expect(await submit(10)).toMatchObject({ finished: 4, waiting: 6 });
    expect((await sweepStatus(connection))[0].state).toBe("open");
  });
  it("leaves nothing in Redis when it is forgotten, also under a coordinator's hands", async () => {
    await submit(2000);
    await redis.client.sadd(`lemmagrad:sweep:${sweep().id}:failed`, "key-000000");
    const run = bullmqEngine({ ...sweep(), every: 1000 }).run(cellsUpTo(2000), { ...limits, signal: never, onRecord: () => {} });
    run.catch(() => {});
    await eventually(async () => (await redis.client.exists(`lemmagrad:sweep:${sweep().id}:coordinator`)) === 1);
    // by now it has submitted, and waits for results
    await sleep(500);
    expect(await redis.client.dbsize()).toBeGreaterThan(2000);
    await cancelSweep(sweep(), { forget: true });
    await expect(run).rejects.toThrow(/somebody has cancelled it/);
    expect(await redis.client.keys("*")).toEqual([]);
    await expect(sweepStatus(connection, sweep().id)).rejects.toThrow(/knows no such sweep/);
    await expect(collected(1)).rejects.toThrow(/knows no such sweep/);
    expect(await sweepStatus(connection)).toEqual([]);
  });
});
