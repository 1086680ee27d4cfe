/** An explanation as a Mermaid flowchart, which code hosts draw inside Markdown. */
import type { Explanation } from "./explanation.ts";
import { type Box, graphOf } from "./graph.ts";

const brackets: Readonly<Record<Box["kind"], readonly [string, string]>> = { input: ["([", "])"], node: ["[", "]"], result: ["[[", "]]"], constant: ["(", ")"] };

export function mermaidOf(explanation: Explanation): string {
  const { boxes, edges } = graphOf(explanation);
  return [
    "flowchart TD",
    ...boxes.map(({ id, kind, lines }) => `  ${id}${brackets[kind][0]}"${lines.map(escaped).join("<br/>")}"${brackets[kind][1]}`),
    ...edges.map(({ from, to, label }) => `  ${from} -->${label === "" ? "" : `|"${escaped(label)}"|`} ${to}`),
    "",
  ].join("\n");
}

/** Everything that could end a label or mean something inside it (quotes, #, <, &, backticks, %%) as a character entity. */
function escaped(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}\p{M} .,=()[\]:_'*+/^·√Σ⊙-]/gu, (character) => `#${character.codePointAt(0)};`);
}
