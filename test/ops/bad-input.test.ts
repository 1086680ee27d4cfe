/**
 * Bad input to ops: whatever is handed in, an op answers with a typed error in its own name, before anything is recorded;
 * and no option is ever passed over in silence.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as ops from "../../src/ops/index.ts";
import { array, clip, conv2d, crossEntropy, einsum, embed, index, InternalError, LemmagradError, oneHot, pad, reshape, slice, smoothedRelu, softmax, sort, split, sum, take, topK, transpose, tril, variance, windows, zeros } from "lemmagrad";
import { escaped, escapedExample } from "./escaped.ts";

type Op = (...args: unknown[]) => unknown;
const all = (Object.entries(ops) as [string, Op][]).filter(([, op]) => typeof op === "function");

/** smoothedReluSlope is smoothedRelu's primitive at order 1, and speaks of it. */
const speaker: Record<string, readonly string[]> = { smoothedReluSlope: ["smoothedReluSlope", "smoothedRelu"] };

/** What a call threw that it should not have: undefined if it returned, or threw in its own name. */
function fault(name: string, call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const typed = error instanceof LemmagradError && !(error instanceof InternalError);
    return typed && (speaker[name] ?? [name]).includes(error.parts.where) ? undefined : String(error);
  }
}

class Settings { axis = 0; }

const shapes = [[], [1], [3], [2, 3], [3, 2], [0, 3], [2, 3, 4], [1, 1, 5, 5], [2, 2, 2]];
const arrays = fc.constantFrom(...shapes).chain((shape) => fc.constantFrom("float64", "float32").map((dtype) => {
  const x = zeros(shape, dtype as "float64");
  x.data.forEach((_: number, i: number) => { x.data[i] = 0.5 + i; });
  return x;
}));
/** NaN is meant: a number all the same. */
const scalars: fc.Arbitrary<unknown> = fc.oneof(fc.integer({ min: -3, max: 6 }), fc.constantFrom(0.5, NaN, Infinity, -0));
const junk: fc.Arbitrary<unknown> = fc.constantFrom<unknown>("x", "", "ij,jk->ik", ",ij->ij", "i,j", null, undefined, true, 5n, Symbol("s"), () => 1, [], [1, 2], [0, 0], [-1], [5], ["a"], [[1], [0]], [[1], [2, 3]], [null], [1n], {}, Object.create(null), new Map([["axes", 0]]), new Date(0), new Settings(), new Float64Array(3), Int32Array.of(0, 1), new BigInt64Array(2), new DataView(new ArrayBuffer(8)), "float32", escaped(), escapedExample());
const names = ["axis", "axes", "keepAxes", "low", "high", "slope", "q", "rho", "start", "stop", "step", "stride", "padding", "dilation", "size", "value", "reverse", "lower", "transposed", "unitDiagonal", "ddof", "descending", "offset", "count", "constructor", "toString"];
const options = fc.dictionary(fc.constantFrom(...names), fc.oneof(scalars, junk), { maxKeys: 3 });
const operands = fc.oneof({ weight: 4, arbitrary: arrays as fc.Arbitrary<unknown> }, scalars, junk);
const anything = fc.oneof({ weight: 3, arbitrary: operands }, scalars, junk, options);

describe("garbage is answered in the op's own name", () => {
  it.each(all)("%s", (name, op) => {
    const shaped = fc.oneof(
      fc.array(anything, { maxLength: 4 }),
      // the forms that get further: operand and options, two operands and options, a list of operands and options
      fc.tuple(operands, options), fc.tuple(arrays, anything, options), fc.tuple(arrays, arrays, options), fc.tuple(fc.array(operands, { maxLength: 3 }), options),
    );
    fc.assert(fc.property(shaped, (args) => { expect(fault(name, () => op(...args))).toBeUndefined(); }), { numRuns: 300, interruptAfterTimeLimit: 4000 });
  });
  it("would notice an error of JavaScript's own, of another op, and a bug of ours", () => {
    expect(fault("sum", () => (undefined as never as { x: number }).x)).toContain("TypeError");
    expect(fault("mean", () => sum("x" as never))).toContain("sum: ");
    expect(fault("sum", () => { throw new InternalError({ where: "sum", problem: "lost." }); })).toContain("lost");
  });
});

