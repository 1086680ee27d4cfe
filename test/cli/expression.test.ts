/** The language of `lemmagrad explain`: parsing, printing, evaluating, and what it says when something is wrong. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { array, einsum, item, type NdArray, scalar, sum, toNested, type Value } from "../../src/index.ts";
import { opsByName, positional } from "../../src/cli/expression/call.ts";
import { checkFunctions, evaluate, evaluateConstant } from "../../src/cli/expression/evaluate.ts";
import { parse } from "../../src/cli/expression/parse.ts";
import { type Expression, freeNames, type Operator, type Program, programText } from "../../src/cli/expression/syntax.ts";

/** A program without its places, which printing does not keep. */
const bare = (program: Program): unknown => JSON.parse(JSON.stringify(program, (key, value: unknown) => (key === "at" ? undefined : value)));

const names = fc.constantFrom("a", "b", "x1", "_y", "sum", "ρ");
const { expression } = fc.letrec<{ expression: Expression; atom: Expression }>((tie) => ({
  atom: fc.oneof(
    fc.record({ kind: fc.constant("number" as const), value: fc.oneof(fc.nat(100), fc.double({ min: 0, max: 1e30, noNaN: true }).map((x) => x + 0)), at: fc.constant(0) }),
    fc.record({ kind: fc.constant("name" as const), name: names, at: fc.constant(0) }),
    fc.record({ kind: fc.constant("text" as const), value: fc.constantFrom("ij,jk->ik", "", "it's"), at: fc.constant(0) }),
    fc.record({ kind: fc.constant("truth" as const), value: fc.boolean(), at: fc.constant(0) }),
  ),
  expression: fc.oneof({ depthSize: "small", withCrossShrink: true }, tie("atom"),
    fc.record({ kind: fc.constant("minus" as const), operand: tie("expression"), at: fc.constant(0) }),
    fc.record({ kind: fc.constant("binary" as const), operator: fc.constantFrom<Operator>("+", "-", "*", "/", "@", "**"), left: tie("expression"), right: tie("expression"), at: fc.constant(0) }),
    fc.record({ kind: fc.constant("list" as const), items: fc.array(tie("expression"), { maxLength: 3 }), at: fc.constant(0) }),
    fc.record({
      kind: fc.constant("call" as const), name: names, args: fc.array(tie("expression"), { maxLength: 3 }),
      keywords: fc.uniqueArray(fc.record({ name: names, value: tie("expression"), at: fc.constant(0) }), { maxLength: 2, selector: ({ name }) => name }), at: fc.constant(0),
    })),
}));
const programs = fc.array(fc.record({ target: fc.option(names, { nil: undefined }), value: expression }), { minLength: 1, maxLength: 3 });

