/** vmap against one example after the other. That it gives the same bits for every primitive is a law (test/laws). */
import { describe, expect, it } from "vitest";
import { add, apply, array, exp, grad, index, jvp, matmul, mul, type NdArray, type Primitive, scalar, stopGradient, sum, take, type Tree, type Value, vjp, vmap, zeros } from "lemmagrad";
import { expectSame, numbers, onEachBackend } from "../support/arrays.ts";

const W = array([[1, -2, 0.5], [0.25, 3, -1]]);
const X = array([[1, 2, 3], [-1, 0.5, 2], [0, -3, 1], [2, 2, -2]]);
const network = (w: Value, x: Value) => sum(exp(mul(0.25, matmul(w, x.shape.length === 1 ? columnOf(x) : x))));
const columnOf = (x: Value) => matmul(mul(array([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), x), array([[1], [1], [1]]));
const rows = (x: NdArray) => Array.from({ length: x.shape[0] }, (_, row) => index(x, row));

describe("vmap", () => {
  it("maps over the leading axis of what carries it, and leaves the rest alone", () => onEachBackend(() => {
    const all = vmap((w: Value, x: Value) => network(w, x), { over: [false, true] })(W, X);
    expect(all.shape).toEqual([4]);
    expect(numbers(all)).toEqual(rows(X).map((x) => numbers(network(W, x))[0]));
  }));
  it("inside and outside of grad, jvp and vjp: per-example gradients, in trees", () => onEachBackend(() => {
    const loss = ({ w }: { w: Value }, [x]: Value[]) => network(w, x);
    const each = vmap((p: { w: Value }, [x]: Value[]) => grad(loss)(p, [x]) as { w: Value }, { over: [false, true] })({ w: W }, [X]);
    expect(each.w.shape).toEqual([4, 2, 3]);
    rows(X).forEach((x, at) => expectSame(index(each.w, at), (grad(loss)({ w: W }, [x]) as { w: Value }).w));
    // the gradient of the sum is the sum of the gradients
    const total = grad((w: Value) => sum(vmap((x: Value) => network(w, x))(X)))(W) as NdArray;
    const sums = numbers(sum(each.w, { axes: 0 }));
    numbers(total).forEach((value, at) => expect(Math.abs(value - sums[at])).toBeLessThan(64 * 2 ** -52 * Math.abs(sums[at])));
    const tangent = jvp((x: Value) => vmap((own: Value) => network(W, own))(x), [X], [X]).tangent;
    rows(X).forEach((x, at) => expectSame(index(tangent, at), jvp((own: Value) => network(W, own), [x], [x]).tangent));
    const pulled = vmap((x: Value, ct: Value) => vjp((own: Value) => network(W, own), x).pull(ct)[0] as Value)(X, array([1, 2, 3, 4]));
    rows(X).forEach((x, at) => expectSame(index(pulled, at), vjp((own: Value) => network(W, own), x).pull(at + 1)[0]));
  }));
  it("nests: an outer product of two maps", () => {
    const table = vmap((x: Value) => vmap((y: Value) => mul(x, add(y, x)))(array([1, 2, 3])))(array([10, 20]));
    expect(numbers(table)).toEqual([110, 120, 130, 420, 440, 460]);
    expect(table.shape).toEqual([2, 3]);
  });
  it("spreads a result that does not depend on the batch, and numbers", () => {
    expect(numbers(vmap((_x: Value) => 7)(array([1, 2])))).toEqual([7, 7]);
    const both = vmap((x: Value) => ({ own: mul(x, 2), same: W }))(array([1, 2]));
    expect(both.same.shape).toEqual([2, 2, 3]);
    expect(numbers(both.own)).toEqual([2, 4]);
  });
  it("of no examples has the right shape", () => {
    expect(vmap((x: Value) => sum(mul(x, x)))(zeros([0, 3])).shape).toEqual([0]);
    expect(vmap((x: Value) => matmul(W, columnOf(x)))(zeros([0, 3])).shape).toEqual([0, 2, 1]);
  });
  it("goes over the slices where a primitive says nothing about batches, and through its rules", () => onEachBackend(() => {
    const square: Primitive = {
      name: "square", maths: "a^2", source: "this test", shape: ([x]) => [...x],
      forward: ([x]) => { expect(x.shape).toEqual([3]); return array(numbers(x).map((value) => value * value)); },
      vjp: [(ct, { args: [x] }) => mul(ct, mul(2, x))], jvp: [(t, { args: [x] }) => mul(mul(2, x), t)], domain: [{ low: -1, high: 1 }], cases: [],
    };
    const f = (x: Value) => apply(square, [x], {});
    expectSame(vmap(f)(X), mul(X, X));
    expectSame(vmap((x: Value) => grad((y: Value) => sum(f(y)))(x) as Value)(X), mul(2, X));
    expect(vmap(f)(zeros([0, 3])).shape).toEqual([0, 3]);
  }));
  it("applies a primitive that has a rule for batches once to the whole of it", () => {
    const sizes: number[] = [];
    const counted: Primitive = {
      name: "counted", maths: "a", source: "this test", shape: ([x]) => [...x], forward: ([x]) => { sizes.push(x.shape[0]); return x; },
      vjp: [(ct) => ct], jvp: [(t) => t], domain: [{ low: -1, high: 1 }], cases: [], batch: ([xs], params) => apply(counted, [xs], params),
    };
    expectSame(vmap((x: Value) => apply(counted, [x], {}))(X), X);
    expect(sizes).toEqual([4]);
  });
  it("keeps nothing in memory that ends: results survive later work", () => onEachBackend(() => {
    const kept = vmap((x: Value) => grad((y: Value) => sum(mul(y, mul(y, y))))(x) as Value)(X);
    for (let i = 0; i < 20; i++) vmap((x: Value) => stopGradient(exp(x)))(X);
    expect(numbers(kept)).toEqual(numbers(X).map((x) => x * x + 2 * x * x));
  }));
  it("a batched value that left its vmap is refused", () => {
    let kept: Value = scalar(0);
    vmap((x: Value) => { kept = x; return x; })(array([1, 2]));
    expect(() => add(kept, 1)).toThrow("already returned");
  });
  it("errors: no batch, different lengths, a single number, over of another length", () => {
    const f = (x: Value, y: Value) => add(x, y);
    expect(() => vmap(f)(array([1, 2]), array([1, 2, 3]))).toThrow("vmap: args[0] has a batch of 2, args[1], of shape [3], one of 3.\n  Expected one length of the leading axis.");
    expect(() => vmap(f)(array([1, 2]), scalar(1))).toThrow("vmap: args[1] is a single number.\n  Expected a leading axis, the batch.\n  Mend: pass { over: [...] } with false for argument 1");
    expect(() => vmap(f, { over: [true] })(array([1]), array([1]))).toThrow("vmap: over names 1 arguments of 2.");
    expect(() => vmap(f, { over: [false, false] })(array([1]), array([1]))).toThrow("vmap: no argument carries a batch.");
    expect(() => vmap((x: Tree) => x)("a" as never)).toThrow("args[0]: string a is not an array.");
    expect(() => vmap(((x: Value) => take(x, [5])) as never)(X as never)).toThrow("take: index 5 is outside an axis of 3 elements.");
  });
});
