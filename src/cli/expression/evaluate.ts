/** The value of a program: numbers among themselves are JavaScript's, everything else goes through ops. */
import { isValue, type Operand, type Value } from "../../autodiff/index.ts";
import { ParameterError } from "../../errors/index.ts";
import { label } from "../../explain/index.ts";
import { array, type Nested, scalar } from "../../ndarray/index.ts";
import { add, div, matmul, mul, neg, pow, sub } from "../../ops/index.ts";
import { suggestion } from "../nearest.ts";
import { callOp, opsByName, positional } from "./call.ts";
import { parse } from "./parse.ts";
import { type Expression, freeNames, type Operator, type Program } from "./syntax.ts";
import { fault } from "./tokens.ts";

/** What an expression may be worth: besides arrays also the numbers, texts and lists that ops take as options. */
type Result = Value | number | string | boolean | readonly Result[];

interface Scope {
  readonly source: string;
  readonly values: Map<string, Result>;
}

/** Errors: ParameterError that points at a function that does not exist. */
export function checkFunctions(source: string, program: Program): void {
  const visit = (expression: Expression): void => {
    if (expression.kind === "minus") visit(expression.operand);
    else if (expression.kind === "binary") [expression.left, expression.right].forEach(visit);
    else if (expression.kind === "list") expression.items.forEach(visit);
    else if (expression.kind === "call") {
      if (!opsByName.has(expression.name)) {
        throw fault(source, expression.at, { problem: `there is no function ${expression.name}`, expected: "the name of an op.", mend: suggestion(expression.name, [...opsByName.keys()], `the ops are ${[...opsByName.keys()].sort().join(", ")}.`) });
      }
      [...expression.args, ...expression.keywords.map(({ value }) => value)].forEach(visit);
    }
  };
  for (const { value } of program) visit(value);
}

/**
 * The value of the last statement. Values that statements name are labelled for `explain`.
 *
 * Errors: ParameterError on a result that is no array; whatever the ops throw.
 */
export function evaluate(source: string, program: Program, given: Readonly<Record<string, Value>>): Value | readonly Value[] {
  const scope: Scope = { source, values: new Map<string, Result>(Object.entries(given)) };
  let last: Result = 0;
  for (const { target, value } of program) {
    last = valueOf(value, scope);
    if (target === undefined) continue;
    if (isValue(last)) last = label(target, last);
    scope.values.set(target, last);
  }
  if (Array.isArray(last) && last.length > 0 && last.every(isValue)) return last as readonly Value[];
  const whole = operand(last);
  if (whole === undefined) throw new ParameterError({ where: "expression", problem: "its value is neither a number nor an array.", expected: "an array or a number." });
  return typeof whole === "number" ? scalar(whole) : whole;
}

/** A number or nested list, as in --set; it may be written as a calculation, such as 1/3. Errors: ParameterError on anything else. */
export function evaluateConstant(where: string, source: string): Value {
  const program = parse(source);
  checkFunctions(source, program);
  const [free] = freeNames(program);
  if (free !== undefined) throw new ParameterError({ where, problem: `"${free.name}" has no value here.`, expected: "a number or a nested list of numbers, such as 3 or [[1, 2], [3, 4]]." });
  const value = evaluate(source, program, {});
  if (!isValue(value)) throw new ParameterError({ where, problem: "it is a list of arrays.", expected: "one array." });
  return value;
}

function valueOf(expression: Expression, scope: Scope): Result {
  switch (expression.kind) {
    case "number": case "text": case "truth": return expression.value;
    case "name": return scope.values.get(expression.name)!;
    case "list": return expression.items.map((item) => valueOf(item, scope));
    case "minus": {
      const inner = operandAt(expression.operand, scope);
      return typeof inner === "number" ? -inner : neg(inner);
    }
    case "binary": return binary(expression.operator, operandAt(expression.left, scope), operandAt(expression.right, scope));
    case "call": {
      const { name, args, keywords } = expression;
      const { arrays } = positional[name] ?? { arrays: args.length };
      const values = args.map((arg, at) => {
        const value = valueOf(arg, scope);
        return at < arrays ? operand(value) ?? value : value;
      });
      return callOp(name, values, Object.fromEntries(keywords.map((keyword) => [keyword.name, valueOf(keyword.value, scope)]))) as Result;
    }
  }
}

function operandAt(expression: Expression, scope: Scope): Operand {
  const value = operand(valueOf(expression, scope));
  if (value === undefined) throw fault(scope.source, expression.at, { problem: "this is neither a number nor an array", expected: "something to calculate with." });
  return value;
}

/** A list of numbers as an array; undefined for what is no operand. */
function operand(value: Result): Operand | undefined {
  if (typeof value === "number" || isValue(value)) return value;
  return isNumbers(value) ? array(value as Nested) : undefined;
}

function isNumbers(value: Result): boolean {
  return Array.isArray(value) && (value as readonly Result[]).every((item) => typeof item === "number" || isNumbers(item));
}

const calculations: Readonly<Record<Operator, { numbers?: (a: number, b: number) => number; op: (a: Operand, b: Operand) => Value }>> = {
  "+": { numbers: (a, b) => a + b, op: add },
  "-": { numbers: (a, b) => a - b, op: sub },
  "*": { numbers: (a, b) => a * b, op: mul },
  "/": { numbers: (a, b) => a / b, op: div },
  "**": { numbers: (a, b) => a ** b, op: pow },
  "@": { op: matmul },
};

function binary(operator: Operator, a: Operand, b: Operand): Operand {
  const { numbers, op } = calculations[operator];
  return typeof a === "number" && typeof b === "number" && numbers !== undefined ? numbers(a, b) : op(a, b);
}
