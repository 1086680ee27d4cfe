/** The elementary functions against 400-digit values (test/fixtures/elementary/generate.py), and at their special points. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as elementary from "../../src/kernels/elementary/index.ts";
import { powerOfTwo } from "../../src/kernels/elementary/power-of-two.ts";
import { expF64, logF64 } from "../../src/kernels/index.ts";

const { cosF64, erfF64, expm1F64, log1pF64, powF64, sigmoidF64, sigmoidSlopeF64, sinF64, softplusF64, tanhF64 } = elementary;
const functions = elementary as unknown as Record<string, (...args: number[]) => number>;
const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

/** Rows: arguments, the nearest double, what it exceeds the value by in units of its last place. */
const table = JSON.parse(file("test/fixtures/elementary/elementary.json")) as Record<string, number[][]>;

const view = new DataView(new ArrayBuffer(8));
function unitOf(x: number): number {
  view.setFloat64(0, Math.abs(x));
  return 2 ** Math.max(-1074, (view.getInt32(0) >> 20) - 1075);
}
const errorInUlps = (actual: number, nearest: number, excess: number) => Math.abs((actual - nearest) / unitOf(nearest) + excess);

/**
 * The largest errors that the source names, seen over 4000 points a range: normal results, subnormal ones. They follow
 * from how the functions are made: a last rounding of 1/2 and what a correction computed in double adds; a subnormal
 * result is rounded twice, to 53 bits and to its own.
 */
const named: Record<string, [number, number]> = {
  expm1: [0.56, 0.56], log1p: [0.51, 0.51], tanh: [0.54, 0.54], sigmoid: [0.52, 0.75], sigmoidSlope: [0.55, 0.69], softplus: [0.51, 0.74],
  pow: [0.52, 0.62], sin: [0.61, 0.61], cos: [0.62, 0.62], erf: [0.74, 0.74],
};

describe("elementary functions", () => {
  it("are all measured", () => {
    expect(Object.keys(table).map((name) => `${name}F64`).sort()).toEqual(Object.keys(functions).sort());
    expect(Object.keys(table).sort()).toEqual(Object.keys(named).sort());
  });
  it.each(Object.entries(table))("%s is as near as its comment says, over its range, tiny arguments and the seams of its reductions", (name, rows) => {
    expect(rows.length).toBeGreaterThan(150);
    let inexact = 0;
    for (const row of rows) {
      const [nearest, excess] = row.slice(-2);
      const actual = functions[`${name}F64`](...row.slice(0, -2));
      if (actual !== nearest) inexact++;
      const bound = named[name][Math.abs(nearest) < 2.2250738585072014e-308 ? 1 : 0];
      if (!(errorInUlps(actual, nearest, excess) <= bound)) expect.fail(`${name}(${row.slice(0, -2).join(", ")}) = ${actual}, nearest ${nearest}: off by ${errorInUlps(actual, nearest, excess)}`);
    }
    expect(inexact).toBeLessThan(rows.length / 20);
  });
  it("the yardstick sees a last bit that is wrong", () => {
    const [x, nearest, excess] = table.tanh.find((row) => Math.abs(row[0]) > 0.1)!;
    expect(errorInUlps(tanhF64(x) + unitOf(nearest), nearest, excess)).toBeGreaterThan(0.54);
    expect([unitOf(1), unitOf(-3), unitOf(5e-324), unitOf(2.2250738585072014e-308)]).toEqual([2 ** -52, 2 ** -51, 5e-324, 5e-324]);
  });
  it("the table knows e - 1, ln 3, sin 10^22 and 2^(1/2) from elsewhere", () => {
    // 17 digits from tables; sin(1e22) is the classical test of argument reduction
    expect(expm1F64(1)).toBe(1.7182818284590453);
    expect(log1pF64(2)).toBe(1.0986122886681098);
    expect(sinF64(1e22)).toBe(-0.8522008497671888);
    expect(cosF64(1e22)).toBe(0.523214785395139);
    expect(powF64(2, 0.5)).toBe(Math.SQRT2);
    expect(erfF64(1)).toBe(0.8427007929497149);
  });
});

