/** tanh, sigmoid, softplus, erf, relu, leakyRelu and the accurate exponentials: what the laws do not say. */
import { describe, expect, it } from "vitest";
import { abs, array, cos, erf, expm1, grad, jvp, leakyRelu, log1p, maximum, mul, relu, scalar, sigmoid, sigmoidSlope, sin, softplus, sub, sum, tanh, type NdArray, type Operand, type Value } from "lemmagrad";
import { numbers, onEachBackend } from "../support/arrays.ts";

type Unary = (x: Operand) => Value;
const derivative = (f: Unary): Unary => (x) => (grad((z: Value) => sum(f(z))) as unknown as (x: Operand) => Value)(x);
const forward = (f: Unary): Unary => (x) => jvp(f as never, [x as NdArray], [scalar(1)]).tangent;
/** The first four derivatives at one number, by reverse mode nested, and the first two by forward mode. */
const derivatives = (f: Unary, x: number) => {
  const d = [f];
  for (let n = 1; n <= 4; n++) d.push(derivative(d[n - 1]));
  return { reverse: d.slice(1).map((g) => numbers(g(scalar(x)))[0]), forward: [forward(f), forward(forward(f))].map((g) => numbers(g(scalar(x)))[0]) };
};
/** One last place of a value computed elsewhere costs 2^-52 of it; a rule of a few products costs a few. */
const near = (actual: number, wanted: number, ulps = 8) => expect(Math.abs(actual - wanted), `${actual} instead of ${wanted}`).toBeLessThanOrEqual(ulps * 2 ** -52 * Math.abs(wanted));

describe("values", () => {
  it("of float32 arrays are those of float64, rounded once", () => onEachBackend(() => {
    const x = [-3.3, -0.7, 1e-8, 0.4, 2.9].map(Math.fround);
    for (const f of [log1p, expm1, tanh, sigmoid, softplus, sin, cos, erf] as Unary[]) {
      const inside = f === log1p ? x.map((value) => value + 4) : x;
      const single = f(array(inside, undefined, "float32")) as NdArray;
      expect(single.dtype).toBe("float32");
      expect(numbers(single)).toEqual(numbers(f(array(numbers(array(inside, undefined, "float32"))))).map(Math.fround));
    }
  }));
  it("relu and leakyRelu pass NaN on and give no -0", () => onEachBackend(() => {
    expect(numbers(relu(array([NaN, -0, -1, 1, Infinity, -Infinity])))).toEqual([NaN, 0, 0, 1, Infinity, 0]);
    expect(numbers(leakyRelu(array([NaN, -2, 3]), { slope: 0.5 }))).toEqual([NaN, -1, 3]);
    expect(numbers(leakyRelu(array([-1, 1])))).toEqual([-0.01, 1]);
  }));
});

