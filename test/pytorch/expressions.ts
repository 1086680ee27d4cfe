/** The expressions of test/fixtures/pytorch as data, and how our ops evaluate them. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as lemmagrad from "lemmagrad";
import { array, fromBuffer, type NdArray, type Value } from "lemmagrad";

export interface Entries { shape: number[]; data: number[] }
export interface Expression {
  inputs: Entries[];
  nodes: { op: string; args: unknown[]; pick?: string | number }[];
  /** Ops of the nodes that a derivative flows through, and those whose derivative is zero. */
  covers: string[];
  weights: Entries;
  directions: Entries[];
  value: Entries;
  gradient: Entries[];
  jacobian: Entries[];
  product: Entries[];
}

/** Ops that no expression contains, and why. */
export const exceptions: Record<string, string> = {};

export const fixtures = fileURLToPath(new URL("../fixtures/pytorch/", import.meta.url));

export const { expressions, torch, seed } = JSON.parse(readFileSync(`${fixtures}expressions.json`, "utf8")) as { expressions: Expression[]; torch: string; seed: number };

export const toArray = ({ shape, data }: Entries): NdArray => fromBuffer(Float64Array.from(data), shape);

export type Ops = Readonly<Record<string, (...args: unknown[]) => unknown>>;
export const packageOps = lemmagrad as unknown as Ops;

/** An argument as the op takes it: {"at": i} is value i, {"array": a} a constant; lists, options and numbers are themselves. */
function resolved(arg: unknown, values: readonly Value[]): unknown {
  if (typeof arg !== "object" || arg === null) return arg;
  if (Array.isArray(arg)) return arg.map((child) => resolved(child, values));
  const record = arg as Record<string, unknown>;
  if ("at" in record) return values[record.at as number];
  if ("array" in record) return array(record.array as number[]);
  return Object.fromEntries(Object.entries(record).map(([key, child]) => [key, resolved(child, values)]));
}

/** The result of an expression for these inputs, by the package's ops, or by others of the same names. */
export function evaluate({ nodes }: Expression, inputs: readonly Value[], ops: Ops = packageOps): Value {
  const values = [...inputs];
  for (const { op, args, pick } of nodes) {
    const result = ops[op](...args.map((arg) => resolved(arg, values)));
    values.push((pick === undefined ? result : (result as Record<string | number, unknown>)[pick]) as Value);
  }
  return values[values.length - 1];
}