const a = array([[1, 2, 3], [4, 5, 6]]);
const image = zeros([1, 1, 4, 4]);
/** Every op with options: arguments with which it works, and all its options' names with values that work. */
const withOptions: Record<string, { args: unknown[]; options: Record<string, unknown> }> = {
  ...Object.fromEntries(["sum", "max", "mean", "min", "prod", "l1Norm", "l2Norm", "linfNorm", "logsumexp"].map((name) => [name, { args: [a], options: { axes: 1, keepAxes: true } }])),
  ...Object.fromEntries(["norm", "softmax", "logSoftmax", "sort"].map((name) => [name, { args: [a], options: { axis: 1 } }])),
  ...Object.fromEntries(["tril", "triu"].map((name) => [name, { args: [a], options: { offset: 1 } }])),
  ...Object.fromEntries(["maxPool2d", "averagePool2d"].map((name) => [name, { args: [image, 2], options: { stride: 1, padding: [1, 0] } }])),
  variance: { args: [a], options: { axes: [0, 1], keepAxes: false, ddof: 1 } },
  concatenate: { args: [[a, a]], options: { axis: 1 } },
  stack: { args: [[a, a]], options: { axis: 1 } },
  split: { args: [a, 3], options: { axis: 1 } },
  gather: { args: [a, [[0], [1]]], options: { axis: 1 } },
  take: { args: [a, [0]], options: { axis: 1 } },
  topK: { args: [a, 1], options: { axis: 1 } },
  sortBy: { args: [a, a], options: { axis: 1, descending: true } },
  cumsum: { args: [a], options: { axis: 1, reverse: true } },
  flip: { args: [a], options: { axes: 1 } },
  pad: { args: [a, [1, 1]], options: { axes: 1, value: NaN } },
  slice: { args: [a], options: { axis: 1, start: 0, stop: 2, step: 1 } },
  clip: { args: [a], options: { low: 0, high: 1 } },
  leakyRelu: { args: [a], options: { slope: 0.1 } },
  project: { args: [a], options: { radius: 1, scale: 2 } },
  triangularSolve: { args: [array([[1]]), array([[1]])], options: { lower: true, transposed: true, unitDiagonal: true } },
  windows: { args: [image], options: { size: 2, stride: 1, dilation: 1, padding: 0 } },
  conv2d: { args: [image, image], options: { stride: 1, padding: 0, dilation: 1 } },
};

