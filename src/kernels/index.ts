/** Loops over contiguous memory, by two backends that agree bit for bit. */
export type { Dtype, FloatArray, Kernels } from "./types.ts";
export { availableBackends, currentKernels, selectBackend } from "./backend.ts";
export type { BackendName } from "./backend.ts";
export { bendEnd, choleskyFactor, expF64, logF64, referenceKernels, solveTriangularInPlace } from "./reference/index.ts";
export * from "./elementary/index.ts";
export { createWasmKernels, wasmKernels, wasmSupported } from "./wasm/index.ts";
