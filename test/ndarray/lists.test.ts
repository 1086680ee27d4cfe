/** Short lists of numbers, against what sets and sorting say of them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areDistinct, areIntegers, equalLists, isAscending } from "../../src/ndarray/index.ts";

const short = fc.array(fc.oneof(fc.integer({ min: -1, max: 4 }), fc.constant(-0), fc.constant(NaN), fc.constant(0.5)), { maxLength: 5 });

describe("lists of lengths, axes and positions", () => {
  it("are distinct as a set is as large", () => {
    fc.assert(fc.property(short.map((list) => list.filter((x) => !Number.isNaN(x))), (list) => {
      expect(areDistinct(list)).toBe(new Set(list).size === list.length);
    }));
    expect([areDistinct([0, NaN]), areDistinct([])]).toEqual([true, true]);
  });
  it("ascend where sorting a set of them changes nothing", () => {
    fc.assert(fc.property(short.map((list) => list.filter((x) => !Number.isNaN(x))), (list) => {
      const sorted = [...new Set(list)].sort((a, b) => a - b);
      expect(isAscending(list)).toBe(sorted.length === list.length && sorted.every((x, at) => x === list[at]));
    }));
    expect([isAscending([0, NaN]), isAscending([3]), isAscending([])]).toEqual([false, true, true]);
  });
  it("are equal as their texts are", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 }), fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 }), (a, b) => {
      expect(equalLists(a, b)).toBe(a.join() === b.join());
      expect(equalLists(a, [...a])).toBe(true);
    }));
  });
  it("are integers as each of them is, from the least on", () => {
    fc.assert(fc.property(short, fc.integer({ min: -1, max: 2 }), (list, least) => {
      expect(areIntegers(list)).toBe(list.every(Number.isInteger));
      expect(areIntegers(list, least)).toBe(list.every((x) => Number.isInteger(x) && x >= least));
    }));
  });
});
