/** The check itself: what it lets pass, and every kind of wrong rule that it must catch. */
import { describe, expect, it } from "vitest";
import { add, apply, array, checkGrads, crossEntropy, definePrimitive, div, exp, full, log, matmul, mul, type NdArray, neg, norm, scalar, smoothedRelu, sqrt, stopGradient, sum, type Value } from "lemmagrad";
import { stream } from "../../src/random/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

/** x^3 elementwise with a vjp and a jvp that a test may bend. */
let made = 0;
type Rule = (ct: Value, x: Value) => Value;
const right: Rule = (ct, x) => mul(ct, mul(3, mul(x, x)));
function cubeWith(vjp: Rule, jvp: Rule = right): (x: Value) => Value {
  const primitive = definePrimitive<object>({
    name: `test: cube ${made++}`, maths: "", source: "", shape: ([x]) => [...x],
    forward: ([x]) => mul(x, mul(x, x)) as NdArray,
    vjp: [(ct, { args: [x] }) => vjp(ct, x)], jvp: [(t, { args: [x] }) => jvp(t, x)], domain: [{ low: -2, high: 2 }], cases: [],
  });
  return (x) => apply(primitive, [x], {});
}
const at = array([[0.7, -1.2, 0.4], [1.1, 0.9, -0.3]]);

describe("checkGrads lets pass", () => {
  it("a smooth function, and reports order 2 for every direction and mode", () => onEachBackend(() => {
    const { checks } = checkGrads(cubeWith(right) as never, [at], { order: 2 });
    expect(checks.map(({ of }) => of).filter((of, i, all) => all.indexOf(of) === i)).toEqual(["f", "vjp of f by args[0]"]);
    expect(checks).toHaveLength(2 * 3 * 2);
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
  it("float32, with the tolerance that its epsilon gives", () => {
    const single = array([0.7, -1.2, 0.4, 1.5], undefined, "float32");
    const { checks } = checkGrads(((x: Value) => sum(mul(x, mul(x, exp(x))))) as never, [single], { order: 2 });
    for (const { tolerance, gradientSize } of checks) expect(tolerance).toBeLessThan(2 ** (-23 / 3) * gradientSize);
    expect(Math.max(...checks.map(({ tolerance }) => tolerance))).toBeGreaterThan(1e-6);
  });
});

describe("checkGrads catches", () => {
  const wrong: [string, Rule][] = [
    ["a factor that is 0.1 % off", (ct, x) => mul(1.001, right(ct, x))],
    ["a factor that is a millionth off", (ct, x) => mul(1 + 1e-6, right(ct, x))],
    ["a zero gradient", (ct) => mul(ct, 0)],
    ["a sign", (ct, x) => neg(right(ct, x))],
    ["a dropped factor", (ct, x) => mul(ct, mul(x, x))],
    ["one wrong element", (ct, x) => add(right(ct, x), array([[0, 0, 0], [0, 0, 1e-5]]))],
  ];
  it.each(wrong)("%s, in the mode that has it", (_name, rule) => {
    expect(() => checkGrads(cubeWith(rule) as never, [at])).toThrow("the reverse derivative of f");
    expect(() => checkGrads(cubeWith(right, rule) as never, [at])).toThrow("the forward derivative of f");
    checkGrads(cubeWith(rule) as never, [at], { modes: ["forward"] });
    checkGrads(cubeWith(right, rule) as never, [at], { modes: ["reverse"] });
  });
  it("a factor of 1 % in float32", () => {
    const single = array(numbers(at), undefined, "float32");
    expect(() => checkGrads(cubeWith((ct, x) => mul(1.01, right(ct, x))) as never, [single], { modes: ["reverse"] })).toThrow("the reverse derivative of f");
  });
  it("a derivative that is right but does not differentiate again", () => {
    const held: Rule = (ct, x) => mul(ct, mul(3, mul(x, stopGradient(x))));
    checkGrads(cubeWith(held, held) as never, [at]);
    expect(() => checkGrads(cubeWith(held, held) as never, [at], { order: 2 })).toThrow("derivative of vjp of f by args[0]");
  });
  it("a kink at the point, where the error falls by 2 a halving only", () => {
    // s'' jumps at z = rho, so central differences of s' have an error linear in h
    const f = (z: Value) => smoothedRelu(z, { q: 2, rho: 1 });
    expect(() => checkGrads(f as never, [array([1, 0.3])])).toThrow("does not fall as fast as it must. Found order 1.0");
    // a kink whose one-sided slopes average to the one returned is invisible to central differences: max at a tie is tested by itself
  });
  it("a function that is not finite around the point", () => {
    expect(() => checkGrads(((x: Value) => log(x)) as never, [array([-1])])).toThrow("f is not finite around the arguments");
  });
});

describe("its message", () => {
  const bent = (w: { a: Value[] }) => sum(cubeWith((ct, x) => add(right(ct, x), array([[0, 0, 0], [0, 0.5, 0]])))(w.a[0]));
  it("names the worst element's path, the seed, and both orders, and how to replay", () => {
    const message = /^checkGrads: the reverse derivative of f along direction seed 7 is \S+, central differences give \S+: the error \S+ does not fall to rounding\. Found order -?0\.0\d\. Worst element: args\[0\]\.a\[0\]\[1, 1\], where the rule gives 2\.56\S+ and a difference 2\.06\S+\.\n {2}Expected order 2 \(4 times smaller a halving\) until rounding, and an error of at most \S+ in the end\.\n {2}Mend: replay it with \{ seed: 7, directions: 1, modes: \["reverse"\] \}/;
    expect(() => checkGrads(bent as never, [{ a: [at] }], { seed: 7 })).toThrow(message);
    expect(() => checkGrads(bent as never, [{ a: [at] }], { seed: 7, directions: 1, modes: ["reverse"] })).toThrow(message);
  });
  it("says which option is out of range", () => {
    expect(() => checkGrads((() => 1) as never, [1], { order: 3 as never })).toThrow("checkGrads: order = 3 is out of range.\n  Expected 1 or 2.");
    expect(() => checkGrads((() => 1) as never, [1], { modes: [] })).toThrow(`checkGrads: modes = [] is not known.`);
    expect(() => checkGrads((() => "x") as never, [1])).toThrow("checkGrads: the function returned no array.");
  });
});
