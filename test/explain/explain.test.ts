import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { explain, explainWith, explanationSchema, label } from "lemmagrad/explain";
import {
  add, array, concatenate, customRule, exp, grad, greater, log, matmul, mul, type NdArray, smoothedRelu, scalar, stopGradient, sub, sum, toNested, type Value, vjp,
} from "lemmagrad";
import { bottom } from "../../src/autodiff/index.ts";

const nested = (x: Value | undefined) => (x === undefined ? undefined : toNested(bottom(x)));
const sumOf = (parts: readonly Value[]) => parts.reduce((a, b) => add(a, b));

const diamond = () => explainWith({ names: ["a"] }, (a: Value) => {
  const b = label("b", add(a, a));
  return label("c", add(b, b));
}, scalar(3) as Value);

/** Functions that meet what a tape can hold: fans, broadcasting, constants, dead ends, trees, float32. */
const functions: Record<string, { f: (...args: Value[]) => unknown; args: Value[] }> = {
  "the diamond": { f: (a) => { const b = add(a, a); return add(b, b); }, args: [scalar(3)] },
  "a layer": { f: (x, w) => sum(smoothedRelu(matmul(x, w), { q: 3, rho: 0.5 })), args: [array([[1, 2], [3, -4]]), array([[0.1, -0.2, 0.3], [0.3, 0.1, 0.05]])] },
  "broadcasting either way": { f: (a, b) => mul(a, add(b, 1)), args: [array([[1], [2]]), array([3, 4, 5])] },
  "constants and a value used three times": { f: (x) => sub(mul(exp(x), array([1, 2])), mul(x, x)), args: [array([0.5, -1])] },
  "a dead end": { f: (x) => { log(x); return mul(stopGradient(x), x); }, args: [array([2, 3])] },
  "a result of two leaves": { f: (x, y) => ({ first: mul(x, y), second: [sum(x)] }), args: [array([1, 2]), array([3, 4])] },
  "a variadic primitive with one array twice": { f: (x, y) => mul(concatenate([x, y, x]), 3), args: [array([1, 2]), array([3])] },
  "float32": { f: (x) => mul(x, x), args: [array(Float32Array.of(0.1, 0.2), [2])] },
  "a rule that is constant along an axis": { f: (x) => sum(x, { axes: 0 }), args: [array([[1, 2, 3], [4, 5, 6]])] },
  "size 0": { f: (x) => sum(x), args: [array([[], []])] },
  "a rule of one's own": { f: (x) => customRule((v: Value) => mul(v, 2), { name: "twice", vjp: (ct: never) => [mul(ct, 2)] })(x), args: [array([1, 2])] },
};

describe.each(Object.entries(functions))("explain of %s", (_name, { f, args }) => {
  const explanation = explain(f, ...args);

  it("shows the cotangents that vjp gives the inputs, and the function's own value", () => {
    const { value, pull } = vjp(f, ...args);
    const ones = (tree: unknown): unknown => (Array.isArray(tree) ? tree.map(ones) : typeof tree === "object" && tree !== null && !("data" in tree) ? Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, ones(part)])) : add(mul(tree as Value, 0), 1));
    const gradients = pull(ones(value)) as NdArray[];
    expect(explanation.inputs.map((index) => nested(explanation.nodes[index].cotangent))).toEqual(gradients.map(nested));
    const leaves = explanation.outputs.map(({ value: leaf }) => nested(leaf));
    const own = (tree: unknown): unknown[] => ("data" in (tree as object) ? [nested(tree as Value)] : Object.values(tree as object).flatMap(own));
    expect(leaves).toEqual(own(value));
  });

  it("every cotangent is the sum of what arrives, and what arrives is what was sent", () => {
    for (const { index, cotangent, arrivals } of explanation.nodes) {
      if (cotangent === undefined) {
        expect(arrivals).toEqual([]);
        continue;
      }
      // the order of addition is the tape's own, so the bits are the same
      expect(nested(sumOf(arrivals.map(({ part }) => part)))).toEqual(nested(cotangent));
      const sent = explanation.nodes.flatMap((node) => node.sends.filter(({ to, part }) => to === index && part !== undefined));
      expect(arrivals.filter(({ from }) => from !== "given")).toHaveLength(sent.length);
      expect(cotangent.shape).toEqual(explanation.nodes[index].shape);
    }
  });

  it("arguments stand before results, and names are unlike", () => {
    for (const { index, arguments: own } of explanation.nodes) for (const { kind, at } of own) expect(at).toBeLessThan(kind === "node" ? index : explanation.constants.length);
    const names = explanation.nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("is one line a node forward, and JSON that follows its schema", () => {
    const [forward] = explanation.toText().split("\n\nBackward");
    const unnamed = explanation.constants.filter(({ name }) => /^k\d/.test(name)).length;
    expect(forward.split("\n").slice(3)).toHaveLength(explanation.nodes.length + unnamed);
    for (const values of ["summary", "all"] as const) expect(schemaFaults(explanation.toJson({ values }))).toBeNull();
  });
});

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(explanationSchema as object);
function schemaFaults(json: unknown): unknown {
  return validate(JSON.parse(JSON.stringify(json))) ? null : validate.errors;
}

