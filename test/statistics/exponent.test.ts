import { describe, expect, it } from "vitest";
import { ParameterError } from "../../src/errors/index.ts";
import { exponentAlong, exponentMargin } from "../../src/statistics/index.ts";

describe("exponentAlong", () => {
  it("fits a power exactly, whatever its factor and the order of the sizes", () => {
    expect(exponentAlong([4, 8, 16], [4, 8, 16].map((k) => 7 * k ** 0.3))).toBeCloseTo(0.3, 12);
    expect(exponentAlong([16, 4], [1, 16])).toBeCloseTo(-2, 12);
  });
  it("is the slope that leaves the smallest sum of squares", () => {
    const [sizes, values] = [[2, 3, 5, 9], [1, 4, 3, 8]];
    const [x, y] = [sizes.map(Math.log), values.map(Math.log)];
    const mean = (list: number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
    const squares = (slope: number) => x.reduce((sum, at, i) => sum + (y[i] - mean(y) - slope * (at - mean(x))) ** 2, 0);
    const slope = exponentAlong(sizes, values);
    for (const step of [1e-3, -1e-3]) expect(squares(slope)).toBeLessThan(squares(slope + step));
  });
  it("of all seeds' points together is the mean of the seeds' own", () => {
    const [sizes, seeds] = [[4, 8, 16], [[1, 3, 4], [2, 2, 9], [1, 5, 5]]];
    const together = exponentAlong(seeds.flatMap(() => sizes), seeds.flat());
    expect(seeds.reduce((sum, values) => sum + exponentAlong(sizes, values), 0) / seeds.length).toBeCloseTo(together, 12);
  });
  it("is no number where a value never comes", () => {
    expect([exponentAlong([1, 2], [1, Infinity]), exponentAlong([1, 2], [1, 0])]).toEqual([NaN, NaN]);
  });
  it("refuses a ladder of one size, however often it is named", () => {
    for (const sizes of [[4], [4, 4]]) expect(() => exponentAlong(sizes, sizes)).toThrow(/exponentAlong: a ladder of one size says nothing about growth[\s\S]*two different sizes or more[\s\S]*Mend: add rungs/);
    expect(() => exponentAlong([4], [1])).toThrow(ParameterError);
    expect(() => exponentAlong([], [])).toThrow(/a ladder of no size/);
    expect(() => exponentAlong([0, 4], [1, 1])).toThrow(/a rung of size 0/);
    expect(() => exponentAlong([2, 4], [1])).toThrow(/2 sizes came with 1 values/);
  });
});

describe("exponentMargin", () => {
  it("is the farthest that values within a factor of a power can move its exponent", () => {
    const sizes = [4, 6, 8, 12];
    const margin = exponentMargin(sizes, 1.1);
    let most = 0;
    for (let signs = 0; signs < 16; signs++) most = Math.max(most, Math.abs(exponentAlong(sizes, sizes.map((k, at) => k ** 0.5 * (signs & (1 << at) ? 1.1 : 1 / 1.1))) - 0.5));
    expect(margin).toBeCloseTo(most, 12);
  });
});
