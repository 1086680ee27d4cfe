/** mean, min, prod, variance, l1Norm, l2Norm, linfNorm, softmax, and logsumexp over any axes. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, array, checkGrads, grad, jvp, l1Norm, l2Norm, linfNorm, logSoftmax, logsumexp, mean, min, mul, type NdArray, norm, type Operand, prod, softmax, sum, toNested, type Value, variance, zeros } from "lemmagrad";
import { expectSame, numbers, onEachBackend } from "../support/arrays.ts";
import { elementAt, indicesOf, integers, shapes } from "../support/loops.ts";

const gradient = (f: (x: Value) => Value, x: NdArray) => toNested((grad(f) as unknown as (x: Value) => NdArray)(x));
const a = array([[1, -2, 3], [6, 5, -4]]);

/** x, axes to reduce (at least one element along them) and whether to keep them. */
const reductions = shapes(0, 4, 3).chain((shape) => fc.tuple(integers(shape), fc.subarray(shape.map((_, axis) => axis)), fc.boolean()));

/** The elements that go into each result, row-major. */
function groups(x: NdArray, axes: readonly number[]): number[][] {
  const found = new Map<string, number[]>();
  const keptLengths = x.shape.filter((_: number, axis: number) => !axes.includes(axis));
  for (const index of indicesOf(keptLengths)) found.set(index.join(), []);
  for (const index of indicesOf(x.shape)) found.get(index.filter((_, axis) => !axes.includes(axis)).join())!.push(elementAt(x, index));
  return [...found.values()];
}
type Reduction = (x: Operand, options: { axes?: number | readonly number[]; keepAxes?: boolean }) => Value;
const wantedShape = (shape: readonly number[], axes: readonly number[], keepAxes: boolean) => shape.flatMap((length, axis) => (axes.includes(axis) ? (keepAxes ? [1] : []) : [length]));
const total = (values: readonly number[]) => values.reduce((p, q) => p + q, 0);

describe("reductions agree with loops over any axes of any view", () => {
  /** Sums of small integers are exact, in any order. */
  const exact: [string, Reduction, (values: number[]) => number, emptyAllowed: boolean][] = [
    ["mean", mean, (values) => total(values) / values.length, false],
    ["min", min, (values) => Math.min(...values), false],
    ["l1Norm", l1Norm, (values) => total(values.map(Math.abs)), true],
    ["linfNorm", linfNorm, (values) => Math.max(...values.map(Math.abs)), false],
  ];
  it.each(exact)("%s, to the last bit", (_name, reduce, loop, emptyAllowed) => onEachBackend(() => fc.assert(fc.property(reductions, ([x, axes, keepAxes]) => {
    const wanted = groups(x, axes);
    fc.pre(emptyAllowed || wanted.every((values) => values.length > 0));
    const out = reduce(x, { axes, keepAxes });
    expect([...out.shape]).toEqual(wantedShape(x.shape, axes, keepAxes));
    expect(numbers(out).map((value) => value + 0)).toEqual(wanted.map((values) => loop(values) + 0));
  }), { numRuns: 150 })));

  /** At most 81 terms of the size named, each rounded twice or so: 200 eps. */
  const rounded: [string, Reduction, (values: number[]) => number, size: (values: number[]) => number, emptyAllowed: boolean][] = [
    ["prod", prod, (values) => values.reduce((p, q) => p * q, 1), (values) => Math.abs(values.reduce((p, q) => p * q, 1)), true],
    ["variance", variance, (values) => total(values.map((x) => (x - total(values) / values.length) ** 2)) / values.length, () => 16, false],
    ["l2Norm", l2Norm, (values) => Math.hypot(...values), (values) => Math.hypot(...values), true],
    ["logsumexp", logsumexp as Reduction, (values) => Math.log(total(values.map(Math.exp))), () => 8, false],
  ];
  it.each(rounded)("%s, to rounding", (_name, reduce, loop, size, emptyAllowed) => onEachBackend(() => fc.assert(fc.property(reductions, ([x, axes, keepAxes]) => {
    const wanted = groups(x, axes);
    fc.pre(emptyAllowed || wanted.every((values) => values.length > 0));
    const out = reduce(x, { axes, keepAxes });
    expect([...out.shape]).toEqual(wantedShape(x.shape, axes, keepAxes));
    numbers(out).forEach((value, i) => expect(Math.abs(value - loop(wanted[i]))).toBeLessThanOrEqual(200 * 2 ** -52 * size(wanted[i])));
  }), { numRuns: 150 })));

  it.each([["mean", mean], ["min", min], ["prod", prod], ["variance", variance], ["l1Norm", l1Norm], ["l2Norm", l2Norm], ["linfNorm", linfNorm]] as const)("%s reduces all axes by default", (_name, reduce) => {
    expect(reduce(a).shape).toEqual([]);
    expectSame(reduce(a), (reduce as Reduction)(a, { axes: [0, 1] }));
  });
});

