/** Whatever a compiled function is called with, and wherever: the plain function's bits, or a typed error. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { add, apply, array, checkFinite, checkpoint, compile, copy, crossEntropy, customRule, definePrimitive, elements, exp, full, grad, hvp, item, jacobian, jvp, log, matmul, mean, mul, type NdArray, scalar, selectBackend, stopGradient, sub, sum, take, toNested, transpose, type Value, valueAndGrad, vjp, vmap, zeros } from "../../src/index.ts";
import { copyElements, view } from "../../src/ndarray/index.ts";
import { expectSame, onBackend, slicedView } from "../support/arrays.ts";
import { messageOf } from "../support/message-of.ts";
import { drawn } from "./program.ts";

afterEach(() => {
  checkFinite(false);
  selectBackend("wasm");
});

const x = (seed = 1, shape: readonly number[] = [6, 4]) => drawn(shape, "float64", seed);
const matrix = (seed = 1) => x(seed, [4, 4]);

/** Counts how often the function itself runs: once a plan, and at every plain call. */
function counted<A extends unknown[], R>(f: (...args: A) => R) {
  const own = vi.fn<(...args: A) => R>(f);
  return Object.assign(compile(own), { plain: f, runs: () => own.mock.calls.length });
}

describe("a new form of arguments is a new plan", () => {
  it("another shape, dtype, tree, number, flag or string", () => {
    const f = (p: Value | { a: Value } | Value[], by?: unknown): Value => {
      const own = Array.isArray(p) ? p[0] : "a" in p ? p.a : p;
      return mul(own as Value, typeof by === "number" ? by : by === true ? 7 : by === "half" ? 0.5 : 2);
    };
    const compiled = counted(f);
    const calls: [Value | { a: Value } | Value[], unknown?][] = [
      [x()], [x(2, [3])], [drawn([6, 4], "float32", 1)], [{ a: x() }], [[x()]], [x(), 3], [x(), true], [x(), "half"],
    ];
    for (let round = 0; round < 3; round++) for (const args of calls) expectSame(compiled(...args), f(...args));
    expect(compiled.runs()).toBe(calls.length);
  });
  it("0 and -0 are two numbers, NaN is one, in lists of numbers too", () => {
    const f = (p: Value, by: number | { by: number[] } | Float64Array) => mul(p, typeof by === "number" ? by : by instanceof Float64Array ? by[0] : by.by[0]);
    const compiled = counted(f);
    for (let round = 0; round < 2; round++) for (const value of [0, -0, NaN]) for (const by of [value, { by: [value] }]) expectSame(compiled(x(), by), f(x(), by));
    expect(compiled.runs()).toBe(6);
    for (const value of [0, -0, NaN, NaN]) expectSame(compiled(x(), Float64Array.of(value)), f(x(), Float64Array.of(value)));
  });
  it("0 and -0 are two literals in one function", () => {
    const f = (p: Value) => [mul(p, 0), mul(p, -0), mul(p, 0), add(-0, mul(p, -0))];
    (compile(f)(x()) as NdArray[]).forEach((result, at) => expectSame(result, f(x())[at], `result ${at}`));
  });
  it("labels with another content, also the same array changed in place", () => {
    const f = (p: Value, labels: Int32Array) => crossEntropy(p, labels);
    const compiled = counted(f);
    const labels = Int32Array.of(0, 1, 2, 3, 0, 1);
    expectSame(compiled(x(), labels), f(x(), labels));
    expectSame(compiled(x(2), labels.slice()), f(x(2), labels));
    expect(compiled.runs()).toBe(1);
    labels[3] = 2;
    expectSame(compiled(x(), labels), f(x(), labels));
    expectSame(compiled(x(), Int32Array.of(0, 1, 2, 3, 0, 1)), f(x(), Int32Array.of(0, 1, 2, 3, 0, 1)));
    labels[0] = 4;
    expect(messageOf(() => compiled(x(), labels))).toBe(messageOf(() => f(x(), labels)));
  });
  it("more than eight are called plainly, and the eight stay compiled", () => {
    const compiled = counted((p: Value) => exp(mul(p, 2)));
    for (let round = 0; round < 2; round++) for (let n = 1; n <= 12; n++) expectSame(compiled(x(1, [n])), compiled.plain(x(1, [n])));
    expect(compiled.runs()).toBe(8 + 4 + 4);
    expect(compiled.plan(x(1, [3])).plainBecause).toBe("");
    expect(compiled.plan(x(1, [12])).plainBecause).toBe("there are 8 plans for other arguments already.");
  });
  it("views with any strides share the plan of their shape", () => {
    const compiled = counted((p: Value) => matmul(p, transpose(p)));
    for (const seen of [x(), slicedView(x(2)), transpose(x(3, [4, 6])) as NdArray]) expectSame(compiled(seen), compiled.plain(copy(seen)));
    expect(compiled.runs()).toBe(1);
  });
  it("an object that may change without being another is looked at every time", () => {
    class Schedule { rate = 2; }
    const schedule = new Schedule();
    const f = (p: Value, by: Schedule | Map<string, number>) => mul(p, by instanceof Map ? by.get("rate")! : by.rate);
    const compiled = counted(f);
    compiled(x(), schedule);
    schedule.rate = 5;
    expectSame(compiled(x(), schedule), mul(x(), 5));
    const map = new Map([["rate", 3]]);
    compiled(x(), map);
    map.set("rate", 4);
    expectSame(compiled(x(), map), mul(x(), 4));
    expect(compiled.plan(x(), map).plainBecause).toBe("an argument is an object that may change without being another: neither an array nor a plain list or record.");
  });
});

