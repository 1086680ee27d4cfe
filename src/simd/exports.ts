import type { WasmMemory } from "./host.ts";

/**
 * The raw kernels of the binary, once per dtype: every name below is exported with the suffix F64 and with F32.
 * Pointers are byte offsets into `memory`. assembly/build.mjs writes the package's lemmagrad_simd_bg.wasm.d.ts from the
 * signatures, one a line.
 */
export interface RawKernels {
  matmulNN(a: number, b: number, out: number, m: number, n: number, k: number, scratch: number): void;
  matmulNT(a: number, b: number, out: number, m: number, n: number, k: number, scratch: number): void;
  matmulTN(a: number, b: number, out: number, m: number, n: number, k: number, scratch: number): void;
  smoothedRelu(z: number, out: number, n: number, q: number, rho: number): void;
  smoothedReluSlope(z: number, out: number, n: number, q: number, rho: number): void;
  smoothedReluSum(z: number, out: number, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number): void;
  smoothedReluSumVjp(z: number, ct: number, out: number, batch: number, patches: number, classes: number, neurons: number, q: number, rho: number): void;
  rowNorm(x: number, out: number, rows: number, width: number): void;
  normalizeRows(x: number, out: number, rows: number, width: number, length: number): void;
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
  exp(x: number, out: number, n: number): void;
  log(x: number, out: number, n: number): void;
  sqrt(x: number, out: number, n: number): void;
  sumAxis(x: number, out: number, outer: number, length: number, inner: number): void;
  maxAxis(x: number, out: number, outer: number, length: number, inner: number): void;
}

/** Exports that have no dtype. */
export interface PlainExports {
  matmulScratchBytes(n: number, k: number, elementBytes: number): number;
  peakProbeF64(steps: number): number;
  heapBase(): number;
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
