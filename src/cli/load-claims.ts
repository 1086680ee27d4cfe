/** Finds claim modules, loads them, and picks those that were asked for. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Claim, LoadedClaim } from "../claims/index.ts";
import { FileError, LemmagradError, ParameterError } from "../errors/index.ts";
import { installation } from "./installation.ts";
import { suggestion } from "./nearest.ts";
import { shareThisInstallation } from "./resolve-hook.ts";

/**
 * Every claim of a folder (default: the package's own), by id. A module without a default export is a helper, and skipped.
 *
 * Errors: FileError when the folder is missing, holds no claim, or a module does not load; ParameterError when a claim's id
 * is not its file's name, or two have the same.
 */
export async function loadClaims(folder?: string): Promise<LoadedClaim[]> {
  const own = folder === undefined;
  const dir = own ? installation().claims : resolve(folder);
  const paths = modulesUnder(dir, own ? "claims" : `--claims ${folder}`);
  if (!own) shareThisInstallation();
  const loaded: LoadedClaim[] = [];
  for (const path of paths) {
    const claim = await claimOf(path);
    if (claim === undefined) continue;
    if (loaded.some((other) => other.claim.id === claim.id)) throw new ParameterError({ where: path, problem: `there is another claim ${claim.id}.`, expected: "each id once.", mend: "rename one of the two files, and its id." });
    loaded.push({ claim, url: pathToFileURL(path).href });
  }
  if (loaded.length === 0) throw new FileError({ where: dir, problem: "there is no claim in this folder.", expected: ".js or .mjs modules whose default export is defineClaim(...).", mend: own ? "run `npm run build`." : "name another folder." });
  return loaded.sort((a, b) => (a.claim.id < b.claim.id ? -1 : 1));
}

/**
 * The claims with these ids, or unique beginnings of ids such as p03; all of them when none is named.
 *
 * Errors: ParameterError on an id that is not known or a beginning that several share.
 */
export function selectClaims(all: readonly LoadedClaim[], wanted: readonly string[]): LoadedClaim[] {
  if (wanted.length === 0) return [...all];
  const chosen = new Set(wanted.map((word) => {
    const exact = all.find(({ claim }) => claim.id === word);
    if (exact !== undefined) return exact;
    const matching = all.filter(({ claim }) => claim.id.startsWith(word));
    const ids = matching.map(({ claim }) => claim.id);
    if (word !== "" && matching.length === 1) return matching[0];
    if (word !== "" && matching.length > 1) throw new ParameterError({ where: "claim", problem: `"${word}" could be ${ids.join(" or ")}.`, expected: "an id, or a beginning that only one claim has." });
    const known = all.map(({ claim }) => claim.id);
    // p3 and p03 are one edit apart, while whole ids are long: compare with the beginning as well
    const near = [...known, ...known.map((id) => id.slice(0, id.indexOf("-")))];
    throw new ParameterError({
      where: "claim", problem: `there is no claim "${word}".`, expected: "the id of a claim, or its beginning.",
      mend: suggestion(word, near, "`lemmagrad claims` lists them."),
    });
  }));
  return all.filter((claim) => chosen.has(claim));
}

/** The one claim of that id or beginning. Errors: as selectClaims; ParameterError when it has no region, listing those that have one. */
export function selectWithRegion(all: readonly LoadedClaim[], wanted: string, command: string): LoadedClaim {
  const [loaded] = selectClaims(all, [wanted]);
  if (loaded.claim.region !== undefined) return loaded;
  const others = all.filter(({ claim }) => claim.region !== undefined).map(({ claim }) => claim.id);
  throw new ParameterError({ where: command, problem: `claim ${loaded.claim.id} has no region: nothing says where else it is made.`, expected: others.length === 0 ? "a claim with a region; none has one." : `one of ${others.join(", ")}.` });
}

/** A hash of a claim's module, so that what an older version of it computed is not taken for its own. */
export function contentOf({ url }: LoadedClaim): string {
  return url === undefined ? "" : createHash("sha256").update(readFileSync(fileURLToPath(url))).digest("hex");
}

/** A hash of every module of a folder of claims, helpers too: two folders with the same hash hold the same claims. */
export function folderContentOf(folder: string): string {
  const dir = resolve(folder);
  const hash = createHash("sha256");
  for (const path of modulesUnder(dir, `--claims ${folder}`)) hash.update(`${relative(dir, path).replaceAll("\\", "/")}\n`).update(createHash("sha256").update(readFileSync(path)).digest());
  return hash.digest("hex");
}

function modulesUnder(dir: string, where: string): string[] {
  try {
    if (!statSync(dir).isDirectory()) throw Object.assign(new Error("it is a file"), { code: "ENOTDIR" });
    return readdirSync(dir, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.m?js$/.test(path) && !/(^|[\\/])(\.|node_modules[\\/])/.test(path))
      .sort()
      .map((path) => join(dir, path));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FileError({
      where, problem: code === "ENOENT" ? `there is no folder ${dir}.` : `${dir} cannot be read (${code}).`, expected: "a folder of claim modules.",
      mend: where === "claims" ? "run `npm run build`." : "check the path.",
    }, { cause });
  }
}

async function claimOf(path: string): Promise<Claim | undefined> {
  let module: { default?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (cause) {
    if (cause instanceof LemmagradError) throw cause;
    throw new FileError({ where: path, problem: `the module does not load: ${(cause as Error).message}.`.replace(/\.\.$/, "."), expected: "an ECMAScript module whose default export is defineClaim(...)." }, { cause });
  }
  if (module.default === undefined) return undefined;
  const claim = module.default as Partial<Claim> | null;
  if (typeof claim !== "object" || claim === null || typeof claim.id !== "string" || claim.experiments === undefined || claim.prediction === undefined) {
    throw new FileError({ where: path, problem: "its default export is not a claim.", expected: "the result of defineClaim(...) from lemmagrad/claims." });
  }
  const name = basename(path).replace(/\.m?js$/, "");
  if (claim.id !== name) throw new ParameterError({ where: path, problem: `the claim's id is ${claim.id}, its file is named ${name}.`, expected: "the id to be the file's name.", mend: "rename one of them." });
  return claim as Claim;
}