describe("a function that looks at elements is called plainly", () => {
  it.each([
    ["item", (p: Value) => mul(p, item(sum(p) as NdArray))],
    ["elements", (p: Value) => mul(p, elements(p)[0])],
    ["toNested", (p: Value) => mul(p, (toNested(p) as number[][])[1][1])],
    ["data", (p: Value) => mul(p, (p as NdArray).data[2])],
    ["the way it goes", (p: Value) => ((p as NdArray).get(0, 0) > 0 ? exp(p) : mul(p, 2))],
  ])("%s", (_how, f) => {
    const compiled = compile(f);
    for (const seed of [1, 2, 3]) expectSame(compiled(x(seed)), f(x(seed)));
    const target = zeros([6, 4]);
    expectSame(compiled.into(target as never, x(4)), f(x(4)));
    expect(compiled.plan(x()).plainBecause).not.toBe("");
    expect(String(compiled.plan(x()))).toBe(`called plainly: ${compiled.plan(x()).plainBecause}`);
  });
  it("what a custom rule, or a checkpoint, runs inside", () => {
    const own = customRule((p: Value) => exp(mul(p, 2)), { name: "own", vjp: ((ct: Value) => [mul(ct, 3)]) as never }) as (p: Value) => Value;
    const kept = checkpoint((p: Value) => exp(mul(p, 2))) as (p: Value) => Value;
    for (const inner of [own, kept]) {
      const f = (p: Value) => valueAndGrad((q: Value) => sum(mul(inner(q), q)))(p);
      const compiled = compile(f);
      for (const seed of [1, 2]) {
        expectSame((compiled(x(seed)) as unknown as { gradient: NdArray }).gradient, f(x(seed)).gradient);
        expectSame((compiled(x(seed)) as unknown as { value: NdArray }).value, f(x(seed)).value);
      }
    }
  });
  it("a record may have entries that are undefined, as valueAndGrad's aux", () => {
    const f = valueAndGrad((p: Value) => sum(exp(p)));
    const compiled = compile(f);
    const expected = f(x());
    for (const target of [compiled(x()), expected, { gradient: zeros([6, 4]), value: zeros([]) }]) {
      compiled.into(target as never, x());
      expectSame(target.value, f(x()).value);
      expectSame(target.gradient, f(x()).gradient);
    }
    expect(compiled.plan(x()).plainBecause).toBe("");
  });
  it("ops on numbers and captured arrays alone are part of the plan", () => {
    const captured = x(9);
    const f = (p: Value) => ({ p: add(p, exp(captured)), three: 3, captured, of: mul(scalar(2), 3) });
    const compiled = compile(f);
    for (const seed of [1, 2]) {
      const [actual, expected] = [compiled(x(seed)), f(x(seed))];
      expectSame(actual.p, expected.p);
      expectSame(actual.three, scalar(3));
      expectSame(actual.captured, captured);
      expectSame(actual.of, scalar(6));
    }
  });
});

