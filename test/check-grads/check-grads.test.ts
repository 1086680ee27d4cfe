/** The check itself: what it lets pass, and every kind of wrong rule that it must catch. */
import { describe, expect, it } from "vitest";
import { add, array, astype, checkFinite, checkGrads, crossEntropy, div, exp, full, log, matmul, mul, norm, scalar, smoothedRelu, sqrt, stopGradient, sum, type Value } from "lemmagrad";
import { stream } from "../../src/random/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";
import { cubeWith, right } from "./bent.ts";

const at = array([[0.7, -1.2, 0.4], [1.1, 0.9, -0.3]]);

describe("checkGrads lets pass", () => {
  it("a smooth function, and reports order 2 for every direction and mode", () => onEachBackend(() => {
    const { checks } = checkGrads(cubeWith(right) as never, [at], { order: 2 });
    expect(checks.map(({ of }) => of).filter((of, i, all) => all.indexOf(of) === i)).toEqual(["f", "jvp of f", "vjp of f by args[0]"]);
    // two modes: three directions of f, two of its jvp, two of its vjp
    expect(checks).toHaveLength(2 * (3 + 2 + 2));
    for (const { foundOrder, error, tolerance, gradientSize } of checks) {
      expect(foundOrder).toBeGreaterThan(1.9);
      expect(error).toBeLessThanOrEqual(tolerance);
      expect(tolerance).toBeLessThan(1e-6 * gradientSize);
    }
  }));
  it("linear, constant and zero-size functions, where no error falls", () => {
    expect(checkGrads(((x: Value) => mul(2, x)) as never, [at]).checks.length).toBe(6);
    checkGrads((() => scalar(3)) as never, [at]);
    checkGrads(((x: Value) => sum(exp(x))) as never, [full([0, 2], 1)], { order: 2 });
  });
  it("trees, numbers and compositions of many ops", () => onEachBackend(() => {
    const random = stream(1, "check grads");
    const draw = (...shape: number[]) => array(random.fillNormal(new Float64Array(shape.reduce((a, b) => a * b, 1)), 1), shape);
    const f = ({ w, scale }: { w: Value[]; scale: Value }, x: Value) => crossEntropy(div(smoothedRelu(matmul(x, w[0]), { q: 3, rho: 8 }), add(1, mul(scale, scale))), [0, 2, 1]);
    checkGrads(f as never, [{ w: [draw(4, 3)], scale: 0.7 }, draw(3, 4)], { order: 2, directions: 2 });
  }));
  it("arguments of any scale, and steps that would leave the domain", () => {
    for (const scale of [1e-8, 1, 1e8]) checkGrads(((x: Value) => mul(norm(x), sum(x))) as never, [mul(array(numbers(at)), scale)], { order: 1 });
    checkGrads(((x: Value) => sum(log(x))) as never, [array([1e-3, 5])]);
    checkGrads(((x: Value) => sum(sqrt(x))) as never, [array([1e-2, 3])]);
  });
  it("functions that throw a DomainError a step away", () => {
    checkFinite(true);
    try {
      checkGrads(((x: Value) => sum(mul(log(x), smoothedRelu(x, { q: 2, rho: 1 })))) as never, [array([1e-3, 5])]);
    } finally {
      checkFinite(false);
    }
  });
  it("float32, with the tolerance that its epsilon gives", () => {
    const single = array([0.7, -1.2, 0.4, 1.5], undefined, "float32");
    const { checks } = checkGrads(((x: Value) => sum(mul(x, mul(x, exp(x))))) as never, [single], { order: 2 });
    for (const { tolerance, gradientSize } of checks) expect(tolerance).toBeLessThan(2 ** (-23 / 3) * gradientSize);
    expect(Math.max(...checks.map(({ tolerance }) => tolerance))).toBeGreaterThan(1e-6);
  });
});

describe("its report", () => {
  it("says of each direction what was measured, in the order of seeds and modes", () => {
    const { checks } = checkGrads(((x: Value) => sum(exp(x))) as never, [at], { seed: 5, directions: 2 });
    expect(checks.map(({ of, mode, seed }) => [of, mode, seed])).toEqual([["f", "forward", 5], ["f", "reverse", 5], ["f", "forward", 6], ["f", "reverse", 6]]);
    for (const check of checks) expect(check).not.toHaveProperty("kink");
  });
  it("takes half as many directions at every further order, and at least one", () => {
    const count = (order: number) => checkGrads(((x: Value) => sum(exp(x))) as never, [at], { order, directions: 4, modes: ["forward"] }).checks.length;
    expect([1, 2, 3, 4].map(count)).toEqual([4, 4 + 2, 4 + 2 + 1, 4 + 2 + 1 + 1]);
  });
  it("is the same each time", () => {
    const run = () => checkGrads(cubeWith(right) as never, [at], { order: 2 });
    expect(run()).toEqual(run());
  });
});

