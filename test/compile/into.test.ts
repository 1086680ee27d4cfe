/** into: what it writes, over which memory, and what it refuses. */
import { describe, expect, it } from "vitest";
import { add, array, compile, copy, exp, fromBuffer, grad, log, matmul, mul, type NdArray, sum, transpose, type Value, zeros, definePrimitive, apply, ParameterError, vmap } from "../../src/index.ts";
import { copyElements, view } from "../../src/ndarray/index.ts";
import { expectSame, onBackend } from "../support/arrays.ts";
import { messageOf } from "../support/message-of.ts";
import { drawn } from "./program.ts";

const x = () => drawn([40], "float64", 1);
const y = () => drawn([40], "float64", 2);

/** Fails unless `into` leaves in the targets what plain calls gave before. */
function expectInto(f: (...args: Value[]) => Value[], targets: readonly NdArray[], ...args: NdArray[]): void {
  const expected = f(...args).map((result) => copy(result as NdArray));
  const compiled = compile(f as (...args: Value[]) => Value[]);
  expect(compiled.plan(...args).plainBecause).toBe("");
  expect(compiled.into(targets as never, ...args)).toBe(targets);
  targets.forEach((target, at) => expectSame(target, expected[at], `result ${at}`));
}

describe("into targets that are arguments", () => {
  it("exchanges two arguments that are handed back", () => {
    const [a, b] = [x(), y()];
    expectInto((p, q) => [q, p], [a, b], a, b);
  });
  it("hands an argument back as it was, beside a result written over it", () => {
    const [a, b] = [x(), y()];
    expectInto((p) => [mul(p, 2), p], [a, b], a);
    expectInto((p) => [p, mul(p, 2)], [b, a], a);
  });
  it("transposes an argument in its own memory", () => {
    const a = drawn([5, 5], "float64", 1);
    expectInto((p) => [transpose(p)], [a], a);
  });
  it("reads an argument before an earlier group's result is written over it", () => {
    const [a, b] = [drawn([12, 3], "float64", 1), drawn([12, 3], "float64", 2)];
    // the product must be finished before the second group, which is the first to read q, starts
    expectInto((p, q) => {
      const early = exp(mul(p, 2));
      return [early, exp(mul(add(q, matmul(q, matmul(transpose(early), p))), 3))];
    }, [b, zeros([12, 3])], a, b);
  });
  it("reads an argument that overlaps a target by all but one element", () => {
    const n = 150_001; // more than a block of 512 KiB
    const memory = Float64Array.from({ length: n + 1 }, (_, at) => Math.sin(at));
    for (const [from, to] of [[1, 0], [0, 1]]) {
      const data = memory.slice();
      expectInto((p) => [exp(mul(p, p))], [fromBuffer(data.subarray(to, to + n), [n])], fromBuffer(data.subarray(from, from + n), [n]));
    }
  });
  it("writes over a captured array, which the next call notices", () => {
    const captured = x();
    const f = (p: Value) => add(p, captured);
    const compiled = compile(f);
    for (let i = 0; i < 3; i++) {
      const expected = copy(f(y()) as NdArray);
      expectSame(compiled.into(captured as never, y()), expected, `call ${i}`);
    }
  });
  it("does the same where the function is called plainly", () => onBackend("reference", () => {
    const [a, b, turned] = [x(), y(), drawn([2, 3], "float64", 1)];
    compile((p: Value, q: Value) => [q, p]).into([a, b] as never, a, b);
    expectSame(a, y());
    expectSame(b, x());
    expectSame(compile((p: Value) => transpose(p)).into(zeros([3, 2]) as never, turned), copy(transpose(turned) as NdArray));
  }));
});

describe("into a tree", () => {
  const f = (p: Value) => ({ double: mul(p, 2), list: [exp(p), { triple: mul(p, 3) }] });
  it("writes by names, in whatever order they stand", () => {
    const target = { list: [zeros([40]), { triple: zeros([40]) }] as [NdArray, { triple: NdArray }], double: zeros([40]) };
    for (const backend of ["wasm", "reference"] as const) onBackend(backend, () => {
      compile(f).into(target as never, x());
      expectSame(target.double, mul(x(), 2));
      expectSame(target.list[0], exp(x()));
      expectSame(target.list[1].triple, mul(x(), 3));
    });
  });
  it.each([
    ["another name", { doubled: zeros([40]), list: [zeros([40]), { triple: zeros([40]) }] }],
    ["one name too many", { double: zeros([40]), more: zeros([40]), list: [zeros([40]), { triple: zeros([40]) }] }],
    ["a shorter list", { double: zeros([40]), list: [zeros([40])] }],
    ["a list for a record", { double: zeros([40]), list: [zeros([40]), [zeros([40])]] }],
    ["a record for a list", { double: zeros([40]), list: { 0: zeros([40]), 1: { triple: zeros([40]) } } }],
    ["a number for an array", { double: 1, list: [zeros([40]), { triple: zeros([40]) }] }],
    ["nothing", undefined],
  ])("refuses %s, compiled or not", (_what, target) => {
    for (const backend of ["wasm", "reference"] as const) onBackend(backend, () => {
      const message = messageOf(() => compile(f).into(target as never, x()));
      expect(message).toBe("ParameterError: compile: into: the target is no tree like the result, which has 3 arrays.\n  Expected a tree as the function returns it.\n  Mend: pass what an earlier call returned.");
    });
  });
});