describe("parsing", () => {
  it("printing a program and parsing it again gives the same program", () => {
    fc.assert(fc.property(programs, (program) => { expect(bare(parse(programText(program)))).toEqual(bare(program)); }), { numRuns: 500 });
  });

  it.each([
    ["a + b * c", "a + (b * c)"], ["a - b - c", "(a - b) - c"], ["a / b @ c", "(a / b) @ c"], ["-a ** 2", "-(a ** 2)"], ["a ** -b", "a ** (-b)"], ["a ** b ** c", "a ** (b ** c)"],
    ["-a * b", "(-a) * b"], ["a * -b", "a * (-b)"], ["--a", "-(-a)"], ["a - -b", "a - (-b)"],
  ])("%s means %s", (source, meaning) => {
    expect(bare(parse(source))).toEqual(bare(parse(meaning)));
    expect(programText(parse(meaning))).toBe(source);
  });

  it.each([["(a + b) * c", "(a + b) * c"], ["a - (b - c)", "a - (b - c)"], ["(-a) ** 2", "(-a) ** 2"], ["(a ** b) ** c", "(a ** b) ** c"], ["((a))", "a"], [" h=x@w ;\n sum( h,axes = [0,-1] ); ", "h = x @ w; sum(h, axes=[0, -1])"], [".5 + 1. + 1e-3", "0.5 + 1 + 0.001"], ["f('a \" b')", "f('a \" b')"]])("%s is printed as %s", (source, text) => {
    expect(programText(parse(source))).toBe(text);
  });

  it("numbers of JavaScript's precedence agree with JavaScript", () => {
    const operator = fc.constantFrom("+", "-", "*", "/");
    fc.assert(fc.property(fc.array(fc.tuple(operator, fc.integer({ min: 1, max: 9 })), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (rest, first) => {
      const source = `${first} ${rest.map(([sign, number]) => `${sign} ${number}`).join(" ")}`;
      // a calculation of single digits, made above
      expect(item(evaluateConstant("test", source) as NdArray)).toBe(Function(`return ${source}`)());
    }));
  });

  it("finds the names that need a value, in order, and not those assigned before", () => {
    expect(freeNames(parse("h = x @ w; w = h + b; f(w, k=c) * h")).map(({ name }) => name)).toEqual(["x", "w", "b", "c"]);
  });
});

const caret = (source: string) => {
  try {
    const program = parse(source);
    checkFunctions(source, program);
    evaluate(source, program, { a: scalar(3) });
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "nothing";
};

describe("errors point at the place", () => {
  it.each([
    ["a +", `ParameterError: expression: the expression ends too early, at column 4.
    a +
       ^
  Expected a number, a name, a function call, ( or [.`],
    ["a ) b", `ParameterError: expression: ")" cannot stand here, at column 3.
    a ) b
      ^
  Expected an operator, ; or the end.`],
    ["(a + 1", `ParameterError: expression: the expression ends too early, at column 7.
    (a + 1
          ^
  Expected an operator, or ) for the ( at column 1.`],
    ["[a, 1", `ParameterError: expression: the expression ends too early, at column 6.
    [a, 1
         ^
  Expected a comma, or ] for the [ at column 1.`],
    ["sum(a 1)", `ParameterError: expression: "1" cannot stand here, at column 7.
    sum(a 1)
          ^
  Expected a comma, or ) for the call of sum at column 1.`],
    ["1 + smoothdRelu(a)", `ParameterError: expression: there is no function smoothdRelu, at column 5.
    1 + smoothdRelu(a)
        ^
  Expected the name of an op.
  Mend: did you mean smoothedRelu?`],
    ["a ^ 2", `ParameterError: expression: "^" means nothing here, at column 3.
    a ^ 2
      ^
  Expected an operator: + - * / @ **.
  Mend: write a power as a ** 2.`],
    ["h = a;\n\tb = §", `ParameterError: expression: "§" means nothing here, at line 2, column 6.
    \tb = §
    \t    ^
  Expected names, numbers, texts, + - * / @ ** = ( ) [ ] , or ;.`],
    ["'ab", `ParameterError: expression: the text that begins here is never closed, at column 1.
    'ab
    ^
  Expected another '.`],
    ["sum(axes=0, a)", `ParameterError: expression: a positional argument stands after a keyword, at column 13.
    sum(axes=0, a)
                ^
  Expected name=value here.
  Mend: put the arguments without names first.`],
    ["sum(a, axes=0, axes=1)", `ParameterError: expression: the keyword axes is given twice, at column 16.
    sum(a, axes=0, axes=1)
                   ^
  Expected each keyword at most once.`],
    ["1e999 * a", `ParameterError: expression: 1e999 is too large, at column 1.
    1e999 * a
    ^
  Expected a number of float64.`],
    ["true = 1", `ParameterError: expression: true cannot be assigned to, at column 1.
    true = 1
    ^
  Expected another name.`],
    ["[a, a] + 1", `ParameterError: expression: this is neither a number nor an array, at column 1.
    [a, a] + 1
    ^
  Expected something to calculate with.`],
    ["sum(a, axs=0)", "ParameterError: sum: there is no option \"axs\".\n  Expected one of axes, keepAxes.\n  Mend: it is called axes here."],
    ["smoothedRelu(a, Q=3, rho=1)", "ParameterError: smoothedRelu: there is no keyword Q.\n  Expected one of q, rho.\n  Mend: did you mean q?"],
    ["smoothedRelu(a)", "ParameterError: smoothedRelu: the option q is missing.\n  Expected an integer q >= 2."],
    ["add(a, c=1)", "ParameterError: add: the keyword c stands where an array should.\n  Expected every array by its place, and keywords for options only.\n  Mend: leave the name out: add(..., ...)."],
    ["exp(a, c=1)", "ParameterError: exp: it takes no keyword, and so not c.\n  Expected positional arguments only."],
    ["reshape(a, [1], shape=[1])", "ParameterError: reshape: shape is given twice, by position and by name.\n  Expected each argument once."],
    ["smoothedRelu(a, q=1, rho=1)", "ParameterError: smoothedRelu: q = 1 is out of range.\n  Expected an integer q >= 2."],
    ["'a'", "ParameterError: expression: its value is neither a number nor an array.\n  Expected an array or a number."],
  ])("%s", (source, message) => {
    expect(caret(source)).toBe(message);
  });

  it("nesting and length have a limit, which is said, and not a stack that overflows", () => {
    expect(caret(`${"(".repeat(2000)}a${")".repeat(2000)}`)).toContain("the expression is too long");
    expect(caret(`${"(".repeat(600)}a${")".repeat(600)}`)).toContain("the expression is nested too deeply");
    expect(caret(`a${" ** a".repeat(600)}`)).toContain("the expression is nested too deeply");
    expect(caret(`a${" + a".repeat(1900)}`)).toBe("nothing");
  });

  it("no text makes it fail in another way", () => {
    const word = fc.constantFrom("a", "sum", "1", "(", ")", "[", "]", ",", ";", "=", "+", "-", "**", "@", " ", "'", "axes", ".", "§");
    fc.assert(fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      expect(caret(words.join(""))).toMatch(/^(?:nothing$|ParameterError: |ShapeError: )/);
    }), { numRuns: 1000 });
  });
});