describe("derivatives where naive formulas fail", () => {
  it("of tanh, sigmoid, softplus and erf are finite for arguments up to 1000 and beyond, four times over", () => onEachBackend(() => {
    for (const f of [tanh, sigmoid, softplus, sigmoidSlope, erf] as Unary[]) {
      for (const x of [-1e300, -1000, -745, -100, -1e-300, 0, 1e-300, 100, 745, 1000, 1e300]) {
        if (f === erf && Math.abs(x) > 1e150) continue; // x^2 overflows: see below
        const found = derivatives(f, x);
        for (const value of [...found.reverse, ...found.forward]) expect(Number.isFinite(value), `${f.name} at ${x}: ${found.reverse.join(", ")}`).toBe(true);
      }
    }
    expect(derivatives(erf as Unary, 1e200).reverse[0]).toBe(0);
  }));
  it("keep their digits far out, where 1 - tanh^2 and s (1 - s) are 0", () => {
    // sech^2 30, -2 tanh 30 sech^2 30 and e^-50 from mpmath (to which s'(50), -s''(50) and the others are equal within 2^-53)
    near(derivatives(tanh as Unary, 30).reverse[0], 3.502604305078608e-26);
    near(derivatives(tanh as Unary, 30).reverse[1], -7.005208610157216e-26);
    near(derivatives(sigmoid as Unary, 50).reverse[0], 1.9287498479639178e-22);
    near(derivatives(sigmoid as Unary, 50).reverse[1], -1.9287498479639178e-22);
    near(derivatives(softplus as Unary, -50).reverse[1], 1.9287498479639178e-22);
    near(derivatives(expm1 as Unary, -50).reverse[0], 1.9287498479639178e-22);
  });
  it("keep their digits near 0, where second derivatives cancel", () => {
    // tanh'' = -2 x, s'' = -x/8, erf'' = -4 x / sqrt(pi), each to x^3
    const x = 1e-9;
    near(derivatives(tanh as Unary, x).reverse[1], -2e-9);
    near(derivatives(tanh as Unary, x).forward[1], -2e-9);
    near(derivatives(sigmoid as Unary, x).reverse[1], -1.25e-10);
    near(derivatives(softplus as Unary, x).reverse[2], -1.25e-10);
    near(derivatives(erf as Unary, x).reverse[1], -2.2567583341910253e-9);
    near(derivatives(log1p as Unary, x).reverse[1], -0.999999998);
  });
  it("at 0 are the series' coefficients", () => {
    expect(derivatives(tanh as Unary, 0).reverse.map((d) => d + 0)).toEqual([1, 0, -2, 0]);
    expect(derivatives(sigmoid as Unary, 0).reverse.map((d) => d + 0)).toEqual([0.25, 0, -0.125, 0]);
    expect(derivatives(softplus as Unary, 0).reverse.map((d) => d + 0)).toEqual([0.5, 0.25, 0, -0.125]);
    expect(derivatives(sin as Unary, 0).reverse.map((d) => d + 0)).toEqual([1, 0, -1, 0]);
    expect(derivatives(cos as Unary, 0).reverse.map((d) => d + 0)).toEqual([0, -1, 0, 1]);
    expect(derivatives(log1p as Unary, 0).reverse).toEqual([1, -1, 2, -6]);
    expect(derivatives(expm1 as Unary, 0).reverse).toEqual([1, 1, 1, 1]);
  });
});

describe("relu and leakyRelu at 0", () => {
  const at = array([-1, -0, 0, 1]);
  it("have the stated slopes, and curvature 0 everywhere", () => onEachBackend(() => {
    expect(numbers(derivative(relu as Unary)(at))).toEqual([0, 0, 0, 1]);
    expect(numbers(derivative((x) => leakyRelu(x, { slope: 0.25 }))(at))).toEqual([0.25, 0.25, 0.25, 1]);
    expect(numbers(derivative((x) => leakyRelu(x, { slope: -2 }))(at))).toEqual([-2, -2, -2, 1]);
    for (const f of [relu, leakyRelu, abs] as Unary[]) expect(numbers(derivative(derivative((x) => mul(f(x), f(x))))(array([-0.5, 0.5])))).toEqual(f === relu ? [0, 2] : f === leakyRelu ? [2e-4, 2] : [2, 2]);
  }));
  it("relu differs from maximum(x, 0), whose tie passes half the cotangent", () => {
    expect(numbers(derivative((x) => maximum(x, 0))(at))).toEqual([0, 0.5, 0.5, 1]);
  });
  it("leakyRelu of slope 1 is the identity, kinks included", () => {
    expect(numbers(sub(leakyRelu(at, { slope: 1 }), at)).map(Math.abs)).toEqual([0, 0, 0, 0]);
    expect(numbers(derivative((x) => leakyRelu(x, { slope: 1 }))(at))).toEqual([1, 1, 1, 1]);
  });
  it("leakyRelu names a slope that is no finite number", () => {
    for (const slope of [NaN, Infinity]) expect(() => leakyRelu(1, { slope })).toThrow(`leakyRelu: slope = ${slope} is out of range.\n  Expected a finite number.`);
  });
});