describe("special values", () => {
  it("NaN stays NaN", () => {
    for (const f of [cosF64, erfF64, expm1F64, log1pF64, sigmoidF64, sigmoidSlopeF64, sinF64, softplusF64, tanhF64]) expect(f(NaN), f.name).toBeNaN();
    for (const f of [sinF64, cosF64]) expect([f(Infinity), f(-Infinity)]).toEqual([NaN, NaN]);
    expect([log1pF64(-1.5), log1pF64(-Infinity)]).toEqual([NaN, NaN]);
  });
  it("zeros keep their sign where the function is odd, and tiny numbers are themselves", () => {
    for (const f of [expm1F64, log1pF64, tanhF64, sinF64]) for (const x of [0, -0, 5e-324, -5e-324, 2e-308]) expect(Object.is(f(x), x), `${f.name} ${x}`).toBe(true);
    expect([Object.is(erfF64(-0), -0), Object.is(erfF64(0), 0)]).toEqual([true, true]);
    expect([cosF64(0), cosF64(5e-324), sigmoidF64(-0), sigmoidSlopeF64(5e-324)]).toEqual([1, 1, 0.5, 0.25]);
  });
  it("at the infinities and where results leave the range of doubles", () => {
    expect([Infinity, 709.782712893385, 1e308, -Infinity, -1e308].map(expm1F64)).toEqual([Infinity, Infinity, Infinity, -1, -1]);
    expect(expm1F64(709.782712893384) / 1.797693134862273e308).toBeCloseTo(1, 12);
    expect([Infinity, -1].map(log1pF64)).toEqual([Infinity, -Infinity]);
    expect([Infinity, -Infinity, 1000, -1000].map(tanhF64)).toEqual([1, -1, 1, -1]);
    expect([Infinity, -Infinity, 1e308, -1e308, -745.2].map(sigmoidF64)).toEqual([1, 0, 1, 0, 0]);
    expect([Infinity, -Infinity, 1e308, -1e308, 745.2].map(sigmoidSlopeF64)).toEqual([0, 0, 0, 0, 0]);
    expect([Infinity, -Infinity, 1e308, -1e308].map(softplusF64)).toEqual([Infinity, 0, 1e308, 0]);
    expect([Infinity, -Infinity, 6, -6, 1e308].map(erfF64)).toEqual([1, -1, 1, -1, 1]);
  });
  it("of powers, as in IEEE 754", () => {
    const cases: [number, number, number][] = [
      [NaN, 0, 1], [1, NaN, 1], [NaN, 1, NaN], [2, NaN, NaN], [-1, Infinity, 1], [-1, -Infinity, 1], [1, Infinity, 1],
      [2, Infinity, Infinity], [2, -Infinity, 0], [-0.5, Infinity, 0], [0.5, -Infinity, Infinity], [0, Infinity, 0], [Infinity, -Infinity, 0],
      [0, 3, 0], [-0, 3, -0], [-0, 2, 0], [-0, 2.5, 0], [0, -3, Infinity], [-0, -3, -Infinity], [-0, -2, Infinity], [-0, -0.5, Infinity],
      [Infinity, 0.5, Infinity], [Infinity, -1, 0], [-Infinity, 3, -Infinity], [-Infinity, 2, Infinity], [-Infinity, -3, -0], [-Infinity, 0.5, Infinity],
      [-8, 3, -512], [-2, -2, 0.25], [-8, 1 / 3, NaN], [-1, 9007199254740992, 1], [-1, 4503599627370497, -1], [-0.5, 1.5, NaN],
      [2, 1024, Infinity], [-2, 1025, -Infinity], [2, -1074, 5e-324], [2, -1076, 0], [-2, -1077, -0], [1e300, 1e300, Infinity], [1e300, -1e300, 0], [5e-324, 0.5, 2.2227587494850775e-162],
      [3, 20, 3486784401], [10, 22, 1e22], [0.1, -1, 10], [5, 0.5, Math.sqrt(5)], [0.25, -1.5, 8],
    ];
    for (const [x, y, value] of cases) expect(Object.is(powF64(x, y), value), `${x} ^ ${y} = ${powF64(x, y)}, not ${value}`).toBe(true);
  });
  it("representable powers of integers are exact", () => {
    for (let base = 2n; base <= 60n; base++) for (let power = 2; base ** BigInt(power) <= 2n ** 53n; power++) {
      expect(powF64(Number(base), power)).toBe(Number(base ** BigInt(power)));
      expect(powF64(-Number(base), power)).toBe(Number((-base) ** BigInt(power)));
    }
  });
  it("agree with exp and log where these are accurate: e^(ln x), and 1 - e^-x", () => {
    // a logarithm off by an ulp moves its exponential by |ln x| ulps
    for (const x of [0.001, 0.3, 1.5, 20, 1e5]) expect(Math.abs(expF64(log1pF64(x)) - (1 + x)) / (1 + x)).toBeLessThan((2 + 2 * Math.abs(logF64(1 + x))) * 2 ** -52);
    for (const x of [1, 5, 30]) expect(Math.abs(expm1F64(-x) - (expF64(-x) - 1))).toBeLessThan(2 ** -51);
  });
});

it("no op and no kernel takes a value from the engine's own elementary functions, which differ between engines", () => {
  const folders = ["src/ops", "src/kernels/elementary", "src/kernels/reference"];
  const sources = folders.flatMap((folder) => readdirSync(new URL(`../../${folder}`, import.meta.url)).filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`));
  // Math.hypot may stand in a clearance, which only tests read
  const engine = /\bMath\.(?:exp|expm1|log|log1p|log2|log10|pow|sin|cos|tan|asin|acos|atan2?|sinh|cosh|tanh|asinh|acosh|atanh|cbrt)\b|\*\*\s*[-\w(.]*[A-Za-z_(]/;
  const code = (path: string) => file(path).replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"[^"\n]*"/g, "");
  expect(sources.length).toBeGreaterThan(60);
  expect(sources.filter((path) => engine.test(code(path)))).toEqual([]);
  for (const line of ["x = Math.exp(y)", "x ** y", "2 ** (n - 1)", "2 ** -n"]) expect(engine.test(line), line).toBe(true);
  expect(engine.test("x = 2 ** -256 + Math.sqrt(y)")).toBe(false);
});

it("powers of two are exact over the whole range of normal numbers", () => {
  for (let k = -1022; k <= 1023; k++) {
    view.setFloat64(0, powerOfTwo(k));
    expect([view.getUint32(0), view.getUint32(4)], `2^${k}`).toEqual([(k + 1023) * 2 ** 20, 0]);
  }
});
