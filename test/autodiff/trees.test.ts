/** (Co)tangents belong to leaves by the place in the tree, records by key: the order in which keys were written says nothing. */
import { describe, expect, it } from "vitest";
import { add, array, hvp, jvp, mul, scalar, type Value, vjp } from "lemmagrad";
import { leavesLike } from "../../src/autodiff/index.ts";
import { numbers } from "../support/arrays.ts";

type Two = { a: Value; b: Value };
const two = (x: Value): Two => ({ a: mul(x, 2), b: mul(x, 3) });
const one = ({ a, b }: Two): Value => add(mul(a, mul(a, 2)), mul(b, 3));

describe("records in another order of keys", () => {
  it("are cotangents of the leaves of those names", () => {
    const { pull } = vjp(two, scalar(1));
    for (const ct of [{ a: 1, b: 10 }, { b: 10, a: 1 }]) expect(numbers(pull(ct)[0])).toEqual([32]);
  });
  it("are tangents of the leaves of those names", () => {
    const at = { a: scalar(1), b: scalar(1) };
    for (const tangent of [{ a: 1, b: 10 }, { b: 10, a: 1 }]) {
      expect(numbers(jvp(one, [at], [tangent]).tangent)).toEqual([34]);
      expect(numbers(hvp(one, [at], [tangent]).product[0].a)).toEqual([4]);
    }
  });
});

it("says which leaf has no cotangent, no tangent, or one of another shape", () => {
  const { pull } = vjp(two, scalar(1));
  expect(() => pull({ a: 1, c: 1 })).toThrow("vjp: the cotangent has 2 leaves, the function's value 2; it has none for the function's value.b.\n  Expected trees of one form.");
  expect(() => pull({ b: 1 })).toThrow("vjp: the cotangent has 1 leaves, the function's value 2.\n  Expected trees of one form.");
  expect(() => vjp(((x: Value) => ({ 0: x, 1: x })) as never, scalar(1)).pull([1, 1] as never)).toThrow("vjp: the cotangent has 2 leaves, the function's value 2"); // a list is no record
  expect(() => pull({ b: array([1]), a: 1 })).toThrow("vjp: the cotangent has shape [1], the function's value.b [].\n  Expected equal shapes.");
  expect(() => jvp(one, [{ a: scalar(1), b: scalar(1) }], [{ a: 1, c: 1 }])).toThrow("jvp: the tangent of argument 0 has 2 leaves, argument 0 2; it has none for argument 0.b.\n  Expected trees of one form.");
});

describe("what is no leaf of a tree", () => {
  const x = array([1, 2]);
  it("is a symbol's value in a record: neither the function nor its result has it", () => {
    const mark = Symbol("mark");
    const tree = { w: x, [mark]: "meta" };
    const { value, pull } = vjp((p: typeof tree) => ({ a: p.w, seen: scalar(mark in p ? 1 : 0), [mark]: mul(p.w as Value, 2) }) as never, tree);
    expect([Reflect.ownKeys(value as object), numbers((value as { seen: Value }).seen)]).toEqual([["a", "seen"], [0]]);
    expect(Reflect.ownKeys((pull({ a: array([1, 1]), seen: 0 } as never) as object[])[0])).toEqual(["w"]);
  });
  it("is a hole of a list", () => {
    // eslint-disable-next-line no-sparse-arrays
    const { value, pull } = vjp((p: Value[]) => [mul(p[0], p[2]), , p[2]] as never, [x, , array([3, 4])] as never);
    expect([Object.keys(value as object), numbers((value as Value[])[0])]).toEqual([["0", "2"], [3, 8]]);
    const [back] = pull([array([1, 1]), , array([0, 0])] as never) as Value[][];
    expect([Object.keys(back), numbers(back[0]), numbers(back[2])]).toEqual([["0", "2"], [3, 4], [1, 2]]);
  });
});

it("a record's key may be __proto__, and is no prototype", () => {
  const tree = JSON.parse('{"__proto__": 3, "a": 2}') as Record<string, number>;
  const { value, pull } = vjp((p: Record<string, Value>) => mul(p["__proto__"], p.a), tree as never);
  expect(numbers(value)).toEqual([6]);
  const [back] = pull(1) as unknown as [Record<string, Value>];
  expect(Object.keys(back)).toEqual(["__proto__", "a"]);
  expect(numbers(Object.getOwnPropertyDescriptor(back, "__proto__")!.value)).toEqual([2]);
});

describe("leavesLike", () => {
  it("gives the leaves in the other tree's order", () => {
    expect(leavesLike({ b: [3, { d: 5, c: 4 }], a: 1 }, { a: 0, b: [0, { c: 0, d: 0 }] })).toEqual([1, 3, 4, 5]);
    expect(leavesLike(7, 0)).toEqual([7]);
    expect(leavesLike({ a: undefined }, { a: 0 })).toEqual([undefined]);
    expect(leavesLike([], [])).toEqual([]);
  });
  it.each([
    ["a branch for a leaf", [1], 0], ["a leaf for a branch", 1, [0]], ["a record for a list", { 0: 1 }, [0]], ["a list for a record", [1], { 0: 0 }],
    ["a leaf too many", [1, 2], [0]], ["a leaf too few", [1], [0, 0]], ["another key", { a: 1 }, { b: 0 }], ["another form below", [1, [2]], [0, 0]],
  ])("gives nothing for %s", (_words, tree, like) => expect(leavesLike(tree, like)).toBeUndefined());
});
