/** A phase diagram: a claim examined on a grid of points, and the boundary that its hypotheses predict. */
import { LemmagradError, ParameterError } from "../../errors/index.ts";
import type { Claim } from "../define-claim.ts";
import type { Point } from "../region.ts";
import { type AxisRequest, basePoint, edges, type PhaseAxis, phaseAxis, placed } from "./axes.ts";
import { type Place, zeroContour } from "./boundary.ts";
import { leastMargin, regionOf } from "./cell.ts";

export interface PhaseRequest {
  x: AxisRequest;
  y: AxisRequest;
  /** Parameters set to other values than the region's own. */
  set?: Point;
  /** First seed; default 1. */
  seed?: number;
  /** Seeds a cell; default 3. */
  seeds?: number;
}

/** What a diagram needs to be computed: a task a cell, which may be done in any order and anywhere. */
export interface PhasePlan {
  x: PhaseAxis;
  y: PhaseAxis;
  base: Point;
  seed: number;
  seedsPerCell: number;
  tasks: CellTask[];
  boundary: Place[][];
}

export interface CellTask {
  x: number;
  y: number;
  /** Undefined where a derived coordinate cannot take the value. */
  point: Point | undefined;
  seeds: number[];
}

/** Nodes of the boundary's grid along a continuous axis. */
const boundaryNodes = 61;

/**
 * Plans a diagram: checks its axes, lays out the cells, and draws the boundary. Trains nothing.
 *
 * Cell number n has the seeds seed + n seedsPerCell, ...: no two cells share one, so that their trials are independent.
 * Errors: ParameterError on a claim without region, an axis that is not in it, or the same axis twice.
 */
export function planPhase(claim: Claim, { x: wantedX, y: wantedY, set, seed = 1, seeds = 3 }: PhaseRequest): PhasePlan {
  const { box, hypotheses, typical = () => [], coordinates: derived = {} } = regionOf(claim);
  if (wantedX.name === wantedY.name) throw new ParameterError({ where: "phase diagram", problem: `both axes are ${wantedX.name}.`, expected: "two different parameters." });
  const base = basePoint(box, set);
  const [x, y] = [phaseAxis(wantedX, box, derived), phaseAxis(wantedY, box, derived)];
  const at = (valueX: number, valueY: number): Point | undefined => {
    try {
      return placed(placed(base, x, valueX, derived, box), y, valueY, derived, box);
    } catch (error) {
      if (error instanceof LemmagradError) return undefined;
      throw error;
    }
  };
  const tasks = y.values.flatMap((valueY, j) => x.values.map((valueX, i) => ({
    x: valueX, y: valueY, point: at(valueX, valueY), seeds: Array.from({ length: seeds }, (_, s) => seed + (j * x.values.length + i) * seeds + s),
  })));
  const margin = (valueX: number, valueY: number): number => {
    const point = at(valueX, valueY);
    return point === undefined ? NaN : leastMargin({ hypotheses: (own) => [...hypotheses(own), ...typical(own)] }, point)?.margin ?? NaN;
  };
  return { x, y, base, seed, seedsPerCell: seeds, tasks, boundary: boundaryOf(x, y, margin) };
}

/** The zero of the least margin, at the median draw where a draw decides, over the area that the cells cover. */
function boundaryOf(x: PhaseAxis, y: PhaseAxis, margin: (valueX: number, valueY: number) => number): Place[][] {
  const [nodesX, nodesY] = [nodesOf(x), nodesOf(y)];
  const values = nodesY.map((valueY) => nodesX.map((valueX) => margin(valueX, valueY)));
  // interpolated where the axis is drawn straight
  const drawn = (axis: PhaseAxis) => (value: number) => (axis.scale === "log" ? Math.log(value) : value);
  const back = (axis: PhaseAxis) => (value: number) => Number((axis.scale === "log" ? Math.exp(value) : value).toPrecision(6));
  return zeroContour(nodesX.map(drawn(x)), nodesY.map(drawn(y)), values).map((path) => path.map((place) => ({ x: back(x)(place.x), y: back(y)(place.y) })));
}

function nodesOf(axis: PhaseAxis): number[] {
  const low = edges(axis, 0)[0];
  const high = edges(axis, axis.values.length - 1)[1];
  if (axis.integer) {
    const whole = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
    const every = Math.ceil(whole.length / boundaryNodes);
    return whole.filter((_, i) => i % every === 0 || i === whole.length - 1);
  }
  return Array.from({ length: boundaryNodes }, (_, i) => (axis.scale === "log" ? low * (high / low) ** (i / (boundaryNodes - 1)) : low + ((high - low) * i) / (boundaryNodes - 1)));
}