describe("evaluating", () => {
  const x = array([[1, 2], [3, 4]]);
  const w = array([[1, 0], [2, -1]]);
  const value = (source: string) => toNested(evaluate(source, parse(source), { x, w }) as NdArray);

  it.each<[string, unknown]>([
    ["x @ w", [[5, -2], [11, -4]]],
    ["x * w - 1", [[0, -1], [5, -5]]],
    ["x ** 2 / 2", [[0.5, 2], [4.5, 8]]],
    ["-x + [10, 20]", [[9, 18], [7, 16]]],
    ["sum(x, axes=0)", [4, 6]],
    ["sum(x, axes=[0, 1], keepAxes=true)", [[10]]],
    ["reshape(x, [4])", [1, 2, 3, 4]],
    ["reshape(x, shape=[4])", [1, 2, 3, 4]],
    ["transpose(x)", [[1, 3], [2, 4]]],
    ["concatenate([x, w], axis=1)", [[1, 2, 1, 0], [3, 4, 2, -1]]],
    ["take(x, [1, 0, 1], axis=1)", [[2, 1, 2], [4, 3, 4]]],
    ["einsum('ij,jk->ik', x, w)", toNested(einsum("ij,jk->ik", x, w) as NdArray)],
    ["maximum([1, 5], [4, 2])", [4, 5]],
    ["2 ** 3 ** 2", 512],
    ["a = x; a = a + a; sum(a)", 20],
    ["smoothedRelu([-1, 0.5, 2], q=2, rho=1/1)", [0, 0.125, 1.5]],
    ["crossEntropy([[0, 0]], [1])", [Math.log(2)]],
  ])("%s", (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it("every op can be called, and the table of positional arguments names ops that exist", () => {
    expect(opsByName.size).toBeGreaterThan(60);
    expect(opsByName.get("sum")).toBe(sum);
    for (const name of Object.keys(positional)) expect(opsByName.has(name), name).toBe(true);
  });

  it("constants are numbers and nested lists, and nothing with a name", () => {
    expect(toNested(evaluateConstant("--set", "[[1, -2], [3, 1/2]]") as NdArray)).toEqual([[1, -2], [3, 0.5]]);
    expect(() => evaluateConstant("--set x=y", "y")).toThrow('--set x=y: "y" has no value here.\n  Expected a number or a nested list of numbers, such as 3 or [[1, 2], [3, 4]].');
  });

  it("a list of arrays is a result too", () => {
    expect((evaluate("split(x, 2)", parse("split(x, 2)"), { x }) as Value[]).map((part) => part.shape)).toEqual([[1, 2], [1, 2]]);
  });
});
