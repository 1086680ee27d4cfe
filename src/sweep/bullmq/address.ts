/** Where Redis is: --redis URL or the environment variable LEMMAGRAD_REDIS, taken apart so that the secret in it stays in here. */
import type { RedisOptions } from "ioredis";
import { ParameterError } from "../../errors/index.ts";
import { redacted } from "./redact.ts";

export const addressVariable = "LEMMAGRAD_REDIS";

export interface RedisAddress {
  /** The address without user and password: what may be printed. */
  shown: string;
  /** The flag as a line to run again may show it: empty when the address comes from the environment. */
  flag: string;
  /** Host, port, user, password, database and TLS, as ioredis takes them. Never printed. */
  options: Pick<RedisOptions, "host" | "port" | "username" | "password" | "db" | "tls">;
  /** Every text that must not be printed. */
  secrets: readonly string[];
}

const expected = "redis://[user[:password]@]host[:port][/database], or rediss:// for TLS.";
const mend = `percent-encode signs such as / # ? @ in the password (%2F %23 %3F %40), or ${addressVariable}=redis://... so that it needs not be on the command line.`;

/**
 * The address of the flag, or else of the environment.
 *
 * Errors: ParameterError when there is none, or it is not an address; the text itself is never shown.
 */
export function redisAddress(flag: string | undefined, environment: NodeJS.ProcessEnv = process.env): RedisAddress {
  const text = flag ?? environment[addressVariable];
  const where = flag === undefined && text !== undefined ? addressVariable : "--redis";
  if (text === undefined || text === "") {
    throw new ParameterError({ where, problem: "no address of a Redis server was given.", expected, mend: `give --redis URL, or set the environment variable ${addressVariable}, which keeps the password off the command line.` });
  }
  const refused = (problem: string) => new ParameterError({ where, problem, expected, mend });
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refused("it is not an address (it is not shown here, since it may hold a password).");
  }
  if (url.protocol !== "redis:" && url.protocol !== "rediss:") throw refused(`it begins with ${/^[a-z]{1,10}:$/.test(url.protocol) ? `${url.protocol}` : "something else"}, not with redis:// or rediss://.`);
  if (url.hostname === "") throw refused("it names no host.");
  if (url.search !== "" || url.hash !== "") throw refused("something stands behind ? or #, which an address of Redis does not have.");
  const database = url.pathname.replace(/^\//, "");
  if (!/^\d{0,5}$/.test(database)) throw refused("what stands behind the host is not the number of a database.");
  const [username, password] = [url.username, url.password].map((part) => decoded(part, refused));
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? 6379 : Number(url.port);
  const tls = url.protocol === "rediss:";
  const shown = `${url.protocol}//${url.hostname}:${port}${database === "" ? "" : `/${Number(database)}`}`;
  const secrets = [...new Set([text, url.password, password, `${url.username}:${url.password}`])].filter((one) => one !== "" && one !== ":" && (one !== text || password !== ""));
  return {
    shown, secrets,
    flag: flag === undefined ? "" : password === "" && username === "" ? `--redis ${shown}` : `--redis "$${addressVariable}"`,
    options: {
      host, port, db: Number(database),
      ...(username === "" ? {} : { username }), ...(password === "" ? {} : { password }),
      ...(tls ? { tls: /^[\d.]+$|:/.test(host) ? {} : { servername: host } } : {}),
    },
  };
}

/** A text in which no secret of the address, nor of any other, is left. */
export function withoutSecrets({ secrets }: RedisAddress, text: string): string {
  return redacted(secrets.reduce((left, secret) => left.replaceAll(secret, "***"), text));
}

function decoded(part: string, refused: (problem: string) => ParameterError): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refused("a % in the user or password is not followed by two hexadecimal digits.");
  }
}
