/** Kinks that primitives declare: steps stay on this side of them, or the check says which one is in the way. */
import { describe, expect, it } from "vitest";
import { apply, array, checkGrads, definePrimitive, greater, matmul, max, mul, type NdArray, smoothedRelu, sum, type Value, where } from "lemmagrad";
import { elements, view } from "../../src/ndarray/index.ts";
import { cubeWith, freshName, right } from "./bent.ts";

/** |z| with the slope `atZero` at 0, and the sign (1 at 0) as slope elsewhere; `declared` is the kink's order. */
function hinge(atZero: number, declared: number | "undeclared" = 1): (z: Value) => Value {
  const sign = definePrimitive<object>({
    name: freshName("sign"), maths: "", source: "", shape: ([z]) => [...z],
    forward: ([z]) => view(elements(z).map((value) => (value === 0 ? atZero : Math.sign(value))), z.shape),
    vjp: [{ absent: "zeroTangent", why: "constant where it is continuous" }], jvp: [{ absent: "zeroTangent", why: "constant where it is continuous" }], domain: [{ low: -1, high: 1 }], cases: [],
  });
  const primitive = definePrimitive<object>({
    name: freshName("hinge"), maths: "", source: "", shape: ([z]) => [...z],
    forward: ([z]) => view(elements(z).map((value) => Math.abs(value)), z.shape),
    vjp: [(ct, { args: [z] }) => mul(ct, apply(sign, [z], {}))], jvp: [(t, { args: [z] }) => mul(t, apply(sign, [z], {}))],
    domain: [{ low: -1, high: 1 }], cases: [], ...(declared !== "undeclared" && { kinks: () => [{ at: 0, order: declared }] }),
  });
  return (z) => apply(primitive, [z], {});
}

