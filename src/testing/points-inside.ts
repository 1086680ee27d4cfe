/** Points of a claim's region: the even draws of `lemmagrad falsify`, for a user's own properties. */
import type { HypothesisResult, Point, Range, Region } from "../claims/index.ts";
import { type ParameterPointOptions, type ParameterPoints, parameterPoints } from "./parameter-points.ts";

export type PointsInsideOptions = Pick<ParameterPointOptions<Record<string, Range>, Point>, "inside" | "outside" | "clearance" | "attempts">;

/**
 * Points of the region's box at which its hypotheses hold (or those that the options name; see `parameterPoints`) and for which it has
 * experiments. Hypotheses that a draw decides are the claim's own, checked after its runs: they are not asked for here.
 *
 * `attempts` defaults to 20,000: a region of 0.1 % of its box is found all but twice in 10^9.
 * Errors: as parameterPoints; RegimeError, when drawn from, where the region is empty.
 */
export function pointsInside<Runs>({ box, hypotheses, experiments }: Region<Runs>, options: PointsInsideOptions = {}): ParameterPoints<Record<string, Range>, Point> {
  const known = new WeakMap<Point, HypothesisResult[]>();
  return parameterPoints<Record<string, Range>, Point>({
    attempts: 20_000, ...options, box: { ...box },
    point(drawn) {
      const point = { ...drawn } as Point;
      // a point that has hypotheses but no experiments is none
      experiments(point);
      known.set(point, hypotheses(point));
      return point;
    },
    hypotheses: (point) => known.get(point)!,
  });
}
