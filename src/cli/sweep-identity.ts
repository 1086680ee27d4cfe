/** What the rows of a sweep depend on besides its cells, as this process has it: lemmagrad's version and build, and the claims. */
import type { Claim, LoadedClaim, Theory } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import type { Identity } from "../sweep/cell.ts";
import { installation } from "./installation.ts";
import { folderContentOf, loadClaims, selectClaims } from "./load-claims.ts";

const known = new Map<string | undefined, Identity>();

/** Read once: a folder of claims that changes while a thread runs is not noticed before the next one begins. */
export function identityOf(claims?: string): Identity {
  let identity = known.get(claims);
  if (identity === undefined) {
    const { version, build } = installation();
    known.set(claims, (identity = { version: build === "" ? version : `${version}+${build.slice(0, 12)}`, claims: claims === undefined ? "" : folderContentOf(claims) }));
  }
  return identity;
}

/** Why somebody with the identity `own` computes no cell keyed with `wanted`; undefined if there is no reason. */
export function refusal(wanted: Identity, own: Identity): string | undefined {
  if (wanted.version !== own.version) return `the sweep was begun by lemmagrad ${wanted.version}, this is ${own.version}.`;
  if (wanted.claims !== own.claims) return "the claim files here are not those that the sweep was begun with.";
  return undefined;
}

const loaded = new Map<string | undefined, Promise<Map<string, Claim>>>();

/** A claim by its id, of the package's own or of a folder. Errors: as loadClaims; ParameterError when there is none of that id. */
export async function claimNamed(id: string, folder?: string): Promise<Claim> {
  let claims = loaded.get(folder);
  if (claims === undefined) loaded.set(folder, (claims = loadClaims(folder).then((all) => new Map(all.map(({ claim }) => [claim.id, claim])))));
  const claim = (await claims).get(id);
  if (claim === undefined) throw new ParameterError({ where: "sweep", problem: `there is no claim ${id} here.`, expected: "the claims that the sweep was begun with." });
  return claim;
}

/** The claims that ids or beginnings of ids name, each under its whole id. Errors: as loadClaims and selectClaims. */
export async function claimsNamed(words: readonly string[], folder?: string): Promise<LoadedClaim[]> {
  const all = await loadClaims(folder);
  return words.map((word) => selectClaims(all, [word])[0]);
}

/** The theory whose networks `run` trains. */
export async function theoryOfRuns(): Promise<Theory | undefined> {
  return (await loadClaims()).find(({ theory }) => theory?.name === "robust-features")?.theory;
}
