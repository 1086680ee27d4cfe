/** At most one coordinator a sweep: a key that runs out by itself when its holder dies. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { ConnectionError, ParameterError } from "../../errors/index.ts";
import type { Connection } from "./connection.ts";
import { manifestKey } from "./manifest.ts";

const seconds = 30;
const keyOf = (id: string): string => `${manifestKey(id)}:coordinator`;

export interface CoordinatorLock {
  /** Rejects when another coordinator has taken over; never resolves. */
  lost: Promise<never>;
  free(): Promise<void>;
}

interface Holder {
  token: string;
  host: string;
  pid: number;
}

/** Errors: ParameterError, naming machine and process, while another coordinator holds the sweep. */
export async function holdSweep({ redis, address }: Connection, id: string): Promise<CoordinatorLock> {
  const key = keyOf(id);
  const mine: Holder = { token: randomUUID(), host: hostname(), pid: process.pid };
  const text = JSON.stringify(mine);
  const take = async (): Promise<boolean> => (await redis.set(key, text, "EX", seconds, "NX")) === "OK";
  // only what is still mine is renewed or deleted
  const ifMine = (command: string) => `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call(${command}) end return 0`;

  if (!(await take())) {
    const found = await redis.get(key);
    const holder = found === null ? undefined : (JSON.parse(found) as Holder);
    // one of this machine that has died needs not be waited for
    if (holder !== undefined && holder.host === mine.host && !isRunning(holder.pid)) await redis.eval(ifMine("'del', KEYS[1]"), 1, key, found!);
    if (!(await take())) {
      throw new ParameterError({
        where: `sweep ${id.slice(0, 12)}`, problem: `another coordinator works on it${holder === undefined ? "" : `: process ${holder.pid} on ${holder.host}`}.`,
        expected: "one coordinator a sweep.", mend: `let it work (\`lemmagrad sweep status\` shows how far it is), or end it; if its machine died, try again in ${seconds} s.`,
      });
    }
  }
  let giveUp: (error: Error) => void = () => {};
  const lost = new Promise<never>((_resolve, reject) => { giveUp = reject; });
  lost.catch(() => {});
  const timer = setInterval(() => {
    void (async () => {
      // a restarted Redis may have forgotten it
      if ((await redis.eval(ifMine(`'expire', KEYS[1], ${seconds}`), 1, key, text)) === 1 || (await take())) return;
      giveUp(new ConnectionError({ where: address.shown, problem: `another coordinator has taken over sweep ${id.slice(0, 12)}: this one was away for more than ${seconds} s.`, expected: "one coordinator a sweep.", mend: "leave it to the other one; nothing is lost." }));
    })().catch(() => {}); // the connection says what is wrong with it
  }, seconds / 3 * 1000);
  timer.unref();
  return {
    lost,
    async free() {
      clearInterval(timer);
      if (redis.status === "ready") await redis.eval(ifMine("'del', KEYS[1]"), 1, key, text).catch(() => {});
    },
  };
}

/** Waits until no coordinator holds the sweep: one that has been cancelled lets go, and the key of one that has died runs out. */
export async function whenFree({ redis }: Connection, id: string): Promise<void> {
  for (let tries = 0; tries < 10 * (seconds + 5) && (await redis.exists(keyOf(id))) === 1; tries += 1) await new Promise((resolve) => { setTimeout(resolve, 100); });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
