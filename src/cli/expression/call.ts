/** Calling an op by name, with keywords: they become its options, and one that it never looks at is an error. */
import { LemmagradError, ParameterError } from "../../errors/index.ts";
import { suggestion } from "../nearest.ts";

export type Op = (...args: unknown[]) => unknown;

// not a static import: the build would have to make an object of all ops in the engine, which every program loads
const everything: Record<string, unknown> = await import("../../ops/index.ts");

/** Every op, by the name it is exported under. */
export const opsByName: ReadonlyMap<string, Op> = new Map(Object.entries(everything).filter((entry): entry is [string, Op] => typeof entry[1] === "function"));

/**
 * Ops whose positional arguments are not all arrays: how many arrays come first, and the names of what follows. Those are
 * taken as they are written, by position or by name; for all other ops a list of numbers is an array.
 */
export const positional: Readonly<Record<string, { readonly arrays: number; readonly rest: readonly string[] }>> = {
  astype: { arrays: 1, rest: ["dtype"] },
  averagePool2d: { arrays: 1, rest: ["size"] },
  broadcastTo: { arrays: 1, rest: ["shape"] },
  concatenate: { arrays: 0, rest: ["parts"] },
  crossEntropy: { arrays: 1, rest: ["labels"] },
  gather: { arrays: 1, rest: ["indices"] },
  index: { arrays: 1, rest: [] },
  maxPool2d: { arrays: 1, rest: ["size"] },
  oneHot: { arrays: 0, rest: ["labels", "classes", "dtype"] },
  pad: { arrays: 1, rest: ["widths"] },
  reshape: { arrays: 1, rest: ["shape"] },
  scatterAdd: { arrays: 1, rest: ["indices", "axis", "length"] },
  split: { arrays: 1, rest: ["parts"] },
  stack: { arrays: 0, rest: ["parts"] },
  sumTo: { arrays: 1, rest: ["shape"] },
  take: { arrays: 1, rest: ["indices"] },
  topK: { arrays: 1, rest: ["k"] },
  transpose: { arrays: 1, rest: ["axes"] },
};

/** Errors: those of the op; ParameterError on a keyword that it does not have or lacks. */
export function callOp(name: string, args: readonly unknown[], keywords: Readonly<Record<string, unknown>>): unknown {
  const op = opsByName.get(name)!;
  const { arrays, rest } = positional[name] ?? { arrays: args.length, rest: [] };
  const all = [...args];
  const options: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(keywords)) {
    const place = rest.indexOf(keyword);
    if (place < 0) options[keyword] = value;
    else if (arrays + place < args.length) throw new ParameterError({ where: name, problem: `${keyword} is given twice, by position and by name.`, expected: "each argument once." });
    else all[arrays + place] = value;
  }
  if (Object.keys(options).length === 0) return withoutOptions(name, op, all);
  // options stand after all positional arguments; those left out are undefined and get their default
  while (all.length < arrays + rest.length) all.push(undefined);
  return withOptions(name, op, all, options);
}

function withOptions(name: string, op: Op, args: readonly unknown[], options: Record<string, unknown>): unknown {
  const { watched, read } = watching(options);
  const unread = () => Object.keys(options).find((keyword) => !read.has(keyword));
  let result: unknown;
  try {
    result = op(...args, watched);
  } catch (error) {
    const keyword = unread();
    if (keyword !== undefined && read.has("data")) throw takenForArray(name, keyword);
    // it looked for another keyword than the one it got: that is the cause of whatever it says
    if (keyword !== undefined && [...read].some((known) => !(known in options))) throw unknownKeyword(name, keyword, [...read]);
    throw asOurs(name, error);
  }
  const keyword = unread();
  if (keyword !== undefined && read.has("data")) throw takenForArray(name, keyword);
  if (keyword !== undefined) throw unknownKeyword(name, keyword, [...read]);
  return result;
}

function withoutOptions(name: string, op: Op, args: readonly unknown[]): unknown {
  try {
    return op(...args);
  } catch (error) {
    throw asOurs(name, error);
  }
}

/** A record that notes which of its properties are looked at. */
function watching(options: Record<string, unknown>): { watched: object; read: Set<string> } {
  const read = new Set<string>();
  const note = (key: string | symbol) => { if (typeof key === "string") read.add(key); };
  const watched = new Proxy(options, {
    get(target, key) {
      note(key);
      return Reflect.get(target, key) as unknown;
    },
    has(target, key) {
      note(key);
      return Reflect.has(target, key);
    },
  });
  return { watched, read };
}

function takenForArray(name: string, keyword: string): ParameterError {
  return new ParameterError({ where: name, problem: `the keyword ${keyword} stands where an array should.`, expected: "every array by its place, and keywords for options only.", mend: `leave the name out: ${name}(..., ...).` });
}

function unknownKeyword(name: string, keyword: string, known: readonly string[]): ParameterError {
  if (known.length === 0) return new ParameterError({ where: name, problem: `it takes no keyword, and so not ${keyword}.`, expected: "positional arguments only." });
  return new ParameterError({ where: name, problem: `there is no keyword ${keyword}.`, expected: `one of ${known.join(", ")}.`, mend: suggestion(keyword, known, `see the documentation of ${name}.`) });
}

/** An op given something of the wrong kind may fall over in JavaScript's words. */
function asOurs(name: string, error: unknown): unknown {
  if (error instanceof LemmagradError || !(error instanceof TypeError)) return error;
  return new ParameterError({ where: name, problem: `it cannot be called like this: ${error.message}.`, expected: "arguments of the kinds that it takes.", mend: `see the documentation of ${name}.` }, { cause: error });
}
