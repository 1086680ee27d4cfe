/** Stacks of matrices: leading axes are a batch, the last two a matrix. */
import { type NdArray, sizeOf, view } from "../ndarray/index.ts";

/** The index of each batch entry among the batch axes, row-major. */
export function batchIndices(batch: readonly number[]): number[][] {
  return Array.from({ length: sizeOf(batch) }, (_, at) => {
    const index = new Array<number>(batch.length);
    let rest = at;
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      index[axis] = rest % batch[axis];
      rest = Math.floor(rest / batch[axis]);
    }
    return index;
  });
}

/** What stands at an index of the leading axes, as a view of the others. */
export function entryAt(x: NdArray, index: readonly number[]): NdArray {
  const lead = index.length;
  const offset = index.reduce((sum, position, axis) => sum + position * x.stride[axis], x.offset);
  return view(x.data, x.shape.slice(lead), x.stride.slice(lead), offset);
}

/** The order of axes that exchanges the last two. */
export function lastTwoSwapped(rank: number): number[] {
  return [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2];
}
