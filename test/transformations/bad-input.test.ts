/** Bad input to transformations: typed errors in the name of the one that was called, saying how to mend it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, apply, array, checkFinite, checkpoint, customRule, definePrimitive, exp, grad, hessian, hvp, InternalError, jacobian, jvp, LemmagradError, mul, notDerivedYet, scalar, sqrt, sum, trace, type Value, valueAndGrad, vjp, vmap, zeros } from "lemmagrad";
import { numbers } from "../support/arrays.ts";

type F = (...args: unknown[]) => unknown;
const x2 = array([1, 2]);
const square = (x: Value) => sum(mul(x, x));
const twice = (x: Value) => mul(x, 2);
/** A transformation as users without types may call it. */
const loose = (f: unknown) => f as (...args: unknown[]) => (...args: unknown[]) => unknown;

/** Each applied to a function at once: f, options, arguments. */
const applied: Record<string, (f: unknown, options: unknown, args: unknown[]) => unknown> = {
  grad: (f, options, args) => loose(grad)(f, options)(...args),
  valueAndGrad: (f, options, args) => loose(valueAndGrad)(f, options)(...args),
  vmap: (f, options, args) => loose(vmap)(f, options)(...args),
  jacobian: (f, options, args) => loose(jacobian)(f, options)(...args),
  hessian: (f, options, args) => loose(hessian)(f, options)(...args),
  vjp: (f, ct, args) => (vjp as never as (...all: unknown[]) => { pull(x: unknown): unknown })(f, ...args).pull(ct),
  trace: (f, ct, args) => (trace as never as (...all: unknown[]) => { pull(x: unknown): unknown })(f, ...args).pull(ct),
  jvp: (f, tangents, args) => (jvp as never as F)(f, args, tangents),
  hvp: (f, tangents, args) => (hvp as never as F)(f, args, tangents),
  checkpoint: (f, _options, args) => loose(checkpoint)(f)(...args),
  customRule: (f, rule, args) => loose(customRule)(f, rule)(...args),
};

describe("garbage is answered in the transformation's own name", () => {
  const junk: fc.Arbitrary<unknown> = fc.constantFrom<unknown>("x", null, undefined, true, 3, NaN, 5n, Symbol("s"), [], [1, 2], [[1], ["a"]], [null], {}, { a: 1 }, Object.create(null), new Map(), new Date(0), new Float64Array(2), x2, zeros([2, 3], "float32"), zeros([0, 2]), zeros([2, 2]), Promise.resolve(1));
  // none of these throws itself
  const functions: fc.Arbitrary<unknown> = fc.oneof(fc.constantFrom<unknown>((x: unknown) => x, (...args: unknown[]) => args, (x: unknown) => ({ a: [x] }), (x: unknown) => [x, x], async (x: unknown) => x), junk.map((result) => () => result), junk);
  const options = fc.oneof(junk, fc.dictionary(fc.constantFrom("argument", "aux", "over", "mode", "name", "vjp", "jvp", "arguments", "constructor"), fc.oneof(junk, fc.constantFrom<unknown>(0, 1, -1, [0], [0, 0], [true], [false], "forward", "reverse", () => 1)), { maxKeys: 3 }));

  it.each(Object.entries(applied))("%s", (name, run) => {
    fc.assert(fc.property(functions, options, fc.array(junk, { maxLength: 3 }), (f, option, args) => {
      try {
        run(f, option, args);
      } catch (error) {
        // customRule answers for a function under the name that the rule gave it
        const names = name === "customRule" ? [name, (option as { name?: unknown } | null)?.name] : [name];
        expect(error).toBeInstanceOf(LemmagradError);
        expect(error).not.toBeInstanceOf(InternalError);
        expect(names).toContain((error as LemmagradError).parts.where.split(":")[0]);
      }
    }), { numRuns: 600, interruptAfterTimeLimit: 4000 });
  });
});

