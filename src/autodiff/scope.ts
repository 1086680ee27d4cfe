/**
 * Where results live: on the JavaScript heap, or, inside `scratch`, in the backend's arena.
 *
 * A transformation such as `grad` keeps its tape in scratch memory and copies out only what it returns. Plain results
 * that the user's own function makes meanwhile stay on the heap, so that nothing a user may keep is ever void. Nothing
 * here changes a result's bits.
 */
import { copy, isNdArray, type Dtype, type FloatArray, type NdArray } from "../ndarray/index.ts";
import { currentKernels, type Kernels } from "../kernels/index.ts";
import { mapTree, type Tree } from "./tree.ts";

/** Scratch scopes open now. */
let open = 0;
/** Whether results go to scratch memory at this moment. */
let placing = false;
/** Number of the outermost scope; 0 when none is open. */
let generation = 0;
let generations = 0;

/** A buffer for a result. */
export function room(kernels: Kernels, dtype: Dtype, size: number): FloatArray {
  if (placing) return kernels.allocate(dtype, size);
  return dtype === "float32" ? new Float32Array(size) : new Float64Array(size);
}

/** The outermost scratch scope open now, or 0. What was recorded in one scope must not be read after it. */
export function scratchGeneration(): number {
  return generation;
}

/**
 * Runs `body` with results in scratch memory, and returns its result with every array copied out of it (by the outermost
 * call). Arrays kept elsewhere by `body` are void afterwards.
 */
export function scratch<T>(body: () => T): T {
  const kernels = currentKernels();
  return kernels.scope(() => {
    const before = placing;
    if (open++ === 0) generation = ++generations;
    placing = true;
    try {
      const result = body();
      return open === 1 ? (mapTree(result as Tree, (leaf) => keep(kernels, leaf)) as T) : result;
    } finally {
      placing = before;
      if (--open === 0) generation = 0;
    }
  });
}

/** Runs `body` with results on the heap (false), or in scratch memory if a scope is open (true). */
export function placed<T>(inScratch: boolean, body: () => T): T {
  const before = placing;
  placing = inScratch && open > 0;
  try {
    return body();
  } finally {
    placing = before;
  }
}

function keep(kernels: Kernels, leaf: unknown): unknown {
  return isNdArray(leaf) && kernels.isScratch(leaf.data) ? copy(leaf as NdArray) : leaf;
}
