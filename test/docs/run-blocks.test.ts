/** Documents that run: every TypeScript block, and every example of the ops' doc comments. */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { documentPaths, root, textOf } from "../support/documents.ts";
import { examplesOf, quoteFaults, runScope, scopesOf } from "../support/run-blocks.ts";
import { agrees, readable } from "../support/shown-values.ts";
import { array, scalar } from "../../src/index.ts";

describe.each(documentPaths())("%s", (path) => {
  const scopes = scopesOf(path, textOf(path));
  if (scopes.length === 0) it("has no TypeScript blocks", () => expect(scopes).toEqual([]));
  it("quotes source files as they are", () => {
    expect(quoteFaults(path, textOf(path), textOf)).toEqual([]);
  });
  for (const scope of scopes) {
    it(`line ${scope[0].line}: the code runs and its values are as written`, async () => {
      expect(await runScope(path, scope)).toEqual([]);
    });
  }
});

describe("examples of the ops", () => {
  const files = ["src/ops", "src/ops/images", "src/images/network"].flatMap((folder) => readdirSync(`${root}${folder}`).filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`));
  const withExamples = files.map((path) => ({ path, ...examplesOf(path, textOf(path)) })).filter(({ scope, faults }) => scope.length + faults.length > 0);
  it("are found", () => {
    expect(withExamples.length).toBeGreaterThan(20);
  });
  it.each(withExamples)("$path", async ({ path, scope, faults }) => {
    expect([...faults, ...await runScope(path, scope)]).toEqual([]);
  });
});

/** What is said about a made-up document. */
async function said(markdown: string): Promise<string[]> {
  const faults: string[] = [];
  for (const scope of scopesOf("made-up.md", markdown)) faults.push(...await runScope("made-up.md", scope));
  return faults;
}
const block = (...lines: string[]) => ["# Title", "```ts", ...lines, "```", ""].join("\n");
const imports = 'import { array, grad, mul, sum } from "lemmagrad";';

describe("a document is caught", () => {
  it("when a value is wrong: file, line, expected, found", async () => {
    expect(await said(block(imports, "", "sum(array([1, 2])); // => 4", "mul(array([1, 2]), 2); // => [2, 4]"))).toEqual(["made-up.md:5: expected 4, found 3"]);
  });
  it("when the value of a const is wrong, also over several lines and under a pattern", async () => {
    expect(await said(block("const a = 1 + 1; // => 3", "const { b } = {", "  b: 2,", "}; // => { b: 3 }"))).toEqual(["made-up.md:3: expected 3, found 2", "made-up.md:6: expected { b: 3 }, found { b: 2 }"]);
  });
  it("when what it logs is wrong, also inside a function", async () => {
    expect(await said(block("function show() {", "  console.log([1]); // => [2]", "}", "show();"))).toEqual(["made-up.md:4: expected [2], found [1]"]);
  });
  it("when it throws", async () => {
    expect(await said(block(imports, "const x = array([1]);", "grad((v) => mul(v, array([1, 2])))(x);"))).toEqual([expect.stringMatching(/^made-up\.md:5: threw ShapeError: /)]);
  });
  it("when it is no TypeScript, or names what the package does not have", async () => {
    expect(await said(block("const = 1;"))).toHaveLength(1);
    expect(await said(block('import { gard } from "lemmagrad";', "gard(1);"))).toEqual([expect.stringMatching(/^made-up\.md:4: threw TypeError/)]);
    expect(await said(block('import "lemmagrad/nothing";'))).toHaveLength(1);
  });
  it("when a value stands where nothing can be compared, or never runs", async () => {
    expect(await said(block("const a = 1;", "// => 1"))).toEqual([expect.stringContaining("made-up.md:4: there is nothing to compare")]);
    expect(await said(block("if (1 > 2) {", "  1; // => 1", "}"))).toEqual([expect.stringContaining("made-up.md:4: never ran")]);
  });
  it("when a block leans on one before it without saying so", async () => {
    const two = (mark: string) => `${block("const a = 2;")}\n\`\`\`ts${mark}\na; // => 2\n\`\`\`\n`;
    expect(await said(two(" continued"))).toEqual([]);
    expect(await said(two(""))).toEqual([expect.stringMatching(/^made-up\.md:7: threw ReferenceError/)]);
    expect(() => scopesOf("made-up.md", two(" skipped"))).toThrow("made-up.md:6");
  });
  it("when what it logs is not the output shown: every character, and nothing may be missing", async () => {
    const shown = (...rows: string[]) => `${block("for (const h of [1, 2]) {", "  console.log(`h = ${h}`, [h]);", "}")}${["```text output", ...rows, "```", ""].join("\n")}`;
    expect(await said(shown("h = 1 [1]", "h = 2 [2]"))).toEqual([]);
    expect(await said(shown("h = 1 [1]", "h = 2 [3]"))).toEqual(["made-up.md:9: expected the output h = 2 [3], found h = 2 [2]"]);
    expect(await said(shown("h = 1 [1]"))).toEqual(["made-up.md:9: expected the output to end, found h = 2 [2]"]);
    expect(await said(shown("h = 1 [1]", "h = 2 [2]", "more"))).toEqual(["made-up.md:10: expected the output more, found its end"]);
    expect(await said(block("console.log(1);"))).toEqual(['made-up.md:3: logs what no block marked "text output" shows: 1']);
    expect(await said(block("console.log(1); // => 1"))).toEqual([]);
    expect(() => scopesOf("made-up.md", "```text output\n1\n```\n")).toThrow("made-up.md:1");
    expect(() => scopesOf("made-up.md", `${block("1;")}\`\`\`text put out\n1\n\`\`\`\n`)).toThrow("made-up.md:5");
  });
  it("shows each output after the code that made it", async () => {
    const parts = [block("console.log(1);"), "```text output\n1\n```\n", "```ts continued\nconsole.log(2);\n```\n", "```text output\n2\n```\n"];
    expect(await said(parts.join(""))).toEqual([]);
    expect(await said([...parts.slice(0, 3), "```text output\n1\n```\n"].join(""))).toEqual(["made-up.md:12: expected the output 1, found 2"]);
  });
  it("when it quotes what a source file does not say, or not in that order", () => {
    const quoting = (...rows: string[]) => quoteFaults("made-up.md", ["```ts from made-up.ts", ...rows, "```"].join("\n"), () => "a\n  b\nc\nd");
    expect(quoting("b", "  c")).toEqual([]);
    expect(quoting("a", "...", "d")).toEqual([]);
    expect(quoting("a", "c")).toEqual(["made-up.md:3: made-up.ts does not go on with c"]);
    expect(quoting("c", "...", "b")).toEqual(["made-up.md:4: made-up.ts does not go on with b"]);
    expect(quoting("B")).toHaveLength(1);
  });
  it("when a block is never closed", async () => {
    await expect(said("```ts\n1; // => 1\n")).rejects.toThrow("never closed");
  });
  it("when an example is wrong or shows nothing", async () => {
    const { scope, faults } = examplesOf("made-up.ts", "/**\n * Example: array([1])\n * Example: sum(array([1, 2]))  // => 2\n */");
    expect(faults).toEqual(["made-up.ts:2: the example shows no value: array([1])"]);
    expect(await runScope("made-up.ts", scope)).toEqual(["made-up.ts:3: expected 2, found 3"]);
  });
});