describe("what a function captures", () => {
  it("an array changed in place is noticed: as an operand, as a factor, as labels, as a view's memory, handed back", () => {
    const [operand, factor, bias, labels] = [x(7), array([3]), array([[1], [2], [3], [4], [5], [6]]), Int32Array.of(0, 1, 2, 3, 0, 1)];
    const functions: ((p: Value) => Value)[] = [
      (p) => mul(p, operand), (p) => mul(p, factor), (p) => add(p, bias), (p) => crossEntropy(p, labels), (p) => matmul(transpose(p), operand), (p) => sub(operand, stopGradient(p)), () => operand,
      (p) => grad((q: Value) => mul(mean(crossEntropy(q, labels)), 2))(p) as Value,
      (p) => hvp((q: Value) => sum(crossEntropy(q, labels)), [p], [p]).product[0] as Value,
    ];
    const compiled = functions.map((f) => compile(f));
    const check = () => functions.forEach((f, at) => expectSame(compiled[at](x()), f(x()), `function ${at}`));
    check();
    operand.data[5] += 1;
    check();
    factor.data[0] = -2;
    check();
    bias.data[2] = 0.125;
    check();
    labels[1] = 3;
    check();
    check();
  });
  it("a value that another transformation watches makes it plain", () => {
    const f = (w: Value) => {
      const compiled = compile((p: Value) => mul(p, w));
      return sum(compiled(x()));
    };
    expectSame(grad(f)(scalar(2)), sum(x()));
    expectSame(vmap((w: Value) => compile((p: Value) => mul(p, w))(array([1, 2])))(array([3, 4])), array([[3, 6], [4, 8]]));
    expectSame(jvp(f as never, [scalar(2)], [scalar(1)]).tangent, sum(x()));
  });
});

describe("under a transformation", () => {
  const f = (p: Value, q: Value): Value => sum(mul(exp(mul(p, 0.5)), matmul(q, p)));
  const compiled = compile(f);
  const transformed: Record<string, (g: (p: Value, q: Value) => Value) => unknown> = {
    grad: (g) => grad(g, { argument: [0, 1] })(matrix(), matrix(2)),
    valueAndGrad: (g) => [valueAndGrad(g)(matrix(), matrix(2))].flatMap(({ value, gradient }) => [value, gradient]),
    vjp: (g) => vjp(g, matrix(), matrix(2)).pull(scalar(2)),
    jvp: (g) => jvp(g as never, [matrix(), matrix(2)], [matrix(3), matrix(4)]).tangent,
    vmap: (g) => vmap(g, { over: [true, false] })(x(1, [3, 4, 4]), matrix()),
    jacobian: (g) => jacobian((p: Value) => g(p, matrix(2)))(matrix()),
    hvp: (g) => hvp((p: Value) => g(p, matrix(2)), [matrix()], [matrix(3)]).product,
    "grad of grad": (g) => grad((p: Value) => sum(grad(g)(p, matrix(2)) as Value))(matrix()),
    "grad in another argument": (g) => grad((p: Value) => mul(sum(p), g(matrix(3), matrix(2))))(matrix()),
  };
  it.each(Object.entries(transformed))("%s gives the same bits", (_name, transform) => {
    compiled(matrix(), matrix(2)); // there is a plan
    const [actual, expected] = [transform(compiled as never), transform(f)].map((tree) => (Array.isArray(tree) ? tree : [tree]) as NdArray[]);
    actual.forEach((own, at) => expectSame(own, expected[at], `result ${at}`));
    expectSame(compiled(matrix(), matrix(2)), f(matrix(), matrix(2)));
  });
  it("plan says why", () => {
    let why = "";
    grad((p: Value) => {
      why = compiled.plan(p, matrix()).plainBecause;
      return sum(p);
    })(matrix());
    expect(why).toBe("another transformation watches the arguments.");
  });
  it("a transformation around one compiled function, inside another", () => {
    const inner = compile((p: Value) => exp(mul(p, 2)));
    const g = (p: Value) => ({ gradient: grad((q: Value) => sum(inner(q)))(p) as Value, constant: inner(matrix(5)), twice: inner(inner(p)) });
    const outer = compile(g);
    for (const seed of [1, 2]) {
      const [actual, expected] = [outer(mul(matrix(seed), 0.1)), g(mul(matrix(seed), 0.1))];
      for (const key of ["gradient", "constant", "twice"] as const) expectSame(actual[key], expected[key], key);
    }
    expect(outer.plan(matrix()).plainBecause).toBe("");
  });
});

