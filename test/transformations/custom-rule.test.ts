import { describe, expect, it } from "vitest";
import makeView from "ndarray";
import { add, array, astype, checkGrads, checkpoint, concatenate, customRule, exp, grad, hessian, hvp, jvp, log, matmul, mul, type NdArray, neg, scalar, sub, sum, trace, type Value, vjp, vmap, zeros } from "lemmagrad";
import { currentKernels } from "../../src/kernels/index.ts";
import { scratch } from "../../src/autodiff/index.ts";
import { sizeOf, view } from "../../src/ndarray/index.ts";
import { expectSame, numbers as signed, onEachBackend } from "../support/arrays.ts";
import { messageOf } from "../support/message-of.ts";

/** The elements, -0 as 0: the sign of a zero cotangent is nobody's business here. */
const numbers = (x: unknown) => signed(x).map((value) => value + 0);

type F = (...args: unknown[]) => unknown;
const x3 = array([0.5, -1, 2]);
const cube = (x: Value) => mul(x, mul(x, x));
const cubeVjp = (ct: Value, { args: [x] }: { args: [Value] }) => [mul(ct, mul(3, mul(x, x)))];
const cubeJvp = ([t]: [Value], { args: [x] }: { args: [Value] }) => mul(mul(3, mul(x, x)), t);

