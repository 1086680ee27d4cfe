/** `lemmagrad explain`, called as a user calls it. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { explainWith, type ExplanationJson } from "lemmagrad/explain";
import { array, type NdArray, smoothedRelu, matmul, toNested, type Value, vjp } from "lemmagrad";
import { explain } from "../../src/cli/explain.ts";
import { writeNpz } from "../../src/npz/index.ts";
import { build, lemmagrad, temporaryFolder } from "../support/command-line.ts";

beforeAll(build);
const folder = temporaryFolder();
const diamond = ["explain", "b = a + a; c = b + b", "--set", "a=3"];

describe("explain", () => {
  it("--help shows its flags and two examples, which run and print something", async () => {
    const { code, stdout } = await lemmagrad("explain", "--help");
    expect(code).toBe(0);
    const examples = [...stdout.matchAll(/^ {2}npx lemmagrad explain '([^']*)' (.*)$/gm)];
    expect(examples).toHaveLength(2);
    for (const [, expression, flags] of examples) expect(await lemmagrad("explain", expression, ...flags.split(" "))).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/./) as string });
  });

  it("prints plain text of the tape when nobody sits at a terminal", async () => {
    const { code, stdout, stderr } = await lemmagrad(...diamond);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("1  ct_b       c, c   1 + 1 = 2");
    expect(stdout).not.toContain("\u001b");
  });

  it("--format and --json print what the library gives", async () => {
    const x = array([[1, 2], [3, -4]]);
    const w = array([[0.1, -0.2], [0.3, 0.1]]);
    const f = (a: Value, b: Value) => smoothedRelu(matmul(a, b), { q: 3, rho: 0.1 });
    const own = explainWith({ names: ["x", "w"] }, f, x as Value, w as Value);
    const words = ["explain", "smoothedRelu(x @ w, q=3, rho=0.1)", "--set", "x=[[1, 2], [3, -4]]", "--set", "w=[[0.1, -0.2], [0.3, 0.1]]"];
    expect((await lemmagrad(...words, "--format", "mermaid")).stdout).toBe(own.toMermaid());
    expect((await lemmagrad(...words, "--format", "dot")).stdout).toBe(own.toDot());
    const json = JSON.parse((await lemmagrad(...words, "--json")).stdout) as ExplanationJson;
    expect(json).toEqual(JSON.parse(JSON.stringify(own.toJson())));
    const gradients = vjp(f, x as Value, w as Value).pull(array([[1, 1], [1, 1]])) as NdArray[];
    expect(json.inputs.map((index) => json.nodes[index].cotangent!.elements)).toEqual(gradients.map((gradient) => toNested(gradient)));
  });

  it("random values are fixed by the seed and the name alone, whatever else is drawn", async () => {
    const value = async (...words: string[]) => {
      const { nodes } = JSON.parse((await lemmagrad("explain", ...words, "--json")).stdout) as ExplanationJson;
      return nodes.find(({ name }) => name === "w")!.value.elements;
    };
    const first = await value("w * x", "--shape", "w=2x3", "--set", "x=1", "--seed", "7");
    expect(await value("x * y * w", "--shape", "y=scalar", "--shape", "x=3", "--shape", "w=2x3", "--seed", "7")).toEqual(first);
    expect(await value("w * x", "--shape", "w=2x3", "--set", "x=1", "--seed", "8")).not.toEqual(first);
  });

  it("takes arrays from an .npz file, and --set overrides them", async () => {
    const path = join(folder, "arrays.npz");
    writeNpz(path, { x: { shape: [2], data: Float64Array.of(1, 2) }, unused: { shape: [1], data: Float64Array.of(0) } });
    const { nodes } = JSON.parse((await lemmagrad("explain", "sum(x * y)", "--from", path, "--set", "y=[10, 20]", "--json")).stdout) as ExplanationJson;
    expect(nodes.slice(0, 2).map(({ name, value, cotangent }) => [name, value.elements, cotangent!.elements])).toEqual([["x", [1, 2], [10, 20]], ["y", [10, 20], [1, 2]]]);
    expect(await lemmagrad("explain", "z * 2", "--from", path)).toMatchObject({ code: 2, stderr: expect.stringContaining("none of its arrays is in the expression: it holds x [2], unused [1].") as string });
    expect(await lemmagrad("explain", "z * 2", "--from", join(folder, "none.npz"))).toMatchObject({ code: 2, stderr: expect.stringContaining("FileError") as string });
  });

  it("--wrt keeps the other names constant; --ct is the result's cotangent; --second explains the gradient", async () => {
    const { stdout } = await lemmagrad("explain", "a * w", "--set", "a=[1, 2]", "--set", "w=[3, 4]", "--wrt", "a", "--ct", "[1, 10]");
    expect(stdout).toMatch(/^ +w +\[2\] +\[3, 4\] +constant$/m);
    expect(stdout).toMatch(/^0 +ct_a +v1 +\[3, 40\] +input: its gradient$/m);
    const second = JSON.parse((await lemmagrad("explain", "x ** 3", "--set", "x=2", "--second", "--json")).stdout) as ExplanationJson;
    // x^3 at 2: the first derivative is 12, the second too
    expect(second.outputs.map(({ value }) => value.elements)).toEqual([12]);
    expect(second.nodes[0].cotangent!.elements).toBe(12);
    const mixed = JSON.parse((await lemmagrad("explain", "x * x * y", "--set", "x=2", "--set", "y=5", "--second", "--json")).stdout) as ExplanationJson;
    // the gradient of x^2 y is (2 x y, x^2); of its entries' sum: 2 y + 2 x, and 2 x
    expect(mixed.outputs.map(({ value }) => value.elements)).toEqual([20, 4]);
    expect(mixed.inputs.map((index) => mixed.nodes[index].cotangent!.elements)).toEqual([14, 4]);
  });

  it("--out writes the file whole, and leaves nothing else", async () => {
    const path = join(folder, "out", "diamond.dot");
    expect(await lemmagrad(...diamond, "--format", "dot", "--out", path)).toMatchObject({ code: 0, stdout: "", stderr: `lemmagrad: wrote ${path}.\n` });
    expect(readFileSync(path, "utf8")).toBe((await lemmagrad(...diamond, "--format", "dot")).stdout);
    expect(readdirSync(join(folder, "out"))).toEqual(["diamond.dot"]);
    writeFileSync(join(folder, "file"), "");
    expect(await lemmagrad(...diamond, "--out", join(folder, "file", "x.dot"))).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("FileError: --out") as string });
    expect(existsSync(join(folder, "file", "x.dot"))).toBe(false);
  });

  it("on a terminal it is coloured and fits the width; NO_COLOR and TERM=dumb leave the colours out", async () => {
    const printed = async (env: Record<string, string>) => {
      for (const [name, value] of Object.entries({ NO_COLOR: "", TERM: "xterm", ...env })) vi.stubEnv(name, value);
      const before = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
      Object.assign(process.stdout, { isTTY: true, columns: 60 });
      let text = "";
      const write = vi.spyOn(process.stdout, "write").mockImplementation((part) => { text += String(part); return true; });
      try {
        await explain("b = a + a; c = b + b", { set: ["a=3"], seed: 1, format: "text", values: "summary" });
      } finally {
        write.mockRestore();
        Object.assign(process.stdout, before);
        vi.unstubAllEnvs();
      }
      return text;
    };
    const plain = await printed({ NO_COLOR: "1" });
    expect(plain).not.toContain("\u001b");
    expect(Math.max(...plain.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(await printed({ TERM: "dumb" })).toBe(plain);
    expect(await printed({})).toContain("\u001b[1m");
  });

  it("--values all writes what a summary leaves out", async () => {
    const words = ["explain", "x * 2", "--set", "x=[1, 2, 3, 4, 5, 6, 7]"];
    expect((await lemmagrad(...words)).stdout).toContain("1..7, mean 4, norm 11.8322");
    expect((await lemmagrad(...words, "--values", "all")).stdout).toContain("[2, 4, 6, 8, 10, 12, 14]");
  });

  it.each<[string, string[], string]>([
    ["a name without a value", ["x + y"], "ParameterError: expression: x, y have no value.\n  Expected a value for every name.\n  Mend: add --set x=... --set y=..., or --shape x=2x3 for random numbers.\n"],
    ["a value without a name", ["xs", "--set", "xs=1", "--set", "x=1"], '--set x=1: the expression has no name "x" to give a value to.\n  Expected one of xs.\n  Mend: did you mean xs?\n'],
    ["a name set twice", ["x", "--set", "x=1", "--set", "x=2"], "--set x=2: x is given a value twice."],
    ["a value that is none", ["x", "--set", "x=y"], '--set x=y: "y" has no value here.'],
    ["a flag without =", ["x", "--set", "x"], "--set x: it is not of the form name=value."],
    ["a shape that is none", ["x", "--shape", "x=2*3"], '--shape x=2*3: "2*3" is no shape that can be drawn.'],
    ["a shape beyond reason", ["x", "--shape", "x=100000x100000"], "is no shape that can be drawn."],
    ["no names at all", ["1 + 2"], "expression: it has no names, so there is nothing to differentiate by."],
    ["a function without its call", ["sum + x", "--set", "x=1"], "expression: sum is a function, at column 1.\n    sum + x\n    ^\n  Expected sum(...), or a value for the name: --set sum=...\n"],
    ["--wrt with an unknown name", ["alpha * 2", "--set", "alpha=1", "--wrt", "aplha"], '--wrt aplha: the expression has no name "aplha".\n  Expected one of alpha.\n  Mend: did you mean alpha?\n'],
    ["a cotangent that does not fit", ["x * 2", "--set", "x=1", "--ct", "[1, 2]"], "explain: the cotangent has shape [2], the function's value []."],
    ["what the ops refuse", ["x @ x", "--set", "x=[[1, 2]]"], "ShapeError: matmul: inner axes differ"],
    ["what does not parse", ["x +"], "ParameterError: expression: the expression ends too early, at column 4.\n    x +\n       ^\n"],
    ["an unknown flag", ["x", "--formt", "dot"], "lemmagrad: unknown option '--formt'. Did you mean --format? See lemmagrad --help.\n"],
    ["an unknown format", ["x", "--format", "dott"], "Did you mean dot?"],
    ["no expression", [], "lemmagrad: missing required argument 'expression'."],
  ])("refuses %s with code 2 and one paragraph", async (_what, words, message) => {
    const { code, stdout, stderr } = await lemmagrad("explain", ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr).not.toContain("bug in lemmagrad");
  });
});