describe("other states of the library", () => {
  const f = (p: Value) => ({ a: log(mul(p, p)), b: sum(p) });
  it("checkFinite on: the op that makes an Infinity is named, plan or not", () => {
    const compiled = compile(f);
    const zero = zeros([2]);
    expectSame(compiled(zero).a, f(zero).a);
    checkFinite(true);
    expect(messageOf(() => compiled(zero))).toMatch(/^DomainError: log: /);
    expect(messageOf(() => compiled.into({ a: zeros([2]), b: zeros([]) } as never, zero))).toMatch(/^DomainError: log: /);
    checkFinite(false);
    expectSame(compiled(zero).a, full([2], -Infinity));
  });
  it("the reference backend: called plainly, with the same bits, and compiled again afterwards", () => {
    const compiled = counted(f);
    const expected = f(x());
    compiled(x());
    onBackend("reference", () => expectSame(compiled(x()).a, expected.a));
    expect(compiled.runs()).toBe(2);
    expectSame(compiled(x()).b, expected.b);
    expect(compiled.runs()).toBe(2);
  });
});

describe("errors", () => {
  it.each([
    ["of a shape", (p: Value) => matmul(p, p)],
    ["of the function's own", (p: Value) => { if (p.shape[0] === 6) throw new RangeError("six is too many"); return p; }],
    ["of labels", (p: Value) => crossEntropy(p, [9, 9, 9, 9, 9, 9])],
    ["of dtypes", (p: Value) => add(p, drawn([6, 4], "float32", 1))],
    ["of an index", (p: Value) => take(p, [7])],
  ])("%s are the plain function's, at every call", (_what, f) => {
    const compiled = compile(f as (p: Value) => Value);
    const expected = messageOf(() => f(x()));
    for (let i = 0; i < 2; i++) expect(messageOf(() => compiled(x()))).toBe(expected);
    expect(messageOf(() => compiled.into(zeros([6, 4]) as never, x()))).toBe(expected);
    const { plainBecause } = compiled.plan(x());
    expect(expected).toContain(plainBecause);
    expect(plainBecause).not.toBe("");
  });
  it("a result that is no array", () => {
    const compiled = compile(((p: Value) => ({ p, name: "loss" })) as never) as (p: Value) => unknown;
    for (let i = 0; i < 2; i++) expect(messageOf(() => compiled(x()))).toMatch(/^DerivativeError: compile: the function returned a string\./);
    expect(messageOf(() => compile((() => undefined) as never)())).toMatch(/^DerivativeError: compile: the function returned nothing\./);
    expect(messageOf(() => compile((async () => x()) as never)())).toMatch(/^DerivativeError: compile: the function returned /);
  });
  it("an argument that is no proper array", () => {
    const compiled = compile((p: Value) => mul(p, 2));
    for (const bad of [view(new Float64Array(3), [4]), { ...x(), data: new Int32Array(24) }, [[1, 2]], "x", undefined]) {
      expect(messageOf(() => compiled(bad as never))).toBe(messageOf(() => mul(bad as never, 2)));
    }
  });
  it("an argument that was good at the first call and is not any more", () => {
    const compiled = compile((p: Value) => mul(p, 2));
    compiled(x());
    const bad = { ...x(), offset: 3 };
    expect(messageOf(() => compiled(bad as never))).toMatch(/^ShapeError: compile: shape \[6, 4\] with strides \[4, 1\] and offset 3 reaches/);
  });
  it("a traced value kept from the tracing is refused later", () => {
    let kept: Value | undefined;
    compile((p: Value) => { kept = p; return p; })(x());
    expect(messageOf(() => mul(kept!, 2))).toMatch(/^DerivativeError: mul: a value was traced by a compile that has already returned\./);
  });
  it("bad options, and no function", () => {
    expect(messageOf(() => compile(3 as never))).toMatch(/^ParameterError: compile: /);
    expect(messageOf(() => compile((p: Value) => p, { memoryLimit: 0 }))).toMatch(/^ParameterError: compile: /);
    expect(messageOf(() => compile((p: Value) => p, { threads: 0 }))).toMatch(/^ParameterError: compile: /);
  });
});