describe("options", () => {
  const entries = Object.entries(withOptions);
  const call = (name: string, ...args: unknown[]) => (ops as never as Record<string, Op>)[name](...args);

  it("has every op with options in the table above", () => {
    // smoothedRelu and its kin take whole settings: see below
    const source = all.filter(([, op]) => /check(Options|Tril|Triu)\(options\)/.test(op.toString())).map(([name]) => name);
    expect(source.filter((name) => withOptions[name] === undefined)).toEqual(["smoothedRelu", "smoothedReluSum"]);
    expect(entries.map(([name]) => name).filter((name) => !source.includes(name))).toEqual([]);
  });
  it.each(entries)("%s knows its own, and never passes over another", (name, { args, options: own }) => {
    expect(() => call(name, ...args, own)).not.toThrow();
    for (const foreign of ["constructor", "nonsense", "Axis", ...names.filter((word) => !(word in own))]) {
      for (const value of [1, undefined, null]) {
        expect(() => call(name, ...args, { ...own, [foreign]: value })).toThrow(`${name}: there is no option "${foreign}".\n  Expected ${Object.keys(own).length === 1 ? `no other than ${Object.keys(own)[0]}` : "one of "}`);
      }
    }
  });
  it.each(entries)("%s takes no value of another kind", (name, { args, options: own }) => {
    for (const option of Object.keys(own)) {
      for (const [value, text] of [["yes", '"yes"'], [null, "null"], [{}, "a record"], [5n, "5n"], [Symbol("s"), "Symbol(s)"], [new Map(), "a Map"], [a, "an array of shape [2, 3]"]] as const) {
        expect(() => call(name, ...args, { ...own, [option]: value })).toThrow(`${name}: the option ${option} is ${text}.\n  Expected `);
      }
    }
  });
  it.each(entries)("%s takes no options that are no plain record", (name, { args, options: own }) => {
    const first = Object.keys(own)[0];
    for (const [value, text] of [[null, "null"], ["axis", '"axis"'], [new Map([["axis", 0]]), "a Map"], [new Settings(), "a Settings"], [a, "an array of shape [2, 3]"], [() => 1, "a function"]] as const) {
      expect(() => call(name, ...args, value)).toThrow(`${name}: the options are ${text}.\n  Expected a record of options: ${Object.keys(own).join(", ")}.`);
    }
    expect(() => call(name, ...args, 0)).toThrow(`${name}: the options are 0.\n  Expected a record of options: ${Object.keys(own).join(", ")}.\n  Mend: name the option, as in { ${first}: 0 }.`);
    expect(() => call(name, ...args, [0, 1])).toThrow(`Mend: name the option, as in { ${first}: [0, 1] }.`);
  });
  it("may be left out by undefined, and come without a prototype", () => {
    expect(sum(a, { axes: undefined, keepAxes: undefined } as never).shape).toEqual([]);
    expect(sum(a, Object.assign(Object.create(null) as object, { axes: 0 })).shape).toEqual([3]);
    expect(sum(a, undefined).shape).toEqual([]);
  });
  it.each([
    ["sum", { axis: 0 }, "axes"], ["sum", { dim: 0 }, "axes"], ["sum", { keepdims: true }, "keepAxes"], ["sum", { keep_dims: true }, "keepAxes"], ["mean", { KeepAxes: true }, "keepAxes"],
    ["softmax", { axes: 0 }, "axis"], ["softmax", { dim: 0 }, "axis"], ["variance", { correction: 1 }, "ddof"], ["sortBy", { desc: true }, "descending"], ["clip", { min: 0 }, "low"],
    ["windows", { strides: 1 }, "stride"], ["conv2d", { pad: 1 }, "padding"], ["slice", { end: 1 }, "stop"], ["tril", { k: 1 }, "offset"], ["leakyRelu", { negative_slope: 1 }, "slope"],
  ])("%s with %j is told that it means %s", (name, wrong, meant) => {
    expect(() => call(name, ...withOptions[name].args, wrong)).toThrow(new RegExp(`there is no option "${Object.keys(wrong)[0]}"\\.\\n {2}Expected .*\\n {2}Mend: it is called ${meant} here\\.$`));
  });
  it("guesses nothing where two names are as near, or none", () => {
    expect(() => slice(a, { st: 1 } as never)).toThrow(/^slice: there is no option "st"\.\n {2}Expected one of axis, start, stop, step\.$/);
    expect(() => sum(a, { toString: 1 } as never)).toThrow(/^sum: there is no option "toString"\.\n {2}Expected one of axes, keepAxes\.$/);
  });
  it("says which required one is missing", () => {
    expect(() => windows(image, { stride: 1 } as never)).toThrow("windows: the option size is missing.\n  Expected a number, or two of them, for rows and columns.");
    expect(() => windows(image, undefined as never)).toThrow("windows: the option size is missing.");
    expect(() => smoothedRelu(1, { rho: 1 } as never)).toThrow("smoothedRelu: the option q is missing.\n  Expected an integer q >= 2.");
    expect(() => smoothedRelu(1, { q: 2 } as never)).toThrow("smoothedRelu: the option rho is missing.\n  Expected a finite rho > 0.");
    expect(() => smoothedRelu(1, undefined as never)).toThrow("smoothedRelu: the option q is missing.");
    expect(() => smoothedRelu(1, { q: "3", rho: 1 } as never)).toThrow(`smoothedRelu: the option q is "3".\n  Expected an integer q >= 2.`);
    expect(() => ops.smoothedReluSum(image, null as never)).toThrow("smoothedReluSum: the options are null.");
    expect(() => ops.smoothedReluSlope(1, { rho: 1 } as never)).toThrow("smoothedReluSlope: the option q is missing.");
    expect(() => clip(a, undefined as never)).toThrow("clip: the options are missing.\n  Expected low, high or both, as in { low: 0 }.");
    expect(() => embed(array([1]), { axis: 0, start: 0, step: 1 } as never, 2)).toThrow("embed: the option count is missing.");
    expect(() => embed(array([1]), { axis: 0, start: 0, count: 1, step: 1, length: 2 } as never, 2)).toThrow(`embed: there is no option "length".`);
  });
});

