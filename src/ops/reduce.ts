/** The forward loop shared by reductions over axes: one kernel call a run of neighbouring axes. */
import type { ForwardContext } from "../autodiff/index.ts";
import { ShapeError, shapeText } from "../errors/index.ts";
import { dtypeOf, type FloatArray, type NdArray, reducedShape, sizeOf, view } from "../ndarray/index.ts";

/**
 * Reduces from the last run of neighbouring axes to the first; each run is one [outer, length, inner] kernel call.
 * This order is part of the result: both backends follow it.
 */
export function reduceForward(kernel: "sumAxis" | "maxAxis") {
  return ([x]: readonly NdArray[], { axes }: { axes: readonly number[] }, shape: readonly number[], { kernels, allocate, elements }: ForwardContext): NdArray => {
    let values: FloatArray = elements(x);
    const lengths = [...x.shape];
    for (const [first, last] of runsOf(axes).reverse()) {
      const outer = sizeOf(lengths.slice(0, first));
      const length = sizeOf(lengths.slice(first, last + 1));
      const inner = sizeOf(lengths.slice(last + 1));
      const out = allocate(dtypeOf(x), outer * inner);
      kernels[kernel](values, out, outer, length, inner);
      values = out;
      lengths.splice(first, last - first + 1);
    }
    return view(values, shape);
  };
}

/** How many elements go into one result. Errors: ShapeError where there is none and a result needs one. */
export function requireElements(where: string, shape: readonly number[], axes: readonly number[]): number {
  const count = sizeOf(axes.map((axis) => shape[axis]));
  if (count === 0 && sizeOf(reducedShape(shape, axes, false)) > 0) {
    throw new ShapeError({ where, problem: `an array of shape ${shapeText(shape)} has no element along axes ${shapeText(axes)}.`, expected: `at least one element: an empty ${where} does not exist.` });
  }
  return count;
}

/** Sorted axes grouped into runs of neighbours: [0, 1, 3] -> [[0, 1], [3, 3]]. */
function runsOf(axes: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const axis of axes) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === axis - 1) last[1] = axis;
    else runs.push([axis, axis]);
  }
  return runs;
}