describe("what is no function", () => {
  it.each(Object.entries(applied))("%s", (name, run) => {
    for (const [f, text] of [[x2, "an array of shape [2]"], [undefined, "undefined"], ["sum", '"sum"'], [{ f: square }, "a record"]] as const) {
      expect(() => run(f, undefined, [x2])).toThrow(`${name}: the function is ${text}.\n  Expected a function of arrays.\n  Mend: pass the function itself, not what it returns.`);
    }
  });
  it("is refused where the transformation is made, not where its result is called", () => {
    for (const make of [grad, valueAndGrad, vmap, jacobian, hessian, checkpoint]) expect(() => loose(make)(x2)).toThrow("the function is an array of shape [2].");
  });
});

describe("options", () => {
  it.each([
    ["grad", grad, { arguments: 1 }, "one of argument, aux", "argument"], ["valueAndGrad", valueAndGrad, { hasAux: true }, "one of argument, aux", "aux"], ["grad", grad, { argnums: [0] }, "one of argument, aux", "argument"],
    ["vmap", vmap, { in_axes: [0] }, "no other than over", "over"], ["jacobian", jacobian, { Mode: "forward" }, "one of argument, mode", "mode"], ["hessian", hessian, { arg: 1 }, "no other than argument", "argument"],
    ["customRule", (f: unknown, rule: unknown) => loose(customRule)(f, rule), { name: "f", vjps: () => [] }, "one of name, vjp, jvp", "vjp"],
  ] as const)("%s is told of a name it does not know", (name, make, wrong, known, meant) => {
    const at = Object.keys(wrong).at(-1)!;
    expect(() => loose(make)(square, wrong)).toThrow(`${name}: there is no option "${at}".\n  Expected ${known}.\n  Mend: it is called ${meant} here.`);
  });
  it("of the wrong kind", () => {
    for (const [name, make] of [["grad", grad], ["valueAndGrad", valueAndGrad]] as const) {
      expect(() => loose(make)(square, { argument: "x" })).toThrow(`${name}: the option argument is "x".\n  Expected the number of an argument, counted from 0, or a list of them.`);
      expect(() => loose(make)(square, { aux: 1 })).toThrow(`${name}: the option aux is 1.\n  Expected true or false.`);
      expect(() => loose(make)(square, 1)).toThrow(`${name}: the options are 1.\n  Expected a record of options: argument, aux.\n  Mend: name the option, as in { argument: 1 }.`);
      expect(() => loose(make)(square, { argument: [0, 0] })(x2)).toThrow(`${name}: the arguments [0, 0] name one twice.\n  Expected each argument at most once.`);
      expect(() => loose(make)(square, { argument: 1 })(x2)).toThrow(`${name}: there is no argument 1.\n  Expected an integer from 0 to 0.`);
    }
    expect(() => loose(vmap)(twice, { over: true })).toThrow("vmap: the option over is true.\n  Expected a list of true and false, one an argument.");
    expect(() => loose(vmap)(twice, { over: [0] })).toThrow("vmap: the option over is [0].");
    expect(() => loose(vmap)(twice, { over: [true, 0] })).toThrow("vmap: the option over is [true, 0].");
    expect(() => loose(vmap)(twice, { over: [true, true] })(x2)).toThrow("vmap: over names 2 arguments of 1.\n  Expected one true or false an argument.");
    expect(() => loose(jacobian)(twice, { argument: [0] })).toThrow("jacobian: the option argument is [0].\n  Expected the number of an argument, counted from 0.");
    expect(() => loose(jacobian)(twice, { mode: true })).toThrow(`jacobian: the option mode is true.\n  Expected "reverse" or "forward".`);
    expect(() => loose(hessian)(square, { argument: null })).toThrow("hessian: the option argument is null.");
    expect(() => loose(customRule)(square, { name: 1, vjp: () => [] })).toThrow("customRule: the option name is 1.\n  Expected a name, for the tape and for messages.");
    expect(() => loose(customRule)(square, { name: "", vjp: () => [] })).toThrow(`customRule: the option name is "".`);
    expect(() => loose(customRule)(square, { vjp: () => [] })).toThrow("customRule: the option name is missing.");
    expect(() => loose(customRule)(square, { name: "f", vjp: "mul" })).toThrow(`customRule: the option vjp is "mul".\n  Expected a function.`);
    expect(() => loose(customRule)(square, undefined)).toThrow("customRule: the option name is missing.");
  });
});

