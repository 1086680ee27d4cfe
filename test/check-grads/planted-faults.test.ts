/** Every kind of wrong rule is caught at random arguments, and the same function with right rules passes there. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, array, astype, checkGrads, cos, crossEntropy, div, exp, full, greater, log, logsumexp, matmul, max, mul, type NdArray, neg, norm, scalar, sin, slice, softmax, sqrt, stopGradient, stripTraces, sub, sum, take, tanh, type Value, where } from "lemmagrad";
import { cubeWith, pairWith, right, type Rule, tower } from "./bent.ts";

const runs = { numRuns: 10, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false };
/** Away from 0, where a wrong factor of a power would be right. */
const element = fc.tuple(fc.integer({ min: 300, max: 1500 }), fc.boolean()).map(([size, negative]) => (negative ? -size : size) / 1000);
const drawn = (...shape: number[]) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return fc.array(element, { minLength: size, maxLength: size }).map((values) => array(values, shape));
};
const seed = fc.nat(10_000);

describe("a wrong rule of one argument", () => {
  const spot = (at: number, by: number) => array(Array.from({ length: 6 }, (_, i) => (i === at ? by : 0)), [2, 3]);
  const wrong: [string, Rule][] = [
    ["a constant 0.1 % off", (ct, x) => mul(1.001, right(ct, x))],
    ["a constant a millionth off", (ct, x) => mul(1 + 1e-6, right(ct, x))],
    ["the other sign", (ct, x) => neg(right(ct, x))],
    ["a missing factor", (ct, x) => mul(ct, mul(x, x))],
    ["a term too many", (ct, x) => add(right(ct, x), mul(1e-4, ct))],
    ["zero", (ct) => mul(ct, 0)],
    ["one wrong element", (ct, x) => add(right(ct, x), mul(ct, spot(4, 1e-4)))],
    ["one element missing", (ct, x) => mul(right(ct, x), sub(1, spot(2, 1)))],
    ["a derivative taken elsewhere", (ct, x) => right(ct, mul(1.0001, x))],
  ];
  it.each(wrong)("%s, in the mode that has it and in no other", (_name, rule) => {
    const [backward, forward] = [cubeWith(rule), cubeWith(right, rule)];
    fc.assert(fc.property(drawn(2, 3), seed, (x, own) => {
      expect(() => checkGrads(backward as never, [x], { seed: own, directions: 1 })).toThrow(/the reverse derivative of f .* Culprit: the vjp rule of test: cube/);
      expect(() => checkGrads(forward as never, [x], { seed: own, directions: 1 })).toThrow(/the forward derivative of f .* Culprit: the jvp rule of test: cube/);
      checkGrads(backward as never, [x], { seed: own, directions: 1, modes: ["forward"] });
      checkGrads(forward as never, [x], { seed: own, directions: 1, modes: ["reverse"] });
    }), runs);
  });
});

describe("a wrong rule of two arguments", () => {
  const spread = (x: Value) => mul(x, full([2, 3], 1));
  const wrong: [string, number, Parameters<typeof pairWith>[0]][] = [
    ["swapped operands", 0, { x: (ct, x) => mul(ct, mul(x, x)) }],
    ["swapped operands", 1, { y: (ct, _a, b) => mul(ct, mul(2, mul(b, b))) }],
    ["a broadcast sum that takes the first row only", 1, { y: (ct, a, b) => take(mul(spread(ct), mul(2, mul(a, b))), [0]) }],
    ["a broadcast mean instead of a sum", 1, { y: (ct, a, b) => div(sum(mul(spread(ct), mul(2, mul(a, b))), { axes: 0 }), 2) }],
    ["another argument held constant", 1, { y: (ct, a, b) => mul(ct, mul(a, b)) }],
  ];
  it.each(wrong)("%s, argument %i", (_name, argument, rules) => {
    const f = pairWith(rules);
    fc.assert(fc.property(drawn(2, 3), drawn(3), seed, (a, b, own) => {
      expect(() => checkGrads(f as never, [a, b], { seed: own, directions: 1 })).toThrow(new RegExp(`the reverse derivative of f .* Culprit: the vjp rule of test: pair \\d+ \\(entry 2, argument ${argument}, `));
    }), runs);
  });
  it("none, with the rules right", () => {
    const f = pairWith({});
    fc.assert(fc.property(drawn(2, 3), drawn(3), seed, (a, b, own) => { checkGrads(f as never, [a, b], { seed: own, order: 2, directions: 1 }); }), runs);
  });
});

