import { describe, expect, it } from "vitest";
import { stream } from "../../src/random/index.ts";
import { holmAdjusted } from "../../src/statistics/index.ts";

describe("holmAdjusted", () => {
  it("multiplies the smallest by their number, the next by one less, and never falls", () => {
    expect(holmAdjusted([0.01, 0.04, 0.03]).map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06]);
    expect(holmAdjusted([0.6, 0.9])).toEqual([1, 1]);
    expect(holmAdjusted([])).toEqual([]);
  });
  it("rejects what the closed test of Bonferroni tests rejects, over all intersections of up to five hypotheses", () => {
    const { uniform } = stream(1000, "p-values");
    for (let trial = 0; trial < 300; trial++) {
      const p = Array.from({ length: 1 + (trial % 5) }, () => uniform() ** 3);
      const adjusted = holmAdjusted(p);
      for (const alpha of [0.01, 0.05, 0.2]) {
        const closed = p.map((_, at) => {
          for (let set = 1; set < 2 ** p.length; set++) {
            const members = p.filter((_p, i) => set & (1 << i));
            if (set & (1 << at) && !(Math.min(...members) <= alpha / members.length)) return false;
          }
          return true;
        });
        expect(adjusted.map((value) => value <= alpha)).toEqual(closed);
      }
    }
  });
});