describe("customRule", () => {
  const kinds = { vjp: { name: "cube", vjp: cubeVjp }, jvp: { name: "cube", jvp: cubeJvp }, both: { name: "cube", vjp: cubeVjp, jvp: cubeJvp } } as const;
  it.each(Object.entries(kinds))("with %s given has both modes, and derivatives of every order", (_kind, rule) => onEachBackend(() => {
    const f = customRule(cube, rule as never);
    checkGrads(f as never, [x3], { order: 2 });
    expect(numbers(grad((x: Value) => sum(f(x)))(x3))).toEqual([0.75, 3, 12]);
    expect(numbers(jvp(f as never, [x3], [array([1, 1, 2])]).tangent)).toEqual([0.75, 3, 24]);
    expect(numbers(hessian((x: Value) => sum(f(x)))(x3))).toEqual([3, 0, 0, 0, -6, 0, 0, 0, 12]);
    expect(numbers(vmap((x: Value) => grad((y: Value) => f(y))(x) as Value)(x3))).toEqual([0.75, 3, 12]);
    expect(numbers(vmap((x: Value) => jvp(f as never, [x], [scalar(1)]).tangent)(x3))).toEqual([0.75, 3, 12]);
  }));
  it.each(Object.entries(kinds))("with %s given is differentiated from outside of vmap too, and to the second order", (_kind, rule) => onEachBackend(() => {
    const f = customRule(cube, rule as never);
    const mapped = (x: Value) => vmap((y: Value) => f(y))(x);
    expect(numbers(vjp(mapped, x3).pull(array([1, 10, 100]))[0])).toEqual([0.75, 30, 1200]);
    expect(numbers(jvp(mapped, [x3], [array([1, 1, 2])]).tangent)).toEqual([0.75, 3, 24]);
    expect(numbers(hvp((x: Value) => sum(mapped(x)), [x3], [array([1, 1, 1])]).product[0])).toEqual([3, -6, 12]);
    const checkpointed = (x: Value) => vmap((y: Value) => checkpoint(cube)(y))(x);
    expect(numbers(vjp(checkpointed, x3).pull(array([1, 10, 100]))[0])).toEqual([0.75, 30, 1200]);
    expect(numbers(jvp(checkpointed, [x3], [array([1, 1, 2])]).tangent)).toEqual([0.75, 3, 24]);
  }));
  it("is one entry of the tape, under its own name", () => {
    const { entries } = trace(customRule(cube, { name: "cube", vjp: cubeVjp as never }) as F, x3);
    expect(entries.map(({ primitive }) => primitive?.name)).toEqual([undefined, "cube"]);
  });
  it("is used, not the function's own derivative: a straight-through step", () => {
    const step = customRule((x: Value) => array(numbers(x).map((value) => Math.sign(value))), { name: "step", vjp: ((ct: Value) => [ct]) as never });
    expect(numbers(grad((x: Value) => sum(mul(step(x), array([1, 10, 100]))))(x3))).toEqual([1, 10, 100]);
    expect(numbers(step(x3))).toEqual([1, -1, 1]);
  });
  it("may return a cotangent that is constant along axes of its argument, or one of more axes to sum over", () => {
    const constant = (own: number[], shape: number[]) => {
      const ct = view(Float64Array.from({ length: sizeOf(own) }, (_, i) => i + 1), own);
      const f = customRule((x: Value) => sum(x), { name: "constant", vjp: (() => [ct]) as never });
      const slope = grad(f)(zeros(shape)) as NdArray;
      return [[...slope.shape], numbers(slope)];
    };
    expect(constant([], [2])).toEqual([[2], [1, 1]]);
    expect(constant([2], [3, 2])).toEqual([[3, 2], [1, 2, 1, 2, 1, 2]]);
    expect(constant([2, 1], [2, 2])).toEqual([[2, 2], [1, 1, 2, 2]]);
    expect(constant([2], [2, 2])).toEqual([[2, 2], [1, 2, 1, 2]]);
    expect(constant([2, 2], [2])).toEqual([[2], [4, 6]]);
    expect(constant([3], [1])).toEqual([[1], [6]]);
  });
  it("takes trees and gives trees, and asks only for what is watched", () => {
    const f = customRule(({ w, b }: { w: Value; b: Value }, [x]: Value[]) => ({ y: add(mul(w, x), b), square: mul(w, w) }), {
      name: "affine",
      vjp: ((ct: { y: Value; square: Value }, { args: [{ w }, [x]] }: { args: [{ w: Value }, Value[]] }) => [{ w: add(mul(ct.y, x), mul(ct.square, mul(2, w))), b: sum(ct.y) }, [mul(ct.y, w)]]) as never,
    });
    const loss = (p: { w: Value; b: Value }) => { const { y, square } = f(p, [array([3, 4])]); return add(sum(mul(y, y)), sum(square)); };
    const gradient = grad(loss)({ w: array([1, 2]), b: scalar(1) }) as unknown as { w: NdArray; b: NdArray };
    expect(numbers(gradient.w)).toEqual([2 * 4 * 3 + 2, 2 * 9 * 4 + 4]);
    expect(numbers(gradient.b)).toEqual([8 + 18]);
    checkGrads(loss as never, [{ w: array([1, 2]), b: scalar(1) }], { order: 2 });
  });
  it("errors: no rule; a traced value that is no argument; a rule that forgets an argument", () => {
    expect(() => customRule(cube, { name: "cube" })).toThrow("cube: customRule got neither a vjp nor a jvp rule.\n  Expected at least one of them.");
    expect(() => grad((x: Value) => customRule((y: Value) => mul(x, y), { name: "leaky", vjp: ((ct: Value) => [ct]) as never })(mul(x, 2)))(scalar(1))).toThrow("leaky: the function reads a traced value that is none of its arguments.\n  Expected everything that is differentiated to come in as an argument.");
    const short = customRule((x: Value, y: Value) => mul(x, y), { name: "short", vjp: ((ct: Value) => [ct]) as never });
    expect(() => grad(short as F)(scalar(1), scalar(2))).toThrow("short: the vjp rule returned 1 leaves for the 2 of the arguments.\n  Expected a list of one tree an argument, like it.");
  });
  it("takes records in any order of keys, and says which key is missing", () => {
    const weighed = (rule: object) => customRule((p: { a: Value; b: Value }) => ({ u: mul(p.a, 2), v: mul(p.b, 3) }), { name: "weighed", ...rule } as never);
    const total = (f: ReturnType<typeof weighed>) => (p: { a: Value; b: Value }) => { const { u, v } = f(p); return add(sum(u), sum(v)); };
    const at = { b: x3, a: x3 };
    const pulled = grad(total(weighed({ vjp: ({ u, v }: Record<"u" | "v", Value>) => [{ a: mul(u, 2), b: mul(v, 3) }] })))(at);
    expect([numbers(pulled.a), numbers(pulled.b)]).toEqual([[2, 2, 2], [3, 3, 3]]);
    const pushed = jvp(weighed({ jvp: ([{ a, b }]: [Record<"a" | "b", Value>]) => ({ v: mul(b, 3), u: mul(a, 2) }) }) as never, [at], [{ a: x3, b: array([1, 1, 1]) }]).tangent as unknown as Record<"u" | "v", Value>;
    expect([numbers(pushed.u), numbers(pushed.v)]).toEqual([[1, -2, 4], [3, 3, 3]]);
    // whole messages: a list, or a rule that is to return none, need no words on brackets
    expect(messageOf(() => grad(total(weighed({ vjp: ({ u, v }: Record<"u" | "v", Value>) => [{ a: u, c: v }] })))(at))).toMatch(/weighed: the vjp rule returned 2 leaves for the 2 of the arguments, none for args\[0\]\.b\.\n {2}Expected a list of one tree an argument, like it\.$/);
    expect(messageOf(() => jvp(weighed({ jvp: () => ({ u: x3, w: x3 }) }) as never, [at], [at]))).toMatch(/weighed: the jvp rule returned 2 leaves for the 2 of the result, none for the result\.v\.\n {2}Expected a tree like it\.$/);
    expect(() => grad(total(weighed({ vjp: () => [{ a: x3 }] })))(at)).toThrow("weighed: the vjp rule returned 1 leaves for the 2 of the arguments.\n  Expected a list of one tree an argument, like it.");
  });
  it("says that a rule returned no list, a shape that does not broadcast, or another dtype", () => {
    const by = (vjpRule: (ct: Value) => unknown) => () => grad((x: Value) => sum(customRule(cube, { name: "cube", vjp: vjpRule as never })(x)))(x3);
    expect(by((ct) => ct)).toThrow("cube: the vjp rule returned 1 leaves for the 1 of the arguments, none for args[0].\n  Expected a list of one tree an argument, like it.\n  Mend: return a list, as in [ct], also for one argument.");
    expect(by(() => [zeros([7])])).toThrow("cube: the vjp rule returned an array of shape [7].\n  Expected shape [3].\n  Mend: sum over the axes along which the function broadcasts.");
    expect(by(() => [zeros([3, 2])])).toThrow("cube: the vjp rule returned an array of shape [3, 2].\n  Expected shape [3].");
    expect(by((ct) => [astype(ct, "float32")])).toThrow("cube: the vjp rule returned an array of float32.\n  Expected float64.\n  Mend: convert it with astype(x, dtype).");
    // a tangent may be constant along axes, but there is nothing to sum it over
    const push = (tangent: Value) => jvp(customRule(cube, { name: "cube", jvp: (() => tangent) as never }) as never, [x3], [x3]).tangent as Value;
    expect(numbers(push(array([2])))).toEqual([2, 2, 2]);
    expect(() => push(zeros([2, 3]))).toThrow("cube: the jvp rule returned an array of shape [2, 3].\n  Expected shape [3].");
    expect(() => push(zeros([1, 3]))).toThrow("cube: the jvp rule returned an array of shape [1, 3].\n  Expected shape [3].");
  });
  it("takes arguments and gives results of both dtypes", () => onEachBackend(() => {
    const single = astype(array([0.5, -1]), "float32");
    const f = (p: { a: Value; b: Value }) => ({ u: mul(astype(p.a, "float64"), p.b), v: astype(p.b, "float32") });
    for (const own of [checkpoint(f), customRule(f, { name: "f", jvp: ((tangents: [{ a: Value; b: Value }], { args }: { args: [{ a: Value; b: Value }] }) => jvp(f as never, args, tangents).tangent) as never })]) {
      const { value, pull } = vjp(own, { a: single, b: array([3, 4]) });
      expect([value.u.dtype, value.v.dtype]).toEqual(["float64", "float32"]);
      const [back] = pull({ u: array([1, 10]), v: astype(array([100, 0]), "float32") });
      expect([back.a.dtype, numbers(back.a), back.b.dtype, numbers(back.b)]).toEqual(["float32", [3, 40], "float64", [100.5, -10]]);
    }
  }));
});

