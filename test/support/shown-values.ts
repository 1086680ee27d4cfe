/** Values as documentation shows them: printed, and compared with what is written after `// =>`. */
import ts from "typescript";
import { bottom, isTraced } from "../../src/autodiff/index.ts";
import { isNdArray, toNested } from "../../src/ndarray/index.ts";

/** Arrays of any kind become nested lists; everything else stays. */
function plain(value: unknown): unknown {
  if (isTraced(value)) return plain(bottom(value));
  if (isNdArray(value)) return toNested(value);
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as unknown as ArrayLike<unknown>) : value;
}

/** A value in a readable form: lists, JavaScript literals, quoted strings. */
export function readable(shown: unknown): string {
  const value = plain(shown);
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[Function ${value.name}]`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) return `[${value.map(readable).join(", ")}]`;
  const entries = Object.entries(value).map(([key, own]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${readable(own)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/**
 * Whether a value is what is written. Numbers with a point or an exponent agree when they round to the digits written;
 * whole numbers must be equal. Text that is no literal is compared with the printed form.
 */
export function agrees(value: unknown, written: string): boolean {
  const file = ts.createSourceFile("written.ts", `(${written}\n)`, ts.ScriptTarget.Latest);
  const [statement, ...more] = file.statements;
  const faults = (file as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics;
  if (more.length === 0 && faults.length === 0 && statement !== undefined && ts.isExpressionStatement(statement) && ts.isParenthesizedExpression(statement.expression)) {
    const found = matches(statement.expression.expression, value, file);
    if (found !== undefined) return found;
  }
  return readable(value) === written.trim();
}

/** undefined when the node is no literal. */
function matches(node: ts.Expression, shown: unknown, file: ts.SourceFile): boolean | undefined {
  const value = plain(shown);
  if (ts.isNumericLiteral(node)) return numberAgrees(value, node.getText(file));
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    return typeof value === "number" ? matches(node.operand, -value, file) : false;
  }
  if (ts.isStringLiteral(node)) return value === node.text;
  if (ts.isIdentifier(node) && ["NaN", "Infinity", "undefined"].includes(node.text)) return Object.is(value, { NaN, Infinity, undefined }[node.text]);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return value === true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return value === false;
  if (node.kind === ts.SyntaxKind.NullKeyword) return value === null;
  if (ts.isArrayLiteralExpression(node)) return all(node.elements.map((element, at) => (Array.isArray(value) ? matches(element, value[at], file) : false)), Array.isArray(value) && value.length === node.elements.length);
  if (!ts.isObjectLiteralExpression(node)) return undefined;
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  const own = isRecord ? (value as Record<string, unknown>) : {};
  const parts = node.properties.map((property) => {
    if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) return undefined;
    const key = ts.isStringLiteral(property.name) ? property.name.text : property.name.getText(file);
    return Object.hasOwn(own, key) ? matches(property.initializer, own[key], file) : false;
  });
  return all(parts, isRecord && Object.keys(own).length === parts.length);
}

function all(parts: readonly (boolean | undefined)[], sameSize: boolean): boolean | undefined {
  return parts.includes(undefined) ? undefined : sameSize && parts.every((part) => part);
}

function numberAgrees(value: unknown, written: string): boolean {
  if (typeof value !== "number") return false;
  const digits = /^[\d_]*(?:\.([\d_]*))?(?:e([+-]?\d+))?$/i.exec(written);
  const expected = Number(written.replaceAll("_", ""));
  if (digits === null || (digits[1] === undefined && digits[2] === undefined)) return value === expected;
  const lastDigit = 10 ** (Number(digits[2] ?? 0) - (digits[1] ?? "").length);
  return Math.abs(value - expected) <= 0.5 * lastDigit * (1 + 1e-9);
}
