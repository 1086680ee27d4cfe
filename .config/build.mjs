/**
 * Builds dist/ (and before it the SIMD kernels), unless nothing it is made from has changed: it may run before every
 * test and every verification.
 *
 *   node .config/build.mjs            build what is missing or out of date
 *   node .config/build.mjs --force    build dist/ anyway
 */
import { createHash, randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { buildSimd } from "../assembly/build.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
/** What the build was made from and what it made; lemmagrad also reads `source` from it, to know a build from another. */
const stampName = "build.json";

const filesUnder = (folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
  .sort();

/** sha256 over everything the build depends on. */
function sourceHash() {
  const { version } = JSON.parse(readFileSync(join(root, "node_modules/tsdown/package.json"), "utf8"));
  const hash = createHash("sha256").update(`tsdown ${version}\n`);
  const paths = [...filesUnder("src"), ...filesUnder("proofs-check").filter((path) => path.endsWith(".ts")),
    ".config/build.mjs", ".config/tsdown.config.ts", "package.json", "tsconfig.json"];
  for (const path of paths) hash.update(`${path}\n`).update(readFileSync(join(root, path))).update("\n");
  return hash.digest("hex");
}

function isCurrent(source) {
  try {
    const stamp = JSON.parse(readFileSync(join(dist, stampName), "utf8"));
    return stamp.source === source && stamp.files.every((file) => existsSync(join(dist, file)));
  } catch {
    return false;
  }
}

/** Puts a finished folder in the place of dist/. */
function moveIntoPlace(staging) {
  const old = `${staging}.old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(staging, dist);
  rmSync(old, { recursive: true, force: true });
}

/** Runs `body` while no other process builds here. A lock whose owner has gone is taken over. */
async function alone(body) {
  const lock = join(root, "node_modules/.lemmagrad-build.lock");
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (!isRunning(Number(readFileSync(lock, { encoding: "utf8", flag: "a+" })))) rmSync(lock, { force: true });
      else await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
  try {
    return await body();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isRunning(pid) {
  try {
    // signal 0 only asks; pid 0 (a lock just being written) would be this whole group
    process.kill(pid === 0 ? process.pid : pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** `npx lemmagrad` in a clone: npm links the commands of dependencies, but not the package's own. */
function linkCommand() {
  const folder = join(root, "node_modules/.bin");
  const link = join(folder, "lemmagrad");
  if (process.platform === "win32" || existsSync(link)) return;
  mkdirSync(folder, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync("../../dist/cli/main.js", link);
}

export function buildAll(options = {}) {
  return alone(() => buildAlone(options));
}

async function buildAlone({ force = false }) {
  const simd = await buildSimd();
  const source = sourceHash();
  if (!force && isCurrent(source)) {
    linkCommand();
    return { simd, dist: "current" };
  }
  const { build } = await import("tsdown");
  const started = Date.now();
  const staging = join(root, `node_modules/.lemmagrad-dist-${randomUUID()}`);
  try {
    await build({ config: join(root, ".config/tsdown.config.ts"), outDir: staging, logLevel: "error" });
    chmodSync(join(staging, "cli/main.js"), 0o755);
    const files = readdirSync(staging, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(staging.length + 1)).sort();
    writeFileSync(join(staging, stampName), `${JSON.stringify({ source, files }, null, 1)}\n`);
    moveIntoPlace(staging);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  linkCommand();
  return { simd, dist: `built in ${((Date.now() - started) / 1000).toFixed(1)} s` };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { simd, dist: made } = await buildAll({ force: process.argv.includes("--force") });
  console.error(`simd: ${simd}\ndist: ${made}`);
}
