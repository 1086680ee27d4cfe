/** Reads a sweep file: YAML, or JSON, which is YAML too. */
import { readFileSync } from "node:fs";
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { FileError, ParameterError, suggestion } from "../errors/index.ts";
import { definitionSchema, type SweepDefinition } from "./definition.ts";

/**
 * The definition in a file.
 *
 * Errors: FileError when the file cannot be read or is no YAML; ParameterError, with the line, on an unknown key, a value of another kind or
 *         a missing part.
 */
export function readDefinition(path: string): SweepDefinition {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new FileError({ where: path, problem: code === "ENOENT" ? "there is no such file." : code === "EISDIR" ? "it is a folder." : `it cannot be read: ${message}.`, expected: "a sweep file, YAML or JSON.", mend: "`lemmagrad sweep --help` shows one." }, { cause });
  }
  return parseDefinition(text, path);
}

/** The same from a text; `where` names it in errors. */
export function parseDefinition(text: string, where: string): SweepDefinition {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) throw new FileError({ where: `${where}, line ${lines.linePos(fault.pos[0]).line}`, problem: `this is no YAML: ${sentence(fault.message)}`, expected: "YAML or JSON.", mend: "look at indentation, colons and brackets near that line." });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new FileError({ where, problem: `its aliases cannot be followed: ${sentence((cause as Error).message)}`, expected: "a plain sweep file." }, { cause });
  }
  const checked = definitionSchema.safeParse(value);
  if (checked.success) return checked.data;
  const issue = nearestIssue(checked.error.issues[0]);
  const lineOf = (path: readonly PropertyKey[]): string => {
    const at = keyPosition(document.contents, path) ?? (document.getIn(path, true) as { range?: [number, number, number] } | undefined)?.range?.[0];
    return at === undefined ? where : `${where}, line ${lines.linePos(at).line}`;
  };
  throw faultOf(issue, lineOf);
}

type Issue = z.core.$ZodIssue;

/** Of a value that could have been several things, the complaint of the one that it came nearest to being. */
function nearestIssue(issue: Issue): Issue {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return issue;
  // a branch whose complaint lies deeper, or is about a key of it, was meant
  const deeper = issue.errors.map(([first]) => first).filter((first): first is Issue => first !== undefined && (first.path.length > 0 || first.code === "unrecognized_keys"));
  if (deeper.length !== 1) return issue;
  return { ...nearestIssue(deeper[0]), path: [...issue.path, ...deeper[0].path] };
}

function faultOf(issue: Issue, lineOf: (path: readonly PropertyKey[]) => string): ParameterError {
  const name = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    const known = knownKeys(issue.path);
    return new ParameterError({
      where: lineOf([...issue.path, key]), problem: `there is no key "${key}"${name === "" ? "" : ` in ${name}`}.`, expected: known.length === 0 ? "only keys that are known." : `one of ${known.join(", ")}.`,
      mend: suggestion(key, known, "see docs/sweep."),
    });
  }
  return new ParameterError({ where: lineOf(issue.path), problem: name === "" ? "this is no sweep." : `${name} is not what it should be.`, expected: sentence(plain(issue.message)) });
}

/** The keys that an object at a path of the schema has. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let at: unknown = definitionSchema;
  for (const part of path) at = step(at, part);
  return shapes(at).flatMap((shape) => Object.keys(shape)).filter((key, i, all) => key !== "$schema" && all.indexOf(key) === i);
}

interface Definition { type: string; innerType?: unknown; shape?: Record<string, unknown>; options?: unknown[]; element?: unknown; valueType?: unknown }

const definitionOf = (schema: unknown): Definition => (schema as { def: Definition }).def;

function step(schema: unknown, part: PropertyKey): unknown {
  const { type, innerType, shape, element, valueType, options } = definitionOf(schema);
  if (type === "optional") return step(innerType, part);
  if (type === "object") return shape?.[String(part)] ?? schema;
  if (type === "union") return options?.find((option) => ["object", "array", "record"].includes(definitionOf(option).type) && step(option, part) !== option) ?? schema;
  return element ?? valueType ?? schema;
}

function shapes(schema: unknown): Record<string, unknown>[] {
  const { type, innerType, shape, options = [] } = definitionOf(schema);
  if (type === "optional") return shapes(innerType);
  if (type === "union") return options.flatMap(shapes);
  return shape === undefined ? [] : [shape];
}

/** Where a key of a map stands, in characters from the beginning. */
function keyPosition(contents: unknown, path: readonly PropertyKey[]): number | undefined {
  const [part, ...rest] = path;
  if (part === undefined || !isMap(contents)) return undefined;
  const pair = contents.items.find(({ key }) => (isScalar(key) ? String(key.value) : String(key)) === String(part));
  if (pair === undefined) return undefined;
  return rest.length === 0 ? (isScalar(pair.key) ? pair.key.range?.[0] : undefined) : keyPosition(pair.value, rest);
}

/** What was expected, as it stands after "Expected". */
const plain = (message: string): string => message.replace(/^Invalid (?:input|option): /, "").replace(/^Too (?:small|big): expected (\w+) to (?:be|have) /, "a $1 ").replace(/^expected /, "");

const sentence = (words: string): string => `${words.trim().replace(/\.$/, "")}.`;
