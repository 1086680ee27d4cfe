/** What checkGrads refuses before it measures anything, and what it takes for granted about precision. */
import { describe, expect, it } from "vitest";
import { array, astype, checkGrads, mul, sin, type Value, zeros } from "lemmagrad";
import { cubeWith, right } from "./bent.ts";

const square = ((x: Value) => mul(x, x)) as never;
const x = array([1, 2]);

describe("checkGrads refuses", () => {
  it("an option that it does not know, and options that are no record", () => {
    expect(() => checkGrads(square, [x], { orders: 2 } as never)).toThrow('checkGrads: there is no option "orders".\n  Expected one of modes, order, seed, directions.\n  Mend: it is called order here.');
    expect(() => checkGrads(square, [x], 2 as never)).toThrow("checkGrads: the options are 2.\n  Expected a record of options: modes, order, seed, directions.");
  });
  it("what is no function, and arguments that are no list", () => {
    expect(() => checkGrads(x as never, [x])).toThrow("checkGrads: the function is an array of shape [2].\n  Expected a function of arrays.\n  Mend: pass the function itself, not what it returns.");
    expect(() => checkGrads(square, x as never)).toThrow("checkGrads: the arguments are an array of shape [2].\n  Expected a list, with one entry an argument.\n  Mend: put them into brackets: [x].");
    expect(() => checkGrads(square, undefined as never)).toThrow("checkGrads: the arguments are undefined.");
  });
});

describe("float32 inside a function of float64", () => {
  const inside = (f: (x: Value) => Value) => ((y: Value) => astype(f(astype(y, "float32")), "float64")) as never;
  const at = array([0.3, -0.7, 1.1]);
  it("is judged by the rounding of float32", () => {
    expect(checkGrads(inside(sin), [at], { order: 2 }).checks.length).toBeGreaterThan(6);
    const wide = (y: Value) => mul(sin(y), astype(zeros([3], "float32"), "float64"));
    // what reaches no result rounds nothing
    for (const { tolerance } of checkGrads(((y: Value) => [mul(y, sin(y)), astype(y, "float32")][0]) as never, [at]).checks) expect(tolerance).toBeLessThan(1e-8);
    expect(() => checkGrads(wide as never, [at])).not.toThrow();
  });
  it("hides no rule that is wrong by 5 %", () => {
    expect(() => checkGrads(inside(cubeWith((ct, z) => mul(1.05, right(ct, z)))), [at])).toThrow("Culprit: the vjp rule of test: cube");
  });
});
