/** An explanation as two tables: values forward, one line a node, and then the backward walk in the order it happens. */
import { bottom, type Value } from "../autodiff/index.ts";
import { shapeText } from "../errors/index.ts";
import { type Column, columnLines, wrapped } from "./columns.ts";
import type { ExplainedNode, Explanation, Send } from "./explanation.ts";
import { cotangentName } from "./latex-text.ts";
import { numberText, paramTexts, type Values, valueText } from "./summary.ts";

export interface TextOptions {
  /** Colours for a terminal; default none. */
  colour?: boolean;
  /** Wraps to this many columns; default never. */
  width?: number;
  /** "all" writes every element of every array; default "summary". */
  values?: Values;
}

type Style = (text: string) => string;
const ansi = (code: number): Style => (text) => `\u001b[${code}m${text}\u001b[0m`;
const styles = { name: ansi(1), cotangent: ansi(33), maths: ansi(36), quiet: ansi(2) };

export function textOf(explanation: Explanation, { colour = false, width = Infinity, values = "summary" }: TextOptions): string {
  const styled = (style: Style): Pick<Column, "style"> => (colour ? { style } : {});
  const forward: Column[] = [{ right: true, ...styled(styles.quiet) }, { wraps: true, ...styled(styles.name) }, {}, { wraps: true }, { wraps: true, ...styled(styles.maths) }];
  const backward: Column[] = [
    { right: true, ...styled(styles.quiet) }, { wraps: true, ...styled(styles.name) }, { wraps: true, ...styled(styles.quiet) }, { wraps: true, ...styled(styles.cotangent) },
    { wraps: true, ...styled(styles.maths) }, { wraps: true },
  ];
  const lines = [
    ...wrapped("Forward: one line a node, first to last. Each value is kept for the way back.", width), "",
    ...columnLines(forward, [["#", "node", "shape", "value", "maths"], ...constantRows(explanation, values), ...explanation.nodes.map((node) => forwardRow(explanation, node, values))], width), "",
    ...independent(explanation).flatMap((words) => [...wrapped(words, width), ""]),
    ...wrapped(`Backward: last to first. All uses of a node stand after it, so its cotangent (ct) is complete when its line is reached. ${startWords(explanation)}`, width), "",
    ...columnLines(backward, [["#", "cotangent", "from", "value", "sends on", "which is"], ...[...explanation.nodes].reverse().flatMap((node) => backwardRows(explanation, node, values))], width),
  ];
  return `${lines.join("\n")}\n`;
}

function startWords({ start, outputs }: Explanation): string {
  if (start === "given") return "It starts from the cotangent given.";
  const [only] = outputs;
  return outputs.length === 1 && only.value.shape.length === 0 ? "It starts from 1 at the result." : "It starts from ones at the result: these are gradients of the sum of its elements.";
}

function independent({ outputs }: Explanation): string[] {
  return outputs.filter(({ node }) => node === undefined).map(({ path }) => `The result ${path} depends on no input.`);
}

function constantRows({ constants }: Explanation, values: Values): string[][] {
  return constants.filter(({ name, value }) => name !== valueText(value)).map(({ name, value }) => ["", name, shapeText(value.shape), valueText(value, values), "constant"]);
}

function forwardRow(explanation: Explanation, node: ExplainedNode, values: Values): string[] {
  return [String(node.index), nodeText(explanation, node), shapeText(node.shape), valueText(node.value, values), node.maths?.text ?? "input"];
}

/** b = add(a, a), or the name alone for an input. */
export function nodeText(explanation: Explanation, node: ExplainedNode): string {
  return node.op === undefined ? node.name : `${node.name} = ${callText(explanation, node)}`;
}

export function callText({ nodes, constants }: Explanation, { op, params, arguments: args }: ExplainedNode): string {
  const names = args.map(({ kind, at }) => (kind === "node" ? nodes[at] : constants[at]).name);
  return `${op}(${[...names, ...paramTexts(params)].join(", ")})`;
}

/** One row for each thing sent; the cotangent stands in the first. */
function backwardRows(explanation: Explanation, node: ExplainedNode, values: Values): string[][] {
  const [from, value] = arrivalTexts(explanation, node, values);
  const start = [String(node.index), cotangentName(node.name), from, value];
  if (node.op === undefined) return [[...start, node.cotangent === undefined ? "" : "input: its gradient", ""]];
  if (node.cotangent === undefined || node.sends.length === 0) return [[...start, "", ""]];
  return node.sends.map((send, at) => [...(at === 0 ? start : ["", "", "", ""]), ruleText(explanation, node, send), partText(send, values)]);
}

/** Where the cotangent came from, and how it adds up. */
function arrivalTexts({ nodes }: Explanation, { cotangent, arrivals }: ExplainedNode, values: Values): [string, string] {
  if (cotangent === undefined) return ["", "none: the result does not depend on it"];
  const from = arrivals.map(({ from: source }) => (source === "given" ? "start" : nodes[source].name)).join(", ");
  const whole = valueText(cotangent, values);
  if (arrivals.length < 2) return [from, whole];
  if (cotangent.shape.length > 0) return [from, `sum of ${arrivals.length}: ${whole}`];
  return [from, `${arrivals.map(({ part }) => termText(part)).join(" + ")} = ${whole}`];
}

function termText(part: Value): string {
  const { data, offset } = bottom(part);
  return data[offset] < 0 ? `(${numberText(data[offset])})` : numberText(data[offset]);
}

/** ct_a += ct_b: the rule's formula as the addition that it is. */
function ruleText({ nodes }: Explanation, node: ExplainedNode, { rule, to }: Send): string {
  return rule === undefined ? `${cotangentName(nodes[to].name)} += the rule of ${node.op}` : rule.text.replace(" = ", " += ");
}

function partText({ part, why, reshaped }: Send, values: Values): string {
  if (part === undefined) return `nothing: ${why}`;
  const words = valueText(part, values);
  return reshaped === undefined ? words : `${words} (${reshaped.how} from ${shapeText(reshaped.from)} to ${shapeText(part.shape)})`;
}
