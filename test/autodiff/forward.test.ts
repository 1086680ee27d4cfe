import { describe, expect, it } from "vitest";
import { add, array, definePrimitive, apply, allPrimitives, exp, full, InternalError, jvp, mul, type NdArray, nonDifferentiable, notDerivedYet, scalar, stopGradient, sum, type Value, vjp } from "lemmagrad";
import { registered } from "../../src/autodiff/index.ts";
import { numbers, onEachBackend } from "../support/arrays.ts";

const push = (f: (...own: never[]) => unknown, primals: unknown[], tangents: unknown[]) => jvp(f, primals, tangents);

describe("jvp", () => {
  it("gives the value and the directional derivative, over trees", () => onEachBackend(() => {
    const f = (w: { a: Value; b: Value[] }, c: Value) => add(mul(w.a, c), w.b[0]);
    const { value, tangent } = push(f as never, [{ a: array([1, 2]), b: [scalar(3)] }, array([4, 5])], [{ a: array([1, 0]), b: [scalar(10)] }, array([0, 1])]);
    expect([numbers(value), numbers(tangent)]).toEqual([[7, 13], [14, 12]]);
  }));
  it("gives a tangent of the value's shape where operands were broadcast, and zeros where nothing varies", () => {
    expect(numbers(push(((x: Value) => add(x, full([3], 0))) as never, [array([1])], [array([5])]).tangent)).toEqual([5, 5, 5]);
    expect(numbers(push(((x: Value) => add(x, full([2, 2], 0))) as never, [scalar(1)], [scalar(3)]).tangent)).toEqual([3, 3, 3, 3]);
    expect(numbers(push((() => array([1, 2])) as never, [scalar(1)], [scalar(3)]).tangent)).toEqual([0, 0]);
    expect(numbers(push(((x: Value) => stopGradient(exp(x))) as never, [scalar(1)], [scalar(3)]).tangent)).toEqual([0]);
  });
  it("takes numbers for scalars, in the primal's dtype", () => {
    expect(numbers(push(((x: Value) => mul(x, x)) as never, [scalar(3, "float32")], [1]).tangent)).toEqual([6]);
  });
  it("says what does not fit", () => {
    const f = ((x: Value) => x) as never;
    expect(() => push(f, [scalar(1)], [])).toThrow("jvp: 1 primals came with 0 tangents.\n  Expected one tangent a primal.");
    expect(() => push(f, [[scalar(1)]], [[]])).toThrow("jvp: the tangent of argument 0 has 0 leaves, argument 0 1.\n  Expected trees of one form.");
    expect(() => push(f, [scalar(1)], [array([1])])).toThrow("jvp: the tangent of argument 0 has shape [1], argument 0 [].\n  Expected equal shapes.");
    expect(() => push(f, [array([1, 2])], [array([1])])).toThrow("jvp: the tangent of argument 0 has shape [1], argument 0 [2].");
    expect(() => push(f, [scalar(1)], [scalar(1, "float32")])).toThrow("jvp: the tangent of argument 0 is float32, argument 0 float64.\n  Expected one dtype.\n  Mend: convert it with astype(x, dtype).");
    expect(() => push((() => undefined) as never, [scalar(1)], [1])).toThrow("jvp: the function returned nothing.");
    expect(() => push(f, ["a"], [1])).toThrow("primals[0]: string a is not an array.");
  });
});

describe("the registry", () => {
  const record = (name: string) => ({
    name, maths: "", source: "", shape: ([x]: readonly (readonly number[])[]) => [...x], forward: ([x]: readonly import("lemmagrad").NdArray[]) => x,
    vjp: [nonDifferentiable("labels are integers")], jvp: [notDerivedYet("issue 12")], domain: [{ low: 0, high: 1 }], cases: [],
  });
  it("refuses a name that is taken, and records whose parts disagree", () => {
    const before = allPrimitives().length;
    expect(() => definePrimitive(record("add"))).toThrow(`definePrimitive: "add" is registered already.\n  Mend: choose another name.`);
    expect(() => definePrimitive({ ...record("lopsided"), jvp: [] })).toThrow("definePrimitive: lopsided gives 1 vjp rules, 0 jvp rules and 1 domains.\n  Expected one of each an argument.");
    expect(() => definePrimitive({ ...record("lopsided"), domain: [] })).toThrow("definePrimitive: lopsided gives 1 vjp rules, 1 jvp rules and 0 domains.");
    expect(allPrimitives().length).toBe(before);
    expect(allPrimitives()).toContain(registered("add"));
  });
  it("says in words why a rule is absent, when it is reached", () => {
    const absent = definePrimitive(record("test: absent rules"));
    const f = (x: Value) => sum(apply(absent, [x], {}));
    expect(numbers(f(array([1, 2])))).toEqual([3]);
    expect(() => vjp(f, array([1])).pull(1)).toThrow("test: absent rules: vjp is not differentiable in argument 0: labels are integers.\n  Mend: differentiate with respect to something else, or pass it through stopGradient.");
    expect(() => push(f as never, [array([1])], [array([1])])).toThrow("test: absent rules: jvp has no rule yet for argument 0: issue 12.");
  });
  it.each([["nothing", undefined], ["a number", 2], ["a list", [1]]])("says of a rule that returns %s that it does, instead of taking it for one that contributes nothing", (_words, returned) => {
    const rule = () => returned as never;
    const f = (x: Value) => sum(add(x, apply({ ...record("forgetful"), vjp: [rule], jvp: [rule] }, [x], {})));
    expect(() => vjp(f, array([1])).pull(1)).toThrow(/^forgetful: the vjp rule for argument 0 returned .+\.\n {2}Expected an array\.\n {2}Mend: return the rule's result/);
    expect(() => push(f as never, [array([1])], [array([1])])).toThrow("forgetful: the jvp rule for argument 0 returned");
  });
  it("keeps its arguments in order, whatever forward does with the list it is given", () => {
    const turning = { ...record("turning"), shape: ([a]: readonly (readonly number[])[]) => [...a], forward: (args: readonly NdArray[]) => (args as NdArray[]).reverse()[0], vjp: [(ct: Value, { args: [, b] }: { args: readonly Value[] }) => mul(ct, b), nonDifferentiable("")], jvp: [nonDifferentiable(""), nonDifferentiable("")], domain: [{ low: 0, high: 1 }, { low: 0, high: 1 }] };
    const operands = [array([1, 2]), array([10, 20])];
    expect(numbers(vjp((x: Value) => apply(turning, [x, operands[1]], {}), operands[0]).pull(array([1, 1]))[0])).toEqual([10, 20]);
    apply(turning, operands, {});
    expect(operands.map(numbers)).toEqual([[1, 2], [10, 20]]);
  });
  it("says that a name is not there, as our own fault", () => {
    expect(() => registered("nothing")).toThrow(InternalError);
    expect(() => registered("nothing")).toThrow(`registry: no primitive "nothing" is registered.\n  Mend: import the ops (src/ops/index.ts) before differentiating.`);
  });
});