describe("explain", () => {
  it("walks the diamond in order: c sends twice to b before b sends to a", () => {
    expect(diamond().toText()).toBe(`Forward: one line a node, first to last. Each value is kept for the way back.

#  node           shape  value  maths
0  a              []     3      input
1  b = add(a, a)  []     6      b = a + a
2  c = add(b, b)  []     12     c = b + b

Backward: last to first. All uses of a node stand after it, so its cotangent (ct) is complete when its line is reached. It starts from 1 at the result.

#  cotangent  from   value      sends on             which is
2  ct_c       start  1          ct_b += ct_c         1
                                ct_b += ct_c         1
1  ct_b       c, c   1 + 1 = 2  ct_a += ct_b         2
                                ct_a += ct_b         2
0  ct_a       b, b   2 + 2 = 4  input: its gradient
`);
  });

  it("says where broadcasting was undone and where a cotangent was spread", () => {
    const text = explainWith({ names: ["a", "b"] }, (a: Value, b: Value) => sum(mul(a, b), { axes: 1 }), array([[1], [2]]) as Value, array([3, 4, 5]) as Value).toText();
    expect(text).toContain("(summed from [2, 3] to [2, 1])");
    expect(text).toContain("(summed from [2, 3] to [3])");
    expect(text).toContain("(spread from [2, 1] to [2, 3])");
    expect(text).toContain("It starts from ones at the result: these are gradients of the sum of its elements.");
  });

  it("says why nothing is sent, which nodes nothing reaches, and which results depend on no input", () => {
    const text = explain((x: Value) => { log(x); return [mul(greater(x, 0), x), scalar(1)]; }, scalar(2) as Value).toText();
    expect(text).toContain("nothing: greater is constant wherever it is continuous");
    expect(text).toContain("none: the result does not depend on it");
    expect(text).toContain("The result value[1] depends on no input.");
  });

  it("names inputs by their paths or the caller's names, constants and labels, never two alike", () => {
    const w = array([1, 2]);
    const f = (p: { x: Value }, y: Value) => label("x", add(label("y", mul(p.x, y)), w));
    expect(explain(f, { x: array([1, 2]) as Value }, scalar(2) as Value).nodes.map(({ name }) => name)).toEqual(["args[0].x", "args[1]", "y", "x"]);
    const named = explainWith({ names: ["p", "y"], constants: { w } }, f, { x: array([1, 2]) as Value }, scalar(2) as Value);
    expect(named.nodes.map(({ name }) => name)).toEqual(["p.x", "y", "y'", "x"]);
    expect(named.constants.map(({ name }) => name)).toEqual(["w"]);
  });

  it("a primitive whose record has no rules keeps its own letters: half of them replaced would say something else", () => {
    const twice = customRule((v: Value) => mul(v, 2), { name: "twice", vjp: (ct: never) => [mul(ct, 2)] });
    const text = explainWith({ names: ["b"] }, (x: Value) => twice(x), scalar(1) as Value).toText();
    expect(text).toContain("1  v1 = twice(b)  []     2      b = f(a)");
    expect(text).toContain("ct_b += the rule of twice  2");
  });

  it("label does nothing outside, and inside grad names the node of the function explained", () => {
    const x = array([1, 2]);
    expect(label("x", x)).toBe(x);
    // the entry before grad gives the tapes inside and outside different indices
    const gradient = grad((v: Value) => sum(label("cube", mul(v, mul(v, v))))) as (v: Value) => Value;
    const second = explainWith({ names: ["x"] }, (v: Value) => gradient(mul(v, 1)), x as Value);
    expect(second.nodes.filter(({ name }) => name === "cube").map(({ value }) => nested(value))).toEqual([[1, 8]]);
    // the gradient of sum(x^3) is 3 x^2, and that of its sum 6 x
    expect(nested(second.outputs[0].value)).toEqual([3, 12]);
    expect(nested(second.nodes[0].cotangent)).toEqual([6, 12]);
  });

  it("starts from a cotangent that is given, and refuses one that does not fit", () => {
    const f = (x: Value) => mul(x, x);
    const x = array([1, 2]) as Value;
    const explanation = explainWith({ cotangent: array([1, 10]) }, f, x);
    expect(nested(explanation.nodes[0].cotangent)).toEqual([2, 40]);
    expect(explanation.toText()).toContain("It starts from the cotangent given.");
    expect(() => explainWith({ cotangent: array([1]) }, f, x)).toThrow("explain: the cotangent has shape [1], the function's value [2].");
    expect(() => explainWith({ cotangent: [x, x] }, f, x)).toThrow("explain: the cotangent has 2 leaves, the function's value 1.");
    const two = (y: Value) => ({ a: mul(y, 2), b: mul(y, 3) });
    expect(nested(explainWith({ cotangent: { b: array([10, 0]), a: array([1, 0]) } }, two, x).nodes[0].cotangent)).toEqual([32, 0]);
    expect(() => explainWith({ cotangent: { a: x, b: x, c: x } }, two, x)).toThrow("explain: the cotangent has 3 leaves, the function's value 2.\n");
    expect(() => explainWith({ cotangent: { b: x, c: x } }, two, x)).toThrow("explain: the cotangent has 2 leaves, the function's value 2; it has none for the function's value.a.\n  Expected trees of one form.");
    expect(() => explainWith({ cotangent: array(Float32Array.of(1, 1), [2]) }, f, x)).toThrow("explain: the cotangent is float32, the function's value float64.");
  });

  it("refuses a call without arguments and names that do not fit", () => {
    expect(() => explain(() => scalar(1))).toThrow("explain: there is no argument, so there is nothing to differentiate by.");
    expect(() => explain(5 as never, scalar(1))).toThrow("explain: the function is 5.\n  Expected a function of arrays.");
    expect(() => explainWith({ name: ["x"] } as never, (x: Value) => x, scalar(1) as Value)).toThrow('explain: there is no option "name".\n  Expected one of names, constants, cotangent.\n  Mend: it is called names here.');
    for (const names of ["x", [1]]) expect(() => explainWith({ names } as never, (x: Value) => x, scalar(1) as Value)).toThrow("explain: the option names is");
    for (const constants of [5, null, scalar(1)]) expect(() => explainWith({ constants } as never, (x: Value) => x, scalar(1) as Value)).toThrow(/^explain: the option constants is .*\.\n {2}Expected a record of arrays by their names\.$/);
    expect(() => explainWith({ names: ["x", "y"] }, (x: Value) => x, scalar(1) as Value)).toThrow("explain: 2 names were given for 1 arguments.");
  });

  it("summarises arrays of more than six elements, unless all are asked for; numbers have six digits", () => {
    const explanation = explainWith({ names: ["x"] }, (x: Value) => mul(x, 2), array([1, 2, 3, 4, 5, 6, -7 / 3]) as Value);
    expect(explanation.toText()).toContain("0  x               [7]    -2.33333..6, mean 2.66667, norm 9.82061   input");
    expect(explanation.toText({ values: "all" })).toContain("[1, 2, 3, 4, 5, 6, -2.33333]");
    expect(explanation.toJson().nodes[0].value.elements).toBeNull();
    expect(explanation.toJson({ values: "all" }).nodes[0].value.elements).toEqual([1, 2, 3, 4, 5, 6, -7 / 3]);
  });

  it("shows what is not finite, also in JSON, which has no word for it", () => {
    const explanation = explain((x: Value) => log(x), array([0, -1, 1, 1, 1, 1, 1]) as Value);
    expect(explanation.toText()).toContain("all 0, norm 0; 2 of 7 not finite");
    const { value } = explanation.toJson({ values: "all" }).nodes[1];
    expect(value).toMatchObject({ notFinite: 2, elements: ["-Infinity", "NaN", 0, 0, 0, 0, 0] });
    expect(schemaFaults(explanation.toJson())).toBeNull();
  });

  it("stays within the width it is given, and colours only when asked", () => {
    const explanation = explain(functions["a layer"].f, ...functions["a layer"].args);
    for (const width of [80, 100, 140]) for (const line of explanation.toText({ width }).split("\n")) expect([...line].length).toBeLessThanOrEqual(width);
    expect(explanation.toText()).not.toContain("\u001b");
    // eslint-disable-next-line no-control-regex
    expect(explanation.toText({ colour: true, width: 100 }).replaceAll(/\u001b\[\d+m/g, "").replaceAll(/ +$/gm, "")).toBe(explanation.toText({ width: 100 }));
  });

  it("the schema notices a property that is missing and one too many", () => {
    const json = diamond().toJson();
    expect(schemaFaults({ ...json, nodes: json.nodes.map(({ sends: _sends, ...rest }) => rest) })).not.toBeNull();
    expect(schemaFaults({ ...json, extra: 1 })).not.toBeNull();
    expect(json).toMatchObject({ format: "lemmagrad-explanation", version: 1, inputs: [0] });
  });
});

