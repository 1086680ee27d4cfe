import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { ParameterError } from "../../../src/errors/index.ts";
import type { CellRecord } from "../../../src/sweep/index.ts";
import { cancelSweep, collectSweep, connect, type Connection, redisAddress, serve, type ServeOptions, submitSweep, sweepStatus } from "../../../src/sweep/bullmq/index.ts";
import { describeWithRedis } from "../../support/describe-with-redis.ts";
import { type RedisServer, startRedis } from "../../support/redis-server.ts";
import { cellsUpTo, eventually, identity, limits, never, recordOf, sleep } from "./cells.ts";

// for a busy machine
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

describeWithRedis("a worker of sweeps in Redis", () => {
  let redis: RedisServer;
  let connection: Connection;
  const submit = (id: string, n: number, of = identity) => submitSweep({ connection, id, name: `${id}.yaml` }, cellsUpTo(n), { ...limits, identity: of, signal: never });
  const work = (options: Partial<ServeOptions> = {}) => serve({ connection, identity, concurrency: 2, stop: never, hurry: never, untilDone: true, compute: async (cell) => recordOf(cell), ...options });
  async function records(id: string, n: number): Promise<CellRecord[]> {
    const found: CellRecord[] = [];
    await collectSweep({ connection, id }, cellsUpTo(n), { identity, signal: never, onRecord: (record) => found.push(record) });
    return found;
  }
  /** Resolves when the signal aborts. */
  const heldUntil = (signal: AbortSignal) => new Promise<undefined>((resolve) => { signal.addEventListener("abort", () => resolve(undefined), { once: true }); });

  beforeAll(async () => {
    redis = await startRedis();
    connection = await connect(redisAddress(redis.url, {}));
  });
  afterAll(async () => {
    await connection.close();
    await redis.end();
  });
  afterEach(() => redis.client.flushall());

  it("computes as many cells at a time as it was told, of several sweeps, the oldest first", async () => {
    await submit("a", 3);
    await sleep(5);
    await submit("b", 6);
    let [now, most] = [0, 0];
    const begun: string[] = [];
    // long enough for the second sweep to be opened beside the last cells of the first
    await work({
      concurrency: 3,
      async compute(cell) {
        most = Math.max(most, (now += 1));
        begun.push(`${cell.index} ${(await sweepStatus(connection, "a"))[0].finished}`);
        // the older sweep gets more cells while the younger one is served
        if (begun.length === 4) await submit("a", 6);
        await sleep(cell.index === 0 ? 800 : 200);
        now -= 1;
        return recordOf(cell);
      },
    });
    expect(most).toBe(3);
    expect([await records("a", 6), await records("b", 6)].map(({ length }) => length)).toEqual([6, 6]);
    // places that the first sweep leaves empty are not left empty: cells of the second are begun while the first's last one is computed
    expect(begun.slice(3).some((words) => words.endsWith(" 2"))).toBe(true);
  });
  it("serves the older sweep first", async () => {
    await submit("a", 20);
    await sleep(5);
    await submit("b", 20);
    const order: string[] = [];
    await work({ concurrency: 1, compute: async (cell) => { order.push((await sweepStatus(connection, "b"))[0].finished === 0 ? "before b" : "after b"); return recordOf(cell); } });
    expect(order.filter((when) => when === "before b").length).toBeGreaterThanOrEqual(20);
  });
  it("goes on with cells that are submitted while it waits", async () => {
    const stop = new AbortController();
    const served = work({ untilDone: false, stop: stop.signal });
    await sleep(100);
    await submit("late", 5);
    await eventually(async () => (await sweepStatus(connection, "late"))[0].finished === 5);
    stop.abort();
    await served;
  });
  it("renews the lock of a cell that takes longer than it, so that it is computed once", async () => {
    await submit("long", 1);
    let begun = 0;
    const compute: ServeOptions["compute"] = async (cell) => { begun += 1; await sleep(2500); return recordOf(cell); };
    await Promise.all([work({ lockSeconds: 1, compute }), work({ lockSeconds: 1, compute })]);
    expect(begun).toBe(1);
  });
  it("asked to stop, finishes what it has begun, takes no other cell, and loses none", async () => {
    await submit("stop", 20);
    const stop = new AbortController();
    const done: number[] = [];
    await work({
      untilDone: false, stop: stop.signal,
      async compute(cell) { stop.abort(); await sleep(200); return recordOf(cell); },
      onRecord: ({ index }) => done.push(index),
    });
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThanOrEqual(2);
    expect((await sweepStatus(connection, "stop"))[0]).toMatchObject({ finished: done.length, active: 0, waiting: 20 - done.length });
  });
  it("gives back what does not end within the grace, and at once when told to hurry", async () => {
    await submit("grace", 4);
    for (const [grace, hurries] of [[0.2, false], [60, true]] as const) {
      const [stop, hurry] = [new AbortController(), new AbortController()];
      const before = performance.now();
      await work({
        untilDone: false, stop: stop.signal, hurry: hurry.signal, grace,
        compute(_cell, { signal }) {
          stop.abort();
          if (hurries) setTimeout(() => hurry.abort(), 200);
          return heldUntil(signal);
        },
      });
      expect(performance.now() - before).toBeLessThan(30_000);
      expect((await sweepStatus(connection, "grace"))[0]).toMatchObject({ finished: 0, active: 0, waiting: 4 });
    }
    // what was given back counts as never begun: no attempt is used up
    await work();
    expect((await records("grace", 4)).map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
  });
  it("gives its cells back and ends with the word of a computation that refuses them", async () => {
    await submit("refused", 5);
    await expect(work({ compute: async () => { throw new ParameterError({ where: "worker x", problem: "the claim files here are not those that the sweep was begun with." }); } })).rejects.toMatchObject({ name: "ParameterError" });
    expect((await sweepStatus(connection, "refused"))[0]).toMatchObject({ finished: 0, active: 0, waiting: 5 });
  });
  it.each([
    [{ version: "0.0.0+other", claims: "" }, /sweep theirs \(theirs\.yaml\) is of lemmagrad 0\.0\.0\+other, this worker is 0\.0\.0\+test\./],
    [{ version: identity.version, claims: "abcdef0123456789" }, /uses claims of its own, and this worker was given none\./],
  ])("refuses to begin where every open sweep is of another identity", async (other, words) => {
    await submit("theirs", 3, other);
    const refused = work({ untilDone: false });
    await expect(refused).rejects.toMatchObject({ name: "ParameterError" });
    await expect(refused).rejects.toThrow(words);
    expect((await sweepStatus(connection, "theirs"))[0]).toMatchObject({ waiting: 3, active: 0 });
  });
  it("refuses claim files with another hash, and a sweep of the package's claims when it was given others", async () => {
    const own = { version: identity.version, claims: "1111111111111111" };
    await submit("theirs", 3, { ...own, claims: "2222222222222222" });
    await expect(work({ identity: own })).rejects.toThrow(/claim files with the hash 222222222222, this worker's have 111111111111\./);
    await redis.client.flushall();
    await submit("plain", 3);
    await expect(work({ identity: own })).rejects.toThrow(/uses the package's own claims, and this worker was given others\./);
  });
  it("leaves others' sweeps alone, with a word, while it has one of its own", async () => {
    await submit("theirs", 3, { version: "0.0.0+other", claims: "" });
    await submit("ours", 50);
    const said: string[] = [];
    const stop = new AbortController();
    await work({ untilDone: false, stop: stop.signal, notice: (words) => said.push(words), compute: async (cell) => { await sleep(5); if (cell.index === 40) stop.abort(); return recordOf(cell); } });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^sweep theirs .* Its cells are left to other workers\.$/);
    expect((await sweepStatus(connection, "theirs"))[0].waiting).toBe(3);
  });
  it("does not take cells of a cancelled sweep, and finishes those it has", async () => {
    await submit("gone", 10);
    const served = work({ concurrency: 1, compute: async (cell) => { if (cell.index === 0) await cancelSweep({ connection, id: "gone" }); return recordOf(cell); } });
    await served;
    expect((await sweepStatus(connection, "gone"))[0]).toMatchObject({ state: "cancelled", finished: 1, waiting: 0, active: 0, missing: 9 });
  });
  it("survives that a sweep is forgotten under its hands", async () => {
    await submit("forgotten", 3);
    await submit("other", 3);
    await work({ concurrency: 1, compute: async (cell) => { if ((await redis.client.exists("lemmagrad:sweep:forgotten")) === 1) await cancelSweep({ connection, id: "forgotten" }, { forget: true }); return recordOf(cell); } });
    expect((await sweepStatus(connection)).map(({ id, finished }) => `${id} ${finished}`)).toEqual(["other 3"]);
  });
  it("goes on after Redis was killed and started again, with every cell done once in the end", async () => {
    await submit("restart", 200);
    const said: string[] = [];
    const own = await connect(redisAddress(redis.url, {}), { notice: (words) => said.push(words) });
    const served = serve({ connection: own, identity, concurrency: 2, stop: never, hurry: never, untilDone: true, lockSeconds: 1, notice: (words) => said.push(words), compute: async (cell) => { await sleep(5); return recordOf(cell); } });
    await eventually(async () => (await sweepStatus(connection, "restart"))[0].finished > 20);
    await redis.stop("SIGKILL");
    await sleep(200);
    await redis.restart();
    await served;
    await own.close();
    // everysec: the last second may be computed again, and what was submitted longer ago is there
    expect(await records("restart", 200)).toEqual(Array.from({ length: 200 }, (_, index) => recordOf({ ...[...cellsUpTo(index + 1, index)][0] })));
    expect(said).toEqual([expect.stringMatching(/went away/), expect.stringMatching(/is back/)]);
  });
  it("ends with a word when Redis does not come back", async () => {
    const mortal = await startRedis();
    const own = await connect(redisAddress(mortal.url, {}), { patience: 0.5 });
    await submitSweep({ connection: own, id: "x", name: "" }, cellsUpTo(50), { ...limits, signal: never });
    const served = serve({ connection: own, identity, concurrency: 1, stop: never, hurry: never, grace: 0.1, compute: async (cell) => { await sleep(20); return recordOf(cell); } });
    await sleep(200);
    await mortal.end();
    await expect(served).rejects.toThrow(/did not come back within 0.5 s/);
    await own.close();
  });
});
