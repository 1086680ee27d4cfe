import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listColumns, observationColumns } from "../../src/sweep/observation-columns.ts";

describe("the columns of an observation", () => {
  it("are paths, whatever its shape", () => {
    const observation = { growth: [3, 1, 2], share: 0.5, won: true, word: "robust", races: [{ time: { robust: 4, nonRobust: Infinity } }, { time: { robust: 6, nonRobust: 1 } }], typed: Float64Array.of(1, 3), none: [] };
    expect(observationColumns(observation)).toEqual({
      "obs.growth.min": 1, "obs.growth.median": 2, "obs.growth.max": 3, "obs.growth.n": 3, "obs.share": 0.5, "obs.won": true, "obs.word": "robust",
      "obs.races.time.robust.min": 4, "obs.races.time.robust.median": 5, "obs.races.time.robust.max": 6, "obs.races.time.robust.n": 2,
      "obs.races.time.nonRobust.min": 1, "obs.races.time.nonRobust.median": null, "obs.races.time.nonRobust.max": null, "obs.races.time.nonRobust.n": 1,
      "obs.typed.min": 1, "obs.typed.median": 2, "obs.typed.max": 3, "obs.typed.n": 2, "obs.none.min": null, "obs.none.median": null, "obs.none.max": null, "obs.none.n": 0,
    });
    expect(observationColumns(7)).toEqual({ obs: 7 });
    expect(observationColumns([true, false, true])).toEqual({ "obs.min": 0, "obs.median": 1, "obs.max": 1, "obs.n": 3 });
    expect(observationColumns(NaN)).toEqual({ obs: null });
  });

  it("hold numbers that are finite, and a median with half of the others on each side", () => {
    fc.assert(fc.property(fc.array(fc.double(), { maxLength: 9 }), (values) => {
      const { "v.min": min, "v.median": median, "v.max": max, "v.n": n } = listColumns("v", values);
      const numbers = values.filter((x) => !Number.isNaN(x));
      expect(n).toBe(values.filter(Number.isFinite).length);
      for (const value of [min, median, max]) expect(value === null || Number.isFinite(value)).toBe(true);
      if (numbers.length === 0) expect(median).toBeNull();
      if (typeof median !== "number") return;
      expect(numbers.filter((x) => x <= median).length * 2).toBeGreaterThanOrEqual(numbers.length);
      expect(numbers.filter((x) => x >= median).length * 2).toBeGreaterThanOrEqual(numbers.length);
      if (typeof min === "number") expect(numbers.every((x) => x >= min)).toBe(true);
      if (typeof max === "number") expect(numbers.every((x) => x <= max)).toBe(true);
    }));
  });
});