describe("compiled functions share one workspace", () => {
  it("two called in turn, of different sizes, keep apart, and results of earlier calls stay", () => {
    const small = compile((p: Value) => exp(mul(p, 2)));
    const large = compile((p: Value) => matmul(p, transpose(p)));
    const results: [NdArray, Value][] = [];
    for (let n = 1; n < 8; n++) {
      results.push([small(x(n, [n])) as NdArray, exp(mul(x(n, [n]), 2))]);
      const p = x(n, [40 * n, 8]);
      results.push([large(p) as NdArray, matmul(p, transpose(p))]);
    }
    for (const [actual, expected] of results) expectSame(actual, expected);
  });
  it("one called again from within a primitive's own loop, by the same plan or another, into and not", () => {
    const inner = compile((p: Value) => exp(mul(p, 2)));
    const large = compile((p: Value) => matmul(transpose(p), p));
    const target = zeros([40]);
    let depth = 0;
    const calling = definePrimitive({
      name: "calling", maths: "x", source: "this test", shape: ([own]) => [...own], vjp: [(ct) => ct], jvp: [(t) => t], domain: [{ low: 0, high: 1 }], cases: [],
      forward: ([own], _params, shape, { allocate }) => {
        const out = allocate("float64", own.size);
        copyElements(own, out);
        const once = copy(view(out, shape));
        inner.into(target as never, once);
        large(x(3, [1, 400])); // would make the workspace larger
        if (depth++ === 0) outer.into({ before: zeros([40]), after: zeros([40]) } as never, once);
        depth--;
        copyElements(add(inner(once), target) as NdArray, out);
        return view(out, shape);
      },
    });
    const f = (p: Value) => {
      const before = exp(mul(p, 3));
      return { before, after: add(mul(apply(calling, [mul(before, 0.25)], {}), 2), before) };
    };
    const outer = compile(f);
    const p = mul(x(1, [40]), 0.1) as NdArray;
    expect(outer.plan(p).plainBecause).toBe("");
    const expected = f(p);
    for (let i = 0; i < 2; i++) {
      const into = { before: zeros([40]), after: zeros([40]) };
      for (const actual of [outer(p), outer.into(into as never, p)]) {
        expectSame(actual.before, expected.before);
        expectSame(actual.after, expected.after);
      }
    }
  });
  it("a function that calls itself, compiled", () => {
    const power: (p: Value, n: number) => Value = compile((p: Value, n: number): Value => (n === 0 ? p : mul(p, power(p, n - 1)))) as never;
    const plain = (p: Value, n: number): Value => (n === 0 ? p : mul(p, plain(p, n - 1)));
    for (const n of [0, 3, 5, 3]) expectSame(power(x(), n), plain(x(), n));
  });
  it("a primitive without a dtype in its record that changes it: a typed error", () => {
    const narrowing = definePrimitive({
      name: "narrowing", maths: "x", source: "this test", shape: ([own]) => [...own], vjp: [(ct) => ct], jvp: [(t) => t], domain: [{ low: 0, high: 1 }], cases: [],
      forward: ([own], _params, shape) => view(Float32Array.from({ length: own.size }, (_, at) => own.data[at]), shape),
    });
    expect(messageOf(() => compile((p: Value) => apply(narrowing, [p], {}))(x()))).toBe("ParameterError: narrowing: its result is float32.\n  Expected float64, as its record says.\n  Mend: give the primitive's record a dtype(params).");
  });
});
