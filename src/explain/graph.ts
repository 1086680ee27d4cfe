/** What both drawings show: boxes for nodes and constants, and an edge an argument, with what comes back along it. */
import { shapeText } from "../errors/index.ts";
import type { ExplainedNode, Explanation } from "./explanation.ts";
import { cotangentName } from "./latex-text.ts";
import { valueText } from "./summary.ts";
import { callText } from "./text.ts";

export interface Box {
  readonly id: string;
  readonly kind: "input" | "node" | "result" | "constant";
  /** Lines of its label. */
  readonly lines: readonly string[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Empty for a constant, to which nothing is sent. */
  readonly label: string;
}

export interface Graph {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

export function graphOf(explanation: Explanation): Graph {
  const { nodes, constants, outputs } = explanation;
  const results = new Set(outputs.map(({ node }) => node));
  const boxes: Box[] = [
    ...constants.map(({ name, value }, at): Box => ({ id: `k${at}`, kind: "constant", lines: name === valueText(value) ? [name] : [name, sized(value.shape, valueText(value))] })),
    ...nodes.map((node): Box => ({ id: `n${node.index}`, kind: results.has(node.index) ? "result" : node.op === undefined ? "input" : "node", lines: boxLines(explanation, node) })),
  ];
  const edges = nodes.flatMap(({ index, arguments: args, sends }) => args.map(({ kind, at }, position): Edge => {
    const send = sends.find((one) => one.position === position);
    const label = kind === "constant" ? "" : send === undefined ? "no ct" : send.part === undefined ? "sends nothing" : `ct ${valueText(send.part)}`;
    return { from: kind === "node" ? `n${at}` : `k${at}`, to: `n${index}`, label };
  }));
  return { boxes, edges };
}

function boxLines(explanation: Explanation, node: ExplainedNode): string[] {
  const { name, op, value, shape, cotangent } = node;
  return [
    name, ...(op === undefined ? [] : [callText(explanation, node)]), sized(shape, valueText(value)),
    cotangent === undefined ? "no cotangent arrives" : `${cotangentName(name)}: ${valueText(cotangent)}`,
  ];
}

function sized(shape: readonly number[], words: string): string {
  return shape.length === 0 ? `= ${words}` : `${shapeText(shape)}: ${words}`;
}
