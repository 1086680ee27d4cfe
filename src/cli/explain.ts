/** `lemmagrad explain`: the tape of an expression, values forward and cotangents backward. */
import { grad, leavesOf, type Tree, type Value } from "../autodiff/index.ts";
import { compile, type PlanDescription } from "../compile/index.ts";
import { ParameterError } from "../errors/index.ts";
import { type Explanation, explainWith, type Values } from "../explain/index.ts";
import { add, sum } from "../ops/index.ts";
import { exitCode } from "./exit.ts";
import { valuesOf, type ValueFlags } from "./explain-values.ts";
import { opsByName } from "./expression/call.ts";
import { checkFunctions, evaluate, evaluateConstant } from "./expression/evaluate.ts";
import { parse } from "./expression/parse.ts";
import { freeNames } from "./expression/syntax.ts";
import { fault } from "./expression/tokens.ts";
import { suggestion } from "./nearest.ts";
import { checkFile, writeWhole } from "./output.ts";

export interface ExplainFlags extends ValueFlags {
  wrt?: string;
  format: "text" | "mermaid" | "dot" | "json" | "plan";
  values: Values;
  ct?: string;
  second?: boolean;
  out?: string;
  json?: boolean;
}

export async function explain(source: string, flags: ExplainFlags): Promise<number> {
  if (flags.out !== undefined) checkFile(flags.out, "--out");
  const toTerminal = flags.out === undefined && process.stdout.isTTY;
  const text = flags.format === "plan" ? `${planOf(source, flags)}\n` : shown(explanationOf(source, flags), flags, toTerminal ? terminal() : {});
  if (flags.out === undefined) process.stdout.write(text);
  else {
    writeWhole(flags.out, text);
    process.stderr.write(`lemmagrad: wrote ${flags.out}.\n`);
  }
  return exitCode.ok;
}

type Question = Omit<ExplainFlags, "format" | "values" | "out">;

/** Errors: as the parser, the ops and vjp; ParameterError when names and values do not fit together. */
export function explanationOf(source: string, flags: Question): Explanation {
  const { f, wrt, given, constants } = readExpression(source, flags);
  const cotangent = flags.ct === undefined ? {} : { cotangent: evaluateConstant(`--ct ${flags.ct}`, flags.ct) };
  return explainWith({ names: wrt, constants, ...cotangent }, f, ...given);
}

/** How `compile` carries out the gradient of the sum of everything that the expression gives. Errors: as explanationOf. */
export function planOf(source: string, flags: Question): PlanDescription {
  const { f, given } = readExpression(source, flags);
  f(...given); // an expression that fails is not one that compile cannot trace
  return compile(gradientOf(f, given.length)).plan(...given);
}

/** The expression as a function of the names asked for, and their values. */
function readExpression(source: string, flags: Question): { f: (...args: Value[]) => Tree; wrt: string[]; given: Value[]; constants: Record<string, Value> } {
  const program = parse(source);
  checkFunctions(source, program);
  const free = freeNames(program);
  const called = free.find(({ name }) => opsByName.has(name) && !isGiven(name, flags));
  if (called !== undefined) throw fault(source, called.at, { problem: `${called.name} is a function`, expected: `${called.name}(...), or a value for the name: --set ${called.name}=...` });
  const names = free.map(({ name }) => name);
  const given = valuesOf(names, flags);
  if (names.length === 0) throw new ParameterError({ where: "expression", problem: "it has no names, so there is nothing to differentiate by.", expected: "at least one name.", mend: "write a name for a number and give it a value: --set x=3." });
  const wrt = flags.wrt === undefined ? names : wantedNames(flags.wrt, names);
  const constants = Object.fromEntries(names.filter((name) => !wrt.includes(name)).map((name) => [name, given[name]]));
  const value = (...args: Value[]): Tree => evaluate(source, program, { ...constants, ...Object.fromEntries(wrt.map((name, at) => [name, args[at]])) });
  const f = flags.second ? gradientOf(value, wrt.length) : value;
  return { f, wrt, given: wrt.map((name) => given[name]), constants };
}

/** The gradients of the sum of everything that f returns; one argument has its gradient, several a list. */
function gradientOf(f: (...args: Value[]) => Tree, count: number): (...args: Value[]) => Tree {
  const total = (...args: Value[]) => (leavesOf(f(...args)) as Value[]).map((leaf) => (leaf.shape.length === 0 ? leaf : sum(leaf))).reduce((a, b) => add(a, b));
  return grad(total, { argument: count === 1 ? 0 : Array.from({ length: count }, (_, position) => position) });
}

function isGiven(name: string, { set = [], shape = [], from }: ValueFlags): boolean {
  return from !== undefined || [...set, ...shape].some((text) => text.split("=")[0].trim() === name);
}

function wantedNames(text: string, names: readonly string[]): string[] {
  const wanted = text.split(",").map((name) => name.trim());
  for (const name of wanted) {
    if (!names.includes(name)) throw new ParameterError({ where: `--wrt ${text}`, problem: `the expression has no name "${name}".`, expected: `one of ${names.join(", ")}.`, mend: suggestion(name, names, "name what the expression depends on.") });
  }
  return names.filter((name) => wanted.includes(name));
}

function shown(explanation: Explanation, { format, json, values }: ExplainFlags, look: { colour?: boolean; width?: number }): string {
  if (json || format === "json") return `${JSON.stringify(explanation.toJson({ values }), null, 2)}\n`;
  if (format === "mermaid") return explanation.toMermaid();
  return format === "dot" ? explanation.toDot() : explanation.toText({ ...look, values });
}

/** Colours unless NO_COLOR is set to something (no-color.org), and the terminal's width. */
function terminal(): { colour: boolean; width?: number } {
  const colour = (process.env.NO_COLOR ?? "") === "" && process.env.TERM !== "dumb";
  return process.stdout.columns > 0 ? { colour, width: process.stdout.columns } : { colour };
}
