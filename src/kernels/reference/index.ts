/** The plain loops that say what every kernel means; the wasm backend agrees with them bit for bit. */
import type { Kernels } from "../types.ts";
import { clip, isEqual, isPositive, maximum, minimum, relu, sign } from "./choices.ts";
import { add, axpy, divide, multiply, scale, shift, sqrt, subtract } from "./elementwise.ts";
import { exp, log } from "./exp-log.ts";
import { matmulNN, matmulNT, matmulTN } from "./gemm.ts";
import { addPatches, patches } from "./patches.ts";
import { maxAxis, sumAxis } from "./reduce.ts";
import { normalizeRows, projectRows, rowNorm } from "./rows.ts";
import { smoothedRelu, smoothedReluSlope, smoothedReluSum, smoothedReluSumVjp } from "./smoothed-relu.ts";
import { addRow, scaleRows } from "./spread.ts";
import { logSoftmax, softmaxCrossEntropy, softmaxCrossEntropyVjp } from "./softmax.ts";

export { expF64, logF64 } from "./exp-log.ts";
export { choleskyFactor, solveTriangularInPlace } from "./factor.ts";
export { bendEnd } from "./smoothed-relu.ts";

export const referenceKernels: Kernels = {
  name: "reference",
  scope: (body) => body(),
  frame: (body) => body(),
  allocate: (dtype, n) => (dtype === "float64" ? new Float64Array(n) : new Float32Array(n)),
  isScratch: () => false,
  matmulNN, matmulNT, matmulTN,
  smoothedRelu, smoothedReluSlope, smoothedReluSum, smoothedReluSumVjp,
  rowNorm, normalizeRows, projectRows,
  logSoftmax, softmaxCrossEntropy, softmaxCrossEntropyVjp,
  axpy, add, subtract, multiply, divide, scale, shift, exp, log, sqrt,
  relu, isPositive, sign, maximum, minimum, isEqual, clip,
  addRow, scaleRows, patches, addPatches,
  sumAxis, maxAxis,
};
