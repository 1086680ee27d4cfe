/**
 * Runs TypeScript blocks of documents as modules and compares every line that ends in `// => value`, and what they log
 * with the blocks marked `text output`, character by character.
 *
 * A module is its document with everything but the code blanked, so that line numbers are the document's own.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import * as lemmagrad from "../../src/index.ts";
import * as images from "../../src/images/index.ts";
import { type Block, blocksOf, root } from "./documents.ts";
import { agrees, readable } from "./shown-values.ts";

/** Blocks that run in one scope: one, those after it that are marked `continued`, and the `text output` of them. */
export type Scope = readonly Block[];

const isOutput = ({ info }: Block) => /^text\s/.test(info);

export function scopesOf(path: string, markdown: string): Scope[] {
  const scopes: Block[][] = [];
  for (const block of blocksOf(markdown)) {
    const [language, ...words] = block.info.split(/\s+/);
    if (isOutput(block)) {
      if (words.join(" ") !== "output" || scopes.length === 0) throw new Error(`${path}:${block.line - 1}: a block may be marked "text" or, after code, "text output"; this one is "${block.info}".`);
      scopes.at(-1)!.push(block);
    }
    if (language !== "ts" && language !== "typescript") continue;
    if (words[0] === "from") continue;
    if (words.length === 0) scopes.push([block]);
    else if (words.join(" ") === "continued" && scopes.length > 0) scopes.at(-1)!.push(block);
    else throw new Error(`${path}:${block.line - 1}: a block may be marked "ts", "ts from FILE" or, after another one, "ts continued"; this one is "${block.info}".`);
  }
  return scopes;
}

/** Blocks marked `ts from FILE`: what of them is not in that file, line after line. A line `...` stands for any lines left out. */
export function quoteFaults(path: string, markdown: string, read: (path: string) => string): string[] {
  return blocksOf(markdown).flatMap(({ info, line, code }) => {
    const quoted = /^ts from (\S+)$/.exec(info)?.[1];
    if (quoted === undefined) return [];
    const source = read(quoted).split("\n").map((row) => row.trim());
    let next = 0;
    let leftOut = true;
    for (const [at, row] of code.split("\n").map((text) => text.trim()).entries()) {
      if (row === "...") {
        leftOut = true;
        continue;
      }
      const found = leftOut ? source.indexOf(row, next) : source[next] === row ? next : -1;
      if (found < 0) return [`${path}:${line + at}: ${quoted} does not go on with ${row}`];
      next = found + 1;
      leftOut = false;
    }
    return [];
  });
}

interface Comparison {
  line: number;
  expected: string;
  found: string;
  ok: boolean;
}

interface Recorder {
  comparisons: Comparison[];
  /** What was logged, by the line of the statement that logged it; not what stands before a `// =>`. */
  logged: { line: number; text: string }[];
  compared: boolean;
  /** Line of the statement that runs now. */
  line: number;
}

const recorders = new Map<string, Recorder>();

interface Recording {
  at(line: number): void;
  shown<T>(line: number, value: T): T;
  /** As shown, for what is about to be logged. */
  shownByLog<T>(line: number, value: T): T;
  log(...values: unknown[]): void;
}

/** What the modules call: `at` before a statement, `shown` around a value to compare, `log` for console.log. */
export function recording(key: string, written: Readonly<Record<string, string>>): Recording {
  const recorder = recorders.get(key)!;
  const shown = <T>(line: number, value: T): T => {
    const expected = written[line];
    recorder.comparisons.push({ line, expected, found: readable(value), ok: agrees(value, expected) });
    return value;
  };
  return {
    at: (line) => { recorder.line = line; },
    shown,
    shownByLog: (line, value) => {
      recorder.compared = true;
      return shown(line, value);
    },
    log: (...values) => {
      if (!recorder.compared) recorder.logged.push({ line: recorder.line, text: values.map((value) => (typeof value === "string" ? value : readable(value))).join(" ") });
      recorder.compared = false;
    },
  };
}

const helper = fileURLToPath(import.meta.url);

/** Runs one scope; returns what is wrong, a sentence each. */
export async function runScope(path: string, scope: Scope): Promise<string[]> {
  const lines: string[] = [];
  for (const { line, code } of scope.filter((block) => !isOutput(block))) code.split("\n").forEach((text, at) => { lines[line - 1 + at] = text; });
  const source = Array.from(lines, (text) => text ?? "").join("\n");
  const written: Record<string, string> = {};
  source.split("\n").forEach((text, at) => {
    const value = /\/\/ *=> *(.+?)\s*$/.exec(text);
    if (value !== null) written[at + 1] = value[1];
  });
  const { text, compared } = watched(source, written);
  const faults = Object.keys(written).filter((line) => !compared.has(Number(line)))
    .map((line) => `${path}:${line}: there is nothing to compare with "${written[line]}": no expression statement and no const ends on this line.`);
  return [...faults, ...await runModule({ path, code: text, written, compared, outputs: scope.filter(isOutput) })];
}

interface Module {
  path: string;
  code: string;
  written: Readonly<Record<string, string>>;
  compared: ReadonlySet<number>;
  outputs: readonly Block[];
}

