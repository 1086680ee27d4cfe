/** What an expression is made of, and how it is written down again. */

export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly at: number }
  | { readonly kind: "text"; readonly value: string; readonly at: number }
  | { readonly kind: "truth"; readonly value: boolean; readonly at: number }
  | { readonly kind: "name"; readonly name: string; readonly at: number }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly at: number }
  | { readonly kind: "minus"; readonly operand: Expression; readonly at: number }
  | { readonly kind: "binary"; readonly operator: Operator; readonly left: Expression; readonly right: Expression; readonly at: number }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[]; readonly keywords: readonly Keyword[]; readonly at: number };

export type Operator = "+" | "-" | "*" | "/" | "@" | "**";

export interface Keyword {
  readonly name: string;
  readonly value: Expression;
  readonly at: number;
}

/** `target = value`, or a value alone. */
export interface Statement {
  readonly target: string | undefined;
  readonly value: Expression;
}

/** Its value is that of the last statement. */
export type Program = readonly Statement[];

/** Binding strength; unary minus stands between a product and a power, as in Python: -x ** 2 is -(x ** 2). */
const strengths: Readonly<Record<Operator, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "**": 4 };
const minusStrength = 3;
const atomStrength = 5;

/** The program with no more parentheses than it needs. Parsing it again gives the same program. */
export function programText(program: Program): string {
  return program.map(({ target, value }) => (target === undefined ? "" : `${target} = `) + expressionText(value)).join("; ");
}

export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case "number": return String(expression.value);
    case "text": return expression.value.includes('"') ? `'${expression.value}'` : `"${expression.value}"`;
    case "truth": return String(expression.value);
    case "name": return expression.name;
    case "list": return `[${expression.items.map(expressionText).join(", ")}]`;
    case "minus": return `-${within(expression.operand, minusStrength)}`;
    case "binary": return binaryText(expression);
    case "call": return `${expression.name}(${[...expression.args.map(expressionText), ...expression.keywords.map(({ name, value }) => `${name}=${expressionText(value)}`)].join(", ")})`;
  }
}

function binaryText({ operator, left, right }: Expression & { kind: "binary" }): string {
  const strength = strengths[operator];
  // powers group to the right, and take a minus on that side without parentheses
  if (operator === "**") return `${within(left, atomStrength)} ** ${within(right, minusStrength)}`;
  return `${within(left, strength)} ${operator} ${within(right, strength + 1)}`;
}

function within(expression: Expression, least: number): string {
  const text = expressionText(expression);
  return strengthOf(expression) < least ? `(${text})` : text;
}

function strengthOf(expression: Expression): number {
  return expression.kind === "binary" ? strengths[expression.operator] : expression.kind === "minus" ? minusStrength : atomStrength;
}

/** Names that are read before anything is assigned to them, in order: what has to be given a value. */
export function freeNames(program: Program): { name: string; at: number }[] {
  const assigned = new Set<string>();
  const found = new Map<string, number>();
  const visit = (expression: Expression): void => {
    switch (expression.kind) {
      case "name": if (!assigned.has(expression.name) && !found.has(expression.name)) found.set(expression.name, expression.at); break;
      case "list": expression.items.forEach(visit); break;
      case "minus": visit(expression.operand); break;
      case "binary": visit(expression.left); visit(expression.right); break;
      case "call": expression.args.forEach(visit); expression.keywords.forEach(({ value }) => visit(value)); break;
      default:
    }
  };
  for (const { target, value } of program) {
    visit(value);
    if (target !== undefined) assigned.add(target);
  }
  return [...found].map(([name, at]) => ({ name, at }));
}
