/** Where the names of an expression get their values: --set, --shape and --from. */
import type { Value } from "../autodiff/index.ts";
import { ParameterError, shapeText } from "../errors/index.ts";
import { fromBuffer, sizeOf } from "../ndarray/index.ts";
import { readNpz } from "../npz/index.ts";
import { stream } from "../random/index.ts";
import { evaluateConstant } from "./expression/evaluate.ts";
import { suggestion } from "./nearest.ts";

export interface ValueFlags {
  set?: string[];
  shape?: string[];
  from?: string;
  seed: number;
}

/** Larger arrays are a slip of the finger: nobody reads their tape. */
const mostElements = 1e7;

/**
 * The value of every name that the expression needs.
 *
 * Errors: ParameterError on a name without a value, with two, or that the expression does not have; FileError on the file.
 */
export function valuesOf(names: readonly string[], { set = [], shape = [], from, seed }: ValueFlags): Record<string, Value> {
  const given: Record<string, Value> = from === undefined ? {} : arraysOf(from, names);
  const byFlag = new Set<string>();
  const take = (flag: string, text: string, read: (where: string, name: string, value: string) => Value) => {
    const where = `${flag} ${text}`;
    const at = text.indexOf("=");
    const name = text.slice(0, Math.max(0, at)).trim();
    const value = text.slice(at + 1).trim();
    if (name === "" || value === "") throw new ParameterError({ where, problem: "it is not of the form name=value.", expected: `a name, =, and a ${flag === "--set" ? "value, such as --set x=3" : "shape, such as --shape w=3x4"}.` });
    if (!names.includes(name)) {
      throw new ParameterError({ where, problem: `the expression has no name "${name}" to give a value to.`, expected: names.length === 0 ? "an expression with names." : `one of ${names.join(", ")}.`, mend: suggestion(name, names, "use the name in the expression, or leave the flag out.") });
    }
    if (byFlag.has(name)) throw new ParameterError({ where, problem: `${name} is given a value twice.`, expected: "each name once." });
    byFlag.add(name);
    given[name] = read(where, name, value);
  };
  for (const text of set) take("--set", text, (where, _name, value) => evaluateConstant(where, value));
  for (const text of shape) take("--shape", text, (where, name, value) => randomArray(name, shapeOf(where, value), seed));
  const missing = names.filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0) {
    throw new ParameterError({
      where: "expression", problem: `${missing.join(", ")} ${missing.length === 1 ? "has" : "have"} no value.`, expected: "a value for every name.",
      mend: `add ${missing.map((name) => `--set ${name}=...`).join(" ")}, or --shape ${missing[0]}=2x3 for random numbers.`,
    });
  }
  return Object.fromEntries(names.map((name) => [name, given[name]]));
}

/** "3x4" or "scalar". */
function shapeOf(where: string, text: string): number[] {
  if (text === "scalar") return [];
  const shape = text.split("x").map(Number);
  if (!/^\d+(x\d+)*$/.test(text) || sizeOf(shape) > mostElements) {
    throw new ParameterError({ where, problem: `"${text}" is no shape that can be drawn.`, expected: `lengths with x between them, such as 3x4, or the word scalar; at most ${mostElements} elements.` });
  }
  return shape;
}

/** Standard normal numbers, fixed by the seed and the name alone. */
function randomArray(name: string, shape: number[], seed: number): Value {
  return fromBuffer(stream(seed, `explain ${name}`).fillNormal(new Float64Array(sizeOf(shape)), 1), shape);
}

function arraysOf(path: string, names: readonly string[]): Record<string, Value> {
  const arrays = readNpz(path);
  const used = Object.entries(arrays).filter(([name]) => names.includes(name));
  if (used.length === 0) {
    throw new ParameterError({
      where: `--from ${path}`, problem: `none of its arrays is in the expression: it holds ${Object.entries(arrays).map(([name, { shape }]) => `${name} ${shapeText(shape)}`).join(", ") || "none"}.`,
      expected: names.length === 0 ? "an expression with names." : `one of ${names.join(", ")}.`,
    });
  }
  return Object.fromEntries(used.map(([name, { data, shape }]) => [name, fromBuffer(data, shape)]));
}