describe("axes", () => {
  const there = "Mend: axes are counted from 0, or from the end as -1, -2, ...";
  it("out of range, with the shape and how they are counted", () => {
    expect(() => sum(a, { axes: [0, 5] })).toThrow(`sum: axis 5 does not exist in an array of shape [2, 3].\n  Expected an integer from -2 to 1.\n  ${there}`);
    expect(() => sort(a, { axis: NaN })).toThrow(`sort: axis NaN does not exist in an array of shape [2, 3].\n  Expected an integer from -2 to 1.\n  ${there}`);
    expect(() => softmax(1)).toThrow("softmax: axis -1 does not exist in an array of shape [].\n  Expected no axis: the array is a scalar.\n  Mend: reshape(x, [1]) gives it an axis.");
  });
  it("that are no numbers", () => {
    expect(() => sum(a, { axes: ["0"] } as never)).toThrow(`sum: the option axes is ["0"].\n  Expected an integer or a list of integers, counted from 0, or from the end as -1, -2, ...`);
    expect(() => sum(a, { axes: new Set([0]) } as never)).toThrow("sum: the option axes is a Set.");
    expect(() => transpose(a, { axes: [1, 0] } as never)).toThrow("transpose: the axes are a record.\n  Expected all axes in their new order, as one list.\n  Mend: as in transpose(x, [1, 0]).");
    expect(() => transpose(array([1]), 0 as never)).toThrow("Mend: leave them out.");
    expect(() => transpose(a, ["x", 0] as never)).toThrow(`transpose: the axis is "x".\n  Expected an integer from -2 to 1.`);
    expect(() => ops.scatterAdd(array([1]), [0], null as never, 2)).toThrow("scatterAdd: the axis is null.\n  Expected an integer from -1 to 0.");
  });
});