describe("a derivative of higher order", () => {
  it.each([1, 2, 3])("wrong by a thousandth at order %i passes below it and is caught there, in either mode", (order) => {
    const bend = Array.from({ length: order }, (_, depth) => (depth === order - 1 ? 1.001 : 1));
    for (const [mode, word, bends] of [["reverse", "vjp", { vjp: bend }], ["forward", "jvp", { jvp: bend }]] as const) {
      const f = tower(bends);
      fc.assert(fc.property(drawn(3), seed, (x, own) => {
        const options = { seed: own, directions: 1, modes: [mode] };
        if (order > 1) checkGrads(f as never, [x], { ...options, order: order - 1 });
        expect(() => checkGrads(f as never, [x], { ...options, order })).toThrow(new RegExp(`Culprit: the ${word} rule of test: power ${5 - order} `));
      }), { ...runs, numRuns: 4 });
    }
  });
  it("right at every order, with 2^k - 1 functions checked", () => {
    const { checks } = checkGrads(tower({}) as never, [array([0.7, -1.2])], { order: 3, directions: 1 });
    const names = [...new Set(checks.map(({ of }) => of))];
    expect(names.filter((name) => !name.includes("of")).length).toBe(1);
    expect(names).toContain("vjp of vjp of f by ct");
    expect(names).toContain("jvp of jvp of f");
    expect(names).toContain("vjp of jvp of f by t[0]");
    expect(names).toContain("jvp of vjp of f by args[0]");
    for (const { foundOrder } of checks) expect(foundOrder ?? 2).toBeGreaterThan(1.5);
  });
  it("that is right but was written with something that does not differentiate", () => {
    const held: Rule = (ct, x) => mul(ct, mul(3, mul(x, stopGradient(x))));
    const f = cubeWith(held, held);
    fc.assert(fc.property(drawn(2), seed, (x, own) => {
      checkGrads(f as never, [x], { seed: own, directions: 1 });
      expect(() => checkGrads(f as never, [x], { seed: own, directions: 1, modes: ["reverse"], order: 2 })).toThrow(/derivative of vjp of f by args\[0\] .* Culprit: the vjp of the vjp rule of test: cube \d+ \(entry 1, argument 0, shape \[2\]\)/);
    }), runs);
  });
});