describe("checkpoint", () => {
  const layer = (w: Value, x: Value) => exp(neg(mul(0.1, mul(matmul(w, x), matmul(w, x)))));
  const w = array([[1, 2, 0.5], [-1, 0.25, 1], [0.5, -2, 1]]);
  const x = array([[1], [0.5], [-1]]);
  const deep = (step: typeof layer) => (p: Value) => { let y: Value = x; for (let i = 0; i < 4; i++) y = step(p, y); return sum(y); };

  it("changes no bit of value and jvp, and of gradients and Hessian-vector products only the order of additions", () => onEachBackend(() => {
    const [plain, cut] = [deep(layer), deep(checkpoint(layer) as typeof layer)];
    expectSame(cut(w), plain(w));
    expectSame(jvp(cut as never, [w], [w]).tangent, jvp(plain as never, [w], [w]).tangent);
    const [a, b] = [hvp(cut, [w], [w]), hvp(plain, [w], [w])];
    for (const which of ["gradient", "product"] as const) {
      // the same products, a few hundred terms below 10, of which each call's are added up before the next one's
      numbers(a[which][0]).forEach((value, i) => expect(Math.abs(value - numbers(b[which][0])[i])).toBeLessThan(300 * 10 * 2 ** -52));
    }
    const once = (step: (y: Value) => Value) => (y: Value) => sum(step(step(step(y))));
    const smooth = (y: Value) => exp(neg(mul(0.1, mul(y, y))));
    expectSame(grad(once(checkpoint(smooth) as typeof smooth))(w), grad(once(smooth))(w));
    checkGrads(cut as never, [w], { order: 2 });
  }));
  it("refuses what gives another value when it runs again", () => onEachBackend(() => {
    const factor = array([2, 3, 4]);
    const scaled = checkpoint((y: Value) => mul(mul(y, y), factor));
    const { pull } = vjp(scaled, x3);
    expect(numbers(pull(array([1, 1, 1]))[0])).toEqual([2, -6, 16]);
    factor.data[2] = 5;
    expect(() => pull(array([1, 1, 1]))).toThrow("checkpoint: the function gave another value, of shape [3], when it ran again on the way back.\n  Expected the same value for the same arguments.\n  Mend: draw random numbers outside of it, and leave the arrays that it closes over as they are until the derivative has been taken.");
    let calls = 0;
    const counted = checkpoint((y: Value) => ({ same: mul(y, 2), other: mul(y, ++calls) }));
    expect(() => grad((y: Value) => sum(counted(y).other))(x3)).toThrow("checkpoint: the function gave another value");
    // which begins with the first
    for (const other of [(y: Value) => concatenate([y, y]), (y: Value) => astype(y, "float32")]) {
      let runs = 0;
      expect(() => grad((y: Value) => sum(checkpoint((z: Value) => (runs++ === 0 ? z : other(z)))(y) as Value))(x3)).toThrow("checkpoint: the function gave another value");
    }
    expect(numbers(grad((y: Value) => sum(checkpoint((z: Value) => mul(z, NaN))(y)))(x3))).toEqual([NaN, NaN, NaN]);
    expect(numbers(hvp((y: Value) => sum(checkpoint(cube)(y)), [x3], [x3]).product[0])).toEqual([1.5, 6, 24]);
  }));
  it("keeps one entry a call, and gives the memory of each call back before the next", () => {
    const { entries } = trace(deep(checkpoint(layer) as typeof layer) as F, w);
    expect(entries.filter(({ primitive }) => primitive?.name === "checkpoint")).toHaveLength(4);
    /** Bytes between two allocations around the gradient: what the scope still holds of it. */
    const held = (f: (p: Value) => Value): number => scratch(() => {
      const before = currentKernels().allocate("float64", 1).byteOffset;
      vjp(f, w).pull(1);
      return currentKernels().allocate("float64", 1).byteOffset - before;
    });
    const long = (step: typeof layer) => (p: Value) => { let y: Value = x; for (let i = 0; i < 50; i++) y = step(p, y); return sum(y); };
    const ratio = held(long(checkpoint(layer) as typeof layer)) / held(long(layer));
    expect(ratio).toBeLessThan(0.5); // five ops a layer, their cotangents and tapes, against one entry
  });
  it("works under vmap, with trees, and without any trace", () => {
    const f = checkpoint(({ a }: { a: Value }) => ({ out: [log(add(1, mul(a, a))), a] }));
    expect(numbers(f({ a: array([0, 1]) }).out[0])).toEqual([0, Math.log(2)].map((value) => expect.closeTo(value, 15)));
    const slopes = vmap((a: Value) => grad((b: Value) => sub(f({ a: b }).out[0], f({ a: b }).out[1]))(a) as Value)(array([0, 1, 3]));
    expect(numbers(slopes)).toEqual([-1, 0, -0.4].map((value) => expect.closeTo(value, 14)));
  });
  it("refuses a function that closes over a traced value", () => {
    expect(() => grad((p: Value) => sum(checkpoint((y: Value) => matmul(p, y))(mul(p, 2))))(w)).toThrow("pass the value as a further argument instead of closing over it");
  });
});

