/** Sums, differences and products with an operand that is spread: rows, columns, numbers and anything between, against loops. */
import fc from "fast-check";
import { describe, it } from "vitest";
import { add, array, compile, mul, type NdArray, sub, type Value } from "lemmagrad";
import { expectSame, onEachBackend } from "../support/arrays.ts";
import { elementAt, fromIndices } from "../support/loops.ts";

const ops = { add: [add, (x: number, y: number) => x + y], sub: [sub, (x: number, y: number) => x - y], mul: [mul, (x: number, y: number) => x * y] } as const;
const value = (i: number, shift: number) => (((i + shift) * 7) % 13) / 4 - 1.5;
const filled = (shape: readonly number[], shift: number) => array(Array.from({ length: shape.reduce((n, length) => n * length, 1) }, (_, i) => value(i, shift)), [...shape]);

const drawn = fc.tuple(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }), fc.nat(15), fc.nat(4), fc.boolean())
  .map(([full, ones, dropped, other]) => ({ full, spread: full.map((length, axis) => ((ones >> axis) & 1 ? 1 : length)).slice(Math.min(dropped, full.length)), other }));

describe.each(Object.keys(ops) as (keyof typeof ops)[])("%s", (name) => {
  const [op, exact] = ops[name];
  it("agrees with a loop, whichever operand is spread over whichever axes, also compiled", () => onEachBackend(() => fc.assert(fc.property(drawn, ({ full, spread, other }) => {
    const [x, y] = other ? [filled(spread, 3), filled(full, 1)] : [filled(full, 1), filled(spread, 3)];
    const at = (z: NdArray, index: readonly number[]) => elementAt(z, index.slice(index.length - z.shape.length).map((i, axis) => (z.shape[axis] === 1 ? 0 : i)));
    const wanted = fromIndices(full, (index) => exact(at(x, index), at(y, index)));
    expectSame(op(x, y), wanted);
    expectSame((compile(op as (x: Value, y: Value) => Value) as (x: NdArray, y: NdArray) => NdArray)(x, y), wanted);
  }), { numRuns: 150 })));
  it("agrees with a loop where one operand is a number, also compiled", () => onEachBackend(() => {
    const x = filled([3, 4], 2);
    for (const number of [0, -0, 0.1, -2, 1e300]) {
      for (const [f, wanted] of [[(z: Value) => op(z, number), (z: number) => exact(z, number)], [(z: Value) => op(number, z), (z: number) => exact(number, z)]] as const) {
        const expected = fromIndices([3, 4], (index) => wanted(elementAt(x, index)));
        expectSame(f(x), expected);
        expectSame((compile(f) as (z: NdArray) => NdArray)(x), expected);
      }
    }
  }));
});