describe("arguments", () => {
  it("of none at all", () => {
    for (const name of ["grad", "valueAndGrad", "jacobian", "hessian"]) expect(() => applied[name](square, undefined, [])).toThrow(`${name}: there is no argument 0.\n  Expected at least one argument: the function was called without any.`);
    expect(() => applied.vmap(twice, undefined, [])).toThrow("vmap: no argument carries a batch.\n  Expected at least one array with a leading axis.");
  });
  it("that are no arrays, by transformation and path", () => {
    for (const name of ["grad", "valueAndGrad", "vjp", "trace", "vmap", "jacobian", "hessian"]) expect(() => applied[name](square, undefined, [{ w: [x2, "a"] }])).toThrow(`${name}: args[0].w[1]: string a is not an array.\n  Expected a number or an ndarray of float64 or float32.\n  Mend: wrap nested lists as array([...]).`);
    for (const name of ["jvp", "hvp"]) {
      expect(() => applied[name](square, [1], ["a"])).toThrow(`${name}: primals[0]: string a is not an array.`);
      expect(() => applied[name](square, ["a"], [x2])).toThrow(`${name}: the tangent of argument 0: string a is not an array.`);
    }
    expect(() => applied.checkpoint(square, undefined, [null])).toThrow("checkpoint: args[0]: null is not an array.");
    expect(() => customRule(square, { name: "f", vjp: (() => []) as never })("a" as never)).toThrow("f: args[0]: string a is not an array.");
  });
  it("primals and tangents that are no lists, or of two lengths", () => {
    for (const [name, run] of [["jvp", jvp], ["hvp", hvp]] as const) {
      const call = run as never as F;
      expect(() => call(square, x2, [x2])).toThrow(`${name}: the primals are an array of shape [2].\n  Expected a list, with one entry an argument.\n  Mend: put them into brackets: [x].`);
      expect(() => call(square, [x2], x2)).toThrow(`${name}: the tangents are an array of shape [2].\n  Expected a list, with one entry an argument.\n  Mend: put them into brackets: [dx].`);
      expect(() => call(square, [x2])).toThrow(`${name}: the tangents are undefined.`);
      expect(() => call(square, [x2], [])).toThrow(`${name}: 1 primals came with 0 tangents.\n  Expected one tangent a primal.`);
      expect(() => call(square, [x2], [scalar(1)])).toThrow(`${name}: the tangent of argument 0 has shape [], argument 0 [2].\n  Expected equal shapes.`);
    }
  });
  it("cotangents that do not fit", () => {
    for (const name of ["vjp", "trace"]) {
      const ct = (given: unknown) => (name === "trace" ? [given] : given);
      expect(() => applied[name](twice, ct("a"), [x2])).toThrow(`${name}: the cotangent: string a is not an array.`);
      expect(() => applied[name](twice, ct(scalar(1)), [x2])).toThrow(new RegExp(`^${name}: the cotangent has shape \\[\\], the function's value.* \\[2\\]\\.\\n {2}Expected equal shapes\\.$`));
      expect(() => applied[name](twice, ct(zeros([2], "float32")), [x2])).toThrow(new RegExp(`^${name}: the cotangent is float32, the function's value.* float64\\.\\n {2}Expected one dtype\\.\\n {2}Mend: convert it with astype\\(x, dtype\\)\\.$`));
      expect(() => applied[name](twice, [x2, x2], [x2])).toThrow(`${name}: the cotangent has 2 leaves, the function's value 1.\n  Expected trees of one form.`);
    }
  });
});

