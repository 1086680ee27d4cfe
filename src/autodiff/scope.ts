/**
 * Where results live: on the JavaScript heap, or, inside `scratch`, in the backend's arena.
 *
 * A transformation such as `grad` keeps its tape in scratch memory and copies out only what it returns. Plain results
 * that the user's own function makes meanwhile stay on the heap, and so does what a nested transformation hands to it, so
 * that nothing a user may keep is ever void. What must outlive every scope (the tape of a `vjp` called outside) keeps
 * scopes from opening inside it. Nothing here changes a result's bits.
 */
import { allocate, copy, copyElements, type Dtype, dtypeOf, type FloatArray, isNdArray, type NdArray, sizeOf, view } from "../ndarray/index.ts";
import { currentKernels, type Kernels } from "../kernels/index.ts";
import { mapTree, type Tree } from "./tree.ts";

/** Scratch scopes open now. */
let open = 0;
/** Whether results go to scratch memory at this moment. */
let placing = false;
/** Whether something recorded now outlives every scope, so that none may open. */
let onHeapOnly = false;
/** Number of the outermost scope; 0 when none is open. */
let generation = 0;
let generations = 0;

/** A buffer for a result: in scratch memory where the caller works there, else on the heap. */
export function room(kernels: Kernels, dtype: Dtype, size: number): FloatArray {
  return placing ? kernels.allocate(dtype, size) : allocate(dtype, size);
}

/**
 * `x` where a backend reads it in place: a copy in scratch memory, if the caller works there and it has room, else `x`
 * itself. Worth it for what several kernels read, since each of them would copy it otherwise.
 */
export function near(x: NdArray): NdArray {
  const kernels = currentKernels();
  if (!placing || kernels.isScratch(x.data)) return x;
  const data = kernels.allocate(dtypeOf(x), sizeOf(x.shape));
  if (!kernels.isScratch(data)) return x;
  copyElements(x, data);
  return view(data, x.shape);
}

/** The outermost scratch scope open now, or 0. What was recorded in one scope must not be read after it. */
export function scratchGeneration(): number {
  return generation;
}

/**
 * Runs `body` with results in scratch memory, and returns its result with every plain array copied out of it, unless the
 * caller works in scratch memory itself. Arrays kept elsewhere by `body` are void afterwards.
 */
export function scratch<T>(body: () => T): T {
  return withScratch(body, currentKernels().scope, handOut);
}

/**
 * As scratch, but the memory is free again when it returns, also inside another scope, and results are always copied out.
 * Only for a body in which no trace that stays open records anything.
 */
export function scratchFrame<T>(body: () => T): T {
  return withScratch(body, currentKernels().frame, keepTree);
}

function withScratch<T>(body: () => T, scope: Kernels["scope"], finish: (result: Tree) => Tree): T {
  if (onHeapOnly) return body();
  return scope(() => {
    const before = placing;
    if (open++ === 0) generation = ++generations;
    placing = true;
    try {
      const result = body();
      placing = before;
      return finish(result) as T;
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

/**
 * Runs `body`, whose recording outlives it, so that nothing it holds lies in scratch memory: outside any scope, none opens
 * while it runs. Inside a scope the recording ends with that scope, and nothing changes.
 */
export function outliving<T>(body: () => T): T {
  const before = onHeapOnly;
  onHeapOnly = open === 0;
  try {
    return body();
  } finally {
    onHeapOnly = before;
  }
}

/** The tree with every plain array copied out of scratch memory, unless the caller works in scratch memory itself. */
export function handOut(tree: Tree): Tree {
  return placing ? tree : keepTree(tree);
}

function keepTree(tree: Tree): Tree {
  const kernels = currentKernels();
  return mapTree(tree, (leaf) => (isNdArray(leaf) && kernels.isScratch(leaf.data) ? copy(leaf as NdArray) : leaf));
}
