/** Who is to blame: the rule of one application among many, or nobody's rule. */
import { describe, expect, it } from "vitest";
import { add, apply, array, checkGrads, definePrimitive, exp, grad, greater, matmul, mul, scalar, stopGradient, sum, type Value, where } from "lemmagrad";
import { bottom } from "../../src/autodiff/index.ts";
import { wherePrimitive } from "../../src/ops/where.ts";
import { elements, view } from "../../src/ndarray/index.ts";
import { cubeWith, freshName, pairWith, right } from "./bent.ts";

const x = array([[0.7, -1.2, 0.4], [1.1, 0.9, -0.3]]);

describe("the culprit", () => {
  it("is the one wrong rule of a long composition, with the place and the argument it is at", () => {
    const wrong = pairWith({ y: (ct, a, b) => mul(ct, mul(2.01, mul(a, b))) });
    const f = (w: Value, z: Value) => sum(exp(mul(0.1, wrong(matmul(z, w), add(1, mul(w, w))))));
    expect(() => checkGrads(f as never, [array([[0.3, 0.4, 1], [1, -0.5, 0.2], [0.6, 0.7, -0.8]]), array([[0.7, -1.2, 0.4], [1.1, 0.9, -0.3], [0.2, 0.5, 0.6]])]))
      .toThrow(/Culprit: the vjp rule of test: pair \d+ \(entry 5, argument 1, shape \[3, 3\]\) is wrong: found order -?0\.0\d instead of 2, worst at its args\[1\]\[\d, \d\], where the rule gives \S+ and a difference \S+\./);
  });
  it("is found where it is wrong for some arguments only, behind an application of the same kind that is right", () => {
    // wrong where the argument is negative: the first application sees its square
    const wrong = cubeWith((ct, z) => mul(right(ct, z), where(greater(z, 0), 1, 1.01)));
    const f = (z: Value) => sum(add(wrong(mul(z, z)), wrong(z)));
    expect(() => checkGrads(f as never, [array([-0.7])], { modes: ["reverse"] })).toThrow(/Culprit: the vjp rule of test: cube \d+ \(entry 3, argument 0, shape \[1\]\)/);
  });
  it("is a rule inside a gradient, when f is one", () => {
    const wrong = cubeWith(right, (t, z) => mul(1.01, right(t, z)));
    const f = (z: Value) => grad((own: Value) => sum(wrong(wrong(own))))(z) as Value;
    expect(() => checkGrads(f as never, [x], { modes: ["forward"] })).toThrow(/the forward derivative of f .* Culprit: the jvp rule of test: cube/);
  });
});

it("the worst element is the one whose share in the direction is most wrong, whatever the leaves' units", () => {
  const wrong = pairWith({ x: (ct, _a, b) => mul(ct, mul(1.01, mul(b, b))), y: (ct, a, b) => mul(ct, mul(3, mul(a, b))) });
  // the slope by a is a million times larger and off by 1 %, that by b is off by half
  expect(() => checkGrads(wrong as never, [array([1e-6]), array([1])])).toThrow("Worst element: args[1][0], where the rule gives");
});

describe("when every rule is right by itself", () => {
  it("the message says so, and where derivatives stop", () => {
    const f = (z: Value) => sum(mul(z, stopGradient(exp(z))));
    expect(() => checkGrads(f as never, [x])).toThrow("Every rule is right by itself (3 applications of 3 primitives), so the fault is in how f uses them: a constant captured, a value read out with item(), or an in-place change. Derivatives stop at stopGradient (entry 2, shape [2, 3]), where differences see f vary.");
  });
  it("an application whose differences are rounding is not blamed, but counted", () => {
    const noise = definePrimitive<object>({
      name: freshName("noise"), maths: "", source: "", shape: ([own]) => [...own],
      forward: ([own]) => view(elements(own).map((value) => 1e-17 * Math.sin(1e12 * value)), own.shape),
      vjp: [(ct) => mul(ct, 0)], jvp: [(t) => mul(t, 0)], domain: [{ low: -1, high: 1 }], cases: [],
    });
    const f = (z: Value) => add(mul(z, stopGradient(z)), apply(noise, [z], {}));
    expect(() => checkGrads(f as never, [x])).toThrow("Every rule is right by itself (2 applications of 2 primitives; 1 more could not be told)");
  });
  it("a value read out of a trace is such a fault", () => {
    const f = (z: Value) => mul(z, bottom(exp(z)));
    expect(() => checkGrads(f as never, [x])).toThrow(/Every rule is right by itself \(1 application of 1 primitive\), so .*in-place change\. What exp \(entry 1, shape \[2, 3\]\) gave reaches no result by way of ops\.\n {2}Expected .*\n {2}Mend: replay it .*; look at what f does besides applying ops, or move the arguments off a kink that no op declares\./);
  });
  it("a jump that no element shows alone is told apart", () => {
    // the condition is 0 at the argument and not 0 on both sides of it
    const choice = definePrimitive({ ...wherePrimitive, name: freshName("choice"), kinks: () => [] });
    const f = (z: Value, a: Value) => apply(choice, [z, a, 2], {});
    expect(() => checkGrads(f as never, [scalar(0), scalar(1)])).toThrow(/no element alone shows it, as where f jumps\. .*Derivatives stop at test: choice \d+ \(entry 2, shapes \[\] and \[\] and \[\]\), where differences see f vary\./);
  });
});
