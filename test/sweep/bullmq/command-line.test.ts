/** Sweeps over Redis as a user runs them: processes of their own, killed and interrupted, against the table that an uninterrupted local sweep writes. */
import type { ChildProcess } from "node:child_process";
import { appendFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { stream } from "../../../src/random/index.ts";
import { connect, redisAddress, type SweepStatus, sweepStatus } from "../../../src/sweep/bullmq/index.ts";
import { build, type Ended, repository, start, temporaryFolder } from "../../support/command-line.ts";
import { describeWithRedis } from "../../support/describe-with-redis.ts";
import { freePort, type RedisServer, startRedis } from "../../support/redis-server.ts";
import { eventually, sleep } from "./cells.ts";

const claims = join(repository, "test/sweep/bullmq/claims");

// for a busy machine
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

describeWithRedis("sweeps over Redis on the command line", () => {
  const folder = temporaryFolder();
  let redis: RedisServer;
  const running = new Set<ChildProcess>();

  interface Started { child: ChildProcess; ended: Promise<Ended>; said(): string }
  /** `lemmagrad` with the server's address in the environment. */
  function begin(words: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
    const { child, ended } = start(words, folder, { ...process.env, LEMMAGRAD_REDIS: redis.url, ...env });
    running.add(child);
    let text = "";
    child.stderr!.on("data", (piece: string) => { text += piece; });
    child.on("close", () => running.delete(child));
    return { child, ended, said: () => text };
  }
  const lemmagrad = (...words: string[]) => begin(words).ended;
  const worker = (env: NodeJS.ProcessEnv = {}, ...words: string[]) => begin(["worker", "--claims", claims, "--concurrency", "1", "--lock", "1", ...words], env);
  const serving = (one: Started) => eventually(() => /at a time from/.test(one.said()) || one.child.exitCode !== null);

  function sweepFile(name: string, definition: object): string {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ claim: "s01-slow", claims, ...definition }));
    return path;
  }
  const table = (out: string, kind: string) => readFileSync(join(folder, out, `table.${kind}`));
  function expectSameTables(one: string, other: string): void {
    for (const kind of ["jsonl", "csv", "parquet"]) expect(table(one, kind).equals(table(other, kind)), `${kind} of ${one} and ${other}`).toBe(true);
  }
  /** The one sweep that there is. */
  async function counts(): Promise<SweepStatus> {
    const connection = await connect(redisAddress(redis.url, {}));
    const [first] = await sweepStatus(connection);
    await connection.close();
    return first;
  }

  beforeAll(async () => {
    build();
    redis = await startRedis();
  });
  afterAll(() => redis.end());
  afterEach(async () => {
    for (const child of running) child.kill("SIGKILL");
    await redis.client.flushall();
  });

  it("gives the local table byte for byte though workers are killed 20 times at random, the coordinator once, and Redis once", async () => {
    const file = sweepFile("chaos.json", { grid: { x: { from: 0, to: 1, count: 60 }, y: [0, 0.25, 0.5, 0.75, 1, 2, 3, 4] }, seeds: 1, budget: { attempts: 100 } });
    const local = begin(["sweep", file, "--out", "local", "--workers", "1"]);
    const pausing = { LEMMAGRAD_TEST_PAUSE: "60" };
    const seed = Number(process.env.LEMMAGRAD_TEST_SEED ?? Date.now() % 1_000_000);
    const random = stream(seed, "kills");
    const again = `seed ${seed}: LEMMAGRAD_TEST_SEED=${seed} npx vitest run --config .config/vitest.config.ts test/sweep/bullmq/command-line.test.ts`;
    let coordinator = begin(["sweep", file, "--engine", "bullmq", "--out", "redis"]);
    const workers = [worker(pausing), worker(pausing), worker(pausing)];
    await Promise.all(workers.map(serving));
    const finished = () => redis.client.zcard(`lemmagrad:cells-${id}:completed`);
    let id = "";
    await eventually(async () => { [id = ""] = await redis.client.zrange("lemmagrad:sweeps", "0", "-1"); return id !== "" && (await finished()) > 0; });
    let kills = 0;
    while (kills < 20) {
      await sleep(100 + 400 * random.uniform());
      expect(await finished(), `${again}: the sweep ended before the 20th kill`).toBeLessThan(480);
      // only one that serves: killing one that has not begun would prove nothing
      const ready = workers.filter((one) => /at a time from/.test(one.said()));
      if (ready.length === 0) continue;
      const victim = ready[Math.floor(random.uniform() * ready.length)];
      victim.child.kill("SIGKILL");
      workers[workers.indexOf(victim)] = worker(pausing);
      kills += 1;
      if (kills === 7) {
        await redis.stop("SIGKILL");
        await redis.restart();
      }
      if (kills === 13) {
        coordinator.child.kill("SIGKILL");
        expect((await coordinator.ended).signal).toBe("SIGKILL");
        coordinator = begin(["sweep", file, "--engine", "bullmq", "--out", "redis", "--resume"]);
      }
    }
    const { code, stderr } = await coordinator.ended;
    expect({ code, stderr }, again).toMatchObject({ code: 0 });
    expect((await local.ended).code).toBe(0);
    expectSameTables("local", "redis");
    // a third coordinator, in a folder of its own, finds all of it in Redis
    expect((await lemmagrad("sweep", "collect", file, "--out", "collected")).code).toBe(0);
    expectSameTables("local", "collected");
    // those that are left finish nothing twice: each cell has one record
    expect(await finished()).toBe(480);
  });

  it("records a cell that ends its thread or its worker as failed after as many attempts as the file says, and computes the rest", async () => {
    const file = sweepFile("crash.json", { grid: { x: [0, 1], y: [1, 8, 9] }, seeds: 1, budget: { attempts: 2 } });
    const submitted = await lemmagrad("sweep", file, "--engine", "bullmq", "--detach");
    expect(submitted.code).toBe(0);
    expect(submitted.stdout).toMatch(/^sweep [0-9a-f]{12}: 6 cells in redis:\/\/127\.0\.0\.1:\d+; 6 waiting, 0 being computed, 0 finished\nworkers, on any machine that reaches it:\n {2}npx lemmagrad worker .*\ncollect with:\n {2}npx lemmagrad sweep collect .*crash\.json\n$/);
    // a cell that ends its worker takes it along: as an init system would, start the next
    let deaths = 0;
    for (let last: Ended | undefined; last?.code !== 0; last = await worker({ LEMMAGRAD_TEST_KILL: "1" }, "--until-done").ended) {
      if (last !== undefined) expect(last.signal).toBe("SIGKILL");
      if (last !== undefined) deaths += 1;
      expect(deaths).toBeLessThanOrEqual(4);
    }
    expect(deaths).toBe(4);
    const { code, stdout, stderr } = await lemmagrad("sweep", "collect", file, "--out", "crash");
    expect({ code, stderr }).toMatchObject({ code: 1 });
    expect(stdout).toMatch(/^2 cells done, 4 failed: /);
    const rows = table("crash", "jsonl").toString().trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ y, status }) => `${String(y)} ${String(status)}`)).toEqual(["1 done", "8 failed", "9 failed", "1 done", "8 failed", "9 failed"]);
    expect(rows[1].error).toMatch(/ended 2 times without an answer/);
    expect(rows[2].error).toMatch(/the worker that computed it ended without an answer, 2 times/);
    // the thread's end reads as it does locally
    const own = sweepFile("thread.json", { grid: { x: [0], y: [8] }, seeds: 1, budget: { attempts: 2 } });
    await lemmagrad("sweep", own, "--out", "thread");
    expect((JSON.parse(table("thread", "jsonl").toString()) as { error: string }).error).toBe(rows[1].error);
  });

  it("interrupted, a worker finishes or gives back its cells and ends with 130; a coordinator leaves them in Redis", async () => {
    const file = sweepFile("interrupt.json", { grid: { x: { from: 0, to: 1, count: 20 } }, set: { y: 0 }, seeds: 1 });
    const coordinator = begin(["sweep", file, "--engine", "bullmq", "--out", "interrupt"]);
    const [patient, hasty] = [worker({ LEMMAGRAD_TEST_PAUSE: "300" }), worker({ LEMMAGRAD_TEST_PAUSE: "60000" }, "--grace", "60")];
    await eventually(() => redis.client.zrange("lemmagrad:sweeps", "0", "-1").then(async ([id]) => id !== undefined && (await redis.client.llen(`lemmagrad:cells-${id}:active`)) === 2));
    patient.child.kill("SIGTERM");
    hasty.child.kill("SIGINT");
    await sleep(100);
    hasty.child.kill("SIGINT");
    const [first, second] = await Promise.all([patient.ended, hasty.ended]);
    expect([first.code, second.code]).toEqual([130, 130]);
    expect(first.stderr).toMatch(/stops: it finishes what it has begun.*\n.* ends: [1-9]\d* cells? done\.\n$/);
    expect(second.stderr).toMatch(/ends: 0 cells done\.\n$/);
    const { active, waiting, finished } = await counts();
    expect({ active, all: waiting + finished }).toEqual({ active: 0, all: 20 });
    coordinator.child.kill("SIGINT");
    const { code, stderr } = await coordinator.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Go on with:\n {2}npx lemmagrad sweep .*interrupt\.json --engine bullmq --out interrupt --resume\n/);
    expect((await counts()).waiting).toBe(waiting);
  });

  it("begins no further cell when the file's budget of time is used up", async () => {
    const file = sweepFile("budget.json", { grid: { x: [0, 1] }, set: { y: 0 }, seeds: 1, budget: { time: "1s" } });
    const { code, stdout, stderr } = await lemmagrad("sweep", file, "--engine", "bullmq", "--out", "budget");
    expect(code).toBe(1);
    expect(stderr).toMatch(/2 cells of 2 missing: the budget of time is used up/);
    expect(stdout).toMatch(/^0 cells done, 2 missing/);
    const { stdout: status } = await lemmagrad("sweep", "status", file, "--json");
    expect(JSON.parse(status)).toMatchObject([{ name: "budget.json", state: "cancelled", cells: 2, waiting: 0, active: 0, finished: 0, missing: 2 }]);
  });

  it("refuses with 2 what cannot be, in one paragraph, and never shows a password", async () => {
    const file = sweepFile("refused.json", { grid: { x: [0, 1] }, set: { y: 0 }, seeds: 1 });
    const secret = decodeURIComponent(/:([^:@]*)@/.exec(redis.url)![1]);
    const closed = await freePort();
    const submitted = await lemmagrad("sweep", file, "--engine", "bullmq", "--detach", "--out", "refused");
    expect(submitted.code).toBe(0);
    const changed = join(folder, "changed");
    cpSync(claims, changed, { recursive: true });
    appendFileSync(join(changed, "s01-slow.mjs"), "// another line\n");
    const refusals: [string, Started, RegExp][] = [
      ["no address", begin(["worker"], { LEMMAGRAD_REDIS: "" }), /no address of a Redis server was given/],
      ["wrong password", begin(["worker", "--redis", `redis://:s3cret-word@127.0.0.1:${redis.port}`, "--debug"]), /does not take this user and password/],
      ["nothing there", begin(["sweep", "status", "--redis", `redis://:s3cret-word@127.0.0.1:${closed}`]), /nothing listens there/],
      ["no address at all", begin(["sweep", file, "--engine", "bullmq", "--redis", "http://:s3cret-word@host", "--debug"]), /begins with http:/],
      ["misspelt flag", begin(["worker", `--reddis=redis://:s3cret-word@127.0.0.1`]), /unknown option/],
      ["too many words", begin(["worker", `redis://:s3cret-word@127.0.0.1`]), /too many arguments/],
      ["other claims", begin(["worker", "--claims", changed]), /claim files with the hash/],
      ["no claims", begin(["worker"]), /uses claims of its own, and this worker was given none/],
      ["unknown sweep", begin(["sweep", "cancel", "abcdef"]), /no sweep in redis:\/\/127\.0\.0\.1:\d+ whose id begins so/],
      ["local", begin(["sweep", file, "--redis", redis.url]), /the local engine has no use for it/],
      ["workers", begin(["sweep", file, "--engine", "bullmq", "--workers", "3"]), /workers take the cells as they come/],
    ];
    for (const [what, { ended }, words] of refusals) {
      const { code, stdout, stderr } = await ended;
      expect({ what, code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(words) as string });
      expect(stdout + stderr, what).not.toMatch(/s3cret/);
      expect((stdout + stderr).includes(secret), what).toBe(false);
    }
    // as if another version had submitted it
    const [id] = await redis.client.zrange("lemmagrad:sweeps", "0", "-1");
    await redis.client.hset(`lemmagrad:sweep:${id}`, "version", "9.9.9+000000000000");
    const older = await worker().ended;
    expect(older).toMatchObject({ code: 2, stderr: expect.stringMatching(/is of lemmagrad 9\.9\.9\+000000000000, this worker is 0\./) as string });
    // nothing of all this took a cell, and no file or key holds the secret
    expect(await counts()).toMatchObject({ waiting: 2, active: 0, finished: 0 });
    const values = await Promise.all((await redis.client.keys("*")).map(async (key) => key + ((await redis.client.type(key)) === "hash" ? JSON.stringify(await redis.client.hgetall(key)) : "")));
    expect(values.join("\n")).not.toContain(secret);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
    for (const text of files) expect(text).not.toContain(secret);
  });
});
