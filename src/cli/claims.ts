/** `lemmagrad claims`: what is claimed, where it comes from, and the verdict on record. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Claim, LoadedClaim } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import { claimIndex, groupsOf } from "./claims-index.ts";
import { exitCode } from "./exit.ts";
import { installation } from "./installation.ts";
import { loadClaims } from "./load-claims.ts";
import { writeWhole } from "./output.ts";
import { jsonText } from "./table.ts";

export interface ClaimsFlags {
  claims?: string;
  writeIndex?: boolean;
  json?: boolean;
}

export async function claims(flags: ClaimsFlags): Promise<number> {
  const loaded = await loadClaims(flags.claims);
  if (flags.writeIndex) {
    const folder = join(installation().root, "proofs-check");
    if (flags.claims !== undefined || !existsSync(folder)) {
      throw new ParameterError({ where: "--write-index", problem: "the index belongs to the repository's own claims.", expected: "a clone of the repository, and no --claims." });
    }
    const path = join(folder, "README.md");
    writeWhole(path, claimIndex(loaded));
    process.stderr.write(`lemmagrad: wrote ${path}.\n`);
  }
  process.stdout.write(flags.json ? jsonText(loaded.map(summaryOf)) : byTheory(loaded));
  return exitCode.ok;
}

/** The claims of each theory under its title, where there are several. */
function byTheory(loaded: readonly LoadedClaim[]): string {
  const groups = groupsOf(loaded);
  return groups.map(({ theory, claims: own }) => {
    const list = own.map(paragraphOf).join("\n");
    return theory === undefined || groups.length === 1 ? list : `${theory.title}\n    npx lemmagrad verify --theory ${theory.name}\n\n${list}`;
  }).join("\n");
}

function summaryOf({ claim: { id, title, source, statement, maths, prediction, controls, recorded, plan }, theory }: LoadedClaim): Record<string, unknown> {
  return { id, ...(theory === undefined ? {} : { theory: theory.name }), title, source, statement, maths, prediction: prediction.words, controls: controls.map(({ change }) => change), recorded, plan };
}

/** One claim: its id and verdict, then what it says and where that comes from. */
function paragraphOf({ id, recorded, statement, source }: Claim): string {
  return `${id}  [${recorded}]\n${wrapped(statement)}\n${wrapped(`Source: ${source.words}; ${source.formula}.`)}\n`;
}

function wrapped(text: string, columns = 96): string {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines[lines.length - 1];
    if (line !== "" && line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line) => `    ${line}`).join("\n");
}