async function runModule({ path, code, written, compared, outputs }: Module): Promise<string[]> {
  const key = randomUUID();
  const folder = join(root, "node_modules/.cache/docs-blocks", key);
  const file = join(folder, "block.ts");
  const recorder: Recorder = { comparisons: [], logged: [], compared: false, line: 0 };
  recorders.set(key, recorder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `import { recording as recordingOf } from ${JSON.stringify(helper)}; const $ = recordingOf(${JSON.stringify(key)}, ${JSON.stringify(written)}); const console = { ...globalThis.console, log: $.log }; ${code}`);
  const faults: string[] = [];
  try {
    await import(/* @vite-ignore */ file);
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    faults.push(`${path}:${recorder.line}: threw ${problem.replaceAll(file, path)}`);
  } finally {
    recorders.delete(key);
    rmSync(folder, { recursive: true, force: true });
  }
  const reached = new Set(recorder.comparisons.map(({ line }) => line));
  if (faults.length === 0) {
    for (const line of compared) if (!reached.has(line)) faults.push(`${path}:${line}: never ran, though it says "${written[line]}"`);
    faults.push(...outputFaults(path, recorder.logged, outputs));
  }
  return [...recorder.comparisons.filter(({ ok }) => !ok).map(({ line, expected, found }) => `${path}:${line}: expected ${expected}, found ${found}`), ...faults];
}

/** An output block shows what was logged since the one before it; whatever is logged must be shown. */
function outputFaults(path: string, logged: Recorder["logged"], outputs: readonly Block[]): string[] {
  let rest = logged;
  const faults = outputs.flatMap(({ line, code }) => {
    const own = rest.filter((entry) => entry.line < line);
    rest = rest.filter((entry) => entry.line >= line);
    const [expected, found] = [code, own.map(({ text }) => text).join("\n")].map((text) => text.trimEnd().split("\n").map((row) => row.trimEnd()));
    return Array.from({ length: Math.max(expected.length, found.length) }, (_, at) => at).filter((at) => expected[at] !== found[at])
      .map((at) => `${path}:${line + at}: expected the output ${expected[at] ?? "to end"}, found ${found[at] ?? "its end"}`);
  });
  return [...faults, ...rest.map(({ line, text }) => `${path}:${line}: logs what no block marked "text output" shows: ${text}`)];
}

/** The code with its statements numbered and the values to compare handed to the recorder; no line moves. */
function watched(source: string, written: Readonly<Record<string, string>>): { text: string; compared: Set<number> } {
  const file = ts.createSourceFile("block.ts", source, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1;
  const values = new Map<number, { node: ts.Expression; logs: boolean }>();
  const visit = (node: ts.Node): void => {
    const value = valueOf(node);
    const line = lineAt(node.getEnd());
    if (value !== undefined && line in written) values.set(line, value);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const insertions: { at: number; text: string }[] = [];
  for (const statement of file.statements) {
    const start = statement.getStart(file);
    if (!ts.isImportDeclaration(statement)) insertions.push({ at: start, text: `$.at(${lineAt(start)}); ` });
  }
  for (const [line, { node, logs }] of values) insertions.push({ at: node.getStart(file), text: `$.${logs ? "shownByLog" : "shown"}(${line}, (` }, { at: node.getEnd(), text: "))" });
  let text = source;
  // from the end; of two at one place the later one, which belongs inside, goes in first
  for (const { at, text: added } of insertions.map((insertion, order) => ({ ...insertion, order })).sort((a, b) => b.at - a.at || b.order - a.order)) text = text.slice(0, at) + added + text.slice(at);
  return { text, compared: new Set(values.keys()) };
}

/** The value that a line shows: an expression statement's, what it logs, or the right-hand side of a single const. */
function valueOf(node: ts.Node): { node: ts.Expression; logs: boolean } | undefined {
  if (ts.isVariableStatement(node)) {
    const { declarations } = node.declarationList;
    return declarations.length !== 1 || declarations[0].initializer === undefined ? undefined : { node: declarations[0].initializer, logs: false };
  }
  if (!ts.isExpressionStatement(node)) return undefined;
  const { expression } = node;
  const logs = ts.isCallExpression(expression) && expression.expression.getText() === "console.log" && expression.arguments.length === 1;
  return { node: logs ? expression.arguments[0] : expression, logs };
}

/** The `Example:` lines of a source file's doc comments, as one scope with the names of the package that they use. */
export function examplesOf(path: string, source: string): { scope: Scope; faults: string[] } {
  const faults: string[] = [];
  const blocks: Block[] = [];
  source.split("\n").forEach((text, at) => {
    const example = /^\s*\/?\*.*?\bExample: +(.*?)\s*(?:\*\/)?$/.exec(text);
    if (example === null) return;
    if (/\/\/ => ./.test(example[1])) blocks.push({ info: "ts", line: at + 1, code: example[1] });
    else faults.push(`${path}:${at + 1}: the example shows no value: ${example[1]}`);
  });
  if (blocks.length > 0) {
    const used = new Set(blocks.flatMap(({ code }) => code.match(/[A-Za-z_$][\w$]*/g) ?? []));
    const imports = Object.entries({ "lemmagrad": lemmagrad, "lemmagrad/images": images }).map(([entry, exported]) => `import { ${Object.keys(exported).filter((name) => used.has(name)).join(", ")} } from "${entry}";`);
    const [{ code }] = blocks;
    blocks[0] = { ...blocks[0], code: `${imports.join(" ")} ${code}` };
  }
  return { scope: blocks, faults };
}
