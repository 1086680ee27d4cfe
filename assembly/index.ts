/**
 * The exports of the SIMD kernels. Pointers are byte offsets into the exported memory; arrays are contiguous, row-major
 * and aligned to their element. No host imports, no allocation: whoever calls owns the memory from heapBase() on.
 */
export { packNNF64, packNTF64, packNNF32, packNTF32, packedBytes } from "./panels";
export { matmulPackedF64, matmulTNF64, matmulPackedF32, matmulTNF32, matmulScratchBytes, moveEdge, edgeBytes } from "./matmul";
export { transposeF64, transposeF32, gatherRowsF64, gatherRowsF32 } from "./transpose";
export {
  smoothedReluF64, smoothedReluSlopeF64, smoothedReluF32, smoothedReluSlopeF32,
} from "./smoothed-relu";
export {
  smoothedReluSumF64, smoothedReluSumSlopeF64, smoothedReluSumVjpF64, maskedSlopesF64,
  smoothedReluSumF32, smoothedReluSumSlopeF32, smoothedReluSumVjpF32, maskedSlopesF32,
} from "./smoothed-relu-sum";
export {
  rowNormF64, normalizeRowsF64, normalizeRowsAddF64, projectRowsF64,
  rowNormF32, normalizeRowsF32, normalizeRowsAddF32, projectRowsF32,
} from "./rows";
export {
  logSoftmaxF64, softmaxCrossEntropyF64, softmaxCrossEntropyVjpF64,
  logSoftmaxF32, softmaxCrossEntropyF32, softmaxCrossEntropyVjpF32,
} from "./softmax";
export {
  addF64, subtractF64, multiplyF64, divideF64, axpyF64, scaleF64, shiftF64, sqrtF64,
  addF32, subtractF32, multiplyF32, divideF32, axpyF32, scaleF32, shiftF32, sqrtF32,
} from "./elementwise";
export {
  reluF64, isPositiveF64, signF64, maximumF64, minimumF64, isEqualF64, clipF64,
  reluF32, isPositiveF32, signF32, maximumF32, minimumF32, isEqualF32, clipF32,
} from "./choices";
export { addRowF64, scaleRowsF64, sumRowsF64, addRowF32, scaleRowsF32, sumRowsF32 } from "./spread";
export { patchesF64, addPatchesF64, patchesF32, addPatchesF32 } from "./patches";
export { expF64, logF64, expF32, logF32 } from "./math";
export { sumAxisF64, maxAxisF64, sumAxisF32, maxAxisF32 } from "./reduce";
export { peakProbeF64, peakProbeF32 } from "./peak";

/** First byte that belongs to the caller. */
export function heapBase(): usize {
  return __heap_base;
}
