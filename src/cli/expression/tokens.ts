/** The words of an expression, each with its place, and errors that point at one. */
import { ParameterError } from "../../errors/index.ts";

export type Kind = "number" | "text" | "name" | "operator" | "end";

export interface Token {
  readonly kind: Kind;
  /** As written; the content without quotes for a text. */
  readonly text: string;
  /** Its first column, from 0. */
  readonly at: number;
}

/** Longest first: ** before *. */
const operators = ["**", "+", "-", "*", "/", "@", "(", ")", "[", "]", ",", ";", "="];

/** Errors: ParameterError on a character that begins no word, and on a text that is never closed. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const word = /(?<space>\s+)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|"(?<double>[^"]*)"|'(?<single>[^']*)'/uy;
  for (let at = 0; at < source.length;) {
    word.lastIndex = at;
    const found = word.exec(source)?.groups;
    if (found === undefined) {
      const operator = operators.find((one) => source.startsWith(one, at));
      if (operator === undefined) throw unreadable(source, at);
      tokens.push({ kind: "operator", text: operator, at });
      at += operator.length;
      continue;
    }
    const { number, name, double, single } = found;
    const text = double ?? single;
    if (number !== undefined) tokens.push({ kind: "number", text: number, at });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, at });
    else if (text !== undefined) tokens.push({ kind: "text", text, at });
    at = word.lastIndex;
  }
  return [...tokens, { kind: "end", text: "", at: source.length }];
}

function unreadable(source: string, at: number): ParameterError {
  const character = String.fromCodePoint(source.codePointAt(at)!);
  if (character === '"' || character === "'") return fault(source, at, { problem: `the text that begins here is never closed`, expected: `another ${character}.` });
  if (character === "^") return fault(source, at, { problem: '"^" means nothing here', expected: "an operator: + - * / @ **.", mend: "write a power as a ** 2." });
  return fault(source, at, { problem: `${JSON.stringify(character)} means nothing here`, expected: "names, numbers, texts, + - * / @ ** = ( ) [ ] , or ;." });
}

/** An error about one place of an expression: the line, and a caret under the place. */
export function fault(source: string, at: number, parts: { problem: string; expected?: string; mend?: string }): ParameterError {
  const start = source.lastIndexOf("\n", at - 1) + 1;
  const end = source.indexOf("\n", at);
  const line = source.slice(start, end < 0 ? source.length : end);
  const before = source.slice(start, at).replaceAll(/[^\t]/gu, " ");
  const place = start === 0 && end < 0 ? `column ${at + 1}` : `line ${source.slice(0, start).split("\n").length}, column ${at - start + 1}`;
  return new ParameterError({ ...parts, where: "expression", problem: `${parts.problem}, at ${place}.\n    ${line}\n    ${before}^` });
}
