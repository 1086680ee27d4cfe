/** Axis arguments: negative counts from the last; each axis at most once. */
import { ParameterError, ShapeError, shapeText } from "../errors/index.ts";
import { shown } from "../errors/options.ts";

export type Axes = number | readonly number[] | undefined;

/**
 * Sorted axes in 0..rank-1; `undefined` means all.
 *
 * Errors: ParameterError on what is neither a number nor a list of them, or names one axis twice; ShapeError out of range.
 */
export function normalizeAxes(where: string, axes: Axes, shape: readonly number[]): number[] {
  const rank = shape.length;
  if (axes === undefined) return shape.map((_, axis) => axis);
  if (typeof axes !== "number" && !Array.isArray(axes)) throw new ParameterError({ where, problem: `the axes are ${shown(axes)}.`, expected: "an integer or a list of integers." });
  const list = (typeof axes === "number" ? [axes] : axes).map((axis) => normalizeAxis(where, axis, shape));
  if (new Set(list).size !== list.length) {
    throw new ParameterError({ where, problem: `axes ${shapeText(typeof axes === "number" ? [axes] : axes)} name one axis twice.`, expected: `each of 0 to ${rank - 1} at most once.` });
  }
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
  if (keepAxes) return shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return shape.filter((_, axis) => !axes.includes(axis));
}
