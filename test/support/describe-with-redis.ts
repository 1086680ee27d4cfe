/** Suites that need a real Redis. Required when CI is set, else optional. */
import { describe } from "vitest";
import { redisServerPath } from "./redis-server.ts";

/** A suite that needs the server; skipped, with a word, without one, unless CI is set. */
export function describeWithRedis(name: string, body: () => void): void {
  if (redisServerPath === undefined && process.env.CI === undefined) {
    process.stderr.write(`${name}: skipped, since neither redis-server nor valkey-server is installed (apt-get install redis-server).\n`);
    describe.skip(name, body);
  } else describe(name, body);
}