describe("into refuses arrays that do not fit, and leaves them as they were", () => {
  const f = (p: Value) => [mul(p, 2), mul(p, 3)];
  it.each([
    ["another shape", zeros([39])],
    ["another rank", zeros([40, 1])],
    ["another dtype", zeros([40], "float32")],
    ["a view with gaps", view(new Float64Array(80), [40], [2])],
    ["a view that starts later", view(new Float64Array(41), [40], [1], 1)],
    ["a part of a larger array", view(new Float64Array(41), [40])],
  ])("%s", (_what, target) => {
    for (const backend of ["wasm", "reference"] as const) onBackend(backend, () => {
      const first = zeros([40]);
      expect(messageOf(() => compile(f).into([first, target] as never, x()))).toMatch(/^ParameterError: compile: into: array 1 of the target has shape \[.+\] and dtype float\d\d\.\n {2}Expected contiguous arrays of their own, here of shape \[40\] and dtype float64\.\n/);
      expectSame(first, zeros([40]));
    });
  });
  it("two that share memory", () => {
    const memory = new Float64Array(60);
    for (const backend of ["wasm", "reference"] as const) onBackend(backend, () => {
      const message = messageOf(() => compile(f).into([fromBuffer(memory.subarray(0, 40), [40]), fromBuffer(memory.subarray(20), [40])] as never, x()));
      expect(message).toBe("ParameterError: compile: into: arrays 0 and 1 of the target share memory.\n  Expected contiguous arrays of their own.\n  Mend: pass what an earlier call returned.");
      expect(memory.every((value) => value === 0)).toBe(true);
    });
  });
});

describe("into when it cannot write", () => {
  it("says so under a transformation, instead of writing what nobody knows yet", () => {
    const compiled = compile((p: Value) => mul(p, p));
    const message = "DerivativeError: compile: into: another transformation watches the results.\n  Expected plain arrays, to be written into the target's.\n  Mend: call the function without into, there where it is differentiated or batched.";
    expect(messageOf(() => grad((p: Value) => sum(compiled.into(zeros([40]) as never, p)))(x()))).toBe(message);
    expect(messageOf(() => vmap((p: Value) => compiled.into(zeros([]) as never, p))(x()))).toBe(message);
  });
  it("leaves all targets as they were when a primitive's own loop throws after a group has run", () => {
    const picky = definePrimitive({
      name: "picky", maths: "x", source: "this test", shape: ([own]) => [...own], vjp: [(ct) => ct], jvp: [(t) => t], domain: [{ low: 0, high: 1 }], cases: [],
      forward: ([own], _params, shape, { allocate }) => {
        const out = allocate("float64", own.size);
        copyElements(own, out);
        if (out.some((value) => value < 0)) throw new ParameterError({ where: "picky", problem: "a number is negative." });
        return view(out, shape);
      },
    });
    const compiled = compile((p: Value) => {
      const before = exp(mul(p, 2));
      return [before, mul(apply(picky, [log(before)], {}), 2)];
    });
    const positive = fromBuffer(Float64Array.from({ length: 40 }, (_, at) => at), [40]);
    const target = compiled(positive) as NdArray[];
    expect(compiled.plan(positive).plainBecause).toBe("");
    const before = target.map(copy);
    expect(messageOf(() => compiled.into(target as never, x()))).toMatch(/^ParameterError: picky: a number is negative\./);
    target.forEach((own, at) => expectSame(own, before[at]));
    // and the workspace is free again
    expectSame((compiled(positive) as NdArray[])[0], exp(mul(positive, 2)));
  });
});

it("returns its target, an argument handed back as an array of its own", () => {
  const a = array([1, 2]);
  const compiled = compile((p: Value) => p);
  const result = compiled(a) as NdArray;
  expect(result.data).not.toBe(a.data);
  expectSame(result, a);
});
