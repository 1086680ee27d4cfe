import type { WasmMemory } from "./host.ts";

/**
 * The raw kernels of the binary, once per dtype: every name below is exported with the suffix F64 and with F32.
 * Pointers are byte offsets into `memory`, strides (from row to row, no shorter than a row) are in elements.
 * assembly/build.mjs writes the package's lemmagrad_simd_bg.wasm.d.ts from the signatures, one a line.
 *
 * packNN        packs b[k,n] into packedBytes(n, k, elementBytes) bytes; packNT the transpose of b[n,k], into the same layout
 * matmulPacked  out[m,n] (+)= a[m,k] B with B packed; matmulTN: out[m,n] (+)= a[k,m]^T b[k,n], with
 *               matmulScratchBytes(n, k, elementBytes) bytes of scratch.
 *               Every element is the sum over k in ascending order, starting from +0, or, if continues != 0, from what out
 *               holds: cutting k, the rows or the columns into pieces does not change a bit
 * transpose     out[columns, rows] = x[rows, columns]^T
 * gatherRows    out[r, i, j] = x[r rowX + first + i strideM + j strideN], m by n elements a row; strides may be negative or 0
 * smoothedReluSumSlope  smoothedReluSum, and slopes = s'(z), which may be z; maskedSlopes: out[b,p,i,r] = ct[b,i] slopes[b,p,i,r],
 *               together the bits of smoothedReluSumVjp. out may be slopes
 * normalizeRowsAdd      out = y + normalizeRows(x, length): the bits of both one after the other. out may be x or y
 * sumRows       out[width] (+)= the rows of x[rows, width] in ascending order, from +0, or, if continues != 0, from what out holds
 *
 * The other kernels are those of src/kernels/types.ts, where each states its order of additions.
 */
export interface RawKernels {
  packNN(b: number, strideB: number, n: number, k: number, packed: number): void;
  packNT(b: number, strideB: number, n: number, k: number, packed: number): void;
  matmulPacked(a: number, strideA: number, packed: number, out: number, strideOut: number, m: number, n: number, k: number, continues: number): void;
  matmulTN(a: number, strideA: number, b: number, strideB: number, out: number, strideOut: number, m: number, n: number, k: number, continues: number, scratch: number): void;
  transpose(x: number, strideX: number, out: number, strideOut: number, rows: number, columns: number): void;
  gatherRows(x: number, out: number, rows: number, m: number, n: number, rowX: number, first: number, strideM: number, strideN: number): void;
  smoothedRelu(z: number, out: number, n: number, q: number, rho: number): void;
  smoothedReluSlope(z: number, out: number, n: number, q: number, rho: number): void;
  smoothedReluSum(z: number, out: number, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number): void;
  smoothedReluSumSlope(z: number, out: number, slopes: number, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number): void;
  smoothedReluSumVjp(z: number, ct: number, out: number, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number): void;
  maskedSlopes(slopes: number, ct: number, out: number, batch: number, patches: number, classes: number, neurons: number): void;
  rowNorm(x: number, out: number, rows: number, width: number): void;
  normalizeRows(x: number, out: number, rows: number, width: number, length: number): void;
  normalizeRowsAdd(y: number, x: number, out: number, rows: number, width: number, length: number): void;
  projectRows(x: number, out: number, rows: number, width: number, scale: number, radius: number): void;
  logSoftmax(logits: number, out: number, rows: number, classes: number): void;
  softmaxCrossEntropy(logits: number, labels: number, out: number, rows: number, classes: number): void;
  softmaxCrossEntropyVjp(logits: number, labels: number, ct: number, out: number, rows: number, classes: number): void;
  axpy(a: number, x: number, y: number, out: number, n: number): void;
  add(x: number, y: number, out: number, n: number): void;
  subtract(x: number, y: number, out: number, n: number): void;
  multiply(x: number, y: number, out: number, n: number): void;
  divide(x: number, y: number, out: number, n: number): void;
  scale(a: number, x: number, out: number, n: number): void;
  shift(a: number, x: number, out: number, n: number): void;
  exp(x: number, out: number, n: number): void;
  log(x: number, out: number, n: number): void;
  sqrt(x: number, out: number, n: number): void;
  relu(x: number, out: number, n: number): void;
  isPositive(x: number, out: number, n: number): void;
  sign(x: number, out: number, n: number): void;
  maximum(x: number, y: number, out: number, n: number): void;
  minimum(x: number, y: number, out: number, n: number): void;
  isEqual(x: number, y: number, out: number, n: number): void;
  clip(x: number, out: number, n: number, low: number, high: number): void;
  addRow(x: number, row: number, out: number, rows: number, width: number): void;
  scaleRows(x: number, factors: number, out: number, rows: number, width: number): void;
  sumRows(x: number, strideX: number, out: number, rows: number, width: number, continues: number): void;
  patches(x: number, out: number, images: number, height: number, width: number, channels: number, sizeR: number, sizeC: number, strideR: number, strideC: number, padR: number, padC: number): void;
  addPatches(x: number, out: number, images: number, height: number, width: number, channels: number, sizeR: number, sizeC: number, strideR: number, strideC: number, padR: number, padC: number): void;
  sumAxis(x: number, out: number, outer: number, length: number, inner: number): void;
  maxAxis(x: number, out: number, outer: number, length: number, inner: number): void;
}

/** Exports that have no dtype. */
export interface PlainExports {
  packedBytes(n: number, k: number, elementBytes: number): number;
  matmulScratchBytes(n: number, k: number, elementBytes: number): number;
  peakProbeF64(steps: number): number;
  peakProbeF32(steps: number): number;
  heapBase(): number;
  edgeBytes(): number;
  moveEdge(address: number): void;
}

export type SimdExports = PlainExports & { readonly memory: WasmMemory } & {
  readonly [Name in keyof RawKernels as `${Name}F64` | `${Name}F32`]: RawKernels[Name];
};

/** The kernels of one dtype under their plain names. */
export function kernelsOf(exports: SimdExports, suffix: "F64" | "F32"): RawKernels {
  const kernels: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(exports)) {
    if (name.endsWith(suffix)) kernels[name.slice(0, -suffix.length)] = value;
  }
  return kernels as unknown as RawKernels;
}
