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
    let lengths: readonly number[] = x.shape;
    for (let end = axes.length; end > 0;) {
      const [first, last] = lastRun(axes, end);
      const [outer, length, inner] = [sizeOf(lengths, 0, first), sizeOf(lengths, first, last + 1), sizeOf(lengths, last + 1)];
      const out = allocate(dtypeOf(x), outer * inner);
      kernels[kernel](values, out, outer, length, inner);
      values = out;
      end -= last - first + 1;
      if (end > 0) lengths = [...lengths.slice(0, first), ...lengths.slice(last + 1)];
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

/** The first and last of the run of neighbours that ends the first `end` of some sorted axes: of [0, 1, 3] it is [3, 3], then [0, 1]. */
function lastRun(axes: readonly number[], end: number): [number, number] {
  let start = end - 1;
  while (start > 0 && axes[start - 1] === axes[start] - 1) start--;
  return [axes[start], axes[end - 1]];
}
