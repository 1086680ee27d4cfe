import { ParameterError } from "../../errors/index.ts";
import { wasmBytes } from "../../simd/binary.ts";
import { simdSupported } from "../../simd/host.ts";
import { instantiateKernels } from "../../simd/instance.ts";
import type { SimdKernels, SimdOptions } from "../../simd/kernels.ts";
import { referenceKernels } from "../reference/index.ts";
import type { Kernels } from "../types.ts";

/** Whether this engine can run the wasm backend. */
export const wasmSupported = simdSupported;

/**
 * Carries out what an open scope of another memory has no room for: its operands are copied in, and since no scope is open
 * here, this memory may grow. Made when first needed; beyond its cap the reference twin computes the same bits, slower.
 */
let spare: SimdKernels | undefined;
function overflow(): SimdKernels {
  spare ??= instantiateKernels(wasmBytes(), { initialBytes: 2 ** 20, whenFull: () => referenceKernels });
  return spare;
}

/**
 * The SIMD kernels on a memory of their own, instantiated synchronously from the embedded binary. A call for which an open
 * scope has no room left runs in a spare memory: the same bits, with copies.
 *
 * Errors: ParameterError when the engine has no fixed-width SIMD; ParameterError when an operand is too short, of the
 *         wrong dtype, or outlived its scope.
 */
export function createWasmKernels(options: Omit<SimdOptions, "whenFull" | "fail"> = {}): Kernels {
  if (!simdSupported()) {
    throw new ParameterError({
      where: "backend",
      problem: 'backend "wasm" needs WebAssembly SIMD, which this engine does not have.',
      expected: "an engine with fixed-width WebAssembly SIMD (Node 16.4, Chrome 91, Firefox 89, Safari 16.4, or later).",
      mend: 'choose backend "reference": it computes the same bits, more slowly.',
    });
  }
  const kernels = instantiateKernels(wasmBytes(), {
    ...options,
    whenFull: overflow,
    fail: (where, problem, expected) => new ParameterError({ where, problem, expected: `${expected}.` }),
  });
  return { name: "wasm", ...kernels };
}

let shared: Kernels | undefined;

/** The one shared instance, created when first asked for. */
export function wasmKernels(): Kernels {
  shared ??= createWasmKernels();
  return shared;
}
