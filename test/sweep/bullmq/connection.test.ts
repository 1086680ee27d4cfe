import { createServer, type Server } from "node:net";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { bullmqEngine, cancelSweep, connect, redisAddress, serve, submitSweep } from "../../../src/sweep/bullmq/index.ts";
import { build, start, temporaryFolder } from "../../support/command-line.ts";
import { describeWithRedis } from "../../support/describe-with-redis.ts";
import { freePort, type RedisServer, redisServerPath, selfSigned, startRedis } from "../../support/redis-server.ts";
import { cellsUpTo, identity, limits, never, recordOf } from "./cells.ts";

// for a busy machine
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

/** What connecting there says; the connection is closed when there is one. */
async function refusal(url: string): Promise<Error> {
  try {
    await (await connect(redisAddress(url, {}))).close();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it connected");
}

/** A server that answers every command with what `answer` says. */
async function fakeRedis(answer: (command: string) => string): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      // commands come as arrays of bulk strings: the name is what follows the first $n line of each
      for (const [, name] of bytes.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) socket.write(answer(name.toLowerCase()));
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => { server.listen(port, "127.0.0.1", resolve); });
  return { server, url: `redis://127.0.0.1:${port}` };
}
const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;

describeWithRedis("a connection to Redis", () => {
  const folder = temporaryFolder();
  let redis: RedisServer;
  beforeAll(async () => {
    build();
    redis = await startRedis();
  });
  afterAll(() => redis.end());

  it("is made with the password of the address", async () => {
    const connection = await connect(redisAddress(redis.url, {}));
    expect(await connection.redis.ping()).toBe("PONG");
    await connection.close();
  });
  it("is refused with another password, which is not shown", async () => {
    const error = await refusal(`redis://:wr0ng-s3cret@127.0.0.1:${redis.port}`);
    expect(error.name).toBe("ConnectionError");
    expect(error.message).toMatch(/does not take this user and password/);
    expect(inspect(error, { depth: 9 })).not.toMatch(/wr0ng/);
  });
  it("is refused without a password", async () => {
    expect((await refusal(`redis://127.0.0.1:${redis.port}`)).message).toMatch(/asks for a password/);
  });
  it("says so when nothing is there, and when the name is none", async () => {
    expect((await refusal(`redis://:s3cret@127.0.0.1:${await freePort()}`)).message).toMatch(/^redis:\/\/127\.0\.0\.1:\d+: Redis does not answer: nothing listens there\.\n {2}Expected .*\n {2}Mend: .*cluster\.md/);
    expect((await refusal("redis://no-such-machine.invalid")).message).toMatch(/no machine has this name|cannot be looked up/);
  });
  it.each(["allkeys-lru", "volatile-ttl"])("is refused while keys may be dropped (%s)", async (policy) => {
    await redis.client.config("SET", "maxmemory-policy", policy);
    const error = await refusal(redis.url);
    await redis.client.config("SET", "maxmemory-policy", "noeviction");
    expect(error.message).toMatch(new RegExp(`maxmemory-policy is ${policy}.*Expected maxmemory-policy noeviction`, "s"));
  });
  it.each(["5.0.14", "6.0.16"])("is refused to Redis %s", async (version) => {
    const { server, url } = await fakeRedis((command) => (command === "info" ? bulk(`# Server\r\nredis_version:${version}\r\nmaxmemory_policy:noeviction\r\nloading:0\r\n`) : "+OK\r\n"));
    const error = await refusal(url);
    server.close();
    expect(error.message).toMatch(`this is Redis ${version}.\n  Expected Redis 6.2 or newer`);
  });
  it("is refused to a replica and to a cluster", async () => {
    const replica = await startRedis({ replicaof: `127.0.0.1 ${redis.port}`, masterauth: redis.password });
    expect((await refusal(replica.url)).message).toMatch(/replica/);
    await replica.end();
    const cluster = await startRedis({ "cluster-enabled": "yes" });
    expect((await refusal(cluster.url)).message).toMatch(/Redis Cluster/);
    await cluster.end();
  });
  it("is refused to a user without the rights, saying which", async () => {
    await redis.client.call("ACL", "SETUSER", "guest", "on", ">gu3st", "~other:*", "+@all");
    const address = redisAddress(`redis://guest:gu3st@127.0.0.1:${redis.port}`, {});
    const connection = await connect(address);
    await expect(submitSweep({ connection, id: "rights", name: "" }, cellsUpTo(3), { ...limits, signal: never })).rejects.toThrow(/this user may not do what a sweep needs: .*NOPERM/i);
    await connection.close();
  });
  it("does with the rights that this message asks for", async () => {
    await redis.client.call("ACL", "SETUSER", "few", "on", ">f3w", "~lemmagrad:*", "+@all", "-@dangerous", "+info");
    const connection = await connect(redisAddress(`redis://few:f3w@127.0.0.1:${redis.port}`, {}));
    const sweep = { connection, id: "few", name: "" };
    await submitSweep(sweep, cellsUpTo(3), { ...limits, signal: never });
    await serve({ connection, identity, concurrency: 1, stop: never, hurry: never, untilDone: true, compute: async (cell) => recordOf(cell) });
    await bullmqEngine(sweep).run(cellsUpTo(3), { ...limits, signal: never, onRecord: () => {} });
    expect(await cancelSweep(sweep, { forget: true })).toMatchObject({ finished: 3 });
    await connection.close();
  });
  it("speaks TLS behind rediss, with a certificate that is trusted, and with no other", async () => {
    const tls = selfSigned(folder);
    if (tls === undefined) return expect(process.env.CI, "openssl is missing").toBeUndefined();
    const secure = await startRedis({}, { tls });
    try {
      const error = await refusal(secure.url);
      expect(error.message).toMatch(/no secure connection: .*NODE_EXTRA_CA_CERTS/s);
      expect(inspect(error, { depth: 9 })).not.toContain(secure.password);
      expect((await refusal(secure.url.replace("rediss", "redis"))).message).toMatch(/Redis does not answer|TLS/);
      // which authorities are trusted is read when a process starts
      const { ended } = start(["sweep", "status"], folder, { ...process.env, LEMMAGRAD_REDIS: secure.url, NODE_EXTRA_CA_CERTS: tls.cert });
      expect(await ended).toMatchObject({ code: 0, stdout: `no sweeps in rediss://localhost:${secure.port}\n` });
    } finally {
      await secure.end();
    }
  });
  it("waits for a server that went away, keeps what it was asked, and says both", async () => {
    const said: string[] = [];
    const connection = await connect(redisAddress(redis.url, {}), { notice: (words) => said.push(words) });
    await redis.stop("SIGKILL");
    const asked = connection.redis.set("lemmagrad:test", "1");
    await redis.restart();
    expect(await asked).toBe("OK");
    expect(said.map((words) => words.replace(/:\d+/, ""))).toEqual(["Redis at redis://127.0.0.1 went away; waiting for it (at most 300 s).", "Redis at redis://127.0.0.1 is back."]);
    await connection.close();
  });
  it("gives up when the patience is over", async () => {
    const mortal = await startRedis();
    const connection = await connect(redisAddress(mortal.url, {}), { patience: 0.3 });
    await mortal.end();
    await expect(connection.lost).rejects.toThrow(/went away and did not come back within 0.3 s/);
    await connection.close();
  });
  it("finds the server's program at all", () => {
    expect(redisServerPath).toMatch(/(redis|valkey)-server$/);
  });
});
