import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Interval, Range } from "../../src/claims/index.ts";
import { complexity, notSimplest, pointFrom, pointText, simplerValues } from "../../src/falsify/index.ts";
import { significantDigits, simplestOf } from "../../src/falsify/simplicity.ts";
import { cellOf, cellsOf, freeParameters, placeOf, valueAt } from "../../src/falsify/space.ts";
import { messageOf } from "../support/message-of.ts";

const count: Interval = { low: 2, high: 12, integer: true, toward: 10 };
const size: Interval = { low: 0.1, high: 10, scale: "log", toward: 2 };
const choice = { choices: [3, 4, 5] };

describe("simplicity", () => {
  it("is least at the low end of counts, at the reference value of numbers, and at the first choice", () => {
    expect([complexity(count, 2), complexity(size, 2), complexity(choice, 3), complexity("fixed", "fixed")]).toEqual([0, 0, 0, 0]);
    for (const [range, values] of [[count, [2, 3, 5, 11]], [size, [2, 3, 0.1, 2.5, 1.25]], [choice, [3, 4, 5]]] as const) {
      const all = values.map((value) => complexity(range, value));
      expect(all, JSON.stringify(range)).toEqual([...all].sort((a, b) => a - b));
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it("has its simplest values there", () => {
    expect([simplestOf(count), simplestOf(size), simplestOf({ low: -1, high: 3 }), simplestOf(choice), simplestOf("fixed")]).toEqual([2, 2, -1, 3, "fixed"]);
  });

  it("counts digits as they are written", () => {
    expect([1200, 0.03, 1.25, -4, 10.01].map(significantDigits)).toEqual([2, 1, 3, 1, 4]);
  });

  it("names the parameters that a person has to keep in mind", () => {
    expect(notSimplest({ n: count, a: size, q: choice, basis: "identity" }, { n: 3, a: 2, q: 4, basis: "identity" })).toEqual(["n", "q"]);
  });

  it.each<[Range, number]>([[count, 9], [size, 5.123], [size, 0.1234], [{ low: 0, high: 1 }, 0.777], [choice, 5]])("offers simpler values in %j instead of %d, the simplest first", (range, value) => {
    const offered = simplerValues(range, value);
    expect(offered.length).toBeGreaterThan(1);
    expect(offered.length).toBeLessThanOrEqual(15);
    expect(offered).not.toContain(value);
    const all = offered.map((other) => complexity(range, other));
    expect(all).toEqual([...all].sort((a, b) => a - b));
    expect(all.every((own) => own < complexity(range, value))).toBe(true);
  });

  it("offers nothing instead of the simplest", () => {
    expect([simplerValues(count, 2), simplerValues(size, 2), simplerValues(choice, 3), simplerValues(7, 7)]).toEqual([[], [], [], []]);
  });

  it("offers a count one less, and round numbers", () => {
    expect(simplerValues(count, 9)).toEqual(expect.arrayContaining([2, 3, 8]));
    expect(simplerValues({ low: 0.01, high: 10, scale: "log", toward: 1 }, 0.0312)).toEqual(expect.arrayContaining([1, 0.03, 0.04, 0.031]));
  });
});

describe("places", () => {
  const ranges: Range[] = [count, size, choice, { low: -1, high: 3 }, { low: 1, high: 1024, integer: true, scale: "log" }];
  it("run from 0 to 1 and back to the value", () => {
    fc.assert(fc.property(fc.constantFrom(...ranges), fc.integer({ min: 0, max: 1000 }), (range, thousandth) => {
      const value = valueAt(range, thousandth / 1000);
      const place = placeOf(range, value);
      expect(place).toBeGreaterThanOrEqual(-1e-12);
      expect(place).toBeLessThanOrEqual(1 + 1e-12);
      expect(valueAt(range, place)).toBe(value);
    }));
    expect(valueAt(size, 0.123)).toBe(0.1762);
    expect([valueAt(count, -3), valueAt(count, 3), valueAt(size, 0.5), placeOf(size, 1), placeOf(5, 5), placeOf({ low: 1, high: 1 }, 1)]).toEqual([2, 12, 1, 0.5, 0, 0]);
  });

  it("fall into cells: the values where they are few, else tenths", () => {
    expect([cellsOf(count), cellsOf({ low: 2, high: 6, integer: true }), cellsOf(size), cellsOf(choice), cellsOf(3)]).toEqual([10, 5, 10, 3, 1]);
    for (const range of ranges) {
      const seen = new Set(Array.from({ length: 1001 }, (_, at) => cellOf(range, valueAt(range, at / 1000))));
      expect([...seen].toSorted((a, b) => a - b)).toEqual(Array.from({ length: cellsOf(range) }, (_, at) => at));
    }
  });

  it("know which parameters can move", () => {
    expect(freeParameters({ a: 3, b: { choices: [1] }, c: { low: 2, high: 2 }, d: choice, e: size, f: "x" })).toEqual(["d", "e"]);
  });
});

describe("a point as text", () => {
  const box = { n: count, a: size, q: choice, basis: "identity" };
  const base = { n: 10, a: 2, q: 3, basis: "identity" };
  it("comes back, and what is left out is the base's", () => {
    const point = { n: 3, a: 0.25, q: 4, basis: "identity" };
    expect(pointText(point)).toBe("n=3,a=0.25,q=4,basis=identity");
    expect(pointFrom(pointText(point), box, base)).toEqual(point);
    expect(pointFrom(" n = 4 ,a=1e-3", box, base)).toEqual({ ...base, n: 4, a: 0.001 });
  });
  it.each([
    ["n", '"n" is not of the form name=value'], ["n=", "is not of the form"], ["=3", "is not of the form"], ["n=3,,a=1", '"" is not of the form'], ["z=1", 'the claim\'s region has no parameter "z"'],
    ["n=3,n=4", "n is given twice"], ["n=three", "n = three cannot be"], ["basis=rotated", "one of identity"],
  ])("refuses %j", (text, problem) => {
    expect(messageOf(() => pointFrom(text, box, base))).toContain(problem);
  });
});
