/**
 * Runs TypeScript blocks of documents as modules and compares every line that ends in `// => value`.
 *
 * A module is its document with everything but the code blanked, so that line numbers are the document's own.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import * as lemmagrad from "../../src/index.ts";
import { type Block, blocksOf, root } from "./documents.ts";
import { agrees, readable } from "./shown-values.ts";

/** Blocks that run in one scope: one, and those after it that are marked `continued`. */
export type Scope = readonly Block[];

export function scopesOf(path: string, markdown: string): Scope[] {
  const scopes: Block[][] = [];
  for (const block of blocksOf(markdown)) {
    const [language, ...words] = block.info.split(/\s+/);
    if (language !== "ts" && language !== "typescript") continue;
    if (words.length === 0) scopes.push([block]);
    else if (words.join(" ") === "continued" && scopes.length > 0) scopes.at(-1)!.push(block);
    else throw new Error(`${path}:${block.line - 1}: a block may be marked "ts" or, after another one, "ts continued"; this one is "${block.info}".`);
  }
  return scopes;
}

interface Comparison {
  line: number;
  expected: string;
  found: string;
  ok: boolean;
}

interface Recorder {
  comparisons: Comparison[];
  /** Line of the statement that runs now. */
  line: number;
}

const recorders = new Map<string, Recorder>();

/** What the modules call: `at(line)` before a statement, `shown(line, value)` around a value to compare. */
export function recording(key: string, written: Readonly<Record<string, string>>): { at: (line: number) => void; shown: <T>(line: number, value: T) => T } {
  const recorder = recorders.get(key)!;
  return {
    at: (line) => { recorder.line = line; },
    shown: (line, value) => {
      const expected = written[line];
      recorder.comparisons.push({ line, expected, found: readable(value), ok: agrees(value, expected) });
      return value;
    },
  };
}

const helper = fileURLToPath(import.meta.url);

/** Runs one scope; returns what is wrong, a sentence each. */
export async function runScope(path: string, scope: Scope): Promise<string[]> {
  const lines: string[] = [];
  for (const { line, code } of scope) code.split("\n").forEach((text, at) => { lines[line - 1 + at] = text; });
  const source = Array.from(lines, (text) => text ?? "").join("\n");
  const written: Record<string, string> = {};
  source.split("\n").forEach((text, at) => {
    const value = /\/\/ *=> *(.+?)\s*$/.exec(text);
    if (value !== null) written[at + 1] = value[1];
  });
  const { text, compared } = watched(source, written);
  const faults = Object.keys(written).filter((line) => !compared.has(Number(line)))
    .map((line) => `${path}:${line}: there is nothing to compare with "${written[line]}": no expression statement and no const ends on this line.`);
  return [...faults, ...await runModule(path, text, written, compared)];
}

async function runModule(path: string, code: string, written: Readonly<Record<string, string>>, compared: ReadonlySet<number>): Promise<string[]> {
  const key = randomUUID();
  const folder = join(root, "node_modules/.cache/docs-blocks", key);
  const file = join(folder, "block.ts");
  const recorder: Recorder = { comparisons: [], line: 0 };
  recorders.set(key, recorder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `import { recording as recordingOf } from ${JSON.stringify(helper)}; const $ = recordingOf(${JSON.stringify(key)}, ${JSON.stringify(written)}); ${code}`);
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
  }
  return [...recorder.comparisons.filter(({ ok }) => !ok).map(({ line, expected, found }) => `${path}:${line}: expected ${expected}, found ${found}`), ...faults];
}

/** The code with its statements numbered and the values to compare handed to the recorder; no line moves. */
function watched(source: string, written: Readonly<Record<string, string>>): { text: string; compared: Set<number> } {
  const file = ts.createSourceFile("block.ts", source, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number) => file.getLineAndCharacterOfPosition(position).line + 1;
  const values = new Map<number, ts.Expression>();
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
  for (const [line, value] of values) insertions.push({ at: value.getStart(file), text: `$.shown(${line}, (` }, { at: value.getEnd(), text: "))" });
  let text = source;
  // from the end; of two at one place the later one, which belongs inside, goes in first
  for (const { at, text: added } of insertions.map((insertion, order) => ({ ...insertion, order })).sort((a, b) => b.at - a.at || b.order - a.order)) text = text.slice(0, at) + added + text.slice(at);
  return { text, compared: new Set(values.keys()) };
}

/** The value that a line shows: an expression statement's, what it logs, or the right-hand side of a single const. */
function valueOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.length === 1 ? node.declarationList.declarations[0].initializer : undefined;
  if (!ts.isExpressionStatement(node)) return undefined;
  const { expression } = node;
  const logs = ts.isCallExpression(expression) && expression.expression.getText() === "console.log" && expression.arguments.length === 1;
  return logs ? expression.arguments[0] : expression;
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
    const names = Object.keys(lemmagrad).filter((name) => used.has(name));
    const [{ code }] = blocks;
    blocks[0] = { ...blocks[0], code: `import { ${names.join(", ")} } from "lemmagrad"; ${code}` };
  }
  return { scope: blocks, faults };
}
