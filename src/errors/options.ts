/**
 * Options of ops and transformations, checked by name and by kind: a name that nobody knows would otherwise be left out
 * without a word, and sum(x, { axis: 0 }) add up everything.
 */
import { ParameterError } from "./errors.ts";

/** What a value must be: in words, as they stand after "Expected", and as a test. Ranges are the op's own matter. */
export interface Kind {
  readonly words: string;
  holds(value: unknown): boolean;
}

const isNumber = (value: unknown) => typeof value === "number";
/** A list, or a typed array of numbers. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

export const kinds = {
  flag: { words: "true or false.", holds: (value) => typeof value === "boolean" },
  number: { words: "a number.", holds: isNumber },
  axis: { words: "an integer, counted from 0, or from the end as -1, -2, ...", holds: isNumber },
  axes: { words: "an integer or a list of integers, counted from 0, or from the end as -1, -2, ...", holds: (value) => isNumber(value) || (Array.isArray(value) && value.every(isNumber)) },
  perPlaneAxis: { words: "a number, or two of them, for rows and columns.", holds: (value) => isNumber(value) || (Array.isArray(value) && value.length === 2 && value.every(isNumber)) },
} as const satisfies Record<string, Kind>;

/** What other libraries call an option, and what we do. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  dim: ["axis", "axes"], dims: ["axes", "axis"], keepdim: ["keepAxes"], keepdims: ["keepAxes"], correction: ["ddof"], min: ["low"], max: ["high"],
  negativeslope: ["slope"], alpha: ["slope"], kernelsize: ["size"], k: ["offset"], diagonal: ["offset"], end: ["stop"], upper: ["lower"], argnums: ["argument"], inaxes: ["over"], hasaux: ["aux"],
};

/**
 * A check of the options that `where` takes: called with them, it throws or does nothing. Options left out, or undefined,
 * are as good as none, unless required.
 *
 * Errors: ParameterError on what is no plain record, a name that is none of the options', a value of another kind, or a
 *         required option that is missing.
 * Cost:   one look-up an option that is given; allocates nothing.
 */
// so that a bundler can leave out the checks of what a page does not use
/* @__NO_SIDE_EFFECTS__ */
export function optionsOf(where: string, options: Readonly<Record<string, Kind>>, required: readonly string[] = []): (given: unknown) => void {
  const known = new Map(Object.entries(options));
  const names = [...known.keys()];
  return (given) => {
    if (given !== undefined) {
      if (!isRecord(given)) throw notARecord(where, given, names);
      for (const name in given) {
        const kind = known.get(name);
        if (kind === undefined) throw unknownOption(where, name, names);
        const value = given[name];
        if (value !== undefined && !kind.holds(value)) throw new ParameterError({ where, problem: `the option ${name} is ${shown(value)}.`, expected: kind.words });
      }
    }
    for (const name of required) {
      if ((given as Record<string, unknown> | undefined)?.[name] === undefined) throw new ParameterError({ where, problem: `the option ${name} is missing.`, expected: options[name].words });
    }
  };
}

/** A plain record, of whichever realm: its prototype is null, or has none of its own. */
function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function notARecord(where: string, given: unknown, names: readonly string[]): ParameterError {
  const meant = isNumber(given) || (isList(given) && given.length > 0) ? `name the option, as in { ${names[0]}: ${shown(given)} }.` : undefined;
  return new ParameterError({ where, problem: `the options are ${shown(given)}.`, expected: `a record of options: ${names.join(", ")}.`, ...(meant !== undefined && { mend: meant }) });
}

function unknownOption(where: string, name: string, names: readonly string[]): ParameterError {
  const meant = meantBy(name, names);
  return new ParameterError({
    where, problem: `there is no option "${name}".`, expected: names.length === 1 ? `no other than ${names[0]}.` : `one of ${names.join(", ")}.`,
    ...(meant !== undefined && { mend: `it is called ${meant} here.` }),
  });
}

/** The option that another library calls so, or the one that begins most alike: "axis" for "axes", "desc" for "descending". */
function meantBy(word: string, names: readonly string[]): string | undefined {
  const plain = word.toLowerCase().replaceAll("_", "");
  const foreign = Object.hasOwn(elsewhere, plain) ? elsewhere[plain].find((name) => names.includes(name)) : undefined;
  if (foreign !== undefined) return foreign;
  const alike = names.map((name) => {
    let length = 0;
    while (length < plain.length && plain[length] === name[length]?.toLowerCase()) length++;
    return length;
  });
  const most = Math.max(...alike);
  return most >= 2 && alike.filter((length) => length === most).length === 1 ? names[alike.indexOf(most)] : undefined;
}

/** Any value in a message: never throws, and never takes many lines. */
export function shown(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if ("shape" in value && isList(value.shape)) return `an array of shape ${shown([...(value.shape as number[])])}`;
  if (Array.isArray(value)) return value.length <= 8 && value.every((entry) => typeof entry !== "object" || entry === null) ? `[${value.map(shown).join(", ")}]` : `a list of ${value.length}`;
  if (isRecord(value)) return "a record";
  const name = value.constructor?.name ?? "object";
  return `${/^[AEIOU]/i.test(name) ? "an" : "a"} ${name}`;
}

/** Errors: ParameterError when what a transformation is given is no function, as in grad(f(x)) for grad(f)(x). */
export function checkFunction(where: string, f: unknown): void {
  if (typeof f !== "function") throw new ParameterError({ where, problem: `the function is ${shown(f)}.`, expected: "a function of arrays.", mend: "pass the function itself, not what it returns." });
}

/** Errors: ParameterError unless primals and tangents are two lists of one length. */
export function checkTangents(where: string, primals: unknown, tangents: unknown): void {
  for (const [name, list, example] of [["primals", primals, "x"], ["tangents", tangents, "dx"]] as const) {
    if (!Array.isArray(list)) throw new ParameterError({ where, problem: `the ${name} are ${shown(list)}.`, expected: "a list, with one entry an argument.", mend: `put them into brackets: [${example}].` });
  }
  const [count, given] = [(primals as unknown[]).length, (tangents as unknown[]).length];
  if (count !== given) throw new ParameterError({ where, problem: `${count} primals came with ${given} tangents.`, expected: "one tangent a primal." });
}
