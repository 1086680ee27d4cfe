import type { SimdExports } from "./exports.ts";
import { compileSync, instantiate } from "./host.ts";
import { createSimdKernels } from "./kernels.ts";
import type { SimdKernels, SimdOptions } from "./kernels.ts";

/** Kernels on a fresh instance (and memory) of the binary. */
export function instantiateKernels(bytes: Uint8Array, options: SimdOptions = {}): SimdKernels {
  return createSimdKernels(instantiate(compileSync(bytes)) as unknown as SimdExports, options);
}