it("float32 stays float32, in value and gradient", () => {
  const x = array([[1, -2], [3, 0.5]], [2, 2], "float32");
  for (const f of [mean, min, prod, variance, l1Norm, l2Norm, linfNorm, logsumexp, softmax] as ((x: Value) => Value)[]) {
    expect([(f(x) as NdArray).dtype, ((grad((y: Value) => sum(f(y))) as unknown as (y: Value) => NdArray)(x)).dtype]).toEqual(["float32", "float32"]);
  }
});

describe("derivatives of reductions", () => {
  it.each([["mean", mean], ["min", min], ["prod", prod], ["variance", variance], ["l1Norm", l1Norm], ["l2Norm", l2Norm], ["linfNorm", linfNorm], ["logsumexp", logsumexp]] as const)("%s, of both orders, over one axis and over all", (_name, reduce) => {
    const x = array([[1, -2, 3.5], [6, 5, -4]]);
    for (const axes of [[0], [0, 1]]) checkGrads(((y: Value) => (reduce as Reduction)(y, { axes })) as never, [x], { order: 2, directions: 2 });
  });
  it("prod is right where factors are 0: one, two and three of them, to the third order", () => {
    // d^n (x1 x2 x3 x4) is the product of the others, whatever they are
    expect(gradient((x) => prod(x), array([2, 0, 5, 7]))).toEqual([0, 70, 0, 0]);
    expect(gradient((x) => prod(x), array([0, 0, 5, 7]))).toEqual([0, 0, 0, 0]);
    const along = (f: (x: Value) => Value, i: number) => (x: Value) => jvp(f as never, [x], [array([0, 1, 2, 3].map((at) => (at === i ? 1 : 0)))]).tangent;
    const x = array([0, 0, 0, 7]);
    expect(numbers(along(along((y) => prod(y), 0), 1)(x))).toEqual([0]);
    expect(numbers(along(along(along((y) => prod(y), 0), 1), 2)(x))).toEqual([7]);
    // the sum gives differences a gradient to be measured against where the product's own is 0
    for (const factors of [[2, 0, 5, 7, 3], [0, 0, 5, 7, 3], [0, 0, 0, 7, 3]]) checkGrads(((y: Value) => add(prod(y), sum(y))) as never, [array(factors)], { order: 2, directions: 2 });
  });
  it("ties of min and linfNorm share the cotangent, with the signs of linfNorm's elements; a zero gets none", () => {
    expect(gradient((x) => min(x), array([3, 1, 1]))).toEqual([0, 0.5, 0.5]);
    expect(gradient((x) => linfNorm(x), array([2, -2, 1]))).toEqual([0.5, -0.5, 0]);
    expect((gradient((x) => linfNorm(x), array([0, 0])) as number[]).map(Math.abs)).toEqual([0, 0]);
    expect((gradient((x) => l1Norm(x), array([2, 0, -1])) as number[])).toEqual([1, 0, -1]);
    expect(gradient((x) => l2Norm(x), zeros([2, 2]))).toEqual([[0, 0], [0, 0]]);
  });
});

describe("values that a careless formula would lose", () => {
  it("variance of numbers far from 0", () => onEachBackend(() => {
    expect(numbers(variance(array([1e9 + 1, 1e9 + 2, 1e9 + 3]), { ddof: 1 }))).toEqual([1]);
    expect(numbers(variance(array([4])))).toEqual([0]);
  }));
  it("l2Norm where squares would overflow, and the same bits as norm over one axis", () => onEachBackend(() => {
    expect(numbers(l2Norm(array([[3e200, 0], [0, 4e200]])))[0] / 5e200).toBeCloseTo(1, 15);
    expectSame(l2Norm(a, { axes: 0 }), norm(a, { axis: 0 }));
    expectSame(l2Norm(a, { axes: 1 }), norm(a));
  }));
  it("min and NaN: NaN wins", () => onEachBackend(() => expect(numbers(min(array([1, NaN, 2])))).toEqual([NaN])));
  it("empty sums and products: 0 and 1", () => onEachBackend(() => {
    expect(numbers(prod(zeros([2, 0]), { axes: 1 }))).toEqual([1, 1]);
    expect(numbers(l1Norm(zeros([0])))).toEqual([0]);
    expect(numbers(l2Norm(zeros([2, 0]), { axes: 1 }))).toEqual([0, 0]);
    expect((prod(zeros([0], "float32")) as NdArray).dtype).toBe("float32");
    expect([...mean(zeros([0, 3]), { axes: 1 }).shape]).toEqual([0]);
  }));
});

