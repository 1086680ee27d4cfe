/** A real Redis for tests: Debian's redis-server on a free port of this machine, with a password, in a folder of its own. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";

/** LEMMAGRAD_TEST_REDIS names another server's program, such as an older Redis or a Valkey. */
export const redisServerPath = [process.env.LEMMAGRAD_TEST_REDIS ?? "","/usr/bin/redis-server", "/usr/local/bin/redis-server", "/usr/bin/valkey-server", "/usr/local/bin/valkey-server"].find((path) => path !== "" && existsSync(path));

export interface RedisServer {
  port: number;
  password: string;
  /** Where it listens, with the password. */
  url: string;
  folder: string;
  pid: number;
  /** A client of the test's own. */
  client: Redis;
  /** Ends it as a power cut would (SIGKILL) or in order (SIGTERM). */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and files. */
  restart(): Promise<void>;
  /** Ends it and removes its files. */
  end(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

export async function startRedis(settings: Record<string, string> = {}, { tls }: { tls?: { key: string; cert: string } } = {}): Promise<RedisServer> {
  if (redisServerPath === undefined) throw new Error("redis-server is not installed: apt-get install redis-server");
  const folder = mkdtempSync(join(tmpdir(), "lemmagrad-redis-"));
  const port = await freePort();
  // letters that a URL must percent-encode, so that every test sees them
  const password = `p/${randomBytes(12).toString("hex")}@#`;
  const words = Object.entries({
    ...(tls === undefined ? { port: String(port) } : { "port": "0", "tls-port": String(port), "tls-cert-file": tls.cert, "tls-key-file": tls.key, "tls-ca-cert-file": tls.cert, "tls-auth-clients": "no" }),
    "bind": "127.0.0.1", "requirepass": password, "dir": folder, "appendonly": "yes", "appendfsync": "everysec", "save": "", "daemonize": "no", "loglevel": "warning", ...settings,
  }).flatMap(([name, value]) => [`--${name}`, value]);
  let child: ChildProcess;
  const client = new Redis({ host: "127.0.0.1", port, password, lazyConnect: true, protocol: 2, maxRetriesPerRequest: null, retryStrategy: () => 20, ...(tls === undefined ? {} : { tls: { rejectUnauthorized: false } }) });
  client.on("error", () => {});
  const begin = async (): Promise<void> => {
    child = spawn(redisServerPath, words, { stdio: "ignore" });
    if (client.status === "wait") await client.connect().catch(() => {});
    // a server that reads its files again answers LOADING for a while
    for (let tries = 0; ; tries += 1) {
      try {
        await client.ping();
        return;
      } catch (error) {
        if (tries > 500) throw error;
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      }
    }
  };
  const stop = (signal: NodeJS.Signals = "SIGTERM") => new Promise<void>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once("exit", () => resolve());
    child.kill(signal);
  });
  await begin();
  return {
    port, password, folder, client, stop, restart: begin,
    url: `redis${tls === undefined ? "" : "s"}://:${encodeURIComponent(password)}@${tls === undefined ? "127.0.0.1" : "localhost"}:${port}`,
    get pid() { return child.pid!; },
    async end() {
      client.disconnect();
      await stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A certificate for localhost that signs itself, made by openssl in `folder`; undefined without openssl. */
export function selfSigned(folder: string): { key: string; cert: string } | undefined {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  try {
    execFileSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", cert], { stdio: "ignore" });
    return { key, cert };
  } catch {
    return undefined;
  }
}