describe("what the function returns", () => {
  it("is no number", () => {
    for (const name of ["grad", "valueAndGrad", "hessian", "hvp"]) {
      expect(() => applied[name](twice, name === "hvp" ? [x2] : undefined, [x2])).toThrow(`${name}: the function returned an array of shape [2].\n  Expected one number: a gradient is of a scalar function.\n  Mend: reduce it, as in sum(f(x)), or use vjp with a cotangent of that shape, or jacobian.`);
    }
  });
  it("is nothing, or nothing to compute with", () => {
    for (const name of Object.keys(applied).filter((each) => each !== "customRule")) {
      const second = name === "jvp" || name === "hvp" ? [x2] : undefined;
      for (const [result, text] of [[undefined, "nothing"], [null, "null"], [true, "true"], [new Map(), "a Map"]] as const) {
        expect(() => applied[name](() => result, second, [x2])).toThrow(`${name}: the function returned ${text}.\n  Expected an array or number, or lists and records of them.\n  Mend: return the result.`);
      }
      expect(() => applied[name](async (x: Value) => square(x), second, [x2])).toThrow(`${name}: the function returned a Promise.\n  Expected an array or number, or lists and records of them.\n  Mend: await outside: what is differentiated must not be async.`);
    }
  });
  it("is no pair under aux", () => {
    for (const name of ["grad", "valueAndGrad"]) {
      expect(() => applied[name](square, { aux: true }, [x2])).toThrow(`${name}: the function returned an array of shape [].\n  Expected [loss, aux], a list of two, since aux is true.`);
      expect(() => applied[name]((x: Value) => [square(x)], { aux: true }, [x2])).toThrow(`${name}: the function returned a list of 1.`);
    }
  });
});

describe("composed transformations speak in their own name", () => {
  it("but leave what the function itself throws alone, also when it differentiates inside", () => {
    const inner = (x: Value) => grad((y: Value) => mul(y, 2))(x) as Value; // a gradient of an array: its own fault
    for (const name of ["jacobian", "hessian", "hvp"]) expect(() => applied[name](inner, name === "hvp" ? [x2] : undefined, [x2])).toThrow("grad: the function returned an array of shape [2].");
    const mine = new Error("mine");
    for (const [name, run] of Object.entries(applied)) {
      if (name === "customRule") continue;
      let caught: unknown;
      try { run(() => { throw mine; }, name === "jvp" || name === "hvp" ? [x2] : undefined, [x2]); } catch (error) { caught = error; }
      expect(caught, name).toBe(mine);
    }
  });
  it("but leave the errors of ops and rules alone, whatever their names", () => {
    const wrong = customRule((x: Value) => mul(x, x), { name: "my grad", vjp: (() => []) as never });
    try {
      jacobian(wrong)(x2);
      expect.fail("nothing was thrown");
    } catch (error) {
      expect(error).toMatchObject({ parts: { where: "my grad" } });
      expect((error as Error).cause).toBeUndefined();
    }
  });
  it("keep the cause", () => {
    try {
      hessian(twice)(x2);
      expect.fail("nothing was thrown");
    } catch (error) {
      expect((error as Error).cause).toMatchObject({ parts: { where: "grad" } });
    }
  });
});