describe("logsumexp and infinities", () => {
  it("an entry of -Infinity adds nothing, in value and derivatives", () => onEachBackend(() => {
    const x = array([-Infinity, 1, 2]);
    expectSame(logsumexp(x), logsumexp(array([1, 2])));
    const [first, ...rest] = gradient((y) => logsumexp(y), x) as number[];
    expect(first).toBe(0);
    expect(rest).toEqual(gradient((y) => logsumexp(y), array([1, 2])));
    expect(numbers(jvp(((y: Value) => logsumexp(y)) as never, [x], [array([1, 0, 0])]).tangent)).toEqual([0]);
    const second = (y: Value) => sum((grad((z: Value) => logsumexp(z)) as unknown as (z: Value) => Value)(y));
    numbers((grad(second) as unknown as (y: Value) => Value)(x)).forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-15)); // the softmax adds up to 1
  }));
  it("nothing but -Infinity gives -Infinity, +Infinity gives itself, NaN stays", () => onEachBackend(() => {
    expect(numbers(logsumexp(array([[-Infinity, -Infinity], [Infinity, 1], [NaN, 1], [0, 0]])))).toEqual([-Infinity, Infinity, NaN, Math.LN2]);
  }));
  it("is stable for large entries along any axes, kept or not", () => onEachBackend(() => {
    const x = array([[1000, -1000], [1000, -1000]]);
    expect(toNested(logsumexp(x, { axes: 0, keepAxes: true }) as NdArray)).toEqual([[1000 + Math.LN2, -1000 + Math.LN2]]);
    expect(numbers(logsumexp(x, { axes: [0, 1] }))).toEqual([1000 + Math.LN2]);
  }));
});

describe("softmax and logSoftmax along an axis", () => {
  it("agree with a loop, whatever the axis", () => onEachBackend(() => fc.assert(fc.property(
    shapes(1, 3).chain((shape) => fc.tuple(integers(shape), fc.nat(shape.length - 1))), ([x, axis]) => {
      fc.pre(x.shape[axis] > 0);
      const [p, logP] = [softmax(x, { axis }) as NdArray, logSoftmax(x, { axis: axis - x.shape.length }) as NdArray];
      for (const index of indicesOf(x.shape)) {
        const line = Array.from({ length: x.shape[axis] }, (_, i) => Math.exp(elementAt(x, index.map((own, at) => (at === axis ? i : own)))));
        const wanted = Math.exp(elementAt(x, index)) / total(line);
        // logits are at most 4 and lines 4 long, so a few operations round to a few eps of |log p| <= 10
        expect(Math.abs(elementAt(p, index) / wanted - 1)).toBeLessThan(100 * 2 ** -52);
        expect(Math.abs(elementAt(logP, index) - Math.log(wanted))).toBeLessThan(100 * 2 ** -52);
      }
    },
  ), { numRuns: 100 })));
  it("give 0 to an entry of -Infinity, with no NaN beside it, in the gradient neither", () => onEachBackend(() => {
    const x = array([-Infinity, 0, 0]);
    expect(numbers(softmax(x))).toEqual([0, 0.5, 0.5]);
    expect(numbers(logSoftmax(x))).toEqual([-Infinity, -Math.LN2, -Math.LN2]);
    // p_i (w_i - sum_j p_j w_j) with p = (0, 1/2, 1/2) and w = (3, 2, 1)
    const slopes = gradient((y) => sum(mul(softmax(y), array([3, 2, 1]))), x) as number[];
    [0, 0.25, -0.25].forEach((wanted, i) => expect(slopes[i] + 0).toBeCloseTo(wanted, 15));
  }));
  it("differentiate along another axis", () => {
    for (const f of [softmax, logSoftmax]) checkGrads(((x: Value) => f(x, { axis: 0 })) as never, [a], { order: 2 });
  });
});

describe("what is refused", () => {
  it("an axis that does not exist, or named twice, under the name of the op called", () => {
    for (const [name, reduce] of Object.entries({ mean, min, prod, variance, l1Norm, l2Norm, linfNorm, logsumexp })) {
      expect(() => (reduce as Reduction)(a, { axes: 2 })).toThrow(`${name}: axis 2 does not exist in an array of shape [2, 3].`);
      expect(() => (reduce as Reduction)(a, { axes: [0, -2] })).toThrow(`${name}: axes [0, -2] name one axis twice.`);
      expect(() => (reduce as Reduction)([1] as never, {})).toThrow(`${name}: a plain list is not an array.`);
    }
    for (const [name, f] of Object.entries({ softmax, logSoftmax })) {
      expect(() => f(a, { axis: 2 })).toThrow(`${name}: axis 2 does not exist`);
      expect(() => f(zeros([2, 0]))).toThrow(`${name}: the operand has shape [2, 0].\n  Expected at least one class along axis 1.`);
    }
  });
  it("what does not exist over no elements", () => {
    for (const [name, reduce] of Object.entries({ mean, min, variance, linfNorm, logsumexp })) {
      expect(() => (reduce as Reduction)(zeros([2, 0]), { axes: 1 })).toThrow(`${name}: an array of shape [2, 0] has no element along axes [1].\n  Expected at least one element: an empty ${name} does not exist.`);
    }
  });
  it("more degrees of freedom than there are", () => {
    expect(() => variance(array([1, 2]), { ddof: 2 })).toThrow("variance: ddof = 2 for 2 elements is out of range.\n  Expected a number below 2.");
    expect(() => variance(array([1, 2]), { ddof: NaN })).toThrow("variance: ddof = NaN");
  });
});
