/** `lemmagrad claims`: what is claimed, where it comes from, and the verdict on record. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Claim } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import { claimIndex } from "./claims-index.ts";
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
  const list = (await loadClaims(flags.claims)).map(({ claim }) => claim);
  if (flags.writeIndex) {
    const folder = join(installation().root, "proofs-check");
    if (flags.claims !== undefined || !existsSync(folder)) {
      throw new ParameterError({ where: "--write-index", problem: "the index belongs to the repository's own claims.", expected: "a clone of the repository, and no --claims." });
    }
    const path = join(folder, "README.md");
    writeWhole(path, claimIndex(list));
    process.stderr.write(`lemmagrad: wrote ${path}.\n`);
  }
  process.stdout.write(flags.json ? jsonText(list.map(summaryOf)) : list.map(paragraphOf).join("\n"));
  return exitCode.ok;
}

function summaryOf({ id, title, source, statement, maths, prediction, controls, recorded, plan }: Claim): Record<string, unknown> {
  return { id, title, source, statement, maths, prediction: prediction.words, controls: controls.map(({ change }) => change), recorded, plan };
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
