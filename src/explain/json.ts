/** An explanation as plain data for other programs; explanationSchema says the same to machines. */
import { bottom, type Value, valueDtype } from "../autodiff/index.ts";
import { type Dtype, sizeOf, toNested } from "../ndarray/index.ts";
import type { ExplainedArgument, Explanation, ExplanationParts } from "./explanation.ts";
import type { Maths } from "./rule-maths.ts";
import { listOf, shownElements, summaryOf, type Values } from "./summary.ts";
import { callText } from "./text.ts";

/** JSON has no word for them: "NaN", "Infinity" and "-Infinity". */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";
export type JsonNested = JsonNumber | readonly JsonNested[];

export interface ArrayJson {
  shape: readonly number[];
  dtype: Dtype;
  /** Of the finite elements; null when there is none. */
  statistics: { min: number; max: number; mean: number; norm: number } | null;
  notFinite: number;
  /** Null when the array is summarised. */
  elements: JsonNested | null;
}

export interface SendJson {
  argument: number;
  to: number;
  rule: Maths | null;
  part: ArrayJson | null;
  why: string | null;
  reshaped: { how: "summed" | "spread"; from: readonly number[] } | null;
}

export interface NodeJson {
  index: number;
  name: string;
  op: string | null;
  call: string | null;
  params: Record<string, unknown>;
  arguments: readonly ExplainedArgument[];
  maths: Maths | null;
  value: ArrayJson;
  cotangent: ArrayJson | null;
  arrivals: readonly { from: number | "given"; part: ArrayJson }[];
  sends: readonly SendJson[];
}

export interface ExplanationJson {
  format: "lemmagrad-explanation";
  version: 1;
  start: ExplanationParts["start"];
  inputs: readonly number[];
  outputs: readonly { path: string; node: number | null; value: ArrayJson }[];
  constants: readonly { name: string; value: ArrayJson }[];
  nodes: readonly NodeJson[];
}

export function jsonOf(explanation: Explanation, values: Values): ExplanationJson {
  const array = (x: Value) => arrayJson(x, values);
  return {
    format: "lemmagrad-explanation", version: 1, start: explanation.start, inputs: [...explanation.inputs],
    outputs: explanation.outputs.map(({ path, node, value }) => ({ path, node: node ?? null, value: array(value) })),
    constants: explanation.constants.map(({ name, value }) => ({ name, value: array(value) })),
    nodes: explanation.nodes.map((node) => ({
      index: node.index, name: node.name, op: node.op ?? null, call: node.op === undefined ? null : callText(explanation, node), params: plain(node.params ?? {}) as Record<string, unknown>,
      arguments: node.arguments.map(({ kind, at }) => ({ kind, at })), maths: node.maths ?? null,
      value: array(node.value), cotangent: node.cotangent === undefined ? null : array(node.cotangent),
      arrivals: node.arrivals.map(({ from, part }) => ({ from, part: array(part) })),
      sends: node.sends.map(({ position, to, rule, part, why, reshaped }) => ({
        argument: position, to, rule: rule ?? null, part: part === undefined ? null : array(part), why: why ?? null, reshaped: reshaped === undefined ? null : { how: reshaped.how, from: [...reshaped.from] },
      })),
    })),
  };
}

function arrayJson(x: Value, values: Values): ArrayJson {
  const { size, statistics, notFinite } = summaryOf(x);
  const shape = [...x.shape];
  const elements = values === "all" || size <= shownElements ? (plain(sizeOf(shape) === 0 ? [] : toNested(bottom(x))) as JsonNested) : null;
  return { shape, dtype: valueDtype(x), statistics: statistics ?? null, notFinite, elements };
}

/** Numbers, texts, lists and records only. */
function plain(value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "function") return value.name;
  const list = listOf(value);
  if (list !== undefined) return list.map(plain);
  if (typeof value !== "object" || value === null) return value ?? null;
  return Object.fromEntries(Object.entries(value).filter(([, own]) => own !== undefined).map(([key, own]) => [key, plain(own)]));
}
