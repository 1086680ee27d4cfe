/** An explanation as a Graphviz digraph: `dot -Tsvg`. */
import type { Explanation } from "./explanation.ts";
import { type Box, graphOf } from "./graph.ts";

const looks: Readonly<Record<Box["kind"], string>> = {
  input: "shape=box, style=rounded", node: "shape=box", result: "shape=box, peripheries=2", constant: "shape=plaintext",
};

export function dotOf(explanation: Explanation): string {
  const { boxes, edges } = graphOf(explanation);
  return [
    "digraph tape {",
    "  rankdir=TB;",
    '  node [fontname="monospace"];',
    '  edge [fontname="monospace"];',
    ...boxes.map(({ id, kind, lines }) => `  ${id} [label=${quoted(lines.join("\n"))}, ${looks[kind]}];`),
    ...edges.map(({ from, to, label }) => `  ${from} -> ${to}${label === "" ? "" : ` [label=${quoted(label)}]`};`),
    "}",
    "",
  ].join("\n");
}

/** A quoted string of the DOT language; \n in it is a centred line break. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}
