/** add, sub, mul, div, neg, exp, log, sqrt, equal, reciprocalOrZero, stopGradient, astype: what the laws do not say. */
import { describe, expect, it } from "vitest";
import { add, array, astype, div, equal, exp, full, grad, log, mul, neg, reciprocalOrZero, scalar, sqrt, stopGradient, sub, sum, toNested, type NdArray, type Operand, type Value } from "lemmagrad";
import { numbers, onEachBackend } from "../support/arrays.ts";

const a = array([[1, 2, 3], [4, 5, 6]]);
const slope = (f: (x: Value) => Value, x: Operand) => numbers((grad(f) as unknown as (x: Operand) => Value)(x));

describe("values", () => {
  it("of two operands, with numbers and broadcasting", () => onEachBackend(() => {
    const row = array([10, 20, 30]);
    const column = array([[1], [2]]);
    expect(toNested(add(a, row) as NdArray)).toEqual([[11, 22, 33], [14, 25, 36]]);
    expect(toNested(sub(row, a) as NdArray)).toEqual([[9, 18, 27], [6, 15, 24]]);
    expect(toNested(mul(column, row) as NdArray)).toEqual([[10, 20, 30], [20, 40, 60]]);
    expect(toNested(div(a, column) as NdArray)).toEqual([[1, 2, 3], [2, 2.5, 3]]);
    expect(numbers(sub(1, 3))).toEqual([-2]);
    expect(numbers(equal(a, array([1, 5, 3])))).toEqual([1, 0, 1, 0, 1, 0]);
  }));
  it("of one operand", () => onEachBackend(() => {
    expect(numbers(neg(array([1, -2])))).toEqual([-1, 2]);
    expect(numbers(sqrt(array([4, 2])))).toEqual([2, Math.SQRT2]);
    // e, e^-20 and ln 10 to 17 digits, from tables
    expect(numbers(exp(array([0, 1, -20])))).toEqual([1, 2.718281828459045, 2.061153622438558e-9]);
    expect(numbers(log(array([1, 10])))).toEqual([0, 2.302585092994046]);
    expect(numbers(reciprocalOrZero(array([4, 0, -0.5])))).toEqual([0.25, 0, -2]);
    expect(numbers(stopGradient(3))).toEqual([3]);
  }));
  it("follows IEEE at the edges", () => {
    expect(numbers(div(array([1, -1, 0]), 0))).toEqual([Infinity, -Infinity, NaN]);
    expect(numbers(log(array([0, -1])))).toEqual([-Infinity, NaN]);
    expect(numbers(exp(array([710, -746])))).toEqual([Infinity, 0]);
    expect(numbers(equal(NaN, NaN))).toEqual([0]);
  });
});

describe("derivatives at single points", () => {
  it("of the elementwise functions", () => {
    expect(slope(sqrt, 4)).toEqual([0.25]);
    expect(slope(log, 4)).toEqual([0.25]);
    expect(slope(exp, 0)).toEqual([1]);
    expect(slope((x) => div(1, x), 2)).toEqual([-0.25]);
    expect(slope(reciprocalOrZero, 2)).toEqual([-0.25]);
    expect(slope(reciprocalOrZero, 0).map(Math.abs)).toEqual([0]);
    expect(slope((x) => mul(x, stopGradient(x)), 3)).toEqual([3]);
    expect(slope((x) => equal(x, 3), 3)).toEqual([0]);
    expect(slope(sqrt, 0)).toEqual([Infinity]);
  });
  it("of a quotient by both operands", () => {
    const [p, q] = grad((x: Value, y: Value) => div(x, y), { argument: [0, 1] })(scalar(3), scalar(2)) as unknown as Value[];
    expect([numbers(p), numbers(q)]).toEqual([[0.5], [-0.75]]);
  });
});

describe("astype", () => {
  it("rounds to nearest and converts the cotangent back", () => onEachBackend(() => {
    expect(numbers(astype(0.1, "float32"))).toEqual([Math.fround(0.1)]);
    expect((astype(full([2], 1), "float32") as NdArray).dtype).toBe("float32");
    const g = (grad((x: Value) => sum(mul(astype(x, "float32"), scalar(0.1, "float32")))) as unknown as (x: Value) => NdArray)(full([2], 1));
    expect(g.dtype).toBe("float64");
    expect(numbers(g)).toEqual([Math.fround(0.1), Math.fround(0.1)]);
  }));
});

it.each([["add", add], ["sub", sub], ["mul", mul], ["div", div], ["equal", equal]] as const)("%s names itself and the shapes that do not broadcast", (name, op) => {
  expect(() => op(a, array([1, 2]))).toThrow(`${name}: shapes [2, 3] and [2] do not broadcast: axis -1 has 3 and 2.\n  Expected equal lengths, or 1, on every axis counted from the last.\n  Mend: reshape one operand so that its axes line up.`);
});
