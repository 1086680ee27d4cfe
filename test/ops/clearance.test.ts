/** Kinks are where a function bends, and nowhere else; clearances are taken over all lines, wherever the nearest tie stands. */
import { describe, expect, it } from "vitest";
import { array, type NdArray, transpose } from "lemmagrad";
import { registered } from "../../src/autodiff/index.ts";

const nearTieIn = (line: number) => array([[1, 5, 9], [2, 6, 12], [3, 8, 20]].map((keys, at) => (at === line ? [keys[0], keys[0] + 0.25, keys[2]] : keys)));
const clearance = (name: string, args: readonly NdArray[], params: object) => registered(name).clearance!(args, params);

describe.each([0, 1, 2])("with the nearest tie in line %i of three", (line) => {
  const rows = nearTieIn(line);
  const columns = transpose(rows) as NdArray;
  it("sortBy and unsortBy say how far it is, along either axis", () => {
    for (const name of ["sortBy", "unsortBy"]) for (const descending of [false, true]) {
      expect(clearance(name, [rows, rows], { axis: 1, descending })).toBe(0.25);
      expect(clearance(name, [columns, columns], { axis: 0, descending })).toBe(0.25);
    }
  });
  it("max says how far it is", () => {
    const largest = array([[1, 5, 9], [2, 6, 12], [3, 8, 20]].map((keys, at) => (at === line ? [keys[0], keys[2] - 0.25, keys[2]] : keys)));
    expect(clearance("max", [largest], { axes: [1], keepAxes: false })).toBe(0.25);
    expect(clearance("max", [transpose(largest) as NdArray], { axes: [0], keepAxes: true })).toBe(0.25);
  });
  it("project says how far the nearest row is from the sphere", () => {
    const near = array([[30, 40], [60, 80], [90, 120]].map((row, at) => (at === line ? [3, 4] : row)));
    expect(clearance("project", [near], { radius: 4.5, scale: 1 })).toBe(0.5);
    expect(clearance("project", [near], { radius: 2, scale: 0 })).toBe(2);
  });
  it("norm says how short its shortest row is", () => {
    const short = array([[30, 40], [60, 80], [90, 120]].map((row, at) => (at === line ? [0.3, 0.4] : row)));
    for (const name of ["norm", "normalize"]) expect(clearance(name, [short], {})).toBe(0.5);
  });
});

describe("kinks", () => {
  const kinks = (name: string, params: object) => registered<object>(name).kinks!(params);
  it("clip has one at each bound that is a number, and none where it is constant", () => {
    expect(kinks("clip", { low: -1, high: 2 }).map(({ at }) => at)).toEqual([-1, 2]);
    expect(kinks("clip", { low: -Infinity, high: 2 }).map(({ at }) => at)).toEqual([2]);
    expect(kinks("clip", { low: 1, high: 1 })).toEqual([]);
  });
  it("leakyRelu has none where both slopes are 1", () => {
    expect(kinks("leakyRelu", { slope: 1 })).toEqual([]);
    expect(kinks("leakyRelu", { slope: 0.5 }).map(({ at }) => at)).toEqual([0]);
  });
});
