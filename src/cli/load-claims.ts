/** Finds claim modules, loads them, and picks those that were asked for. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Claim, isTheory, type LoadedClaim, type Theory } from "../claims/index.ts";
import { FileError, LemmagradError, ParameterError } from "../errors/index.ts";
import { checkSources, contentHash } from "./claim-sources.ts";
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
  const theories = new Map<string, Theory>();
  for (const path of paths) {
    const claim = await claimOf(path, own);
    if (claim === undefined) continue;
    if (isTheory(claim)) {
      if (theories.has(dirname(path))) throw new ParameterError({ where: path, problem: `its folder has another theory, ${theories.get(dirname(path))!.name}.`, expected: "one theory a folder.", mend: "move one of them, and its claims, to a folder of its own." });
      theories.set(dirname(path), claim);
      continue;
    }
    if (loaded.some((other) => other.claim.id === claim.id)) throw new ParameterError({ where: path, problem: `there is another claim ${claim.id}.`, expected: "each id once.", mend: "rename one of the two files, and its id." });
    loaded.push({ claim, url: pathToFileURL(path).href });
  }
  if (loaded.length === 0) throw new FileError({ where: dir, problem: "there is no claim in this folder.", expected: ".ts, .mts, .js or .mjs modules whose default export is defineClaim(...).", mend: own ? "run `npm run build`." : "name another folder." });
  return loaded.map((one) => withTheory(one, theories, dir)).sort((a, b) => (a.claim.id < b.claim.id ? -1 : 1));
}

/** The claim with the theory of its folder, or of the nearest one above it. */
function withTheory(loaded: LoadedClaim, theories: ReadonlyMap<string, Theory>, top: string): LoadedClaim {
  for (let folder = dirname(fileURLToPath(loaded.url!)); ; folder = dirname(folder)) {
    const theory = theories.get(folder);
    if (theory !== undefined) return { ...loaded, theory };
    if (folder === top || folder === dirname(folder)) return loaded;
  }
}

/** Every theory of these claims, once, by the first of its claims. */
export function theoriesOf(claims: readonly LoadedClaim[]): Theory[] {
  return [...new Map(claims.flatMap(({ theory }) => (theory === undefined ? [] : [[theory.name, theory] as const]))).values()];
}

/**
 * The claims of a theory, or of "all"; without a name those that their theory does not leave for its name, or all where it leaves every one.
 *
 * Errors: ParameterError on a name that none of them has.
 */
export function claimsOfTheory(all: readonly LoadedClaim[], name?: string): LoadedClaim[] {
  if (name === "all") return [...all];
  if (name === undefined) {
    const usual = all.filter(({ theory }) => theory?.onlyWhenNamed !== true);
    return usual.length === 0 ? [...all] : usual;
  }
  const own = all.filter(({ theory }) => theory?.name === name);
  if (own.length > 0) return own;
  const known = [...theoriesOf(all).map((theory) => theory.name), "all"];
  throw new ParameterError({ where: `--theory ${name}`, problem: "there is no such theory.", expected: `one of ${known.join(", ")}.`, mend: suggestion(name, known, "`lemmagrad claims` lists them.") });
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

/** A hash of a claim's module and of what it imports beside it, so that what an older version of them computed is not taken for its own. */
export function contentOf({ url }: LoadedClaim): string {
  return url === undefined ? "" : contentHash(fileURLToPath(url));
}

/** The same for several claims, whatever their order. */
export function contentOfAll(claims: readonly LoadedClaim[]): string {
  return createHash("sha256").update(claims.map(contentOf).sort().join("\n")).digest("hex");
}

/** A module that may be a claim; not a declaration, a test, what lies in node_modules, or in a folder whose name begins with a dot. */
const isModule = (path: string): boolean => /\.m?[jt]s$/.test(path) && !/\.(d|test|spec)\.m?[jt]s$/.test(path) && !/(^|[\\/])(\.|node_modules[\\/])/.test(path);

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
      .filter(isModule)
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

async function claimOf(path: string, own: boolean): Promise<Claim | Theory | undefined> {
  let module: { default?: unknown };
  // before the import, whose hooks may run in another thread and lose the place of an error
  if (!own) checkSources(path);
  try {
    module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (cause) {
    if (cause instanceof LemmagradError) throw cause;
    if (!own && cause instanceof SyntaxError) checkSources(path, { all: true });
    throw new FileError({ where: path, problem: `the module does not load: ${(cause as Error).message}.`.replace(/\.\.$/, "."), expected: "an ECMAScript module whose default export is defineClaim(...)." }, { cause });
  }
  if (module.default === undefined) return undefined;
  if (isTheory(module.default)) return module.default;
  const claim = module.default as Partial<Claim> | null;
  if (typeof claim !== "object" || claim === null || typeof claim.id !== "string" || claim.experiments === undefined || claim.prediction === undefined) {
    throw new FileError({ where: path, problem: "its default export is not a claim.", expected: "the result of defineClaim(...) from lemmagrad/claims." });
  }
  const name = basename(path).replace(/\.m?[jt]s$/, "");
  if (claim.id !== name) throw new ParameterError({ where: path, problem: `the claim's id is ${claim.id}, its file is named ${name}.`, expected: "the id to be the file's name.", mend: "rename one of them." });
  return claim as Claim;
}
