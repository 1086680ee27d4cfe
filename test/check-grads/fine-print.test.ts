/** checkGrads looks at every single element, and says so when differences are too rough to tell right from wrong. */
import { describe, expect, it } from "vitest";
import { add, array, checkGrads, mul, sin, stopGradient, sum, type Value } from "lemmagrad";
import { cubeWith, right } from "./bent.ts";

describe("a rule that is wrong in one element only, the last one too,", () => {
  it.each([0, 1, 2, 3, 4])("is caught in element %i of five, in the argument's and in the result's", (at) => {
    const wrong = array([0, 1, 2, 3, 4].map((i) => (i === at ? 1.01 : 1)));
    const x = array([0.7, -0.8, 0.9, 1.1, -1.2]);
    const backward = cubeWith((ct, y) => mul(wrong, right(ct, y)));
    const forward = cubeWith(right, (t, y) => mul(wrong, right(t, y)));
    expect(() => checkGrads(backward as never, [x], { directions: 1 })).toThrow("Culprit: the vjp rule");
    expect(() => checkGrads(forward as never, [x], { directions: 1 })).toThrow("Culprit: the jvp rule");
    // the argument's five elements go into one number, so that the cotangent has one element alone
    expect(() => checkGrads(((y: Value) => sum(backward(y))) as never, [x], { directions: 1 })).toThrow("Culprit: the vjp rule");
  });
});

describe("a function with noise of its own", () => {
  // its derivative is 3 x^2 by the rules; the sine turns by 60 and more over the shortest step of 2^-34, so at every step it is noise
  const noisy = (size: number) => (x: Value) => add(mul(x, mul(x, x)), stopGradient(mul(size, sin(mul(1e12, x)))));
  it("is no pass where the noise hides what a wrong rule would change", () => {
    // noise s gives differences of about s/h + h^2 >= s^(2/3): 2e-5 for s = 1e-7, and 2^(-52/3) = 6e-6 of the gradient is asked for
    expect(() => checkGrads(noisy(1e-7) as never, [array([0.7, -1.3])])).toThrow(/derivative of f along direction seed 1 cannot be told: .* which is rounding\./);
  });
  it("passes where the noise is small enough to see through", () => {
    checkGrads(noisy(1e-13) as never, [array([0.7, -1.3])]); // s^(2/3) is 2e-9
  });
});