describe("lists, sizes and words", () => {
  it("indices and labels", () => {
    expect(() => take(a, 1 as never)).toThrow(/^take: the indices are 1\.\n {2}Expected a list of integers\.$/);
    expect(() => take(a, {} as never)).toThrow(/^take: the indices are a record\.\n {2}Expected a list of integers\.$/);
    expect(() => take(a, [0, "1"] as never)).toThrow(`take: the indices have "1" at 1.\n  Expected integers.`);
    expect(() => take(a, array([0]) as never)).toThrow("take: the indices are an array of shape [1].\n  Expected a list of integers.\n  Mend: pass the numbers themselves, as in elements(x).");
    expect(take(a, Int32Array.of(1) as never).shape).toEqual([1, 3]);
    expect(() => ops.scatterAdd(a, undefined as never, 0, 2)).toThrow("scatterAdd: the indices are undefined.");
    expect(() => ops.scatterAdd(a, [0, 1], 0, "2" as never)).toThrow(`scatterAdd: the length is "2".\n  Expected an integer >= 0.`);
    const range = { axis: 0, start: 0, count: 2, step: 1 };
    expect(() => embed(a, range, "2" as never)).toThrow(`embed: the length is "2".\n  Expected an integer >= 0.`);
    expect(() => embed(a, { ...range, axis: 2 }, 2)).toThrow("embed: axis 2 does not exist in an array of shape [2, 3].");
    expect(() => ops.gather(a, [["x"], [0]] as never)).toThrow("gather: the indices make no array: string x is neither a number nor a list.");
    try {
      ops.gather(a, [["x"], [0]] as never);
      expect.fail("nothing was thrown");
    } catch (error) {
      expect((error as Error).cause).toMatchObject({ parts: { where: "array" } });
    }
    expect(() => ops.gather(a, [[0], [0, 1]])).toThrow("gather: the indices make no array: the lists are ragged");
    expect(() => index(a, "0" as never)).toThrow(`index: index "0" is outside axis 0 of shape [2, 3].\n  Expected an integer from -2 to 1.`);
    expect(() => crossEntropy(a, array([0, 1]) as never)).toThrow("crossEntropy: the labels are an array of shape [2].\n  Expected a list of integers.\n  Mend: pass the numbers themselves");
    expect(() => crossEntropy(a, [0, null] as never)).toThrow("crossEntropy: the labels have null at 1.\n  Expected integers.");
    expect(() => crossEntropy(a, undefined as never)).toThrow("crossEntropy: the labels are undefined.");
    expect(() => oneHot(3 as never, 2)).toThrow("oneHot: the labels are 3.");
    for (const classes of [-1, 1.5, "2", undefined]) expect(() => oneHot([0], classes as never)).toThrow(`oneHot: the number of classes is ${JSON.stringify(classes)}.\n  Expected an integer >= 0.`);
  });
  it("shapes", () => {
    for (const [name, op] of [["reshape", reshape], ["broadcastTo", ops.broadcastTo], ["sumTo", ops.sumTo]] as const) {
      expect(() => op(a, 6 as never)).toThrow(`${name}: 6 is not a shape.\n  Expected a list of integers >= 0.\n  Mend: pass the lengths as one list: ${name}(x, [6]).`);
      expect(() => op(a, [2n] as never)).toThrow(`${name}: [2n] is not a shape.`);
      expect(() => op(a, undefined as never)).toThrow(`${name}: undefined is not a shape.`);
    }
  });
  it("dtypes", () => {
    for (const dtype of ["int32", "Float64", undefined, 64]) {
      expect(() => ops.astype(a, dtype as never)).toThrow(`astype: the dtype is ${JSON.stringify(dtype)}.\n  Expected "float64" or "float32".`);
      if (dtype !== undefined) expect(() => oneHot([0], 1, dtype as never)).toThrow(`oneHot: the dtype is ${JSON.stringify(dtype)}.`);
    }
  });
  it("numbers of parts, widths, sizes, expressions, ends", () => {
    expect(() => split(a, null as never)).toThrow("split: the sizes are null.\n  Expected a list of integers.");
    expect(() => split(a, ["1", 1] as never)).toThrow(`split: the sizes have "1" at 0.`);
    expect(() => pad(a, { low: 1 } as never)).toThrow("pad: the widths are a record.\n  Expected [before, after], two integers >= 0.");
    expect(() => topK(a, {} as never)).toThrow("topK: k = a record is out of range.");
    expect(() => ops.maxPool2d(image, undefined as never)).toThrow("maxPool2d: the size is undefined.\n  Expected a number, or two of them, for rows and columns.");
    expect(() => ops.averagePool2d(image, [2] as never)).toThrow("averagePool2d: the size is [2].");
    expect(() => conv2d(image, image, { stride: [1, 1, 1] } as never)).toThrow("conv2d: the option stride is [1, 1, 1].");
    expect(() => einsum(a as never, "ij,jk->ik" as never, a)).toThrow(`einsum: the expression is an array of shape [2, 3].\n  Expected a string of the form "ij,jk->ik", before the operands.`);
    expect(() => slice(a, { stop: 1.5 })).toThrow("slice: stop 1.5 is no integer.\n  Expected an integer from -2 to 2.");
    expect(() => slice(a, { stop: Infinity })).toThrow("slice: stop Infinity is no integer.");
    expect(() => tril(a, { offset: "1" } as never)).toThrow(`tril: the option offset is "1".\n  Expected a number.`);
    expect(() => variance(a, { ddof: [1] } as never)).toThrow("variance: the option ddof is [1].\n  Expected a number.");
  });
  it("of any size are shown in one line", () => {
    for (const [value, text] of [["x".repeat(1000), "a string of 1000 characters"], [new Array(1000).fill(1), "a list of 1000"], [[[1]], "a list of 1"], [new Int32Array(5), "an Int32Array"], [-0, "-0"]] as const) {
      expect(() => sum(a, value as never)).toThrow(`sum: the options are ${text}.`);
    }
  });
});
