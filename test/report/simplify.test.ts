import { describe, expect, it } from "vitest";
import { compactPath, simplify, type Point } from "../../src/report/simplify.ts";
import { noise } from "../support/sample-results.ts";

const next = noise(1);
const noisy: Point[] = Array.from({ length: 5000 }, (_, i) => [i / 12, 100 * next()]);
const smooth: Point[] = Array.from({ length: 600 }, (_, i) => [i / 1.5, 200 / (1 + Math.exp((300 - i) / 40))]);

function extremes(points: readonly Point[]): number[] {
  const ys = points.map(([, y]) => y);
  return [Math.min(...ys), Math.max(...ys)];
}

describe("simplify", () => {
  it("keeps both ends and both extremes exactly, noisy or smooth", () => {
    for (const points of [noisy, smooth]) {
      const kept = simplify(points, { limit: 40 });
      expect(extremes(kept)).toEqual(extremes(points));
      expect(kept[0]).toBe(points[0]);
      expect(kept[kept.length - 1]).toBe(points[points.length - 1]);
      expect(kept.length).toBeLessThanOrEqual(46);
    }
  });

  it("keeps a one-point spike in a flat line of 5000", () => {
    const spike: Point[] = Array.from({ length: 5000 }, (_, i) => [i, i === 2501 ? 9 : 1]);
    expect(simplify(spike)).toContainEqual([2501, 9]);
    expect(simplify(spike).length).toBeLessThan(10);
  });

  it("stays within the tolerance where the limit is not needed", () => {
    const kept = simplify(smooth, { tolerance: 0.2, limit: 400 });
    expect(kept.length).toBeLessThan(60);
    for (const [x, y] of smooth) {
      const after = Math.max(1, kept.findIndex((point) => point[0] >= x));
      const [ax, ay] = kept[after - 1];
      const [bx, by] = kept[after];
      // Vertical distance, bounded by the tolerance over the cosine of the steepest slope (2 here).
      expect(Math.abs(ay + ((x - ax) / (bx - ax)) * (by - ay) - y)).toBeLessThan(0.2 * Math.hypot(1, 2));
    }
  });

  it("leaves one and two points alone", () => {
    expect(simplify([[1, 2]])).toEqual([[1, 2]]);
    expect(simplify([[1, 2], [3, 4]])).toEqual([[1, 2], [3, 4]]);
  });
});

describe("compactPath", () => {
  it("rounds to a tenth and keeps gaps, closed shapes and isolated points", () => {
    expect(compactPath("M0.04,1.06L5,5.55L9.999,0M20,1Z")).toBe("M0,1.1L5,5.6L10,0M20,1Z");
  });

  it("returns curves as they are", () => {
    expect(compactPath("M0,0A3,3,0,1,1,2,2")).toBe("M0,0A3,3,0,1,1,2,2");
  });
});