describe("in-place changes", () => {
  const f = (c: NdArray) => (x: Value) => sum(mul(x, c));
  it("of a constant or an input between recording and pulling are noticed, whichever element and kind", () => {
    const changes: ((c: NdArray) => void)[] = [
      (c) => { c.data[1] = 7; }, (c) => { c.data[0] = -c.data[0]; }, (c) => { c.data.reverse(); },
      (c) => { c.data[2] += 1e-15; }, (c) => c.data.forEach((value, i) => { c.data[i] = -value; }), (c) => c.data.fill(0),
    ];
    for (const dtype of ["float64", "float32"] as const) {
      for (const change of changes) {
        const make = () => array(Array.from({ length: 16 }, (_, i) => 2 ** -i), [16], dtype);
        const c = make();
        const { pull } = vjp(f(c), make());
        if (dtype === "float32" && change === changes[3]) c.data[2] += 1e-6; else change(c);
        expect(() => pull(array(1, [], dtype))).toThrow("mul: argument 1, of shape [16], was changed in place after it was recorded.\n  Expected arrays to stay as they were until the derivative has been taken.\n  Mend: pass copy(x)");
      }
    }
    const input = array([1, 2]);
    const { pull } = vjp((x: Value) => sum(mul(x, x)), input);
    input.data[0] = 3;
    expect(() => pull(1)).toThrow("the input args[0], of shape [2], was changed in place");
  });
  it("inside the function, after use, are noticed by grad", () => {
    const c = array([1, 2]);
    expect(() => grad((x: Value) => { const y = sum(mul(x, c)); c.data[0] = 5; return y; })(array([1, 1]))).toThrow("mul: argument 1");
  });
  it("of a view's gaps, before use, and after the derivative are nobody's business", () => {
    const wide = zeros([4, 2]);
    const seen = wide.pick(null, 0) as NdArray;
    const { pull } = vjp(f(seen), array([1, 2, 3, 4]));
    wide.data[1] = 9;
    expect(numbers(pull(1)[0])).toEqual([0, 0, 0, 0]);
    wide.data[0] = 9;
    expect(() => pull(1)).toThrow("changed in place");
  });
});

it.each([
  ["of whole numbers", () => makeView(Int32Array.of(5, 6, 7), [3]), "sum: the array's data is a Int32Array."],
  ["that reaches past its buffer", () => makeView(new Float64Array(4), [3], [2]), "sum: shape [3] with strides [2] and offset 0 reaches elements 0 to 4."],
  ["that reaches below it", () => makeView(new Float64Array(4), [3], [1], -4), "sum: shape [3] with strides [1] and offset -4 reaches elements -4 to -2."],
  ["of a plain list", () => makeView([5, 6, 7], [3]), "sum: the array's data is a plain list."],
])("a function of one's own that returns a view %s is found out by the op that reads it", (_words, broken, message) => onEachBackend(() => {
  const own = customRule((_x: Value) => broken() as unknown as NdArray, { name: "own", vjp: ((ct: Value) => [ct]) as never });
  expect(() => grad((x: Value) => sum(own(x) as Value))(x3)).toThrow(message);
}));
