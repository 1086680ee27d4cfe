/** What several commands take: how a flag's text becomes a value, with an error that says what would have been right. */
import { InvalidArgumentError, Option } from "commander";
import type { AxisRequest } from "../claims/index.ts";
import { ParameterError } from "../errors/index.ts";
import { availableBackends, type BackendName } from "../kernels/index.ts";
import { settingNames } from "../theories/robust-features/index.ts";
import { nearest, suggestion } from "./nearest.ts";

/** A parser of integers >= least. */
export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) throw new InvalidArgumentError(`Expected an integer >= ${least}.`);
    return value;
  };
}

export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError("Expected a number > 0.");
  return value;
}

/** A parser of one of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    if ((words as readonly string[]).includes(text)) return text as Word;
    const best = nearest(text, words);
    throw new InvalidArgumentError(`Expected one of ${words.join(", ")}.${best === undefined ? "" : ` Did you mean ${best}?`}`);
  };
}

export function backendOption(): Option {
  return new Option("--backend <name>", "wasm or reference; both compute the same bits")
    .argParser(oneOf<BackendName>(["wasm", "reference"]))
    .default(availableBackends[0]);
}

export const seedOption = (words: string): Option => new Option("--seed <n>", words).argParser(integerFrom(0)).default(1);
export const jsonOption = (): Option => new Option("--json", "print one JSON document on standard output, and nothing else");
export const debugOption = (): Option => new Option("--debug", "show the stack trace of an error");

/** The axis of a phase diagram, name:low:high:count, and :log where it is logarithmic. */
export function axisFrom(text: string): AxisRequest {
  const [, name, low, high, count, scale] = /^([^:]+):([^:]+):([^:]+):(\d+)(?::(log|linear))?$/.exec(text) ?? [];
  if (name === undefined || [low, high].some((end) => end.trim() === "" || Number.isNaN(Number(end)))) throw new InvalidArgumentError("Expected name:low:high:count or name:low:high:count:log, such as A/B:0.1:10:9:log.");
  return { name, low: Number(low), high: Number(high), count: Number(count), scale: scale === "log" ? "log" : "linear" };
}

/** Repeatable --set name=value. */
export function setOption(): Option {
  return new Option("--set <name=value>", `a parameter of the setting; repeat it for more. Names: ${settingNames.join(" ")}`)
    .argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
}

/**
 * Overrides of the reference point from texts such as "k=5".
 *
 * Errors: ParameterError on a text without "=", an unknown name, a value that is no number, or a name given twice.
 */
export function parseSets(texts: readonly string[] = []): Record<string, number | string> {
  const overrides: Record<string, number | string> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    const name = text.slice(0, Math.max(0, at)).trim();
    const value = text.slice(at + 1).trim();
    const where = `--set ${text}`;
    if (at < 1 || value === "") throw new ParameterError({ where, problem: "it is not of the form name=value.", expected: "a name, =, and a value, such as --set alpha=2." });
    if (!(settingNames as string[]).includes(name)) {
      throw new ParameterError({ where, problem: `there is no parameter "${name}".`, expected: `one of ${settingNames.join(", ")}.`, mend: suggestion(name, settingNames, "see `lemmagrad run --help`.") });
    }
    if (name in overrides) throw new ParameterError({ where, problem: `${name} is set twice.`, expected: "each parameter at most once." });
    if (name !== "basis" && Number.isNaN(Number(value))) throw new ParameterError({ where, problem: `"${value}" is no number.`, expected: `a number for ${name}.` });
    overrides[name] = name === "basis" ? value : Number(value);
  }
  return overrides;
}

/** The end of a command's help: lines to type, and what each does. */
export const examples = (...lines: [string, string][]): string => `\nExamples:\n${lines.map(([line, words]) => `  ${line}\n      ${words}`).join("\n")}`;