describe("right functions pass", () => {
  const functions: [string, (...args: Value[]) => Value, number][] = [
    ["linear", (x) => mul(2, x), 3],
    ["constant", () => scalar(3), 3],
    ["with a gradient of zero by cancellation", (x) => sub(mul(x, x), mul(x, x)), 3],
    ["with a gradient that is rounding noise, since softmax sums to 1", (x) => sum(div(exp(x), sum(exp(x)))), 2],
    ["steep", (x) => exp(mul(20, x)), 2],
    ["saturated, its slope far below its rounding", (x) => tanh(mul(100, x)), 2],
    ["flat beside its value", (x) => add(1, mul(1e-6, mul(x, x))), 2],
    ["tiny", (x) => mul(1e-150, exp(x)), 2],
    ["huge", (x) => mul(1e150, exp(x)), 2],
    ["a composition", (x) => sum(log(add(1, exp(mul(x, slice(x, { start: 0 }))))), { axes: 0 }), 3],
  ];
  it.each(functions)("%s", (_name, f, order) => {
    fc.assert(fc.property(drawn(3), seed, (x, own) => { checkGrads(f as never, [x], { seed: own, directions: 1, order }); }), runs);
  });
  it("whose derivative is nothing but the rounding of terms that cancel, at 400 draws", () => {
    const f = (x: Value) => sum(div(exp(x), sum(exp(x))));
    checkGrads(f as never, [array([-1.497, -0.305, 0.31])], { seed: 2809, directions: 1, order: 2 });
    // the last six steps happen to see none of it
    checkGrads(f as never, [array([-0.54, 0.307, -1.465])], { seed: 9993, directions: 1, order: 2 });
    for (let own = 0; own < 400; own++) checkGrads(f as never, [array([2 * Math.sin(own), 2 * Math.sin(2 * own + 1), 2 * Math.cos(3 * own)])], { seed: own, directions: 1, order: 2 });
  });
  it("that are 0 by an identity, where f and its derivative are nothing but rounding; a wrong rule inside is caught all the same", () => {
    const identities: ((x: Value, square: (x: Value) => Value) => Value)[] = [
      (x) => sub(log(exp(x)), x),
      (x, square) => sub(add(square(sin(x)), square(cos(x))), 1),
      (x, square) => sub(square(sqrt(exp(x))), exp(x)),
    ];
    const wrongCube = cubeWith((ct, z) => mul(1.01, right(ct, z)));
    for (const f of identities) {
      for (let own = 0; own < 40; own++) {
        for (const dtype of ["float64", "float32"] as const) {
          const x = astype(array([2 * Math.sin(own), 2 * Math.sin(2 * own + 1), 2 * Math.cos(3 * own)]), dtype);
          checkGrads(((z: Value) => f(z, (s) => mul(s, s))) as never, [x], { seed: own, directions: 1, order: 2 });
        }
      }
    }
    expect(() => checkGrads(((z: Value) => sub(wrongCube(z), mul(z, mul(z, z)))) as never, [array([0.7, -1.3, 1.9])], { seed: 1 })).toThrow(/Culprit: the vjp rule of test: cube/);
  });
  it("that take a shorter way a step away", () => {
    const f = (x: Value) => ((stripTraces(x) as NdArray).data[0] === 0.7 ? mul(add(x, 0), add(x, 0)) : mul(x, x));
    checkGrads(f as never, [array([0.7, -1.3])]);
  });
  it("that are constant by an identity, to the last bit", () => {
    for (const at of [0.3125, -0.9375, 1.5]) checkGrads(((x: Value) => crossEntropy(x, Int32Array.of(0))) as never, [array([[at]])], { order: 2 }); // of one class
  });
  it("that hold infinities of which nothing depends on the arguments, such as a mask", () => {
    const masked = (x: Value) => add(x, array([0, -Infinity, 0]));
    const softmax = (x: Value) => div(exp(masked(x)), sum(exp(masked(x))));
    for (const f of [softmax, (x: Value) => logsumexp(masked(x)), (x: Value) => max(masked(x))]) checkGrads(f as never, [array([0.3, 0.5, -1])], { order: 2 });
    checkGrads(((x: Value) => where(greater(x, 0), x, exp(mul(1e5, stopGradient(x))))) as never, [array([0.7, 1.3, 2])]);
  });
  it("of a scale far below their arguments' size, where short steps see truncation too", () => {
    const functions: [(x: Value) => Value, number[], number][] = [
      [(x) => div(1, x), [1e-4, 3], 1], [(x) => sum(sqrt(x)), [1e-4, 3], 2], [(x) => mul(x, log(x)), [1e-5, 0.3, 0.7], 2], [(x) => sin(mul(3e5, x)), [0.7, -1.3, 1.9], 1],
      [(x) => softmax(x), [100000, 99999.5, 99999], 1], [(x) => tanh(sub(x, 1e5)), [1e5 + 0.3, 1e5 - 0.4], 1],
    ];
    for (const [f, at, order] of functions) checkGrads(f as never, [array(at)], { order });
  });
  it("beside a constant so large that differences see its rounding only; and the modes are compared all the same", () => {
    const beside = (c: number, f: (x: Value) => Value) => ((x: Value) => sub(add(c, f(x)), c)) as never;
    for (let own = 0; own < 20; own++) {
      const x = [1.5 * Math.sin(own + 1), 1.5 * Math.cos(2 * own), 1.2 + 0.3 * Math.sin(5 * own)];
      for (const [c, dtype] of [[1e11, "float64"], [1e6, "float32"]] as const) {
        const check = (rule: Rule) => () => checkGrads(beside(c, cubeWith(rule, rule)), [array(x, [3], dtype)], { seed: own });
        expect(check(right)).toThrow("cannot be told");
        expect(check((ct, z) => neg(right(ct, z)))).toThrow(/cannot be told|does not fall to rounding/);
      }
      expect(() => checkGrads(beside(1e6, cubeWith((ct, z) => mul(1 + 1e-9, right(ct, z)))), [array(x)], { seed: own })).toThrow("are not adjoint");
      expect(() => checkGrads(beside(10, cubeWith((ct, z) => mul(1 + 1e-5, right(ct, z)))), [array(x, [3], "float32")], { seed: own })).toThrow("are not adjoint");
    }
  });
  it("and report no order where the error is under rounding but for the first steps", () => {
    const { checks } = checkGrads(((x: Value) => tanh(mul(100, x))) as never, [array([0.304, 0.352, 0.912])], { seed: 9995, directions: 1 });
    expect(checks.map(({ foundOrder }) => foundOrder)).toEqual([undefined, undefined]);
  });
  it("at arguments of any scale, from 1e-100 to 1e100", () => {
    fc.assert(fc.property(drawn(4), fc.integer({ min: -100, max: 100 }), seed, (x, power, own) => {
      checkGrads(((z: Value) => mul(norm(z), sum(z))) as never, [mul(x, 10 ** power)], { seed: own, directions: 1, order: 2 });
    }), runs);
  });
  it("at arguments of scales a million apart", () => {
    fc.assert(fc.property(drawn(3), drawn(3), seed, (x, y, own) => {
      checkGrads(((a: Value, b: Value) => mul(exp(mul(1e6, a)), b)) as never, [mul(1e-6, x), mul(1e6, y)], { seed: own, directions: 1, order: 2 });
    }), runs);
  });
  it("near the end of their domain, where steps would leave it", () => {
    checkGrads(((x: Value) => sum(log(x))) as never, [array([1e-3, 5])], { order: 2 });
    checkGrads(((x: Value) => sum(sqrt(x))) as never, [array([1e-2, 3])], { order: 2 });
  });
  it("in float32 as well, at first and second order", () => {
    fc.assert(fc.property(drawn(3), drawn(3), seed, (x, y, own) => {
      const single = [x, y].map((z) => astype(z, "float32"));
      checkGrads(((a: Value, b: Value) => div(log(add(1, exp(mul(a, b)))), add(2, tanh(a)))) as never, single, { seed: own, directions: 1, order: 2 });
      // 1 % is far above the eps^(1/3) = 0.5 % of the gradient that differences in float32 are asked for; along a direction
      // in which the terms of the derivative cancel, it is the other mode or the next direction that tells
      expect(() => checkGrads(cubeWith((ct, z) => mul(1.01, right(ct, z))) as never, [single[0]], { seed: own })).toThrow(/the reverse derivative of f|jvp and vjp of f are not adjoint/);
    }), runs);
  });
  it("in float32 where two terms of the truncation cancel between the steps, and at 300 draws", () => {
    const f = (a: Value, b: Value) => div(log(add(1, exp(mul(a, b)))), add(2, tanh(a)));
    const check = (a: number[], b: number[], own: number) => { checkGrads(f as never, [array(a, [3], "float32"), array(b, [3], "float32")], { seed: own, directions: 1, order: 2 }); };
    check([-1.377, -0.477, -1.145], [-0.3, 0.3, 0.73], 1686);
    for (let own = 0; own < 300; own++) check([0, 1, 2].map((i) => 1.5 * Math.sin(own + 2 * i)), [0, 1, 2].map((i) => 1.5 * Math.cos(3 * own + i)), own);
  });
  it("with arguments of size 0, alone and beside others", () => {
    const { checks } = checkGrads(((x: Value, y: Value) => [mul(x, x), matmul(y, x)]) as never, [full([0, 2], 1), full([3, 0], 1)], { order: 3, directions: 1 });
    expect(checks.length).toBeGreaterThan(6);
    checkGrads(((x: Value, y: Value) => add(sum(x), exp(y))) as never, [full([0], 1), scalar(0.3)], { order: 2 });
  });
});