describe("rules", () => {
  const with2 = (rule: Record<string, unknown>) => customRule((x: Value, y: Value) => ({ p: mul(x, y), q: add(x, y) }), { name: "both", ...rule } as never);
  const loss = (f: (x: Value, y: Value) => { p: Value; q: Value }) => (x: Value, y: Value) => { const { p, q } = f(x, y); return add(sum(p), sum(q)); };
  it("that return something else than they must", () => {
    const by = { argument: [0, 1] };
    expect(() => grad(loss(with2({ vjp: () => [x2, "a"] })), by)(x2, x2)).toThrow(`both: the vjp rule returned "a".\n  Expected an array of shape [2].\n  Mend: return what the ops in the rule give.`);
    expect(() => grad(loss(with2({ vjp: () => null })), by)(x2, x2)).toThrow("both: the vjp rule returned 1 leaves for the 2 of the arguments.\n  Expected a list of one tree an argument, like it.\n  Mend: return a list, as in [ct], also for one argument.");
    expect(() => grad(loss(with2({ vjp: ({ p }: { p: Value }) => [p, scalar(1)] })), by)(x2, x2)).toThrow("both: the vjp rule returned an array of shape [].\n  Expected shape [2].\n  Mend: sum over the axes along which the function broadcasts.");
    expect(() => grad(loss(with2({ vjp: ({ p }: { p: Value }) => [p, array([1])] })), by)(x2, x2)).toThrow("both: the vjp rule returned an array of shape [1].\n  Expected shape [2].");
    const push = (rule: () => unknown) => jvp(loss(with2({ jvp: rule })) as never, [x2, x2], [x2, x2]);
    expect(() => push(() => x2)).toThrow("both: the jvp rule returned 1 leaves for the 2 of the result.\n  Expected a tree like it.");
    expect(() => push(() => ({ p: x2, q: undefined }))).toThrow("both: the jvp rule returned undefined.\n  Expected an array of shape [2].");
  });
  it("may return a plain number, in the dtype of what it belongs to", () => {
    const single = array([1], [], "float32");
    const f = customRule((x: Value) => mul(x, 3), { name: "flat", vjp: (() => [7]) as never });
    const slope = grad(f as never)(single) as Value;
    expect([numbers(slope), slope.dtype]).toEqual([[7], "float32"]);
  });
  it("that throw: a DomainError comes in the name of the op, anything else as it is", () => {
    const mine = new TypeError("mine");
    const failing = customRule(exp as (x: Value) => Value, { name: "failing", vjp: (() => { throw mine; }) as never });
    let caught: unknown;
    try { grad(failing)(scalar(1)); } catch (error) { caught = error; }
    expect(caught).toBe(mine);
    checkFinite(true);
    try {
      expect(() => grad((x: Value) => sum(checkpoint((y: Value) => sqrt(y))(mul(x, 2))))(array([2, 0]))).toThrow(/^checkpoint: on the way back, in the vjp rule for argument 0, of shape \[2\]: sqrt: on the way back, in the vjp rule for argument 0, of shape \[2\]: div: the result's element 1/);
      try {
        grad((x: Value) => sum(sqrt(x)))(array([2, 0]));
        expect.fail("nothing was thrown");
      } catch (error) {
        expect((error as Error).cause).toMatchObject({ parts: { where: "div" } });
      }
    } finally {
      checkFinite(false);
    }
  });
  it("that are missing, at the order asked for: by op, argument, shape and place of the plan", () => {
    const later = notDerivedYet("issue 7");
    const once = definePrimitive({ name: "test: once derived", maths: "b = a^2", source: "test", shape: ([a]) => [...a], forward: ([x]) => array(numbers(x).map((v) => v * v), [...x.shape]), vjp: [(ct, { args: [x] }) => mul(ct, apply(slope, [x], {}))], jvp: [later], domain: [{ low: 0, high: 1 }], cases: [] });
    const slope = definePrimitive({ name: "test: its slope", maths: "b = 2a", source: "test", shape: ([a]) => [...a], forward: ([x]) => array(numbers(x).map((v) => 2 * v), [...x.shape]), vjp: [later], jvp: [later], domain: [{ low: 0, high: 1 }], cases: [] });
    const f = (x: Value) => sum(apply(once, [x], {}));
    expect(numbers(grad(f)(x2))).toEqual([2, 4]);
    const mend = "differentiate with respect to something else, or pass it through stopGradient. The argument has shape [2].";
    expect(() => grad((x: Value) => sum(grad(f)(x) as Value))(x2)).toThrow(`test: its slope: vjp has no rule yet for argument 0: issue 7.\n  Mend: ${mend}`);
    expect(() => jvp(f as never, [x2], [x2])).toThrow(`test: once derived: jvp has no rule yet for argument 0: issue 7.\n  Mend: ${mend}`);
  });
});