describe("shown values", () => {
  it.each([
    [scalar(2), "2"], [array([[1, 0.5]]), "[[1, 0.5]]"], [Float32Array.of(1, 2), "[1, 2]"], [-1.25, "-1.25"], [1 / 3, "0.333"], [2 / 3, "0.6667"],
    [1.2345e-7, "1.23e-7"], [6.02e23, "6.0e23"], ["a", '"a"'], [[], "[]"], [{ a: [1], "b c": null }, '{ a: [1], "b c": null }'], [undefined, "undefined"], [NaN, "NaN"], [-Infinity, "-Infinity"], [new TypeError("no"), "TypeError: no"],
  ])("%o is %s", (value, written) => {
    expect(agrees(value, written)).toBe(true);
  });
  it.each([
    [scalar(2), "3"], [2, "[2]"], [[2], "2"], [12.3, "12"], [0.34, "0.333"], [1.24e-7, "1.23e-7"], [5.9e23, "6.0e23"], [-1, "1"], ["a", '"b"'], ["a", "a"], [[1, 2], "[1]"], [[1], "[1, 2]"], [[], "[undefined]"],
    [{ a: 1, b: 2 }, "{ a: 1 }"], [{ a: 1 }, "{ a: 1, b: undefined }"], [null, "undefined"], [{}, "[]"], [1, "true"],
  ])("%o is not %s", (value, written) => {
    expect(agrees(value, written)).toBe(false);
  });
  it("are printed readably", () => {
    expect(readable({ x: array([[1, 2], [3, 4]]), name: "a\n", "two words": [null, undefined, true] })).toBe('{ x: [[1, 2], [3, 4]], name: "a\\n", "two words": [null, undefined, true] }');
  });
});
