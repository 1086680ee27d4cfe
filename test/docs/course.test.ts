/** The course and the glossary have the parts that the documentation promises, and nobody gets lost in them. */
import { readdirSync } from "node:fs";
import katex from "katex";
import { describe, expect, it } from "vitest";
import { blocksOf, documentPaths, formulasOf, relativeLinks, root, textOf } from "../support/documents.ts";

const lessons = readdirSync(`${root}docs/course`).filter((name) => name.endsWith(".md")).sort();

describe("the course", () => {
  it("has ten lessons, numbered without a gap", () => {
    expect(lessons.map((name) => Number(name.slice(0, 2)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
  it("comes to the diamond early", () => {
    expect(lessons[1]).toBe("02-the-diamond.md");
  });
  it.each(lessons)("%s goes from an idea to code, its output, what was left out, and exercises whose solutions run", (name) => {
    const text = textOf(`docs/course/${name}`);
    expect(text.split("\n")[0]).toMatch(new RegExp(`^# ${Number(name.slice(0, 2))}\\. `));
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    const parts = ["Idea", "Smallest code", "What was left out", "Exercises"];
    expect(headings.filter((heading) => parts.includes(heading))).toEqual(parts);
    const [body, solutions] = text.split("<details><summary>Solutions</summary>");
    for (const part of [body, solutions.slice(0, solutions.indexOf("</details>"))]) {
      const shown = blocksOf(part).filter(({ info, code }) => info.startsWith("ts") && /\/\/ => ./.test(code));
      expect(shown.length).toBeGreaterThan(0);
    }
    expect([...body.split("## Exercises")[1].matchAll(/^\*\*(\d)\.\*\*/gm)].map(([, number]) => number)).toEqual(["1", "2"]);
    expect([...solutions.matchAll(/^\*\*(\d)\.\*\*/gm)].map(([, number]) => number)).toEqual(["1", "2"]);
  });
  it.each(lessons)("%s links to every other lesson, to the next one, and to source files", (name) => {
    const targets = relativeLinks(textOf(`docs/course/${name}`)).map(({ target }) => target);
    for (const other of lessons) if (other !== name) expect(targets).toContain(other);
    const at = lessons.indexOf(name);
    expect(targets.at(-1)).toBe(at + 1 < lessons.length ? lessons[at + 1] : "../README.md");
    expect(targets.some((target) => /^\.\.\/\.\.\/(src|test)\//.test(target))).toBe(true);
  });
  it.each(lessons)("%s has no block that nobody runs or compares, but for drawings", (name) => {
    const run = /^(ts|ts continued|ts from \S+|text output)$/;
    const others = blocksOf(textOf(`docs/course/${name}`)).filter(({ info }) => !run.test(info));
    expect(others.filter(({ info, code }) => info !== "" || /[;{}]|=>/.test(code))).toEqual([]);
  });
  it("is read in about ten minutes a lesson: at most 1400 words of prose", () => {
    const words = lessons.map((name) => textOf(`docs/course/${name}`).replaceAll(/```[\s\S]*?```/g, "").split(/\s+/).length);
    expect(Math.max(...words)).toBeLessThanOrEqual(1400);
  });
});

/** The words of the house style's table, and those that claims and checks need. */
const words = [
  "Primal", "Tangent", "Cotangent", "jvp", "vjp", "Tape", "Primitive", "Op", "Kernel", "Tree", "Feature", "Correlation", "Threat model", "Radius",
  "Kink", "Clearance", "Checkpoint", "Batching rule", "Claim", "Hypothesis", "Control", "Verdict",
];

describe("the glossary", () => {
  const entries = [...textOf("docs/glossary.md").matchAll(/^\*\*(.+?)\.\*\*|^\*\*(.+?)\*\* \(`\w+`\)\./gm)].map((match) => match[1] ?? match[2]);
  it.each(words)("explains %s", (word) => {
    expect(entries).toContain(word);
  });
  it("explains no word twice, and says of each where it lives", () => {
    expect(new Set(entries).size).toBe(entries.length);
    const paragraphs = textOf("docs/glossary.md").split("\n\n").filter((text) => text.startsWith("**"));
    expect(paragraphs).toHaveLength(entries.length);
    expect(paragraphs.filter((text) => relativeLinks(text).length === 0)).toEqual([]);
  });
});

/** What KaTeX cannot read: it knows about what code hosts know. */
function faultyFormulas(path: string, markdown: string): string[] {
  return formulasOf(markdown).flatMap(({ line, tex, display }) => {
    try {
      katex.renderToString(tex, { displayMode: display, throwOnError: true, strict: "error" });
      return [];
    } catch (error) {
      return [`${path}:${line}: ${(error as Error).message}`];
    }
  });
}

describe("formulas", () => {
  it.each(documentPaths())("of %s can be read", (path) => {
    expect(faultyFormulas(path, textOf(path))).toEqual([]);
  });
  it("are found, and caught when they cannot be read", () => {
    expect(formulasOf(textOf("docs/course/03-tangents-and-cotangents.md")).length).toBeGreaterThan(15);
    expect(faultyFormulas("made-up.md", "a $x^2$ b `$\\none$`\n$$\\frac{1}{$$ and $\\nothing$")).toEqual([expect.stringContaining("made-up.md:2"), expect.stringContaining("made-up.md:2")]);
  });
});

it("the index of the documentation names every document", () => {
  const targets = relativeLinks(textOf("docs/README.md")).map(({ target }) => target);
  expect(documentPaths().filter((path) => path.startsWith("docs/") && path !== "docs/README.md" && !targets.includes(path.slice("docs/".length)))).toEqual([]);
});
