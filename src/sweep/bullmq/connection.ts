/** A connection to a Redis that is fit for a sweep: it lets us in, is new enough, and never drops what it was given. */
import { Redis } from "ioredis";
import { ConnectionError } from "../../errors/index.ts";
import type { RedisAddress } from "./address.ts";
import { failureOf, spoken } from "./failure.ts";

/** Oldest Redis that BullMQ recommends, and that we test for. */
export const oldestRedis = [6, 2] as const;

export interface ConnectionOptions {
  /** Seconds for which a server that went away is waited for; default 300. */
  patience?: number;
  /** Told when the server goes away and when it is back. */
  notice?: (words: string) => void;
}

export interface Connection {
  address: RedisAddress;
  redis: Redis;
  /** Rejects once the server has been away for longer than the patience; never resolves. */
  lost: Promise<never>;
  close(): Promise<void>;
}

/**
 * Connects, and looks whether the server will do. Later losses are waited out: commands are kept and sent again.
 *
 * Errors: ConnectionError when it does not answer, does not let us in, is too old, is a cluster, or may drop keys
 * (maxmemory-policy other than noeviction); none shows a secret.
 */
export async function connect(address: RedisAddress, { patience = 300, notice }: ConnectionOptions = {}): Promise<Connection> {
  let ready = false;
  let closed = false;
  let away: number | undefined;
  let giveUp: (error: Error) => void = () => {};
  const lost = new Promise<never>((_resolve, reject) => { giveUp = reject; });
  lost.catch(() => {});
  const redis = new Redis({
    ...address.options,
    protocol: 2, lazyConnect: true, connectTimeout: 10_000, connectionName: "lemmagrad",
    // BullMQ asks for null: its blocking commands must outlive a lost connection
    maxRetriesPerRequest: null,
    // shared by the copies that BullMQ makes: `away` is of all of them together
    retryStrategy: (times) => {
      if (!ready || closed || (away !== undefined && performance.now() - away > patience * 1000)) return null;
      return Math.min(50 * 2 ** Math.min(times, 6), 2000);
    },
  });
  let first: unknown;
  redis.on("error", (error) => { first ??= error; });
  try {
    await redis.connect();
    await check(address, redis);
  } catch (error) {
    redis.disconnect();
    // the socket's own error says more than "Connection is closed."
    throw failureOf(address, first) ?? spoken(address, first ?? error);
  }
  ready = true;
  redis.on("close", () => {
    if (away !== undefined || closed) return;
    away = performance.now();
    notice?.(`Redis at ${address.shown} went away; waiting for it (at most ${patience} s).`);
  });
  redis.on("ready", () => {
    if (away !== undefined) notice?.(`Redis at ${address.shown} is back.`);
    away = undefined;
  });
  redis.on("end", () => {
    if (!closed) giveUp(new ConnectionError({ where: address.shown, problem: `Redis went away and did not come back within ${patience} s.`, expected: "a running server.", mend: "start it again and run the same line again: what it stored is kept (with appendonly on), and the rest is computed again." }));
  });
  return {
    address, redis, lost,
    async close() {
      closed = true;
      if (redis.status === "ready") await redis.quit().catch(() => {});
      redis.disconnect();
    },
  };
}

/** Errors: ConnectionError when the server is too old, part of a cluster, or may drop keys. */
async function check(address: RedisAddress, redis: Redis): Promise<void> {
  const info = new Map((await redis.info()).split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]));
  const refused = (problem: string, expected: string, mend: string) => new ConnectionError({ where: address.shown, problem, expected, mend });
  const version = info.get("redis_version") ?? "";
  const [major = NaN, minor = NaN] = version.split(".").map(Number);
  // Valkey gives the version of Redis whose commands it has
  if (!(major > oldestRedis[0] || (major === oldestRedis[0] && minor >= oldestRedis[1]))) {
    throw refused(version === "" ? "the server does not say which version of Redis it is." : `this is Redis ${version}.`, `Redis ${oldestRedis.join(".")} or newer, or Valkey.`, "update the server.");
  }
  if (info.get("cluster_enabled") === "1") throw refused("this is a Redis Cluster, where a sweep's keys would lie on several machines.", "one server (or a primary with replicas).", "give the address of a server that is not part of a cluster.");
  if (info.get("role") === "slave") throw refused("this Redis is a replica, which cannot be written to.", "the primary server.", "give its address.");
  const policy = info.get("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    throw refused(`its maxmemory-policy is ${policy}: when memory is short, Redis would throw cells and results away without a word.`, "maxmemory-policy noeviction.", "`redis-cli config set maxmemory-policy noeviction`, and the same in redis.conf.");
  }
}
