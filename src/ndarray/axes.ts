/** Axis arguments: negative counts from the last; each axis at most once. */
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { shown } from "../errors/options.ts";
import { areDistinct, isAscending } from "./lists.ts";

export type Axes = number | readonly number[] | undefined;

/**
 * Sorted axes in 0..rank-1; `undefined` means all.
 *
 * Errors: ParameterError on what is neither a number nor a list of them, or names one axis twice; ShapeError out of range.
 */
export function normalizeAxes(where: string, axes: Axes, shape: readonly number[]): number[] {
  if (typeof axes === "number") return [normalizeAxis(where, axes, shape)];
  const list: number[] = [];
  if (axes === undefined) {
    for (let axis = 0; axis < shape.length; axis++) list.push(axis);
    return list;
  }
  if (!Array.isArray(axes)) throw new ParameterError({ where, problem: `the axes are ${shown(axes)}.`, expected: "an integer or a list of integers." });
  for (const axis of axes as readonly number[]) list.push(normalizeAxis(where, axis, shape));
  if (isAscending(list)) return list;
  if (!areDistinct(list)) throw new ParameterError({ where, problem: `axes ${shapeText(axes as readonly number[])} name one axis twice.`, expected: `each of 0 to ${shape.length - 1} at most once.` });
  return list.sort((a, b) => a - b);
}

/** One axis in 0..rank-1. Errors: ParameterError on what is no number; ShapeError when there is no such axis. */
export function normalizeAxis(where: string, axis: number, shape: readonly number[]): number {
  const rank = shape.length;
  if (typeof axis !== "number") throw new ParameterError({ where, problem: `the axis is ${shown(axis)}.`, expected: rank === 0 ? "no axis: the array is a scalar." : `an integer from ${-rank} to ${rank - 1}.` });
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError({
      where, problem: `axis ${axis} does not exist in an array of shape ${shapeText(shape)}.`,
      expected: rank === 0 ? "no axis: the array is a scalar." : `an integer from ${-rank} to ${rank - 1}.`,
      mend: rank === 0 ? "reshape(x, [1]) gives it an axis." : "axes are counted from 0, or from the end as -1, -2, ...",
    });
  }
  return axis < 0 ? axis + rank : axis;
}

/** The shape left after reducing `axes` (normalised); kept as length 1 when `keepAxes`. */
export function reducedShape(shape: readonly number[], axes: readonly number[], keepAxes: boolean): number[] {
  const left: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    if (!axes.includes(axis)) left.push(shape[axis]);
    else if (keepAxes) left.push(1);
  }
  return left;
}
