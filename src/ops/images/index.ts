/** Ops on images with channels last. They are no part of the core entry: lemmagrad/images exports them. */
export { countsOf, patches, patchesOf } from "./patches.ts";
export { averagePool, maxPool, type PoolOptions } from "./pool.ts";
export { convolution } from "./convolution.ts";
