/** What can go wrong with a Redis server, said in plain words and without a secret; never with the library's error as its cause, which carries the arguments of the command. */
import { ConnectionError, LemmagradError, ResourceError } from "../../errors/index.ts";
import { type RedisAddress, withoutSecrets } from "./address.ts";

/** Words for what the server or the socket answered; undefined when it is none of theirs. */
export function failureOf(address: RedisAddress, error: unknown): LemmagradError | undefined {
  if (error instanceof LemmagradError) return error;
  const { code = "", message = "" } = (error ?? {}) as { code?: string; message?: string };
  const where = address.shown;
  const says = (problem: string, expected: string, mend: string) => new ConnectionError({ where, problem, expected, mend });
  const reply = /\b(WRONGPASS|NOAUTH|NOPERM|OOM|MISCONF|READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|MOVED)\b/.exec(message)?.[1]
    ?? (/without any password configured|invalid password/.test(message) ? "WRONGPASS" : /max number of clients/.test(message) ? "CLIENTS" : undefined);
  switch (reply) {
    case "WRONGPASS": return says("Redis does not take this user and password.", "the user and password that the server knows.", "check them: the address has them before its @, the password behind a colon, signs such as / # ? @ percent-encoded; without a user it is the one called default.");
    case "NOAUTH": return says("Redis asks for a password, and none was given.", "an address with the password before its @, behind a colon.", "put it into the environment variable LEMMAGRAD_REDIS rather than on the command line.");
    case "NOPERM": return says(`this user may not do what a sweep needs: ${words(address, message)}.`, "a user with the keys lemmagrad:* and the commands that BullMQ needs (`~lemmagrad:* +@all -@dangerous +info` is enough).", "ask for those rights.");
    case "OOM": return new ResourceError({ where, problem: "Redis is out of memory and takes nothing more; what it has is kept.", expected: "room below maxmemory for every cell and its rows.", mend: "raise maxmemory, or collect and forget finished sweeps (`lemmagrad sweep cancel --forget`); then run the same line again: it goes on where it stopped." });
    case "MISCONF": return new ResourceError({ where, problem: "Redis cannot write to its disk and so takes nothing more.", expected: "a server that can save.", mend: "see its log for the reason (often a full disk); then run the same line again." });
    case "READONLY": return says("this Redis is a replica, which cannot be written to.", "the primary server.", "give its address.");
    case "MASTERDOWN": case "LOADING": return says("Redis is not ready yet: it is loading its data.", "a server that answers.", "try again in a moment.");
    case "MOVED": case "CLUSTERDOWN": return says("this is a Redis Cluster, where a sweep's keys would lie on several machines.", "one server (or a primary with replicas).", "give the address of a server that is not part of a cluster.");
    case "CLIENTS": return says("Redis has no connection left (maxclients).", "three connections for a worker, two for a coordinator.", "raise maxclients, or start fewer workers.");
    case undefined: break;
  }
  if (["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ECONNRESET", "EPIPE"].includes(code) || /connect ETIMEDOUT|Connection is closed|Command timed out|max retries per request/i.test(message)) {
    const reasons: Record<string, string> = { ECONNREFUSED: "nothing listens there", ENOTFOUND: "no machine has this name", EAI_AGAIN: "the name cannot be looked up now", EHOSTUNREACH: "no way leads to that machine", ENETUNREACH: "no way leads to that network", ECONNRESET: "the other side hung up; perhaps it speaks TLS (rediss://)" };
    return says(`Redis does not answer: ${reasons[code] ?? "no answer in time"}.`, "a running server.", "start one (docs/cluster.md shows how), or check host, port and firewall.");
  }
  if (/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/.test(code)) {
    return says(`no secure connection: ${words(address, message)} (${code}).`, "a server that speaks TLS, with a certificate for this name that we can trust.", "for a certificate of your own, set NODE_EXTRA_CA_CERTS=ca.pem; without TLS, write redis:// instead of rediss://.");
  }
  if (/unknown command/i.test(message)) return says(`this server does not know a command that a sweep needs: ${words(address, message)}.`, "Redis 6.2 or newer, or Valkey.", "update it.");
  return undefined;
}

/** The same, or else the error itself with its secrets taken out and nothing attached to it. */
export function spoken(address: RedisAddress, error: unknown): Error {
  const known = failureOf(address, error);
  if (known !== undefined) return known;
  const { name = "Error", message = String(error), stack } = error as Error;
  const plain = new Error(withoutSecrets(address, message));
  plain.name = name;
  if (stack !== undefined) plain.stack = withoutSecrets(address, stack);
  return plain;
}

function words(address: RedisAddress, message: string): string {
  return withoutSecrets(address, message).replace(/\s*\n[\s\S]*$/, "").replace(/^Error: /, "").replace(/[.\s]+$/, "").slice(0, 200);
}