describe("its message", () => {
  const bent = (w: { a: Value[] }) => sum(cubeWith((ct, x) => add(right(ct, x), array([[0, 0, 0], [0, 0.5, 0]])))(w.a[0]));
  it("names the worst element's path, the seed, both orders, the rule to blame, and how to replay", () => {
    const message = /^checkGrads: the reverse derivative of f along direction seed 7 is \S+, central differences give \S+: the error \S+ does not fall to rounding\. Found order -?0\.0\d\. Worst element: args\[0\]\.a\[0\]\[1, 1\], where the rule gives 2\.56\S+ and a difference 2\.06\S+\. Culprit: the vjp rule of test: cube \d+ \(entry 1, argument 0, shape \[2, 3\]\) is wrong: found order -?0\.0\d instead of 2, worst at its args\[0\]\[1, 1\], where the rule gives \S+ and a difference \S+\.\n {2}Expected order 2 \(4 times smaller a halving\) until rounding, and an error of at most \S+ in the end\.\n {2}Mend: replay it with \{ seed: 7, directions: 1, modes: \["reverse"\] \}; mend that rule\.$/;
    expect(() => checkGrads(bent as never, [{ a: [at] }], { seed: 7 })).toThrow(message);
    expect(() => checkGrads(bent as never, [{ a: [at] }], { seed: 7, directions: 1, modes: ["reverse"] })).toThrow(message);
  });
  it("names the modes and the order that lead to a higher derivative, and replays to the same words", () => {
    const f = cubeWith((ct, x) => mul(ct, mul(3, mul(x, stopGradient(x)))));
    const words = (options: object) => {
      try {
        checkGrads(f as never, [full([1], 0.7)], options);
      } catch (error) {
        return (error as Error).message;
      }
      return "nothing was thrown";
    };
    const message = words({ modes: ["reverse"], order: 2, seed: 3 });
    expect(message).toContain("the reverse derivative of vjp of f by args[0] along direction seed 3");
    expect(message).toContain(`Mend: replay it with { seed: 3, directions: 1, modes: ["reverse"], order: 2 }`);
    expect(words({ seed: 3, directions: 1, modes: ["reverse"], order: 2 })).toBe(message);
  });
  it("says so when jvp and vjp each pass and are not adjoint", () => {
    // both lie within what differences see of a slope that is tiny beside the value, but they differ
    const slope = (factor: number) => (ct: Value, x: Value) => mul(factor, mul(ct, mul(3, mul(x, x))));
    expect(() => checkGrads(cubeWith(slope(1 + 1e-11), slope(1)) as never, [at])).toThrow(/^checkGrads: jvp and vjp of f are not adjoint along direction seed 1: <ct, jvp\(t\)> = \S+, <vjp\(ct\), t> = \S+\. Culprit: the vjp and jvp rules of test: cube \d+ \(entry 1, shape \[2, 3\]\) are not adjoint: .*\n {2}Expected a difference of at most \S+, which is rounding\.\n {2}Mend: replay it with \{ seed: 1, directions: 1, modes: \["forward", "reverse"\] \}\.$/);
  });
  it.each([
    [{ order: 0 }, "checkGrads: order = 0 is out of range.\n  Expected an integer >= 1."],
    [{ order: 1.5 }, "checkGrads: order = 1.5 is out of range.\n  Expected an integer >= 1."],
    [{ directions: 0 }, "checkGrads: directions = 0 is out of range.\n  Expected an integer >= 1."],
    [{ seed: NaN }, "checkGrads: seed = NaN is no integer.\n  Expected an integer."],
    [{ modes: [] }, `checkGrads: modes = [] is not known.\n  Expected "forward", "reverse" or both.`],
    [{ modes: ["backward"] }, `checkGrads: modes = ["backward"] is not known.\n  Expected "forward", "reverse" or both.`],
  ])("says which option is out of range: %j", (options, message) => {
    expect(() => checkGrads((() => 1) as never, [1], options as never)).toThrow(message);
  });
  const results: [string, () => unknown, string][] = [
    ["text", () => "x", "the function returned no array: f(...) is a string."],
    ["nothing", () => undefined, "the function returned no array: f(...) is a undefined."],
    ["null in a record", () => ({ loss: 1, aux: null }), "the function returned no array: f(...).aux is null."],
    ["an empty list", () => [], "the function returned no array: its result has no leaf."],
  ];
  it.each(results)("says that the result is no array: %s", (_name, f, message) => {
    expect(() => checkGrads(f as never, [1])).toThrow(`checkGrads: ${message}\n  Expected an array or number, or lists and records of them.`);
  });
  it("says which argument is no array, is not finite, or is missing", () => {
    const square = (x: Value) => mul(x, x);
    expect(() => checkGrads(square as never, [{ w: "x" }])).toThrow("checkGrads: args[0].w: string x is not an array.");
    expect(() => checkGrads(square as never, [array([[1, 2], [3, NaN]])])).toThrow("checkGrads: args[0][1, 1] is NaN.\n  Expected finite arguments.");
    expect(() => checkGrads((() => 1) as never, [])).toThrow("checkGrads: there is no argument to differentiate by.");
  });
  it("lets an op's own error through, such as mixed dtypes", () => {
    expect(() => checkGrads(((x: Value, y: Value) => mul(x, y)) as never, [at, array(numbers(at), [2, 3], "float32")])).toThrow("mul: the operands mix float64 and float32.");
    checkGrads(((x: Value, y: Value) => mul(astype(x, "float32"), y)) as never, [at, array(numbers(at), [2, 3], "float32")]);
  });
  it("names the first op that is not finite, at the arguments or around them", () => {
    expect(() => checkGrads(((x: Value) => mul(2, log(x))) as never, [array([1, -1])])).toThrow(/^checkGrads: f is not finite around the arguments along direction seed 1, first at log \(entry 1, result of shape \[2\]\): element \[1\] is NaN\.\n {2}Expected finite values at the arguments and a little around them\./);
    // the slope of sqrt is infinite at 0, where its value is finite
    expect(() => checkGrads(((x: Value) => sqrt(x)) as never, [array([0])])).toThrow("f is not finite around the arguments along direction seed 1, though it is at the arguments.");
  });
  it("says that differences cannot tell where f is nothing but rounding", () => {
    // cotangents tell the size of the terms that cancel; without the reverse mode nothing does
    const f = (x: Value) => log(sum(div(exp(x), sum(exp(x)))));
    checkGrads(f as never, [array([0.3, 0.5, -1])]);
    expect(() => checkGrads(f as never, [array([0.3, 0.5, -1])], { modes: ["forward"] })).toThrow(/^checkGrads: the forward derivative of f along direction seed 1 cannot be told: it is \S+, and central differences give \S+ with an uncertainty of \S+, which is rounding\.\n {2}Expected a function that varies by more than its own rounding near the arguments\.\n {2}Mend: replay it with .*; choose arguments where the terms of f do not cancel, or float64\.$/);
  });
  it("says that f changes its arguments, or is none of them alone", () => {
    const inPlace = (x: Value) => {
      if ("data" in x) x.data[0] = 3;
      return mul(x, x);
    };
    expect(() => checkGrads(inPlace as never, [array([2, 1])])).toThrow("checkGrads: f changed its argument args[0] in place: element [0] was 2 and is 3.");
    let calls = 0;
    expect(() => checkGrads(((x: Value) => mul(x, ++calls)) as never, [array([2])])).toThrow("checkGrads: f is not a function of its arguments: element [0] of f was 2 and then 4 for the same ones.");
  });
  it("says that a result changes its shape with the arguments", () => {
    const f = (x: Value) => ("data" in x && x.data[0] > 1 ? full([2], 1) : full([3], 1));
    expect(() => checkGrads(f as never, [array([0.9])])).toThrow("checkGrads: f returned [2] a step away, [3] at the arguments.");
  });
});

it("is quick enough to be used freely: order 3 of a small network in well under a second", () => {
  const f = (w: Value, x: Value) => crossEntropy(matmul(mul(x, x), w), [0, 1]);
  const started = performance.now();
  checkGrads(f as never, [array([[0.2, -0.4], [1, 0.3], [0.1, -0.5]]), at], { order: 3 });
  // about 0.2 s when measured; the margin is for a busy machine
  expect(performance.now() - started).toBeLessThan(5000);
});
