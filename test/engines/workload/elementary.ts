/**
 * Elementary functions and arithmetic over all of the number line: every binary exponent down to the subnormals, dense
 * intervals where the functions vary, infinities, both zeros, and NaN.
 */
import { add, cos, div, erf, exp, expm1, log, log1p, mul, pow, sigmoid, sin, smoothedRelu, softplus, sqrt, sub, tanh, type Value } from "../../../src/index.ts";
import { type Dtype, type FloatArray, view } from "../../../src/ndarray/index.ts";
import { stream, type Stream } from "../../../src/random/index.ts";
import { dtypes, type Result, withDerivatives } from "./result.ts";

const unary: Record<string, (x: Value) => Value> = {
  exp, log, expm1, log1p, tanh, sigmoid, softplus, erf, sin, cos, sqrt,
  "pow 3": (x) => pow(x, 3), "pow -2": (x) => pow(x, -2), "pow 0.5": (x) => pow(x, 0.5), "pow -1.7": (x) => pow(x, -1.7),
  "smoothedRelu q = 2": (x) => smoothedRelu(x, { q: 2, rho: 0.1 }), "smoothedRelu q = 5": (x) => smoothedRelu(x, { q: 5, rho: 1.5 }),
};
const binary: Record<string, (x: Value, y: Value) => Value> = { add, sub, mul, div, pow };

export function* elementaryResults(): Generator<Result> {
  for (const dtype of dtypes) {
    const random = stream(3, `grid ${dtype}`);
    const grid = wholeLine(random, dtype);
    const x = view(grid, [grid.length]);
    for (const [name, f] of Object.entries(unary)) yield* withDerivatives(`${name} over the whole line, ${dtype}`, f, [x]);
    const order = random.permutation(grid.length);
    const y = view(grid.map((_, i) => grid[order[i]]), [grid.length]);
    for (const [name, f] of Object.entries(binary)) yield* withDerivatives(`${name} of pairs from the whole line, ${dtype}`, f as (...args: Value[]) => Value, [x, y]);
    const [base, exponent] = [{ low: 0, high: 4 }, { low: -40, high: 40 }].map(({ low, high }) => view(grid.map(() => low + (high - low) * random.uniform()), [grid.length]));
    yield* withDerivatives(`pow of moderate pairs, ${dtype}`, pow as (...args: Value[]) => Value, [base, exponent]);
  }
}

/** Bit patterns of a dtype: its exponents (from 0, the subnormals, to the last finite one) and how many mantissas to draw for each. */
const forms = {
  float64: { exponents: 0x7ff, mantissas: 4, make: (words: Uint32Array) => new Float64Array(words.buffer) },
  float32: { exponents: 0xff, mantissas: 32, make: (words: Uint32Array) => new Float32Array(words.buffer) },
};

function wholeLine(random: Stream, dtype: Dtype): FloatArray {
  const { exponents, mantissas, make } = forms[dtype];
  const values: number[] = [NaN, Infinity, 0, 1, 2, 0.5, ...(dtype === "float64" ? [Number.MIN_VALUE, 2 ** -1022, 2 ** -1022 - 2 ** -1074, Number.MAX_VALUE] : [2 ** -149, 2 ** -126, 2 ** -126 - 2 ** -149, (2 - 2 ** -23) * 2 ** 127])];
  const word = () => random.integer(-0x80000000, 0x7fffffff);
  for (let exponent = 0; exponent < exponents; exponent++) {
    for (let drawn = 0; drawn < mantissas; drawn++) {
      const words = dtype === "float64" ? Uint32Array.of(word(), (exponent << 20) | (word() >>> 12)) : Uint32Array.of((exponent << 23) | (word() >>> 9));
      values.push(...make(words));
    }
  }
  for (let drawn = 0; drawn < 2048; drawn++) values.push(750 * random.uniform(), 4 * random.uniform(), 1 + 0.1 * (random.uniform() - 0.5));
  const both = values.flatMap((value) => [value, -value]);
  return dtype === "float64" ? Float64Array.from(both) : Float32Array.from(both);
}
