/** pow with a number and with an array as exponent: the places where a power is not smooth, or its textbook rule fails. */
import { describe, expect, it } from "vitest";
import { array, grad, log, mul, pow, scalar, sqrt, sum, toNested, vjp, zeros, type NdArray, type Operand, type Value } from "lemmagrad";
import { numbers, onEachBackend } from "../support/arrays.ts";

type Unary = (x: Operand) => Value;
const derivative = (f: Unary): Unary => (x) => (grad((z: Value) => sum(f(z))) as unknown as (x: Operand) => Value)(x);
const nth = (f: Unary, n: number): Unary => (n === 0 ? f : nth(derivative(f), n - 1));

describe("a number as exponent", () => {
  const x = array([-2, 0, 3]);
  it("is right at 0 and below it for integers", () => onEachBackend(() => {
    expect(numbers(pow(x, 3))).toEqual([-8, 0, 27]);
    expect(numbers(pow(x, 2))).toEqual([4, 0, 9]);
    expect(numbers(pow(x, 0))).toEqual([1, 1, 1]);
    expect(numbers(pow(x, -1))).toEqual([-0.5, Infinity, 1 / 3]);
    expect(numbers(pow(x, 0.5))).toEqual([NaN, 0, Math.sqrt(3)]);
  }));
  it("every derivative of an integer power is the polynomial's, at 0 and below too, and 0 in the end", () => onEachBackend(() => {
    const cube = (z: Operand) => pow(z, 3);
    expect([0, 1, 2, 3, 4, 5].map((n) => numbers(nth(cube, n)(x)))).toEqual([[-8, 0, 27], [12, 0, 27], [-12, 0, 18], [6, 6, 6], [0, 0, 0], [0, 0, 0]]);
    expect(numbers(nth((z) => pow(z, 1), 1)(x))).toEqual([1, 1, 1]);
    expect(numbers(nth((z) => pow(z, 2), 2)(x))).toEqual([2, 2, 2]);
    expect(numbers(nth((z) => pow(z, -1), 2)(array([-2, 4])))).toEqual([-0.25, 0.03125]);
  }));
  it("exponent 0 has slope 0 and never NaN, whatever x and the cotangent are", () => onEachBackend(() => {
    const odd = array([0, -0, NaN, Infinity, -1]);
    expect(numbers(derivative((z) => pow(z, 0))(odd))).toEqual([0, 0, 0, 0, 0]);
    expect(numbers(derivative(derivative((z) => mul(z, pow(z, 0))))(array([0, 2])))).toEqual([0, 0]);
    expect(numbers(derivative((z) => mul(array([Infinity, 1, 1, 1, 1]), pow(z, 0)))(odd))).toEqual([NaN, 0, 0, 0, 0]); // Infinity times 0, by mul of the backward walk
    expect((derivative((z) => pow(z, 0))(array([1, 2], undefined, "float32")) as NdArray).dtype).toBe("float32");
  }));
  it("at 0 the slope is infinite below exponent 1, finite above", () => {
    expect([0.5, 1.5, 2.5].map((y) => numbers(derivative((z) => pow(z, y))(0))[0])).toEqual([Infinity, 0, 0]);
    expect(numbers(nth((z) => pow(z, 1.5), 2)(scalar(0)))).toEqual([Infinity]);
  });
  it("agrees with sqrt and with products bit for bit where these round once", () => onEachBackend(() => {
    const some = array(Array.from({ length: 50 }, (_, i) => 0.37 * i + 1e-3));
    expect(numbers(pow(some, 2))).toEqual(numbers(mul(some, some)));
    expect(numbers(pow(some, 0.5))).toEqual(numbers(sqrt(some)));
  }));
  it("names an exponent that is no finite number", () => {
    for (const y of [NaN, Infinity, -Infinity]) expect(() => pow(x, y)).toThrow(`pow: the exponent ${y} is out of range.\n  Expected a finite number, or an array.`);
  });
});

describe("an array as exponent", () => {
  it("broadcasts, and each operand gets a cotangent of its own shape", () => onEachBackend(() => {
    const [x, y] = [array([[2], [3]]), array([1, 2])];
    expect(toNested(pow(x, y) as NdArray)).toEqual([[2, 4], [3, 9]]);
    const [byX, byY] = vjp((p: Value, q: Value) => pow(p, q), x, y).pull(array([[1, 1], [1, 1]]));
    expect(toNested(byX as NdArray)).toEqual([[5], [7]]); // 1 + 2 x
    const [ln2, ln3] = numbers(log(array([2, 3])));
    numbers(byY).forEach((value, i) => expect(value).toBeCloseTo([2 * ln2 + 3 * ln3, 4 * ln2 + 9 * ln3][i], 12));
    expect(numbers(pow(2, array([0.5, -1, 10])))).toEqual([Math.SQRT2, 0.5, 1024]);
  }));
  it("at x = 0 as documented: by y zero, by x y 0^(y-1), which is NaN for y = 0", () => {
    const [byX, byY] = vjp((p: Value, q: Value) => pow(p, q), zeros([4]), array([2, 1, 0.5, 0])).pull(array([1, 1, 1, 1])).map((ct) => numbers(ct));
    expect(byY).toEqual([0, 0, 0, 0]);
    expect(byX).toEqual([0, 1, Infinity, NaN]);
  });
  it("at x < 0 has values for integer exponents, but no derivative by the exponent", () => {
    expect(numbers(pow(array([-2, -2]), array([3, 0.5])))).toEqual([-8, NaN]);
    expect(numbers(derivative((y) => pow(-2, y))(array([3])))).toEqual([NaN]);
    expect(numbers(derivative((z) => pow(z, array([3])))(array([-2])))).toEqual([12]);
  });
  it("names itself and the shapes that do not broadcast", () => {
    expect(() => pow(zeros([2, 3]), zeros([2]))).toThrow("pow: shapes [2, 3] and [2] do not broadcast: axis -1 has 3 and 2.");
  });
});
