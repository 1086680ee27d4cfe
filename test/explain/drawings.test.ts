/** Mermaid and DOT against grammars written here for exactly the part of each language that is used. */
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Explanation, explainWith, label } from "lemmagrad/explain";
import { add, array, mul, scalar, type Value } from "lemmagrad";

const diamond = explainWith({ names: ["a"] }, (a: Value) => {
  const b = label("b", add(a, a));
  return label("c", add(b, b));
}, scalar(3) as Value);

const named = (name: string): Explanation => explainWith({ names: [name] }, (x: Value) => mul(x, array([1, 2])), array([3, 4]) as Value);

/** Names of boxes and pairs of ends of edges; throws on a line that is neither. */
function readMermaid(text: string): { boxes: Map<string, string>; edges: [string, string][] } {
  const [head, ...lines] = text.trimEnd().split("\n");
  if (head !== "flowchart TD") throw new Error(`not a flowchart: ${head}`);
  const boxes = new Map<string, string>();
  const edges: [string, string][] = [];
  // inside quotes: no quote, and every # begins a decimal entity; < only as <br/>
  const content = String.raw`(?:[^"#<>&\x60%\\\n]|#\d+;|<br\/>)*`;
  for (const line of lines) {
    const box = new RegExp(`^  ([nk]\\d+)(?:\\(\\["(${content})"\\]\\)|\\[\\["(${content})"\\]\\]|\\["(${content})"\\]|\\("(${content})"\\))$`, "u").exec(line);
    const edge = new RegExp(`^  ([nk]\\d+) -->(?:\\|"(${content})"\\|)? ([nk]\\d+)$`, "u").exec(line);
    if (box !== null) boxes.set(box[1], box.slice(2).find((one) => one !== undefined)!.replaceAll(/#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code))));
    else if (edge !== null) edges.push([edge[1], edge[3]]);
    else throw new Error(`not understood: ${line}`);
  }
  return { boxes, edges };
}

function readDot(text: string): { boxes: Map<string, string>; edges: [string, string][] } {
  const lines = text.trimEnd().split("\n");
  if (lines[0] !== "digraph tape {" || lines.at(-1) !== "}") throw new Error("not a digraph");
  const boxes = new Map<string, string>();
  const edges: [string, string][] = [];
  const quoted = String.raw`"((?:[^"\\\n]|\\["\\n])*)"`;
  for (const line of lines.slice(1, -1)) {
    const box = new RegExp(`^  ([nk]\\d+) \\[label=${quoted}(?:, [a-z]+=[a-z0-9]+)+\\];$`, "u").exec(line);
    const edge = new RegExp(`^  ([nk]\\d+) -> ([nk]\\d+)(?: \\[label=${quoted}\\])?;$`, "u").exec(line);
    if (box !== null) boxes.set(box[1], box[2].replaceAll(/\\(.)/g, (_all, character: string) => (character === "n" ? "\n" : character)));
    else if (edge !== null) edges.push([edge[1], edge[2]]);
    else if (!/^ {2}(?:rankdir=TB|(?:node|edge) \[fontname="monospace"\]);$/.test(line)) throw new Error(`not understood: ${line}`);
  }
  return { boxes, edges };
}

describe("the diamond", () => {
  it("as Mermaid: two edges each way of the diamond, and what comes back along them", () => {
    expect(diamond.toMermaid()).toBe(`flowchart TD
  n0(["a<br/>= 3<br/>ct_a: 4"])
  n1["b<br/>add(a, a)<br/>= 6<br/>ct_b: 2"]
  n2[["c<br/>add(b, b)<br/>= 12<br/>ct_c: 1"]]
  n0 -->|"ct 2"| n1
  n0 -->|"ct 2"| n1
  n1 -->|"ct 1"| n2
  n1 -->|"ct 1"| n2
`);
  });
  it("as DOT", () => {
    expect(diamond.toDot()).toBe(String.raw`digraph tape {
  rankdir=TB;
  node [fontname="monospace"];
  edge [fontname="monospace"];
  n0 [label="a\n= 3\nct_a: 4", shape=box, style=rounded];
  n1 [label="b\nadd(a, a)\n= 6\nct_b: 2", shape=box];
  n2 [label="c\nadd(b, b)\n= 12\nct_c: 1", shape=box, peripheries=2];
  n0 -> n1 [label="ct 2"];
  n0 -> n1 [label="ct 2"];
  n1 -> n2 [label="ct 1"];
  n1 -> n2 [label="ct 1"];
}
`);
  });
  it.skipIf(spawnSync("dot", ["-V"]).error !== undefined)("is DOT that graphviz draws", () => {
    const { status, stderr } = spawnSync("dot", ["-Tsvg"], { input: named('"x\\"; # <b>').toDot(), encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe.each([["Mermaid", (one: Explanation) => readMermaid(one.toMermaid()), "<br/>"], ["DOT", (one: Explanation) => readDot(one.toDot()), "\n"]] as const)("%s", (_language, read, lineBreak) => {
  it("has a box a node and constant, and an edge an argument, in order", () => {
    const { boxes, edges } = read(named("x"));
    expect([...boxes.keys()]).toEqual(["k0", "n0", "n1"]);
    expect(edges).toEqual([["n0", "n1"], ["k0", "n1"]]);
  });
  it("whatever a name holds comes back from its label, and breaks nothing out of it", () => {
    const name = fc.string({ unit: fc.constantFrom(..."ab\"'\\#;<>&`%{}[]()|-_ é𝛼".split(""), "end", "%%{init", "-->", "\\n"), maxLength: 12 });
    fc.assert(fc.property(name, (own) => {
      const { boxes, edges } = read(named(own));
      expect(boxes.get("n0")!.split(lineBreak)[0]).toBe(own);
      expect(edges).toHaveLength(2);
    }), { examples: [['"] --> n9'], ["#quot;"], ["\\"], ["%%{init: {}}%%"]] });
  });
});
