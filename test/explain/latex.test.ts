import katex from "katex";
import { describe, expect, it } from "vitest";
import { allPrimitives } from "lemmagrad";
import "lemmagrad/images";
import { latexText } from "lemmagrad/explain";
import { argumentLetter, resultLetter } from "../../src/explain/rule-maths.ts";

describe("LaTeX as text", () => {
  it.each([
    ["c = a + b", "c = a + b"],
    ["b_{ij} = \\sum_l a_{il}\\, x_{lj}", "bᵢⱼ = Σₗ aᵢₗ xₗⱼ"],
    ["\\tfrac{z^q}{q\\rho^{q-1}}", "z^q/(qρ^(q-1))"],
    ["\\tfrac1q", "1/q"],
    ["\\frac{1}{1 + e^{-a}}", "1/(1 + e⁻ᵃ)"],
    ["\\frac{\\frac{a}{b}}{c}", "(a/b)/c"],
    ["\\sqrt{a}", "√a"],
    ["\\sqrt{\\textstyle\\sum_l a_l^2}", "√(Σₗ aₗ²)"],
    ["\\max_{\\text{axes}} a", "max_axes a"],
    ["a^{\\top}", "aᵀ"],
    ["s''(z)", "s′′(z)"],
    ["a / \\lVert a \\rVert,\\quad 0 \\text{ at } a = 0", "a / ‖a‖, 0 at a = 0"],
    ["\\mathrm{ct} \\odot b", "ct ⊙ b"],
    ["\\bar{a}", "a\u0304"],
    ["{a + b}^2", "(a + b)²"],
  ])("%s is %s", (latex, text) => {
    expect(latexText(latex)).toBe(text);
  });

  it("puts names in the letters' places, but not into words, and keeps factors apart", () => {
    const letters = { names: new Map([["a", "x"], ["b", "w"], ["c", "h"]]), result: "h" };
    expect(latexText("c = a\\,b \\text{ as is}", letters)).toBe("h = x·w as is");
    expect(latexText("c_{ij} = \\sum_l a_{il}\\, b_{lj}", letters)).toBe("hᵢⱼ = Σₗ xᵢₗ·wₗⱼ");
    expect(latexText("\\mathrm{ct}_a = \\mathrm{ct}\\,b^\\top", letters)).toBe("ct_x = ct_h·wᵀ");
    expect(latexText("(\\mathrm{ct}_a)_{ij} = \\mathrm{ct}_j", letters)).toBe("(ct_x)ᵢⱼ = (ct_h)ⱼ");
    expect(latexText("e^{a}", letters)).toBe("e^x");
  });

  it("a number in a letter's place loses its subscript", () => {
    expect(latexText("c_i = a_i\\,b_i", { names: new Map([["a", "2"], ["b", "(-3)"], ["c", "v1"]]), result: "v1" })).toBe("v1ᵢ = 2·(-3)");
  });

  it.each([
    ["\\sum_{i", "LaTeX \\sum_{i: a } is missing, at character 7.\n  Expected braces that match."],
    ["a}", "LaTeX a}: a } closes nothing, at character 1.\n  Expected braces that match."],
    ["\\foo a", "LaTeX \\foo a: \\foo is not known, at character 4.\n  Expected a command of src/explain/latex.ts."],
    ["a_", "LaTeX a_: something is missing at the end, at character 2.\n  Expected an argument in braces."],
    ["\\text", "LaTeX \\text: words are missing, at character 5.\n  Expected words in braces."],
  ])("refuses %s", (latex, message) => {
    expect(() => latexText(latex)).toThrow(message);
  });
});

describe.each(allPrimitives())("the maths of $name", (primitive) => {
  const { maths, variadic, vjp } = primitive;
  const rules = primitive.rules?.vjp ?? [];
  const letters = rules.map(argumentLetter);

  it("has a rule for each argument, whose left side names the argument by a letter of its own", () => {
    expect(rules).toHaveLength(variadic ? 1 : vjp.length);
    expect(new Set(letters).size).toBe(letters.length);
    for (const letter of letters) expect(maths).toMatch(new RegExp(`(?<![a-zA-Z\\\\])${letter}(?![a-zA-Z])`));
    expect(letters).not.toContain(resultLetter(maths));
  });

  it("says of exactly the arguments without a derivative that their cotangent is 0", () => {
    rules.forEach((rule, position) => expect(rule.endsWith("= 0") && !rule.includes(","), rule).toBe(typeof vjp[position] !== "function"));
  });

  it("is LaTeX that KaTeX draws and that reads as text", () => {
    for (const latex of [maths, ...rules]) {
      expect(katex.renderToString(latex, { throwOnError: true, strict: "error" })).toContain("<math");
      expect(latexText(latex)).not.toMatch(/[\\{}]/);
    }
  });
});