describe("a kink in reach", () => {
  it.each([1e-2, 1e-4, 1e-6, 1e-8])("at a distance of %d, the steps stay below it, the check passes and says so", (distance) => {
    const { checks } = checkGrads(hinge(1) as never, [array([1, -distance])]);
    for (const { kink } of checks) {
      expect(kink).toMatchObject({ argument: 0, entry: 1, shape: [2], distance, element: { index: [1], value: -distance, at: 0, order: 1 } });
      expect(kink!.op).toContain("hinge");
      // steps are shares of the largest element, 1, and the element moves by at most that
      expect(kink!.step).toBeLessThan(4 * distance);
      expect(kink!.step).toBeGreaterThan(distance / 4);
    }
  });
  it("does not hide a wrong rule, and is named beside it", () => {
    const [kinked, wrong] = [hinge(1), cubeWith((ct, z) => mul(1.001, right(ct, z)))];
    const f = (z: Value) => sum(mul(kinked(z), wrong(z)));
    expect(() => checkGrads(f as never, [array([1, 1e-4])])).toThrow(/the reverse derivative of f .* Culprit: the vjp rule of test: cube .* Steps were kept within \S+ of the arguments' size, since test: hinge \d+ has a kink of order 1 at 0, and the element \[1\] of its argument 0 \(entry 1, shape \[2\]\) is 0\.0001, a distance of 0\.0001\./);
  });
  it("is met through other ops, where differences that step over it would call a right rule wrong", () => {
    // z = 3 x - 2.999 is 0.001 at x = 1
    const shifted = (kinked: (z: Value) => Value) => (x: Value) => sum(kinked(matmul(x, array([[3], [-2.999]]))));
    const { checks } = checkGrads(shifted(hinge(1)) as never, [array([[1, 1]])]);
    for (const { kink } of checks) expect(kink!.distance).toBeCloseTo(1e-3, 12);
  });
  it("of an order above what differences notice is let be", () => {
    // z^4 on one side: the fourth derivative jumps at 0
    const f = (z: Value) => smoothedRelu(z, { q: 4, rho: 5 });
    const { checks } = checkGrads(f as never, [array([0, 0.01, 1])]);
    for (const check of checks) expect(check).not.toHaveProperty("kink");
  });
  it("counts at the order where it begins to matter", () => {
    const f = (z: Value) => smoothedRelu(z, { q: 4, rho: 5 });
    checkGrads(f as never, [array([0, 0.01, 1])], { order: 2, modes: ["reverse"] });
    expect(() => checkGrads(f as never, [array([0, 0.01, 1])], { order: 3, modes: ["reverse"] })).toThrow(/cannot be told: smoothedRelu has a kink of order 2 at 0/);
  });
});

describe("a kink too near to tell", () => {
  it("is named with its order, element and distance, instead of a wrong derivative", () => {
    expect(() => checkGrads(((z: Value) => smoothedRelu(z, { q: 2, rho: 1 })) as never, [array([0.3, 1])])).toThrow(new RegExp([
      String.raw`^checkGrads: the forward derivative of f along direction seed 1 cannot be told: smoothedRelu has a kink of order 2 at 1, and the element \[1\] of its argument 0 \(entry 1, shape \[2\]\) is 1, a distance of 0\.`,
      "Expected arguments that are not on a kink\\.",
      "Mend: move the arguments away from it, or test what the op promises there by itself\\.$",
    ].join("\n  ")));
    expect(() => checkGrads(hinge(1) as never, [array([1, 1e-13])])).toThrow(/is 1e-13, a distance of 1e-13\.\n {2}Expected a first step of at least 2\.93e-10 of the arguments' size on this side of the kink; here it is \S+e-13\./);
  });
  it("is not in the way when the slope returned is the mean of both sides, which is what differences give", () => {
    const { checks } = checkGrads(hinge(0) as never, [array([1, 0])]);
    for (const { kink } of checks) expect(kink).toMatchObject({ distance: 0, step: 0 });
  });
  it("is not in the way when the element stays where it is", () => {
    const kinked = hinge(1);
    const f = (x: Value) => sum(kinked(mul(x, array([1, 0]))));
    for (const check of checkGrads(f as never, [array([1, 1])]).checks) expect(check).not.toHaveProperty("kink");
  });
  it("that no primitive declares is taken for what it looks like", () => {
    expect(() => checkGrads(hinge(1, "undeclared") as never, [array([1, 0])])).toThrow("does not fall to rounding");
    // a jump of the curvature at the point: the error falls by 2 a halving only
    const bend = definePrimitive<object>({
      name: freshName("bend"), maths: "", source: "", shape: ([z]) => [...z],
      forward: ([z]) => view(elements(z).map((value) => value * Math.max(value, 0)), z.shape) as NdArray,
      vjp: [(ct, { args: [z] }) => mul(ct, mul(2, smoothedRelu(z, { q: 2, rho: 1e-9 })))], jvp: [(t, { args: [z] }) => mul(t, mul(2, smoothedRelu(z, { q: 2, rho: 1e-9 })))],
      domain: [{ low: -1, high: 1 }], cases: [],
    });
    expect(() => checkGrads(((z: Value) => apply(bend, [z], {})) as never, [array([0])])).toThrow(/the error does not fall as fast as it must\. Found order 1\.00\. .* Culprit: the jvp rule of test: bend \d+ \(entry 1, argument 0, shape \[1\]\) is right to a lower order only, as at a kink that it does not declare: found order 1\.00 instead of 2/);
  });
});

describe("in float32", () => {
  const single = (...values: number[]) => array(values, undefined, "float32");
  it("steps stay below a kink in reach, and one too near is named", () => {
    for (const { kink } of checkGrads(hinge(1) as never, [single(1, -0.01)]).checks) expect(kink!.step).toBeLessThan(0.04);
    expect(() => checkGrads(hinge(1) as never, [single(1, 1e-5)])).toThrow(/cannot be told: test: hinge \d+ has a kink of order 1 at 0, .*\n {2}Expected a first step of at least 1\.94e-4 of the arguments' size/);
  });
});

describe("a primitive that states its clearance", () => {
  it("has steps kept within it", () => {
    const { checks } = checkGrads(((x: Value) => sum(max(x, { axes: 1 }))) as never, [array([[1, 1 + 1e-5], [2, 3]])], { order: 2 });
    const own = checks.filter(({ of }) => of === "f");
    expect(own.length).toBe(6);
    for (const { kink } of own) {
      expect(kink).toMatchObject({ op: "max", entry: 1, argument: 0, shape: [2, 2] });
      expect(kink!.distance).toBeCloseTo(1e-5, 12);
      expect(kink).not.toHaveProperty("element");
    }
    // the rules compare each row with its maximum: what is equal by construction is no tie
    for (const { kink } of checks) expect(kink?.distance ?? 1).toBeGreaterThan(0);
  });
  it("is named at a tie", () => {
    const f = (x: Value) => max(mul(x, array([1, 2])));
    expect(() => checkGrads(f as never, [array([2, 1 + 1e-14])])).toThrow(/cannot be told: max \(entry 2, argument 0, shape \[2\]\) is not smooth at a distance of \S+e-14 from its arguments\./);
  });
});

describe("the condition of where", () => {
  const chosen = (c: Value, x: Value) => where(c, mul(x, x), mul(x, 3));
  it("at 0 is no point to take differences at, and near it keeps the steps small", () => {
    const f = (x: Value) => chosen(x, x);
    expect(() => checkGrads(f as never, [array([1, 0])])).toThrow("cannot be told: where has a kink of order 0 at 0, and the element [1] of its argument 0 (entry 3, shape [2]) is 0, a distance of 0.\n  Expected arguments that are not on a kink.");
    for (const { kink } of checkGrads(f as never, [array([1, 1e-5])], { order: 2 }).checks) expect(kink).toMatchObject({ op: "where", distance: 1e-5 });
  });
  it("is no matter where it is constant, or only jumps: the jump is the comparison's", () => {
    for (const { kink } of checkGrads(((x: Value) => chosen(array([0, 1]), x)) as never, [array([1, 0.5])]).checks) expect(kink).toBeUndefined();
    for (const { kink } of checkGrads(((x: Value) => chosen(greater(x, 0), x)) as never, [array([1, 1e-5])], { order: 2 }).checks) expect(kink?.op).toBe("greater");
    for (const { kink } of checkGrads(((x: Value) => where(mul(greater(x, 0), 2), x, 0)) as never, [array([1, -1e-5])]).checks) expect(kink?.op).toBe("greater");
  });
});
