/** Which engines there are to compare on this machine, and which are left out, and why. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromiumPath } from "../support/chromium.ts";
import { chromiumHost, type Host, nodeHost } from "./hosts.ts";

export interface Engine {
  name: string;
  host: Host;
  /** Started as a machine without SIMD: only the reference backend is there. */
  withoutSimd: boolean;
}

export interface LeftOut {
  name: string;
  why: string;
  /** Whether it could be here: under CI, that is a failure. */
  missing: boolean;
}

/**
 * V8 offers WebAssembly SIMD on x64 where the processor has SSE 4.1, so a processor without it is a machine without SIMD.
 * The switch --no-experimental-wasm-simd of older V8 is gone from Node 20, 22 and 24 alike.
 */
const withoutSse = "--no-enable-sse4-1";
const majors = [20, 22, 24];

export function findEngines(root: string): { engines: Engine[]; leftOut: LeftOut[] } {
  const engines: Engine[] = [];
  const leftOut: LeftOut[] = [];
  const isX64 = process.arch === "x64";
  const addPair = (name: string, host: (flags: readonly string[]) => Host) => {
    engines.push({ name, host: host([]), withoutSimd: false });
    const other = `${name} without SIMD`;
    if (isX64) engines.push({ name: other, host: host([withoutSse]), withoutSimd: true });
    else leftOut.push({ name: other, why: `V8 has no switch for it on ${process.arch}`, missing: false });
  };

  const own = Number(process.versions.node.split(".")[0]);
  addPair(`Node ${own}`, (flags) => nodeHost(root, process.execPath, flags));
  const others = majors.filter((major) => major !== own);
  if (process.platform === "linux" && isX64) {
    const programs = installed(root, others);
    for (const major of others) addPair(`Node ${major}`, (flags) => nodeHost(root, programs(major), flags));
  } else for (const major of others) leftOut.push({ name: `Node ${major}`, why: "the packages that bring it are for Linux on x64", missing: false });

  if (chromiumPath === undefined) leftOut.push({ name: "Chromium", why: "it is not installed", missing: true });
  else addPair("Chromium", (flags) => chromiumHost(flags));
  return { engines, leftOut };
}

/** Makes sure of the other versions of Node, in a folder of their own, and says where they are. */
function installed(root: string, wanted: readonly number[]): (major: number) => string {
  const folder = join(root, ".config/engines");
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, Record<string, string>>;
  const pinned = { ...dependencies, ...optionalDependencies };
  const place = (major: number) => join(folder, `node_modules/node-${major}`);
  const isThere = (major: number) => {
    const own = join(place(major), "package.json");
    return existsSync(own) && pinned[`node-${major}`].endsWith(`@${(JSON.parse(readFileSync(own, "utf8")) as { version: string }).version}`);
  };
  // Node 20 is optional there, since it is most often the one that runs this; each takes some 50 MB to fetch
  if (!wanted.every(isThere)) execFileSync("npm", ["ci", ...(wanted.includes(20) ? [] : ["--omit=optional"])], { cwd: folder, stdio: "inherit" });
  return (major) => join(place(major), "bin/node");
}
