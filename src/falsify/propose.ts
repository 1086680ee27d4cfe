/** Points to try next: uniform draws, which measure coverage; points at the edge of the hypotheses; neighbours of those that nearly failed. */
import fc from "fast-check";
import type { Point, Region } from "../claims/index.ts";
import { LemmagradError } from "../errors/index.ts";
import { type Stream, stream } from "../random/index.ts";
import { type DrawCounts, pointsInside } from "../testing/index.ts";
import { freeParameters, isInterval, placeOf, valueAt } from "./space.ts";

/** How a point came to be tried. */
export type Origin = "uniform" | "edge" | "climb";

/** A tried point from which to climb: the smaller `margin`, the nearer to failing. */
export interface Footing {
  point: Point;
  seeds: number[];
  margin: number;
}

/** Halvings of the way from a point inside to one anywhere in the box. */
const halvings = 8;
const mutations = 60;

/** Draws points of one region; the same seed and the same calls give the same points. */
export class Proposer {
  /** Draws of the uniform points so far: of all, the share accepted is the share of the box that is inside. */
  readonly counts: DrawCounts;
  private readonly region: Region<Record<string, unknown>>;
  private readonly points: fc.Arbitrary<Point>;
  private readonly random: Stream;
  private readonly free: string[];

  constructor(region: Region<Record<string, unknown>>, seed: number) {
    this.region = region;
    this.random = stream(seed, "falsify");
    this.free = freeParameters(region.box);
    const points = pointsInside(region);
    this.points = points;
    this.counts = points.counts;
  }

  /** Errors: RegimeError when the region is empty, saying which hypotheses stand in the way. */
  uniform(): Point {
    return fc.sample(this.points, { seed: this.random.integer(0, 0x7fffffff), numRuns: 1 })[0];
  }

  /** A point inside, moved towards a random corner of the box in everything that is not counted, until just before it leaves the hypotheses. */
  edge(): Point {
    const from = this.uniform();
    const names = this.free.filter((name) => {
      const range = this.region.box[name];
      return isInterval(range) && !range.integer;
    });
    const away = Object.fromEntries(names.map((name) => [name, this.random.uniform()]));
    const at = (share: number): Point => ({ ...from, ...Object.fromEntries(names.map((name) => {
      const range = this.region.box[name];
      const place = placeOf(range, from[name]);
      return [name, valueAt(range, place + share * (away[name] - place))];
    })) });
    let [low, high] = [0, 1];
    if (this.inside(at(1))) return at(1);
    for (let i = 0; i < halvings; i++) {
      const middle = (low + high) / 2;
      if (this.inside(at(middle))) low = middle;
      else high = middle;
    }
    return at(low);
  }

  /** A neighbour of one of the first footings (they are ordered, the nearest to failing first), with its seeds; undefined when none is found inside. */
  climb(footings: readonly Footing[]): { point: Point; seeds: number[] } | undefined {
    const nearest = Math.min(footings.length, Math.max(3, Math.ceil(footings.length / 20)));
    const { point, seeds } = footings[this.random.integer(0, nearest - 1)];
    for (let attempt = 0; attempt < mutations; attempt++) {
      const changed = { ...point };
      for (let left = this.random.integer(1, 3); left > 0; left--) {
        const name = this.free[this.random.integer(0, this.free.length - 1)];
        const range = this.region.box[name];
        const near = this.random.uniform() < 0.7;
        changed[name] = valueAt(range, near ? placeOf(range, changed[name]) + 0.15 * this.random.normal() : this.random.uniform());
      }
      if (this.free.some((name) => changed[name] !== point[name]) && this.inside(changed)) return { point: changed, seeds };
    }
    return undefined;
  }

  inside(point: Point): boolean {
    try {
      this.region.experiments(point);
      return this.region.hypotheses(point).every(({ holds }) => holds);
    } catch (error) {
      if (error instanceof LemmagradError) return false;
      throw error;
    }
  }
}
